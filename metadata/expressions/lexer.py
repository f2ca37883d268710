"""Text of an expression -> tokens with offsets. Never raises; every fault that can be told without guessing is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from metadata.codes import expressions as codes
from metadata.problems import Code, Place, Problem

MAX_LENGTH = 2000
MAX_DIGITS = 18
MAX_FAULTS = 10

RESERVED = frozenset({"and", "or", "not", "in", "true", "false", "blank"})
"""Words that cannot name a field, because a bare name would not reach it."""

SPAN_UNITS = ("d", "mo", "h", "wd", "wh")

TokenKind = Literal["name", "context", "number", "percent", "span", "text", "operator", "end"]

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^']|'')*')
      | (?P<context>\$\w*)
      | (?P<number>\d+(?:\.\d+)?)(?P<suffix>%|[^\W\d]\w*)?
      | (?P<name>[^\W\d]\w*)
      | (?P<operator>==|!=|<=|>=|[<>+\-*/(),.\[\]])""",
    re.VERBOSE,
)

_SLIPS = {
    "&&": "and", "||": "or", "<>": "!=", "=": "==", "!": "not", '"': "'", "“": "'", "”": "'", "‘": "'", "’": "'",
    "，": ",", "（": "(", "）": ")", "＝": "==", "＜": "<", "＞": ">", "＋": "+", "－": "-", "×": "*", "÷": "/",
    "。": ".", "％": "%", "＄": "$", "【": "[", "】": "]", "≥": ">=", "≤": "<=", "≠": "!=", "：": ":",
}
"""What people type, and what the language writes instead."""
_CLOSING = {'"': '"', "“": "”", "‘": "’"}
"""Quotes that are none here, and what ends a text between them."""


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the text itself; a text token's without its quotes, a span's and a percent's with its unit."""

    kind: TokenKind
    value: str
    at: int


def place_at(text: str, place: Place, at: int) -> Place:
    """The place in the file of offset `at`, when `text` begins at `place` (later lines are indented alike)."""
    before = text[:at]
    return Place(place.file, place.line + before.count("\n"), place.column + at - (before.rfind("\n") + 1))


def tokenise(text: str, place: Place) -> tuple[list[Token], list[Problem]]:
    """The tokens of `text`, ending with an `end` token; or its faults, at most `MAX_FAULTS`: what follows one is read on where
    it is plain what was meant, and where not, the reading ends."""
    if len(text) > MAX_LENGTH:
        return [], [Problem(codes.TOO_LONG, place, {"limit": str(MAX_LENGTH), "length": str(len(text))})]
    tokens: list[Token] = []
    problems: list[Problem] = []
    at = 0
    while at < len(text) and len(problems) < MAX_FAULTS:
        match = _TOKEN.match(text, at)
        fault = _unreadable(text, at) if match is None else _badly_formed(match)
        if fault is not None:
            problems.append(Problem(fault[0], place_at(text, place, at), fault[1]))
        token = _token(match, at) if match is not None else None
        if token is not None:
            tokens.append(token)
        at = match.end() if match is not None else _after(text, at)
    tokens.append(Token("end", "", len(text.rstrip())))
    return ([], problems) if problems else (tokens, [])


def _after(text: str, at: int) -> int:
    """Where the reading goes on after what is no token: behind a slip, behind a text in quotes that are none here; at the end
    where nothing is known of what was meant."""
    closing = _CLOSING.get(text[at])
    if closing is not None:
        return text.find(closing, at + 1) + 1 or len(text)
    return next((at + len(slip) for slip in (text[at : at + 2], text[at]) if slip in _SLIPS), len(text))


def _unreadable(text: str, at: int) -> tuple[Code, dict[str, str]]:
    if text[at] == "'":
        return codes.OPEN_TEXT, {}
    for slip in (text[at : at + 2], text[at]):
        if slip in _SLIPS:
            return codes.SLIP, {"found": slip, "meant": _SLIPS[slip]}
    return codes.BAD_CHARACTER, {"found": text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"}


def _badly_formed(match: re.Match[str]) -> tuple[Code, dict[str, str]] | None:
    number, suffix = match["number"], match["suffix"]
    if number is None:
        return None
    if not number.isascii() or len(number.replace(".", "").lstrip("0")) > MAX_DIGITS or len(number) > 2 * MAX_DIGITS:
        return codes.BAD_NUMBER, {"found": match.group(), "digits": str(MAX_DIGITS)}
    if suffix is None or suffix == "%" or (suffix in SPAN_UNITS and "." not in number):
        return None
    return codes.BAD_UNIT, {"found": match.group(), "units": " ".join(f"{u}" for u in SPAN_UNITS)}


def _token(match: re.Match[str], at: int) -> Token | None:
    if match["space"] is not None:
        return None
    if match["text"] is not None:
        return Token("text", match["text"][1:-1].replace("''", "'"), at)
    if match["number"] is not None:
        suffix = match["suffix"]
        kind = "number" if suffix is None else "percent" if suffix == "%" else "span"
        return Token(kind, match.group(), at)
    for kind in ("context", "name", "operator"):
        if match[kind] is not None:
            return Token(kind, match[kind], at)
    return None
