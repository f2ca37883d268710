"""Checks over roll-ups, judged once more before the commit: a write elsewhere that changes a total must not leave behind
a record that breaks its own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.access import allowed
from engine.compiled import CompiledApp, CompiledCheck
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.rollup_routes import formulas_of
from engine.records.stored import read_row
from engine.records.validate import check_message
from engine.refusals import FieldError, Invalid, Message
from metadata.expressions.dependencies import dependencies
from metadata.expressions.reach import opened

if TYPE_CHECKING:
    from engine.runtime import WriteSession

Watched = tuple[CompiledCheck, frozenset[str]]
"""A check, and the derived fields of its record that it reads."""


def check_totals(session: WriteSession) -> None:
    """Judge the checks whose totals the unit changed. Raises `Invalid`: the record that was written is at fault, so the
    error is of all of it."""
    watched = session.app.statements.get(("checks over totals",), lambda: _watched(session.app))
    touched: dict[tuple[str, int], set[str]] = {}
    for written in session.written if watched else ():
        if written.entity in watched:
            touched.setdefault((written.entity, written.id), set()).update(written.changed)
    for (entity, id), changed in sorted(touched.items()):
        checks = [check for check, reads in watched[entity] if reads & changed]
        if checks:
            _judge(session, entity, id, checks)


def _watched(app: CompiledApp) -> Mapping[str, tuple[Watched, ...]]:
    found: dict[str, tuple[Watched, ...]] = {}
    for entity in app.entities.values():
        derived = {name for name, field in entity.fields.items() if field.computed in ("rollup", "row")}
        checks = [(check, _own(app, check, entity.name) & derived) for check in entity.checks]
        kept = tuple((check, frozenset(reads)) for check, reads in checks if reads)
        if kept and not entity.child:
            found[entity.name] = kept
    return found


def _own(app: CompiledApp, check: CompiledCheck, entity: str) -> set[str]:
    """The fields of the entity that the check reads, inside formulas as well."""
    read = (dependencies(typed).fields for typed in opened(check.must.typed, formulas_of(app)))
    return {field for fields in read for owner, field in fields if owner == entity}


def _judge(session: WriteSession, entity: str, id: int, checks: list[CompiledCheck]) -> None:
    row = read_row(session, session.app.entities[entity], id)
    if row is None or row.get("archived_at") is not None:
        return
    draft = Draft(session.app.entities[entity], id, row, dict(row), free=True)
    environment = Environment(session, draft)
    failed = [check for check in checks if check.must.call(environment) is False]
    if failed:
        told = allowed(session, entity, "read", id)
        raise Invalid([
            FieldError("", check_message(session, draft, check) if told else Message("rule_untold")) for check in failed
        ])
