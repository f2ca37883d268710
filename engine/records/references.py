"""What records may point at. A linked record must exist, be live, be readable by whoever chooses it, and pass the
link's filter; a file must be the writer's own upload or already on the record. Every fault has the same answer, so that
nobody learns what exists beyond their rights (law 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import predicate
from engine.compiled import CompiledEntity, CompiledField
from engine.pictures import PICTURE_KINDS, PICTURE_TYPES
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.queries import RecordRef
from engine.records.stored import column_of
from engine.refusals import FieldError, Invalid, Message
from engine.storage.platform import file
from metadata.specs.people import PEOPLE

if TYPE_CHECKING:
    from engine.runtime import WriteSession



def find_astray(session: WriteSession, top: Draft) -> None:
    """Note the links of a record and its rows that are newly chosen and lead to nothing that their writer may read, in one
    statement for each entity they lead to. Every rule takes them for blank, so that what stands in a record one may not
    read decides about no answer (law 2). Nothing is locked yet."""
    if top.free:
        return
    chosen = [
        (part, field, _newly_linked(part, field)) for part in top.everything() for field in _chosen(part, part.entity.groups.links)
        if field.link is not None
    ]
    wanted: dict[str, set[int]] = {}
    for _, _, linked in chosen:
        for name, ids in linked.items():
            wanted.setdefault(name, set()).update(ids)
    there = {name: _readable(session, name, ids, lock=False) for name, ids in wanted.items()}
    for part, field, linked in chosen:
        if not all(_possible(session, part, field, name, ids) and ids <= there[name] for name, ids in linked.items()):
            part.astray.add(field.name)


def check_references(session: WriteSession, draft: Draft) -> list[FieldError]:
    """An error for each link or file that is newly chosen and may not be."""
    groups = draft.entity.groups
    lost = [field for field in _chosen(draft, groups.links) if field.name in draft.astray or not links_good(session, draft, field)]
    found = [FieldError(f"{draft.path}{field.name}", Message("no_such_record")) for field in lost]
    gone = [field for field in _chosen(draft, groups.files) if not _files_good(session, draft, field)]
    blind = [field for field in _chosen(draft, groups.files) if field not in gone and not _pictures_good(session, draft, field)]
    lost_files = [FieldError(f"{draft.path}{field.name}", Message("no_such_file")) for field in gone]
    return [*found, *lost_files, *(FieldError(f"{draft.path}{field.name}", Message("not_picture")) for field in blind)]


def _chosen(draft: Draft, fields: Iterable[CompiledField]) -> Iterator[CompiledField]:
    """Those of `fields` whose value the writer changes."""
    for field in fields:
        name = field.name
        if name in draft.values and (not field.system or name in draft.given) and draft.differs(name):
            yield field


def links_good(session: WriteSession, draft: Draft, field: CompiledField) -> bool:
    """Whether every record that `field` newly points at exists, may be read by its writer, and passes the filter."""
    return _all_there(session, draft, field) and all(
        not _closes_circle(session, draft, field, ids)
        and _pass_filter(session, draft, field, session.app.entities[name], sorted(ids))
        for name, ids in _newly_linked(draft, field).items()
    )


def _newly_linked(draft: Draft, field: CompiledField) -> dict[str, set[int]]:
    """The ids that `field` newly points at, by entity."""
    found: dict[str, set[int]] = {}
    for ref in _targets(field, draft.values[field.name]) - _targets(field, draft.stored.get(field.name)):
        found.setdefault(ref.entity, set()).add(ref.id)
    return found


def _targets(field: CompiledField, value: object) -> set[RecordRef]:
    assert field.link is not None
    if value is None:
        return set()
    if isinstance(value, RecordRef):
        return {value}
    ids = value if isinstance(value, tuple) else (value,)
    return {RecordRef(field.link.to[0], int(str(id_))) for id_ in ids}


def _all_there(session: WriteSession, draft: Draft, field: CompiledField) -> bool:
    """Whether every record that `field` newly points at is live and may be read by its writer; they are locked."""
    return all(
        _possible(session, draft, field, name, ids) and ids <= _readable(session, name, ids, lock=True, free=draft.free)
        for name, ids in _newly_linked(draft, field).items()
    )


def _possible(session: WriteSession, draft: Draft, field: CompiledField, name: str, ids: set[int]) -> bool:
    """Whether the field may point at records of that entity at all, and not at its own record."""
    entity = session.app.entities.get(name)
    return entity is not None and not entity.child and not (name == draft.entity.name and draft.id in ids and _upward(field))


def _readable(session: WriteSession, name: str, ids: set[int], lock: bool, free: bool = False) -> set[int]:
    """Those of `ids` that are live, and that the principal may read unless `free`."""
    entity = session.app.entities.get(name)
    if entity is None or entity.child:
        return set()
    query = sa.select(entity.table.c.id).where(entity.table.c.id.in_(sorted(ids)), entity.table.c.archived_at.is_(None))
    if not free:
        own = entity.table.c.id == session.principal.user_id if name == "user" else sa.false()
        query = query.where(sa.or_(predicate(session, name, "read"), own))
    if lock:
        # Whoever trashes a target locks it FOR UPDATE: the later of the two sees what the earlier did (F13).
        query = query.with_for_update(read=True, key_share=True, of=entity.table)
    return set(session.connection.execute(query).scalars())


def _upward(field: CompiledField) -> bool:
    """Whether the field points at one record of its own entity: nothing stands below itself."""
    return field.stored != "links"


def _closes_circle(session: WriteSession, draft: Draft, field: CompiledField, ids: set[int]) -> bool:
    """Whether a person or department would end up below itself."""
    own = draft.entity.name
    if draft.new or own not in PEOPLE or field.link is None or own not in field.link.to:
        return False
    session.lock_anchors([(draft.entity.lineage, f"circle:{field.name}")])
    column, above = column_of(draft.entity, field.name), next(iter(ids))
    passed: set[object] = {draft.id}
    while above is not None and above not in passed:
        passed.add(above)
        above = session.connection.execute(sa.select(column).where(draft.entity.table.c.id == above)).scalar()
    return above == draft.id


def _pass_filter(
    session: WriteSession, draft: Draft, field: CompiledField, entity: CompiledEntity, ids: list[int]
) -> bool:
    rule = field.link.filter if field.link else None
    if rule is None or draft.free:
        return True
    host = Environment(session, draft)
    return all(rule.call(host.candidate(entity, id_)) is True for id_ in ids)


def _files_good(session: WriteSession, draft: Draft, field: CompiledField) -> bool:
    ids = set(file_ids(draft.values[field.name])) - set(file_ids(draft.stored.get(field.name)))
    if not ids:
        return True
    query = sa.select(sa.func.count()).where(file.c.id.in_(sorted(ids)), file.c.record_id.is_(None))
    if not draft.free:
        query = query.where(file.c.created_by.is_not_distinct_from(session.principal.user_id))
    return session.connection.execute(query).scalar_one() == len(ids)


def _pictures_good(session: WriteSession, draft: Draft, field: CompiledField) -> bool:
    """Whether all that a field for pictures newly holds are some."""
    ids = set(file_ids(draft.values[field.name])) - set(file_ids(draft.stored.get(field.name)))
    if field.kind not in PICTURE_KINDS or not ids:
        return True
    query = sa.select(sa.func.count()).where(file.c.id.in_(sorted(ids)), file.c.media_type.not_in(sorted(PICTURE_TYPES)))
    return session.connection.execute(query).scalar_one() == 0


def file_ids(value: object) -> tuple[int, ...]:
    """The ids in the value of a file or files field."""
    if value is None:
        return ()
    return tuple(int(str(id_)) for id_ in value) if isinstance(value, tuple) else (int(str(value)),)


def attach_files(session: WriteSession, draft: Draft) -> None:
    """Give newly named files to the record; files that are no longer named stay on it for its history. Raises `Invalid`
    when another record was given one of them meanwhile."""
    for field in draft.entity.groups.files:
        if field.name not in draft.values:
            continue
        ids = set(file_ids(draft.values[field.name])) - set(file_ids(draft.stored.get(field.name)))
        if ids:
            owner = {"entity_id": draft.entity.lineage, "record_id": draft.id, "field_id": field.lineage}
            unclaimed = file.c.id.in_(sorted(ids)) & file.c.record_id.is_(None)
            if session.connection.execute(file.update().where(unclaimed).values(owner)).rowcount != len(ids):
                raise Invalid([FieldError(f"{draft.path}{field.name}", Message("no_such_file"))])
