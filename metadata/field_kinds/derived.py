"""Kinds whose value comes from elsewhere; the kind of their column is that of the value."""

from __future__ import annotations

from metadata.field_kinds.base import STORED_FIELD, FieldKind, no_literal
from metadata.shapes.model import EXPRESSION, NAME, TEXT, WHOLE, props

_SHOWN = props(
    scale=(WHOLE, "Digits after the point of a number."),
    index=(STORED_FIELD["index"].shape, STORED_FIELD["index"].doc),
    reveals=(STORED_FIELD["reveals"].shape, STORED_FIELD["reveals"].doc),
)

DERIVED_KINDS = (
    FieldKind("formula", None, "A value computed from other fields; its type is that of the formula.", no_literal,
              _SHOWN | props(formula=(EXPRESSION, "How it is computed.")) | {"kept": STORED_FIELD["kept"]}, ("formula",)),
    FieldKind(
        "rollup", None, "A count, sum, min, max or avg over child rows or a reverse collection.", no_literal,
        _SHOWN | props(
            of=(NAME, "The children field or reverse collection."),
            value=(TEXT, "`count()`, `sum(amount)`, `min(due)`, `max(due)` or `avg(price)`; bare names are the row's."),
            where=(EXPRESSION, "Which rows count."),
        ),
        ("of", "value"),
    ),
    FieldKind("fetch", None, "A value copied from a linked record; its type is that of the source.", no_literal,
              _SHOWN | {n: STORED_FIELD[n] for n in ("fetch", "keep")}, ("fetch",)),
)
