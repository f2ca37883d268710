"""Regular expressions for what people type: one engine reads them when they are checked and runs them in time linear in
the text (hazards 1.9: `(a+)+$` hangs in others)."""

from __future__ import annotations

import re
from functools import lru_cache

import jsonschema_rs

_LONGEST = 200
_ATOM = re.compile(r"\\[pPxu]\{\w*\}|\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:[:=!]|<[=!]|P?<\w+>))?([^()]*)\)([+*]|\{\d*,\d*\})?")
_REPEAT = re.compile(r"[+*{]")
_REPEAT_OR_CHOICE = re.compile(r"[+*{|]")
_REPEATED_TWICE = re.compile(r"[+*}?][+*{]")
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_BACK_REFERENCE = re.compile(r"\\[1-9]|\\k[<{]|\(\?P=")


def is_safe(pattern: str) -> bool:
    """Whether the pattern is short and never repeats a repeat, or a group that holds a repeat or a choice."""
    bare = _ATOM.sub("x", pattern)
    return len(pattern) <= _LONGEST and not _REPEATED_TWICE.search(bare) and not _nested_repeat(bare)


def why_not_run(pattern: str) -> tuple[str, str] | None:
    """Why the engine cannot run the pattern, in zh and en; None when it can. It must stand on its own: `a)|(b` is none."""
    try:
        _compiled(pattern)
        _whole(pattern)
    except (ValueError, jsonschema_rs.ValidationError):
        if _LOOK_AROUND.search(pattern):
            return "含有环视", "it looks around"
        if _BACK_REFERENCE.search(pattern):
            return "含有反向引用", "it refers back to a group"
        return "写法有误", "it cannot be read"
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches `pattern`, which must be one that runs."""
    return _whole(pattern).is_valid(text)


@lru_cache(maxsize=1024)
def _whole(pattern: str) -> jsonschema_rs.Validator:
    return _compiled(f"^(?:{pattern})$")


def _compiled(pattern: str) -> jsonschema_rs.Validator:
    schema = {"type": "string", "pattern": pattern}
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions())


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
