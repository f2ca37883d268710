"""Reading a posted form: each text through the field type of its kind, faults collected, everything typed kept.

Names of inputs are field names; rows of a child grid are `lines.<row>.<field>`, with `lines.<row>.id` for a stored row.
Inputs of the page itself begin with an underscore. A field that was not posted is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.field_types.base import InvalidValue, TextContext
from engine.numerals import number_of
from engine.records.queries import ChildInput
from engine.refusals import FieldError, Message, Unread

SEVERAL = frozenset({"choices", "tags", "links", "files"})
"""Kinds whose input may be posted more than once."""
UNREAD = "_unread."
"""Before the name of an input: the hidden input that holds the pasted text which the input itself could not take."""
_NEW = "new"
_NO_ROW = 0


class Posted(Protocol):
    """What a posted form can be asked: all texts of a name, in order, and all names."""

    def getlist(self, key: str, /) -> list[str]: ...

    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class BoundRow:
    """One row of a child grid as posted: `key` is its place in the names of its inputs, `id` that of a stored row."""

    key: str
    id: int | None
    texts: Mapping[str, str]
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Bound:
    """`values` are what could be read, `texts` what was typed, `errors` what could not be read. `values` of children
    fields are tuples of `ChildInput`, and their typed rows are in `rows`."""

    values: Mapping[str, object]
    texts: Mapping[str, str]
    errors: tuple[FieldError, ...] = ()
    rows: Mapping[str, tuple[BoundRow, ...]] = field(default_factory=dict)

    @property
    def inputs(self) -> Mapping[str, object]:
        """Everything that was posted, as the engine judges it: the values, and `Unread` for what could not be read."""
        unread = {error.path: Unread(error.message) for error in self.errors}
        own = {path: one for path, one in unread.items() if "." not in path}
        return {**self.values, **{name: _row_inputs(name, rows, unread) for name, rows in self.rows.items()}, **own}


def bind(
    app: CompiledApp, entity: CompiledEntity, posted: Posted, context: TextContext, blank_rows: bool = False
) -> Bound:
    """The values of all posted inputs of the entity's fields. Nothing is judged here beyond what a text means; rules
    and rights are the engine's (R25). A new row in which nothing is said is left out, unless `blank_rows`: it is one that
    somebody is about to fill in."""
    values: dict[str, object] = {}
    texts: dict[str, str] = {}
    rows: dict[str, tuple[BoundRow, ...]] = {}
    errors: list[FieldError] = []
    names = set(posted.keys())
    for item in entity.fields.values():
        if item.kind == "children":
            if f"{item.name}._rows" in names:
                child = app.entities[item.children or ""]
                rows[item.name], faults = _bind_rows(child, item.name, posted, context, blank_rows)
                values[item.name] = tuple(ChildInput(row.id, row.values) for row in rows[item.name])
                errors.extend(faults)
        elif item.name in names and not item.system | (item.computed is not None):
            _read(item, item.name, posted.getlist(item.name), context, (values, texts, errors))
    return Bound(values, texts, tuple(errors), rows)


def bind_fields(
    fields: Iterable[CompiledField], posted: Posted, context: TextContext, prefix: str = ""
) -> Bound:
    """The same for fields that stand alone, such as the questions of a move."""
    values: dict[str, object] = {}
    texts: dict[str, str] = {}
    errors: list[FieldError] = []
    for item in fields:
        raw = posted.getlist(prefix + item.name)
        if raw:
            _read(item, item.name, raw, context, (values, texts, errors))
    return Bound(values, texts, tuple(errors))


def _row_inputs(name: str, rows: Sequence[BoundRow], unread: Mapping[str, Unread]) -> tuple[ChildInput, ...]:
    """The rows of a grid with what could not be read in them. One whose id is none names no row there can be."""
    found: list[ChildInput] = []
    for number, row in enumerate(rows):
        start = f"{name}.{number}."
        faults = {path.removeprefix(start): one for path, one in unread.items() if path.startswith(start)}
        found.append(ChildInput(_NO_ROW if start[:-1] in unread else row.id, {**row.values, **faults}))
    return tuple(found)


def row_keys(posted: Posted, name: str) -> list[str]:
    """The keys of the rows of grid `name`, in the order of the form."""
    start = f"{name}."
    found = (key[len(start) :].partition(".")[0] for key in posted.keys() if key.startswith(start))  # noqa: SIM118
    return [key for key in dict.fromkeys(found) if key != "_rows"]


def _bind_rows(
    child: CompiledEntity, name: str, posted: Posted, context: TextContext, blank_rows: bool
) -> tuple[tuple[BoundRow, ...], list[FieldError]]:
    rows: list[BoundRow] = []
    errors: list[FieldError] = []
    for key in row_keys(posted, name):
        values: dict[str, object] = {}
        texts: dict[str, str] = {}
        faults: list[FieldError] = []
        for item in child.fields.values():
            raw = posted.getlist(f"{name}.{key}.{item.name}")
            if raw and not item.system and item.computed is None:
                _read(item, item.name, raw, context, (values, texts, faults))
        said = any(_says(child.fields[part], text) or any(posted.getlist(f"{UNREAD}{name}.{key}.{part}")) for part, text in texts.items())
        if blank_rows or not key.startswith(_NEW) or said:
            errors.extend(FieldError(f"{name}.{len(rows)}.{fault.path}", fault.message) for fault in faults)
            id, unknown = _row_id(posted.getlist(f"{name}.{key}.id"))
            errors.extend([FieldError(f"{name}.{len(rows)}", Message("no_such_row"))] if unknown else [])
            rows.append(BoundRow(key, id, texts, values))
    return tuple(rows), errors


def _says(item: CompiledField, text: str) -> bool:
    """Whether an input of a new row was filled in; a row nobody filled in is none."""
    return bool(text) and text != "false" and text != str(item.default if item.default is not None else "")


def _row_id(raw: Sequence[str]) -> tuple[int | None, bool]:
    """The id of a stored row, None for a new one; and whether what was posted is no id."""
    text = raw[-1] if raw else ""
    number = number_of(text)
    return number, bool(text) and number is None


def _read(
    item: CompiledField,
    name: str,
    raw: Sequence[str],
    context: TextContext,
    into: tuple[dict[str, object], dict[str, str], list[FieldError]],
) -> None:
    values, texts, errors = into
    several = item.stored in SEVERAL
    texts[name] = ",".join(part for part in raw if part) if several else raw[-1]
    try:
        values[name] = item.type.parse(texts[name] if several else _posted_text(item, raw[-1]), item, context)
    except InvalidValue as fault:
        errors.append(FieldError(name, fault.message))


def _posted_text(item: CompiledField, text: str) -> str:
    """Browsers post line ends as CR LF, the stored text has LF; the per cent sign stands beside its input."""
    if item.stored == "percent" and text.strip() and not text.strip().endswith(("%", "％")):
        return f"{text.strip()}%"
    return text.replace("\r\n", "\n") if item.stored == "long" else text
