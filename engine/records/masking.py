"""Masks: what is shown of a value that may be seen in part only, as SQL text, so that the rest never leaves the
database.

Phones keep the first three and the last four digits (138****5678), mails the first character and the domain
(j***@x.com), short texts such as names the first character (张*), longer ones the first and the last; of anything that
is no text nothing is shown but that it is there.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledField

_TEXTS = frozenset({"text", "long", "phone", "email", "url", "serial"})
_HIDDEN = "***"


def masked_text(field: CompiledField, value: sa.ColumnElement[Any], dialect: str) -> sa.ColumnElement[Any]:
    """The masked form of `value` (NULL when blank)."""
    if field.stored not in _TEXTS:
        return sa.case((value.is_not(None), _HIDDEN), else_=sa.null())
    text = sa.type_coerce(value, sa.Text())
    if field.stored == "phone":
        return _phone(text)
    if field.stored == "email":
        return _mail(text, dialect)
    return _plain(text)


def _phone(text: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    length = sa.func.length(text)
    long = _first(text, 3).concat("****").concat(_last(text, 4))
    middling = _first(text, 2).concat("****").concat(_last(text, 2))
    return sa.case((length >= 11, long), (length >= 7, middling), (length > 0, _HIDDEN), else_=sa.null())


def _mail(text: sa.ColumnElement[Any], dialect: str) -> sa.ColumnElement[Any]:
    at = sa.func.instr(text, "@") if dialect == "sqlite" else sa.func.strpos(text, "@")
    return sa.case((at > 1, _first(text, 1).concat(_HIDDEN).concat(sa.func.substr(text, at))), else_=_plain(text))


def _plain(text: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    length = sa.func.length(text)
    long = _first(text, 1).concat(_HIDDEN).concat(_last(text, 1))
    return sa.case((length > 3, long), (length > 1, _first(text, 1).concat("*")), (length > 0, "*"), else_=sa.null())


def _first(text: sa.ColumnElement[Any], count: int) -> sa.ColumnElement[Any]:
    return sa.func.substr(text, 1, count, type_=sa.Text())


def _last(text: sa.ColumnElement[Any], count: int) -> sa.ColumnElement[Any]:
    return sa.func.substr(text, sa.func.length(text) - (count - 1), type_=sa.Text())
