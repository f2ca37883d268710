"""Which regular expressions are safe to run on what people type (hazards 1.9: `(a+)+$` hangs)."""

from __future__ import annotations

import re

_LONGEST = 200
_ATOM = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:[:=!]|<[=!]|P<\w+>))?([^()]*)\)([+*]|\{\d*,\d*\})?")
_REPEAT = re.compile(r"[+*{]")
_REPEAT_OR_CHOICE = re.compile(r"[+*{|]")


def is_safe(pattern: str) -> bool:
    """Whether the pattern can be compiled, is short, and never repeats a group that holds a repeat or a choice."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return len(pattern) <= _LONGEST and not _nested_repeat(_ATOM.sub("x", pattern))


def _nested_repeat(pattern: str) -> bool:
    """Takes groups away from the inside out, leaving a mark where one repeats."""
    while True:
        found = _GROUP.search(pattern)
        if found is None:
            return False
        inner, repeat = found[1], found[2]
        if repeat and _REPEAT_OR_CHOICE.search(inner):
            return True
        left = "x+" if repeat or _REPEAT.search(inner) else "x"
        pattern = pattern[: found.start()] + left + pattern[found.end():]
