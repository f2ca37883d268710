"""Line items: which rows of a parent stay, come and go. A write names all rows the parent is to have, in their order;
stored rows that are not named are deleted, with their values kept in the parent's history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.compiled import CompiledField
from engine.records.draft import Draft
from engine.records.queries import ChildInput
from engine.records.stored import child_of, read_children
from engine.refusals import FieldError, Message

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def bind_children(
    session: WriteSession, draft: Draft, field: CompiledField, rows: Sequence[ChildInput], errors: list[FieldError]
) -> list[tuple[Draft, Mapping[str, object]]]:
    """Match `rows` with the stored ones and hang them into the draft; returns each draft with the values asked for.
    A row that names no stored row of this parent, or one twice, is an error at its place (`lines.2`)."""
    before = {row.id: row for row in stored_rows(session, draft, field)}
    bound: list[tuple[Draft, Mapping[str, object]]] = []
    for index, row in enumerate(rows):
        path = f"{draft.path}{field.name}.{index}"
        child = _new_row(session, draft, field) if row.id is None else before.pop(row.id, None)
        if child is None:
            errors.append(FieldError(path, Message("no_such_row")))
            continue
        child.path = f"{path}."
        bound.append((child, row.values))
    draft.children[field.name] = [child for child, _ in bound]
    draft.removed[field.name] = list(before.values())
    return bound


def stored_rows(session: WriteSession, draft: Draft, field: CompiledField) -> list[Draft]:
    """The stored rows of a children field, in their order."""
    if draft.id is None:
        return []
    child = child_of(session, field)
    return [
        Draft(
            child, int(str(row["id"])), row, dict(row), draft.free, parent=draft, parent_field=field.name,
            position=position, path=f"{draft.path}{field.name}.{index}.",
        )
        for index, (position, row) in enumerate(read_children(session, field, draft.id))
    ]


def _new_row(session: WriteSession, draft: Draft, field: CompiledField) -> Draft:
    child = child_of(session, field)
    return Draft(child, None, {}, dict(child.groups.blank), draft.free, parent=draft, parent_field=field.name)


def rows_of(session: WriteSession, draft: Draft, name: str) -> list[Draft]:
    """The rows a children field will have: as written, else as stored."""
    if name not in draft.children:
        return stored_rows(session, draft, draft.entity.fields[name])
    return draft.children[name]
