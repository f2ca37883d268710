"""Releases: the full text of every released file, and the one version row that says which of them is running (R34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.refusals import Message
from engine.storage.database import Unusable
from engine.storage.platform import LANGUAGE_VERSION, SCHEMA_VERSION, release, version


@dataclass(frozen=True, slots=True)
class Version:
    """The version row: the running `release` (0 before the first) and the `access_stamp` that revokes raise."""

    release: int
    access_stamp: int


@dataclass(frozen=True, slots=True)
class Release:
    """One published state of the declaration; `at` in UTC."""

    id: int
    digest: str
    author: str
    at: datetime
    note: str


_COLUMNS = (version.c.release, version.c.access_stamp, version.c.schema_version, version.c.language_version)
_VERSION = sa.select(*_COLUMNS).where(version.c.id == 1)
_SHARED = _VERSION.with_for_update(read=True, key_share=True)
_EXCLUSIVE = _VERSION.with_for_update()


def current(connection: sa.Connection) -> Version:
    """The version row as this transaction sees it. Raises `Unusable` when there is no release yet, when the platform
    tables are of another schema version, or when the release is in a newer language."""
    return _version(connection, _VERSION)


def enter_gate(connection: sa.Connection) -> Version:
    """The version row, held shared until the transaction ends: no release is switched while a write unit runs (law 16).
    On SQLite writers are alone anyway."""
    return _version(connection, _SHARED)


def close_gate(connection: sa.Connection) -> None:
    """Wait until all write units have ended, and let none begin before this transaction ends."""
    connection.execute(_EXCLUSIVE)


def switch(connection: sa.Connection, to: int) -> None:
    """Make `to` the running release; every process sees it with its next request."""
    connection.execute(version.update().values(release=to, access_stamp=version.c.access_stamp + 1))


def touch_access(connection: sa.Connection) -> None:
    """Raise the access stamp: every principal is loaded anew with its next request."""
    connection.execute(version.update().values(access_stamp=version.c.access_stamp + 1))


def add(connection: sa.Connection, info: Release, files: Mapping[str, str]) -> int:
    """Store a release (`info.id` is ignored); returns its number."""
    values = {"digest": info.digest, "author": info.author, "at": info.at, "note": info.note, "files": dict(files)}
    result = connection.execute(release.insert().values(values))
    return int(result.inserted_primary_key[0])  # pyright: ignore[reportOptionalSubscript]


def find(connection: sa.Connection, number: int) -> Release | None:
    """The release with that number."""
    return next(iter(_releases(connection, release.c.id == number)), None)


def running(connection: sa.Connection) -> Release | None:
    """The release that is running, None before the first. The platform's tables must be there."""
    number = connection.execute(sa.select(version.c.release)).scalar()
    return find(connection, number) if number else None


def all_releases(connection: sa.Connection) -> list[Release]:
    """Every release, latest first."""
    return _releases(connection, sa.true())


def files_of(connection: sa.Connection, number: int) -> Mapping[str, str]:
    """The files of a release by path. Raises `Unusable` when there is no such release."""
    found = connection.execute(sa.select(release.c.files).where(release.c.id == number)).scalar()
    if found is None:
        raise Unusable(Message("release_missing", {"release": number}))
    return found


def _version(connection: sa.Connection, query: sa.Select[Any, Any, Any, Any]) -> Version:
    try:
        row = connection.execute(query).first()
    except DBAPIError as error:
        if _no_such_table(error):
            raise Unusable(Message("database_empty")) from error
        raise
    if row is None or not row.release:
        raise Unusable(Message("database_empty"))
    if row.schema_version != SCHEMA_VERSION:
        code = "database_newer" if row.schema_version > SCHEMA_VERSION else "database_older"
        raise Unusable(Message(code, {"found": row.schema_version, "known": SCHEMA_VERSION}))
    if row.language_version > LANGUAGE_VERSION:
        raise Unusable(Message("language_newer", {"found": row.language_version, "known": LANGUAGE_VERSION}))
    return Version(row.release, row.access_stamp)


def _no_such_table(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def _releases(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Release]:
    columns = (release.c.id, release.c.digest, release.c.author, release.c.at, release.c.note)
    rows = connection.execute(sa.select(*columns).where(condition).order_by(release.c.id.desc()))
    return [Release(*row) for row in rows]
