"""Titles of records as SQL text, so that they are joined, sorted and searched in the statement itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.access.views import View
from engine.collation import collation_key
from engine.compiled import CompiledEntity, CompiledField

Value = sa.ColumnElement[Any]
Part = Callable[[str], tuple[CompiledField, Value] | None]


def title_text(entity: CompiledEntity, part: Part, view: View, order: bool = False) -> Value:
    """The title of a row of `entity`: its parts joined, trimmed; NULL when nothing is left. `part` gives a field and
    its readable value; parts that may not be read are left out. `order`: what the title sorts by; then `part` gives what texts
    and titles sort by."""
    pieces = []
    for kind, content in entity.title:
        if kind == "text":
            pieces.append(sa.literal(collation_key(content) if order else content, sa.Text()))
            continue
        found = part(content)
        if found is not None:
            pieces.append(sa.func.coalesce(_sorting(*found, view) if order else shown(*found, view), ""))
    if not any(kind == "field" and part(content) is not None for kind, content in entity.title):
        return sa.type_coerce(sa.null(), sa.Text())
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole.concat(piece)
    return sa.type_coerce(sa.func.nullif(sa.func.trim(whole), ""), sa.Text())


def _sorting(field: CompiledField, value: Value, view: View) -> Value:
    """What a part of a title sorts by; `value` of texts and links does so already."""
    if field.order is not None or field.link is not None:
        return sa.type_coerce(value, sa.Text())
    if field.stored == "choice" and field.options:
        labels = {name: collation_key(option.label[view.language]) for name, option in field.options.items()}
        return sa.case(labels, value=value, else_=value)
    return sa.func.lower(shown(field, value, view))


def shown(field: CompiledField, value: Value, view: View) -> Value:
    """`value` as the text that people read in a title."""
    if field.stored == "choice" and field.options:
        labels = {name: option.label[view.language] for name, option in field.options.items()}
        return sa.case(labels, value=value, else_=value)
    if isinstance(value.type, sa.Text | sa.String):
        return sa.type_coerce(value, sa.Text())
    if field.stored in ("decimal", "money", "percent"):
        return _digits(value, field, view)
    return sa.cast(value, sa.Text())


def _digits(value: Value, field: CompiledField, view: View) -> Value:
    """An exact decimal in digits; on SQLite it is stored as a whole number of its smallest unit."""
    scale = getattr(value.type, "scale", field.scale) or 0
    if view.dialect != "sqlite" or not scale:
        return sa.cast(value, sa.Text())
    whole = sa.type_coerce(value, sa.BigInteger())
    sign = sa.case((whole < 0, "-"), else_="")
    digits = sa.func.printf(f"%0{scale + 1}d", sa.func.abs(whole))
    return sign.concat(sa.func.substr(digits, 1, sa.func.length(digits) - scale)).concat(".").concat(
        sa.func.substr(digits, -scale)
    )
