"""A new record that begins as a copy of another: what its form holds, as a form would post it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.compiled import CompiledEntity, CompiledField
from engine.numerals import number_of
from engine.records import read
from engine.refusals import NotFound
from forms.binding import Posted
from web.context import Context
from web.pages.forms.views import stored_texts

PARAMETER = "_copy"
"""Holds the number of the record to be copied; no field has such a name."""
_FILES = ("file", "files")


class Beginning:
    """What the form of a new record begins with, as it would be posted: what the address says, else what the copy holds."""

    def __init__(self, said: Posted, copy: Mapping[str, str]) -> None:
        self._said = said
        self._copy = copy

    def getlist(self, key: str, /) -> list[str]:
        return list(self._said.getlist(key)) or ([self._copy[key]] if key in self._copy else [])

    def keys(self) -> Iterable[str]:
        return dict.fromkeys((*self._said.keys(), *self._copy))


def beginning(context: Context, entity: CompiledEntity) -> Posted:
    """What the address fills in, over a copy of the record that it names. Raises `NotFound` for a record that its reader may
    not know."""
    said, wanted = context.request.query_params, context.query(PARAMETER)
    return Beginning(said, _copy(context, entity, wanted)) if wanted else said


def _copy(context: Context, entity: CompiledEntity, wanted: str) -> Mapping[str, str]:
    """The inputs of a copy, child rows among them as new ones. Only what its reader may see is copied, and what a second record
    may have: no number, no unique value, no file, no state."""
    number = number_of(wanted)
    if number is None:
        raise NotFound()
    typed = stored_texts(context, entity, read.get(context.session, entity.name, number))
    pairs = {name: text for name, text in typed.texts.items() if _again(entity, entity.fields[name])}
    for name, rows in typed.rows.items():
        child = context.app.entities[entity.fields[name].children or ""]
        pairs[f"{name}._rows"] = "1"
        for place, row in enumerate(rows, 1):
            own = {part: text for part, text in row.texts.items() if _again(child, child.fields[part])}
            pairs |= {f"{name}.new{place}.{part}": text for part, text in own.items()}
    return pairs


def _again(entity: CompiledEntity, field: CompiledField) -> bool:
    """Whether a second record may have the value too."""
    return field.writable and not field.unique and field.stored not in _FILES and field.name != entity.state_field
