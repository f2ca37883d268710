"""The headings of a table, and the fields of an entity that they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.compiled import CompiledEntity, CompiledField
from engine.languages import names_in
from reports.exchange.tables import TableRefused

NOTES = ("#line", "#error")
"""Columns that a file of refused rows has beside those of its table; in a table that is imported they mean nothing."""


@dataclass(frozen=True, slots=True)
class Headings:
    """`fields` are what the columns mean, in their order, None for those of `NOTES`; `names` say how each is headed, by field."""

    fields: tuple[CompiledField | None, ...]
    names: Mapping[str, str]


def read_headings(entity: CompiledEntity, header: Sequence[str], mapping: Mapping[str, str], language: str) -> Headings:
    """What the columns headed `header` mean: the field that `mapping` names, else the one of that name or label, as a reader
    of `language` may write it. Raises `TableRefused` for a column that is no field, and for two of one field."""
    found: list[CompiledField | None] = []
    names: dict[str, str] = {}
    for name in header:
        chosen = _named(entity, mapping.get(name, name), language)
        if chosen is None and name not in NOTES:
            known = ", ".join(n for n, f in entity.fields.items() if f.writable)
            raise TableRefused(
                f"列“{name}”不是该实体的字段。可用：{known}。", f"Column '{name}' is no field here. There are: {known}.",
            )
        if chosen is not None and chosen.name in names:
            first = names[chosen.name]
            raise TableRefused(
                f"列“{first}”和列“{name}”是同一个字段 {chosen.name}；请删去其中一列，或在 --map 中另行指定。",
                f"Columns '{first}' and '{name}' are both the field {chosen.name}; take one away, or map it with --map.",
            )
        found.append(chosen)
        if chosen is not None:
            names[chosen.name] = name
    return Headings(tuple(found), names)


def _named(entity: CompiledEntity, name: str, language: str) -> CompiledField | None:
    if name in entity.fields:
        return entity.fields[name]
    folded = name.casefold()
    matches = [f for f in entity.fields.values() if folded in (text.casefold() for text in names_in(f.label, language))]
    return matches[0] if len(matches) == 1 else None
