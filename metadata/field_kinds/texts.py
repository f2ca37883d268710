"""Kinds that hold text."""

from __future__ import annotations

from metadata.color_texts import read_color
from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.geo_texts import read_position
from metadata.rich_texts import read_rich
from metadata.shapes.model import COUNT, FLAG, PATTERN, TEXT, props, word


def _as_typed(text: str, context: LiteralContext) -> object:
    """`0139` and `No` stay what was typed; an empty text is blank."""
    return text or None


def _color(text: str, context: LiteralContext) -> object:
    found = read_color(text)
    if found is None:
        raise NotALiteral('应为颜色，例如 "#2f54c8"', 'expected a colour such as "#2f54c8"')
    return found


def _position(text: str, context: LiteralContext) -> object:
    found = read_position(text)
    if found is None:
        raise NotALiteral('应为纬度和经度，例如 "31.2304, 121.4737"', 'expected latitude and longitude such as "31.2304, 121.4737"')
    return found


def _rich(text: str, context: LiteralContext) -> object:
    """HTML where it begins with an element, else plain text."""
    return read_rich(text)


_LENGTH = props(max=(COUNT, "Most characters."))
_PATTERN = props(pattern=(PATTERN, "Regular expression that the whole text must match."))

TEXT_KINDS = (
    FieldKind("text", "text", "One line of text.", _as_typed, {**STORED_FIELD, **_LENGTH, **_PATTERN}),
    FieldKind("long", "long", "Text of several lines.", _as_typed, {**STORED_FIELD, **_LENGTH}),
    FieldKind("rich", "rich", "Formatted text: headings, lists, bold, links. In expressions only blank or not.", _rich,
              {**{name: prop for name, prop in STORED_FIELD.items() if name not in ("unique", "index", "formula", "kept")}, **_LENGTH}),
    FieldKind("email", "email", "An e-mail address.", _as_typed, {**STORED_FIELD, **_LENGTH}),
    FieldKind("phone", "phone", "A phone number, kept as typed.", _as_typed, {**STORED_FIELD, **_LENGTH, **_PATTERN}),
    FieldKind("url", "url", "A web address.", _as_typed, {**STORED_FIELD, **_LENGTH}),
    FieldKind("color", "color", "A colour such as `#2f54c8`; a text in expressions.", _color, STORED_FIELD),
    FieldKind("geo", "geo", "A position, latitude and longitude such as `31.2304, 121.4737`; a text in expressions.", _position,
              {name: prop for name, prop in STORED_FIELD.items() if name not in ("unique", "index")}),
    FieldKind(
        "serial", "serial", "A document number given by the platform.", _as_typed,
        {
            **{name: STORED_FIELD[name] for name in ("unique", "index")},
            **props(
                pattern=(TEXT, "`HT-{yyyy}-{00001}`: texts, dates yyyy yy MM dd yyyyMM yyyyMMdd, one counter of zeros ending in 1. "
                               "A changed pattern counts on; a number that a record has already is passed over."),
                reset=(word("never", "year", "month", "day"), "When the counter begins again. A changed one counts on."),
                gapless=(FLAG, "No number is ever missing; slower, because writers queue for it."),
            ),
        },
        ("pattern",),
    ),
)
