"""What a flow does besides changing a state: set, create, update, move, convert, notify. All of it happens in the
transaction of the move, as the platform in the name of whoever moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.records import system
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.queries import RecordRef
from engine.refusals import Message, Refused
from engine.runtime import WriteSession
from metadata.expressions.typed import Collection
from workflows.compiled import CompiledEffect
from workflows.convert import owned_like, run_convert
from workflows.evaluate import flows_of, holds, record_id, stored, written
from workflows.guards import obstacles, subject_of
from workflows.notify import About, tell
from workflows.people import Directory, resolve

Mover = Callable[[WriteSession, str, int, str], None]
"""Makes a move by the platform: (session, entity, id, move); raises `Refused` where it cannot be made."""


@dataclass(frozen=True, slots=True)
class Host:
    """The record whose effects run, and how moves that they ask for are made."""

    entity: str
    id: int
    move: Mover


def elevated(s: WriteSession) -> WriteSession:
    """The unit as the platform, in the name of its person: their rights do not limit what a flow declares."""
    return s.acting_as(replace(s.principal, kind="system"))


def run_effects(s: WriteSession, host: Host, effects: Iterable[CompiledEffect]) -> None:
    """Do `effects` one after the other; each sees what those before it did."""
    for effect in effects:
        row = stored(s, host.entity, host.id)
        if holds(s, row, effect.condition):
            _EFFECTS[effect.verb](elevated(s), host, row, effect)


def _set(s: WriteSession, host: Host, row: Draft, effect: CompiledEffect) -> None:
    system.set_fields(s, host.entity, host.id, written(s, row, effect.values), "update")


def _create(s: WriteSession, host: Host, row: Draft, effect: CompiledEffect) -> None:
    target = s.app.entities[effect.target or ""]
    system.create_record(s, target.name, owned_like(target, row, written(s, row, effect.values)))


def _update(s: WriteSession, host: Host, row: Draft, effect: CompiledEffect) -> None:
    target = _linked(s, row, effect.path)
    if target is None:
        raise Refused(Message("effect_no_target"))
    system.set_fields(s, target.entity, target.id, written(s, row, effect.values), "update")


def _move(s: WriteSession, host: Host, row: Draft, effect: CompiledEffect) -> None:
    """`each` moves those that can move; a single record that cannot refuses the whole."""
    name = effect.target or ""
    if effect.each is not None:
        for ref in _records(s, row, effect.each):
            if _can_move(s, ref, name, row, effect):
                host.move(s, ref.entity, ref.id, name)
        return
    target = _linked(s, row, effect.path) if effect.path else RecordRef(host.entity, host.id)
    if target is None:
        raise Refused(Message("effect_no_target"))
    host.move(s, target.entity, target.id, name)


def _convert(s: WriteSession, host: Host, row: Draft, effect: CompiledEffect) -> None:
    run_convert(s, flows_of(s).converts[effect.target or ""], row)


def _notify(s: WriteSession, host: Host, row: Draft, effect: CompiledEffect) -> None:
    directory = Directory(s.connection, s.app, flows_of(s))
    people = resolve(directory, effect.people, subject_of(s, row, s.principal.user_id))
    tell(s, people, "flow", effect.text or {}, About(row.entity, host.id))


def _can_move(s: WriteSession, ref: RecordRef, name: str, row: Draft, effect: CompiledEffect) -> bool:
    target = stored(s, ref.entity, ref.id)
    flow = flows_of(s).flows.get(ref.entity)
    if flow is None or target.stored.get("archived_at") is not None or not holds(s, target, effect.where, row):
        return False
    return not obstacles(s, flow, target, flow.moves[name])


def _linked(s: WriteSession, row: Draft, path: Sequence[str]) -> RecordRef | None:
    """The record at the end of a link path."""
    for name in path:
        field = row.entity.fields[name]
        value = Environment(s, row).value(row, field)
        if isinstance(value, RecordRef):
            row = stored(s, value.entity, value.id)
        elif isinstance(value, int) and field.link is not None:
            row = stored(s, field.link.to[0], value)
        else:
            return None
    return RecordRef(row.entity.name, record_id(row))


def _records(s: WriteSession, row: Draft, collection: Collection) -> list[RecordRef]:
    """The records of a collection of the row, in order of id."""
    found = (record_id(one.row) for one in Environment(s, row).rows(collection))
    return [RecordRef(collection.target, id) for id in sorted(found)]


_EFFECTS: Mapping[str, Callable[[WriteSession, Host, Draft, CompiledEffect], None]] = {
    "set": _set, "create": _create, "update": _update, "move": _move, "convert": _convert, "notify": _notify,
}
