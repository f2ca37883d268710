"""What is looked at around libyaml: bytes and characters before it, its complaints after it, comments it dropped."""

from __future__ import annotations

import re

import yaml as pyyaml

from metadata.codes import text as codes
from metadata.problems import Code, Place, Problem
from metadata.yaml.nodes import Limits

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")
FULL_WIDTH = re.compile(r"\s*(?:- )?\w+：")
"""A key whose colon came from a Chinese keyboard."""
_LINES_BEFORE = 3
"""A line without a colon is noticed one or two lines further down."""
_QUOTED = re.compile(r"'[^']*'")
_KEY = re.compile(r"\s*([\w.-]+)")
_KEY_WITH_VALUE = re.compile(r"\s*(?:- +)?([\w.-]+) *: +[^\s#]")


def screen(text: str | bytes, file: str, limits: Limits) -> tuple[str | None, list[Problem]]:
    """The text ready for libyaml (None when it must not see it): size, encoding, characters."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > limits.size:
        return None, [_problem(codes.TOO_LARGE, Place(file), size=str(size), limit=str(limits.size))]
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            line = text[: error.start].count(b"\n") + 1
            return None, [_problem(codes.NOT_UTF8, Place(file, line))]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = _FORBIDDEN.search(text)
    if found:
        return None, [_problem(codes.FORBIDDEN_CHARACTER, _place_at(text, found.start(), file),
                               character=f"U+{ord(found[0]):04X}")]
    return text, []


def cut_by_comment(lines: list[str], end: pyyaml.Mark, text: str) -> bool:
    """Whether a plain text was probably cut by ` #`.

    It was when a word follows the # at once (`Lead #1`; comments have a space), or when the text before it is
    unfinished: an odd quote or an open bracket (`name == 'a # b'`).
    """
    if end.line >= len(lines):
        return False
    rest = lines[end.line][end.column:]
    comment = rest.lstrip(" ")
    if len(comment) == len(rest) or not comment.startswith("#"):
        return False
    bare = _QUOTED.sub("", text)
    unfinished = "== '" in bare or bare.count("(") > bare.count(")")
    return unfinished or bool(re.match(r"#\w", comment))


def syntax_problem(error: pyyaml.YAMLError, file: str, lines: list[str]) -> Problem:
    """libyaml's complaint in our words, at its place."""
    mark = getattr(error, "problem_mark", None)
    detail = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    context = str(getattr(error, "context", None) or "")
    if mark is None:
        return _problem(codes.SYNTAX, Place(file), detail=detail)
    for number in range(mark.line, max(mark.line - _LINES_BEFORE, -1), -1):
        found = FULL_WIDTH.match(lines[number]) if number < len(lines) else None
        if found:
            return _problem(codes.FULL_WIDTH_COLON, Place(file, number + 1, found.end()))
    line = lines[mark.line] if mark.line < len(lines) else ""
    character = line[mark.column: mark.column + 1]
    code = _code_of(detail, context, character, line[: mark.column])
    deeper = _too_deep(file, lines, mark) if code is codes.COLON_IN_TEXT else None
    if deeper is not None:
        return deeper
    opened = getattr(error, "context_mark", None)
    if opened is not None and code in (codes.UNCLOSED_QUOTE, codes.UNCLOSED_BRACKET):
        mark = opened
    return _problem(code, Place(file, mark.line + 1, mark.column + 1), detail=detail, character=character)


def _too_deep(file: str, lines: list[str], mark: pyyaml.Mark) -> Problem | None:
    """The first colon of a line that libyaml did not expect, below a key that has its value on its own line."""
    key = _KEY.fullmatch(lines[mark.line][: mark.column]) if mark.line < len(lines) else None
    if key is None:
        return None
    for number in range(mark.line - 1, -1, -1):
        line = lines[number]
        if line.strip() and not line.lstrip().startswith("#") and len(line) - len(line.lstrip()) < key.start(1):
            above = _KEY_WITH_VALUE.match(line)
            return above and _problem(
                codes.KEY_TOO_DEEP, Place(file, mark.line + 1, key.start(1) + 1), name=key[1], above=above[1],
                line=str(number + 1), column=str(above.start(1) + 1),
            )
    return None


def _code_of(detail: str, context: str, character: str, before: str) -> Code:
    if "mapping values are not allowed" in detail:
        return codes.COLON_IN_TEXT
    if "cannot start any token" in detail:
        return codes.TAB if character == "\t" else codes.BAD_START
    if "tab" in detail and not before.strip():
        return codes.TAB
    if "quoted scalar" in context:
        return codes.UNCLOSED_QUOTE
    if "flow mapping" in context or "flow sequence" in context:
        return codes.UNCLOSED_BRACKET
    return codes.SYNTAX


def _place_at(text: str, index: int, file: str) -> Place:
    start = text.rfind("\n", 0, index) + 1
    return Place(file, text.count("\n", 0, index) + 1, index - start + 1)


def _problem(code: Code, place: Place, **values: str) -> Problem:
    return Problem(code, place, values)
