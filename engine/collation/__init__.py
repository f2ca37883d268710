"""The order in which people expect texts (R29): Latin letters without regard to case and accents, Chinese characters by their
pinyin, the same on every database.

A text's key is computed here, character by character, stored beside it, and compared by code point: neither database can
do this by itself (PostgreSQL only where it was built with ICU, SQLite without an index). As each character has a key of its
own, the key of joined texts is their joined keys, so that titles made in SQL sort by the keys of their parts.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

_FIRST = 0x2_0000
"""Chinese characters stand behind all others, from this code point on."""


def collation_key(text: str) -> str:
    """`text` as what it sorts by: compare keys by code point. Characters have one reading each, the most common one."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in plain if not unicodedata.combining(each)).translate(_ranks())


@cache
def _ranks() -> dict[int, int]:
    """Code point of each Chinese character -> code point of its place. A line of the file is a reading and its characters."""
    lines = files(__name__).joinpath("pinyin.txt").read_text(encoding="utf-8").splitlines()
    ordered = "".join(line.partition(" ")[2] for line in lines)
    return {ord(character): _FIRST + place for place, character in enumerate(ordered)}
