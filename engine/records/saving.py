"""From a bound draft to rows: the order in which every write goes (law 3). Judge first, everything at once; then rows,
children, links, files; then roll-ups; then history, search, outbox and the notice to the flows, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from sqlalchemy.exc import IntegrityError

from engine import search
from engine.failpoints import failpoint
from engine.ports import Written
from engine.records import history_write, rollups
from engine.records.derive import fetch, formulas
from engine.records.draft import Draft
from engine.records.duplicates import duplicates
from engine.records.environment import Environment
from engine.records.people_rules import end_access, keep_an_administrator
from engine.records.prepare import fill_in
from engine.records.references import attach_files, find_astray
from engine.records.rollup_routes import chain, hosts_of_draft
from engine.records.rule_anchors import anchors_of_draft
from engine.records.serials import give_numbers
from engine.records.stored import delete_row, insert_row, update_row, write_links
from engine.records.telling import as_told
from engine.records.uniques import as_taken
from engine.records.validate import check_draft, hide_invisible
from engine.refusals import FieldError, Invalid, Message
from metadata.specs.people import PEOPLE

if TYPE_CHECKING:
    from engine.runtime import WriteSession

HistoryKind = Literal["create", "update", "move", "delete", "restore", "assign", "approve", "comment", "file"]
_WRITTEN: Mapping[str, Literal["create", "update", "move", "delete", "restore"]] = {
    "create": "create", "move": "move", "approve": "move", "delete": "delete", "restore": "restore",
}


def judge(session: WriteSession, draft: Draft, errors: list[FieldError]) -> None:
    """Complete the draft (defaults, copies, formulas) and judge all of it. `errors` are those of binding. Raises
    `Invalid` with everything that is wrong, each path once."""
    found = [*errors, *fill_in(session, draft)]
    find_astray(session, draft)
    parts = sorted(draft.everything(), key=lambda part: part.path.count("."), reverse=True)
    for part in parts:
        environment = Environment(session, part)
        hide_invisible(part, environment)
        found += derive(session, part, environment)
    lock_hosts(session, draft)
    found += [*check_draft(session, draft), *_check_duplicates(session, draft)]
    if found:
        raise Invalid(as_told(session, draft, _first_of_each(found)))


def derive(session: WriteSession, part: Draft, environment: Environment) -> list[FieldError]:
    """Bring up to date what is worked out in the row of `part`: copies, totals over its written rows, formulas. Returns
    what does not fit its field."""
    found = fetch(part, environment)
    found += rollups.over_own_rows(session, part, environment)
    return found + formulas(part, environment)


def _check_duplicates(session: WriteSession, draft: Draft) -> list[FieldError]:
    """Where the entity refuses duplicates: an error at the field by which a changed record looks like another."""
    if draft.free or draft.entity.duplicates_then != "block":
        return []
    asked = {field for field, _ in draft.entity.duplicates} & draft.changed
    if not asked:
        return []
    values = {name: value for name, value in draft.values.items() if name not in draft.astray}
    return [
        FieldError(twin.field, Message("duplicate"))
        for twin in duplicates(session, draft.entity.name, values, but=draft.id) if twin.field in asked
    ]


def _first_of_each(errors: list[FieldError]) -> list[FieldError]:
    """The first error at each input (what follows from it is no news), and all errors of the record itself."""
    found: dict[tuple[str, int], FieldError] = {}
    for number, error in enumerate(errors):
        found.setdefault((error.path, 0 if error.path else number), error)
    return list(found.values())


def lock_hosts(session: WriteSession, draft: Draft) -> None:
    """Lock the records whose totals this write changes, and those that rules over several rows stand on, before anything
    is read for a rule (law 15)."""
    if session.connection.dialect.name != "postgresql":
        return
    hosts = anchors_of_draft(session, draft, chain(session, hosts_of_draft(session, draft)))
    if hosts:
        session.lock_anchors([(session.app.entities[name].lineage, id_) for name, id_ in hosts])
        draft.loaded.clear()


def put(
    session: WriteSession, draft: Draft, kind: HistoryKind, detail: Mapping[str, object] | None = None,
    always: bool = False,
) -> bool:
    """Write a judged draft and everything that goes with it. Returns whether anything was written: an update that
    changes nothing leaves revision and history as they are, unless `always`."""
    changed = draft.changed
    if not draft.touched and not draft.new and not always:
        return False
    hosts = hosts_of_draft(session, draft)
    try:
        _put_rows(session, draft, changed)
    except IntegrityError as error:
        taken = as_taken(error, draft)
        if taken is None:
            raise
        raise Invalid(as_told(session, draft, taken.errors)) from None
    failpoint("records.rows_written")
    record = _own_id(draft)
    own = {(draft.entity.name, record)} if rollups.own_to_refresh(draft) else set()
    rollups.refresh(session, hosts | hosts_of_draft(session, draft) | own)
    _put_trail(session, draft, kind, detail, changed)
    return True


def _put_rows(session: WriteSession, draft: Draft, changed: frozenset[str]) -> None:
    """The record's row, then its child rows and what else lies outside it."""
    for rows in draft.removed.values():
        for row in rows:
            delete_row(session, row.entity, _own_id(row))
    if draft.new:
        give_numbers(session, draft)
        formulas(draft, Environment(session, draft))
        insert_row(session, draft)
    elif changed or draft.parent is None or _displaced(draft):
        update_row(session, draft, changed)
    for name, field in draft.entity.fields.items():
        if field.kind == "links" and name in draft.values:
            value = draft.values[name]
            write_links(session, field, _own_id(draft), value if isinstance(value, tuple) else ())
    attach_files(session, draft)
    for rows in draft.children.values():
        for row in rows:
            _put_rows(session, row, row.changed)


def _displaced(draft: Draft) -> bool:
    """Whether a child row's stored place is no longer its own."""
    return draft.parent is not None and draft.parent.children[draft.parent_field].index(draft) != draft.position


def _put_trail(
    session: WriteSession, draft: Draft, kind: HistoryKind, detail: Mapping[str, object] | None, changed: frozenset[str]
) -> None:
    record, entity = _own_id(draft), draft.entity
    history_write.write(session, entity, record, kind, history_write.changes_of(draft, changed), detail)
    if draft.stored.get("archived_at") is None and draft.values.get("archived_at") is not None:
        search.remove_row(session.connection, entity, record)
    elif set(entity.search) & changed or kind in ("create", "restore"):
        search.index_row(session.connection, entity, record, draft.values)
    session.emit(f"record.{kind}", entity.name, record, {"changed": sorted(changed), "by": session.principal.user_id})
    before = {name: draft.stored.get(name) for name in changed if entity.fields[name].link is not None}
    session.wrote(Written(entity.name, record, _WRITTEN.get(kind, "update"), changed, before))
    if entity.name in PEOPLE:
        end_access(session, draft)
        keep_an_administrator(session, draft)
        session.touch_access()
    failpoint("records.trail_written")


def _own_id(draft: Draft) -> int:
    assert draft.id is not None
    return draft.id
