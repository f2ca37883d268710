"""Making a record of what a form holds, for every form that makes one: whole, or short in a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import access
from engine.compiled import CompiledEntity
from engine.records import read, write
from engine.records.duplicates import Duplicate
from engine.records.queries import RecordRef
from engine.refusals import Denied, FieldError, Invalid, Message
from engine.runtime import WriteSession
from forms.binding import Bound, bind
from web.context import Context


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: the number of what was `made`; else what is wrong with what was typed, or which records look the same."""

    bound: Bound
    made: int | None = None
    errors: tuple[FieldError, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()


class _Alike(Exception):
    """Records that look the same were found and nobody has said yet that this is another one."""

    def __init__(self, found: list[Duplicate]) -> None:
        super().__init__()
        self.found = found


def make_typed(
    context: Context, name: str, judged: Callable[[CompiledEntity, Bound], Bound] = lambda entity, bound: bound,
) -> Attempt:
    """Makes a record of the entity `name` from the posted form, to which `judged` adds what else is known of it; sending the form twice
    makes one (T23). Raises `Denied` for who may make none."""
    bound = Bound({}, {})

    def unit(session: WriteSession) -> int:
        nonlocal bound
        entity = context.entity()
        check_may_create(context, entity)
        bound = judged(entity, bind(context.app, entity, context.typed, context.reading))
        if not bound.errors and not context.text("_anyway"):
            found = read.duplicates(session, name, bound.values)
            if found:
                raise _Alike(found)
        return write.create(session, name, bound.inputs)

    try:
        made = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        return Attempt(bound, errors=tuple(refusal.errors))
    except _Alike as alike:
        return Attempt(bound, duplicates=tuple(alike.found))
    return Attempt(bound, made)


def check_may_create(context: Context, entity: CompiledEntity) -> None:
    """Raises `Denied` for who may make no record of `entity`."""
    if not access.may(context.session, entity.name, "create"):
        raise Denied(Message("may_not_create"))


def check_may_add(context: Context, entity: CompiledEntity, values: Mapping[str, object]) -> None:
    """Raises `Denied` where a record that the address names, and that the new one is to point to, surely allows none."""
    for name, value in values.items():
        field = entity.fields[name]
        if field.link is not None and isinstance(value, RecordRef) and value.entity in field.link.to:
            host, id = value.entity, value.id
        elif field.link is not None and isinstance(value, int):
            host, id = field.link.to[0], value
        else:
            continue
        if not access.may_add(context.session, host, id, [(entity.name, name)]):
            raise Denied(Message("may_not_add", {"link": field.label}))
