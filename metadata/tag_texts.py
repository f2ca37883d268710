"""Tags as people write them: short words in a row, parted by commas of any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST_TAGS = 20
LONGEST_TAG = 40
_BETWEEN = re.compile("[,;、\r\n\t]+")


def read_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """The tags of `texts`, each in the one form of its width and blanks (NFKC), those that differ only in case once, as first
    written. How many and how long they may be is not judged."""
    found: dict[str, str] = {}
    for text in texts:
        for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
            if tag := " ".join(part.split()):
                found.setdefault(tag_key(tag), tag)
    return tuple(found.values())


def tag_key(tag: str) -> str:
    """What tags are the same by."""
    return tag.casefold()
