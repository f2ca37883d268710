"""Record numbers and revisions as people and programs write them: the one place that makes a number of such a text.

`str.isdigit` takes ², `int` takes ٣, 1_0 and " 1 ", and fails beyond 4,300 digits; no database keeps more than 64 bits.
So only what a database could have given is a number here.
"""

from __future__ import annotations

import re

LARGEST = 2**63 - 1
"""Keys are 64-bit identities given by the database, from 1 on."""
PATTERN = "[1-9][0-9]{0,18}"
_NUMBER = re.compile(PATTERN, re.ASCII)


def number_of(text: str) -> int | None:
    """The number that `text` spells, from 1 to `LARGEST`; None for every other text."""
    found = int(text) if _NUMBER.fullmatch(text) else None
    return found if found is not None and found <= LARGEST else None
