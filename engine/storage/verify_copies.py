"""The check of `verify` on copies: a value that is fetched, and follows its source, is what the source held when the record was
last written. What the source became since does not matter, so only sources that were written before it are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.records.recomputed import held
from engine.storage import releases, stored_release
from engine.storage.database import Unusable
from engine.storage.faults import Fault, fault
from metadata.specs.app import AppSpec

BESIDE = timedelta(minutes=1)
"""A unit that began this much later may still have read a source as it was before another unit, not yet ended, wrote it."""
_ONE = ("link", "user", "dept")
_WRITTEN = (None, "fetch", "serial")
"""How fields come about that change with their record's time of change only; what is computed over other rows does not."""


def copies(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """Copies that are not what their source held; `keep: if_blank` fills a blank once and then belongs to people. Those of
    records in the trash stay as they were; those that another declaration made are left alone too."""
    past = _Past(connection, app.release)
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.computed != "fetch" or field.fetch is None:
                continue
            link, name, _ = field.fetch
            for record, stored, right, at in _differing(connection, app, entity, field):
                if past.fetched(entity.name, field, at):
                    where = {"entity": entity.name, "field": field.name, "record": record, "source": f"{link}.{name}"}
                    yield fault("fault_copy", **where, stored=stored, computed=right)


def _differing(
    connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField
) -> Iterator[tuple[int, object, object, datetime]]:
    """Records whose copy is not what it should be: id, the stored value, the right one, and when they were last written."""
    assert field.fetch is not None
    link = entity.fields[field.fetch[0]]
    if link.link is None or link.column is None or field.column is None or link.stored not in _ONE:
        return
    target = app.entities[link.link.to[0]]
    source = target.fields[field.fetch[1]]
    if source.column is None or source.computed not in _WRITTEN:
        return
    here, there = entity.table, target.table.alias()
    settled = sa.or_(link.column.is_(None), there.c.updated_at < here.c.updated_at)
    query = (
        sa.select(here.c.id, field.column, link.column, there.c[source.column.name], here.c.updated_at, there.c.updated_at)
        .select_from(here.outerjoin(there, there.c.id == link.column))
        .where(here.c.archived_at.is_(None), settled).order_by(here.c.id)
    )
    for record, stored, linked, value, written, before in connection.execute(query):
        right = field.type.blank if linked is None else held(field, value)
        if stored != right and (linked is None or written - before >= BESIDE):
            yield record, stored, right, written


class _Past:
    """What releases declared, read as far as it is asked for."""

    def __init__(self, connection: sa.Connection, running: int) -> None:
        self._connection = connection
        self._running = running
        self._releases = [(one.at, one.id) for one in releases.all_releases(connection)]
        self._known: dict[int, AppSpec | None] = {}

    def fetched(self, entity: str, field: CompiledField, at: datetime) -> bool:
        """Whether the release of that moment fetched the field as the running one does."""
        release = next((number for since, number in self._releases if since <= at), None)
        if release is None or release == self._running:
            return release is not None
        if release not in self._known:
            self._known[release] = self._load(release)
        spec = self._known[release]
        declared = spec.entities.get(entity) if spec is not None else None
        then = declared.fields.get(field.name) if declared is not None else None
        return then is not None and then.fetch is not None and (*then.fetch.path, then.fetch.keep) == field.fetch

    def _load(self, release: int) -> AppSpec | None:
        try:
            return stored_release.load(self._connection, release).app
        except Unusable:
            return None
