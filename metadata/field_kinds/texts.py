"""Kinds that hold text."""

from __future__ import annotations

from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext
from metadata.shapes.model import COUNT, FLAG, PATTERN, TEXT, props, word


def _as_typed(text: str, context: LiteralContext) -> object:
    """`0139` and `No` stay what was typed; an empty text is blank."""
    return text or None


_LENGTH = props(max=(COUNT, "Most characters."))
_PATTERN = props(pattern=(PATTERN, "Regular expression that the whole text must match."))

TEXT_KINDS = (
    FieldKind("text", "text", "One line of text.", _as_typed, {**STORED_FIELD, **_LENGTH, **_PATTERN}),
    FieldKind("long", "long", "Text of several lines.", _as_typed, {**STORED_FIELD, **_LENGTH}),
    FieldKind("email", "email", "An e-mail address.", _as_typed, {**STORED_FIELD, **_LENGTH}),
    FieldKind("phone", "phone", "A phone number, kept as typed.", _as_typed, {**STORED_FIELD, **_LENGTH, **_PATTERN}),
    FieldKind("url", "url", "A web address.", _as_typed, {**STORED_FIELD, **_LENGTH}),
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
