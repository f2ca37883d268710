"""Broken packs: any word of a shipped pack replaced by junk gives problems, never an exception."""

from __future__ import annotations

import random
import re

import pytest

from metadata.folders import read_folder
from metadata.loader import load_files, shipped_pack

JUNK = (
    "[]", "{}", "[[a]]", "{a: {b: c}}", "''", "'x y'", "=", "=$x", "= (", "role(", "role(x,y)", "{set: 1}", "-", "0",
    "9" * 30,
    "true", "a.b.c", "a..b", "[{}]", "{type: link}", "{type: fetch, fetch: a.b}", "$user", "'{x'", "sum(", "count(1)",
    "{extend: 1}", "&a", "*a", "!x",
)
WORD = re.compile(r"[\w'=$.()\"-]+|\[[^\[\]]*\]|\{[^{}]*\}")
BASE = {name: text for name, text in read_folder(shipped_pack("base")).items() if isinstance(text, str)}


def broken(seed: int) -> dict[str, str | bytes]:
    """The base pack with a few words of one file replaced."""
    chance = random.Random(seed)
    file = chance.choice([name for name in BASE if name.endswith(".yaml")])
    text = BASE[file]
    for _ in range(chance.randint(1, 3)):
        word = chance.choice(list(WORD.finditer(text)))
        text = text[: word.start()] + chance.choice(JUNK) + text[word.end():]
    return {**BASE, file: text}


@pytest.mark.parametrize("seed", range(60))
def test_a_broken_pack_gives_problems_and_never_raises(seed: int) -> None:
    for problem in load_files(broken(seed)).problems:
        assert problem.line("zh") and problem.line("en")
