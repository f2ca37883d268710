"""Making records from one: a lead becomes a customer, a contact and an opportunity, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from engine.access import allowed, readable_on
from engine.compiled import CompiledEntity
from engine.records import history_write, system, write
from engine.records.draft import Draft
from engine.records.queries import RecordRef
from engine.records.stored import column_of
from engine.refusals import Denied, Message, NotFound, Refused
from engine.runtime import ReadSession, WriteSession
from engine.storage.platform import comment, conversion, file
from workflows.compiled import CompiledConvert
from workflows.evaluate import Made, flows_of, holds, locked, record_id, written


def convert(s: WriteSession, name: str, id: int) -> Mapping[str, RecordRef]:
    """Convert record `id` by the conversion `name`, with the principal's own rights: to change the source and to
    create each target; files in fields that it may not read stay behind. Returns what was made, by entity. Raises
    `NotFound`, `Denied`, `Invalid`, and `Refused` the second time and while the state of the source locks all of it.
    """
    declared = flows_of(s).converts.get(name)
    if declared is None or not allowed(s, declared.source, "read", id):
        raise NotFound()
    if not allowed(s, declared.source, "update", id):
        raise Denied(Message("may_not_convert"))
    return run_convert(s, declared, locked(s, declared.source, id))


def converted_to(s: ReadSession, entity: str, id: int) -> tuple[RecordRef, ...]:
    """What a record was converted to, as far as it is remembered: by conversions that are done once. Rights are not
    asked."""
    source = s.app.entities[entity]
    if not any(one.once and one.source == entity for one in flows_of(s).converts.values()):
        return ()
    mine = (conversion.c.entity_id == source.lineage) & (conversion.c.record_id == id)
    found = s.connection.execute(sa.select(conversion.c.made).where(mine).order_by(conversion.c.at)).scalars()
    return tuple(RecordRef(name, int(number)) for made in found for name, number in made.items() if name in s.app.entities)


def run_convert(s: WriteSession, declared: CompiledConvert, row: Draft) -> Mapping[str, RecordRef]:
    """As `convert`, for a record whose conversion is authorised: targets in their order, then what they carry along."""
    source = row.entity
    _claim(s, declared, source, record_id(row))
    if s.principal.kind != "system" and s.runtime.flows.locked(s, source.name, row.stored) == "all":
        raise Refused(Message("locked_record"))
    made: dict[str, RecordRef] = {}
    for target, values in declared.targets.items():
        if holds(s, row, declared.conditions.get(target)):
            made[target] = _create(s, s.app.entities[target], row, written(s, row, values, made))
    for name in declared.carry:
        _carry(s, row, name, made)
    _note(s, declared, row, made)
    return made


def _claim(s: WriteSession, declared: CompiledConvert, source: CompiledEntity, id: int) -> None:
    """Refuse a record that was converted before; the lock on it keeps two from passing here together."""
    s.lock_anchors([(source.lineage, id)])
    if not declared.once:
        return
    mine = (conversion.c.convert == declared.name) & (conversion.c.entity_id == source.lineage)
    if s.connection.execute(sa.select(conversion.c.at).where(mine, conversion.c.record_id == id)).first() is not None:
        raise Refused(Message("already_converted"))


def _create(s: WriteSession, target: CompiledEntity, row: Draft, values: Mapping[str, object]) -> RecordRef:
    """One target; it belongs to whoever owns the source, when the platform makes it."""
    if s.principal.kind != "system":
        return RecordRef(target.name, write.create(s, target.name, values))
    return RecordRef(target.name, system.create_record(s, target.name, owned_like(target, row, values)))


def owned_like(target: CompiledEntity, row: Draft, values: Mapping[str, object]) -> dict[str, object]:
    """`values` of a record made from `row`: it belongs to whoever owns that, unless they say otherwise."""
    owner = row.stored.get("owner")
    return {"owner": owner, **values} if target.owned and owner is not None else dict(values)


def _carry(s: WriteSession, row: Draft, name: str, made: Made) -> None:
    """Files and comments are copied onto the first target; rows of a reverse collection go over to the first target that
    their link can name."""
    first = next(iter(made.values()), None)
    if first is None:
        return
    copy = _COPIED.get(name)
    if copy is not None:
        copy(s, row, first)
        return
    back = row.entity.backs[name]
    owner = s.app.entities[back.entity]
    link = owner.fields[back.field]
    to = next((ref for ref in made.values() if link.link and ref.entity in link.link.to), None)
    if to is not None:
        _repoint(s, owner, back.field, row, to)


def _repoint(s: WriteSession, owner: CompiledEntity, field: str, row: Draft, to: RecordRef) -> None:
    here = RecordRef(row.entity.name, record_id(row))
    several = owner.fields[field].stored == "any_link"
    mine = column_of(owner, field) == (here if several else here.id)
    query = sa.select(owner.table.c.id).where(mine, owner.table.c.archived_at.is_(None)).order_by(owner.table.c.id)
    values = {field: to if several else to.id}
    for id in s.connection.execute(query).scalars().all():
        system.set_fields(s, owner.name, cast(int, id), values, "update", {"carried_from": [here.entity, here.id]})


def _copy_files(s: WriteSession, row: Draft, to: RecordRef) -> None:
    """Each file field goes to the target's field of the same name and kind; of what a person may not read nothing is handed
    on to where they may."""
    target = s.app.entities[to.entity]
    known = row.entity.fields.keys() if s.principal.unrestricted else readable_on(s, row.entity.name, record_id(row)) or ()
    for name, field in row.entity.fields.items():
        into = target.fields.get(name)
        held = row.stored.get(name)
        if field.stored not in ("file", "files") or held is None or into is None or into.stored != field.stored:
            continue
        if name not in known:
            continue
        copies = tuple(_copied_file(s, number) for number in (held if isinstance(held, tuple) else (held,)))
        value = copies if field.stored == "files" else copies[0]
        system.set_fields(s, to.entity, to.id, {name: value}, "update", {"carried_from": [row.entity.name, row.id]})


def _copied_file(s: WriteSession, number: object) -> int:
    """A second entry for the stored bytes; the record that is about to name it claims it."""
    found = s.connection.execute(sa.select(file).where(file.c.id == number)).one()
    kept = {"storage", "digest", "name", "media_type", "size"}
    copy = {name: value for name, value in found._mapping.items() if name in kept}
    copy |= {"created_by": s.principal.user_id, "created_at": s.now}
    return s.connection.execute(sa.insert(file).values(copy).returning(file.c.id)).scalar_one()


def _copy_comments(s: WriteSession, row: Draft, to: RecordRef) -> None:
    mine = (comment.c.entity_id == row.entity.lineage) & (comment.c.record_id == row.id) & comment.c.removed_at.is_(None)
    target = s.app.entities[to.entity].lineage
    columns = [sa.literal(target), sa.literal(to.id), comment.c.author_id, comment.c.text, comment.c.at, comment.c.files]
    query = sa.select(*columns).where(mine).order_by(comment.c.id)
    names = ["entity_id", "record_id", "author_id", "text", "at", "files"]
    said = s.connection.execute(sa.select(comment.c.id).where(mine).order_by(comment.c.id)).scalars().all()
    if said:
        s.connection.execute(sa.insert(comment).from_select(names, query))
        _copy_comment_files(s, row, said, target, to.id)
        history_write.write(s, s.app.entities[to.entity], to.id, "comment", {}, {"carried_from": [row.entity.name, row.id]})


def _copy_comment_files(s: WriteSession, row: Draft, said: Sequence[int], target: int, id: int) -> None:
    """The latest comments on the target are copies of those `said`, in their order; each gets the files of its own."""
    theirs = (comment.c.entity_id == target) & (comment.c.record_id == id)
    latest = sa.select(comment.c.id).where(theirs).order_by(comment.c.id.desc()).limit(len(said))
    copies = dict(zip(said, reversed(s.connection.execute(latest).scalars().all()), strict=True))
    held = sa.and_(file.c.entity_id == row.entity.lineage, file.c.record_id == row.id, file.c.comment_id.in_(said))
    carried = sa.select(file.c.id, file.c.comment_id).where(held).order_by(file.c.id)
    for number, original in s.connection.execute(carried).all():
        holder = {"entity_id": target, "record_id": id, "comment_id": copies[original]}
        s.connection.execute(file.update().where(file.c.id == _copied_file(s, number)).values(holder))


def _note(s: WriteSession, declared: CompiledConvert, row: Draft, made: Made) -> None:
    """Remember what became of the record."""
    told: dict[str, Any] = {ref.entity: str(ref.id) for ref in made.values()}
    if declared.once:
        source = {"entity_id": row.entity.lineage, "record_id": row.id}
        entry = {"convert": declared.name, **source, "made": told, "at": s.now}
        s.connection.execute(sa.insert(conversion).values(entry))
    s.emit("record.converted", row.entity.name, record_id(row), {"convert": declared.name, "made": told})


_COPIED: Mapping[str, Callable[[WriteSession, Draft, RecordRef], None]] = {
    "files": _copy_files, "comments": _copy_comments,
}
