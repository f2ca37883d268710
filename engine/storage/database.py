"""Connections to SQLite and PostgreSQL (design section 4, T1-T5 of the measured traps).

`Database.read()` is one snapshot that cannot write; `Database.write()` is one transaction that has its place in the
order of writers from its first statement. Both databases roll DDL back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import orjson
import pysqlite3
import sqlalchemy as sa
from sqlalchemy import event, exc

from engine.expressions.sqlite_functions import register
from engine.refusals import Message, Refusal

DialectName = Literal["sqlite", "postgresql"]

SQLITE_MINIMUM = (3, 51, 3)
"""The first SQLite without the WAL-reset fault of 3.7-3.51.2."""
POSTGRESQL_MINIMUM = 15

_ASIDE_POOL = 4
_WAL_PAGES = 4000
"""Pages in the write-ahead log of SQLite before they are moved into the file: a page that many units write is moved once."""
_RETRY_STATES = frozenset({"40001", "40P01", "55P03"})
_BUSY = 5
_LOCKED = 6
_LOST_STATES = ("08", "57P")
"""SQL states of a connection that failed, and of a server that is going down or coming up, by how they begin."""
_OUT_OF_REACH = frozenset({10, 13, 14})
"""SQLite: I/O error, disk full, file cannot be opened."""
_DAMAGED, _NO_DATABASE = 11, 26
_PASSWORD = re.compile(r"(//[^/:@]*):.*@")
_CACHED_PLAN = "cached plan must not change result type"
_TOO_STRONG = """
SELECT rolsuper OR pg_has_role(current_user, 'pg_execute_server_program', 'member')
FROM pg_roles WHERE rolname = current_user
"""


class Unusable(Refusal):
    """The database cannot be used as it is: too old, of an unknown kind, or made by a newer Loomwork."""

    status = 503


class Unreachable(Refusal):
    """The database did not answer, or the connection to it was lost; `reason` is what the driver says of it, in one line, for
    the one who runs the installation."""

    status = 503

    def __init__(self, message: Message, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class Database:
    """One database, read and written through two kinds of transactions. Both raise `Unreachable` when the database is
    away or goes away meanwhile; the next transaction connects anew (F25). They raise `Unusable` where a SQLite file is damaged.

    `url` is `sqlite:///path` or `postgresql://...` (psycopg is the driver). `busy_seconds` is how long a writer waits
    for another before it counts as busy. Raises `Unusable` at once when the server is too old, or when the connection's
    role could do more than keep tables (a superuser, or one that may run programs: T14), unless `allow_superuser`.
    """

    def __init__(
        self, url: str, pool_size: int = 16, busy_seconds: float = 10.0, allow_superuser: bool = False
    ) -> None:
        self.url = _with_driver(url)
        self.dialect: DialectName = "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"
        if self.dialect == "sqlite":
            self._writer = _sqlite_engine(self.url, pool_size, busy_seconds, writes=True)
            self._reader = _sqlite_engine(self.url, pool_size, busy_seconds, writes=False)
        else:
            self._writer = _postgresql_engine(self.url, pool_size, busy_seconds)
            self._aside = _postgresql_engine(self.url, _ASIDE_POOL, busy_seconds)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._check_server(allow_superuser)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One snapshot; a write through it is refused by the database."""
        with self._reached(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One writing transaction: commits at the end, rolls everything back (DDL too) when the body raises."""
        with self._reached(), self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def aside(self) -> Iterator[sa.Connection]:
        """A short transaction of its own beside a running write unit, kept whether the unit commits or not (numbers
        that may have gaps). PostgreSQL only: on SQLite writers are alone. Its connections are its own, so that units
        that hold every other connection cannot wait for each other here."""
        if self.dialect == "sqlite":
            raise RuntimeError("SQLite has one writer at a time")
        with self._reached(), self._aside.connect() as connection, connection.begin():
            yield connection

    def retryable(self, error: BaseException) -> bool:
        """Whether running the same unit again from its start may succeed: serialisation failure, deadlock, busy."""
        if isinstance(error, exc.TimeoutError):
            return True
        if not isinstance(error, exc.DBAPIError):
            return False
        original: Any = error.orig
        if self.dialect == "postgresql":
            return getattr(original, "sqlstate", None) in _RETRY_STATES or _CACHED_PLAN in str(original)
        code = getattr(original, "sqlite_errorcode", None)
        return code & 0xFF in (_BUSY, _LOCKED) if code is not None else "is locked" in str(original)

    def close(self) -> None:
        """Give all connections back to the system."""
        engines = (self._writer, self._reader if self.dialect == "sqlite" else self._aside)
        for engine in engines:
            engine.dispose()

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except exc.DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == _DAMAGED:
                raise Unusable(Message("database_damaged", {"file": self.url.database})) from error
            if not isinstance(error, exc.OperationalError) or not self._lost(error):
                raise
            reason = str(error.orig).strip().partition("\n")[0].rstrip(".")
            raise Unreachable(Message("database_unreachable"), reason) from error

    def _lost(self, error: exc.OperationalError) -> bool:
        original: Any = error.orig
        if self.dialect == "sqlite":
            return getattr(original, "sqlite_errorcode", 0) & 0xFF in _OUT_OF_REACH
        state = getattr(original, "sqlstate", None)
        return error.connection_invalidated or state is None or state.startswith(_LOST_STATES)

    def _check_server(self, allow_superuser: bool) -> None:
        try:
            self._ask_server(allow_superuser)
        except exc.DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != _NO_DATABASE:
                raise
            raise Unusable(Message("database_no_database", {"file": self.url.database})) from error

    def _ask_server(self, allow_superuser: bool) -> None:
        with self.write() as connection:
            if self.dialect == "sqlite":
                version = str(connection.scalar(sa.text("SELECT sqlite_version()")))
                found = tuple(int(part) for part in version.split("."))
                _require(found >= SQLITE_MINIMUM, "SQLite", found, SQLITE_MINIMUM)
                return
            number = int(str(connection.scalar(sa.text("SHOW server_version_num"))))
            _require(number >= POSTGRESQL_MINIMUM * 10_000, "PostgreSQL", (number // 10_000,), (POSTGRESQL_MINIMUM,))
            if not allow_superuser and connection.scalar(sa.text(_TOO_STRONG)):
                raise Unusable(Message("database_superuser"))


def _require(good: bool, product: str, found: tuple[int, ...], needed: tuple[int, ...]) -> None:
    if not good:
        values = {"product": product, "found": ".".join(map(str, found)), "needed": ".".join(map(str, needed))}
        raise Unusable(Message("database_too_old", values))


def _with_driver(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError):  # no URL at all, or a port that is no number
        shown = _PASSWORD.sub(r"\1:***@", url).partition("?")[0]
        raise Unusable(Message("database_unknown", {"url": shown})) from None
    name = parsed.get_backend_name()
    if name not in ("sqlite", "postgresql") or (name == "sqlite" and parsed.database in (None, "", ":memory:")):
        raise Unusable(Message("database_unknown", {"url": parsed.set(query={}).render_as_string(hide_password=True)}))
    return parsed.set(drivername="sqlite" if name == "sqlite" else "postgresql+psycopg")


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _sqlite_engine(url: sa.URL, pool_size: int, busy_seconds: float, *, writes: bool) -> sa.Engine:
    """The driver's own transaction handling is switched off, because it commits DDL behind one's back; every
    transaction begins here, writers with BEGIN IMMEDIATE so that none has to upgrade a read lock (which fails at once
    when busy).
    """
    engine = sa.create_engine(
        url, module=pysqlite3, pool_size=pool_size, max_overflow=pool_size, json_serializer=_json,
        json_deserializer=orjson.loads, hide_parameters=True,
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    pragmas = [f"busy_timeout = {int(busy_seconds * 1000)}", "foreign_keys = ON", "synchronous = FULL"]
    pragmas += ["journal_mode = WAL", f"wal_autocheckpoint = {_WAL_PAGES}"] if writes else ["query_only = ON"]

    @event.listens_for(engine, "connect")
    def connect(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}").fetchall()
        register(raw)

    @event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: sa.URL, pool_size: int, busy_seconds: float) -> sa.Engine:
    options = f"-c timezone=UTC -c lock_timeout={int(busy_seconds * 1000)}"
    given = url.query.get("options")
    if isinstance(given, str):
        options = f"{options} {given}"
    engine = sa.create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, isolation_level="READ COMMITTED", json_serializer=_json,
        json_deserializer=orjson.loads, connect_args={"options": options}, hide_parameters=True, pool_pre_ping=True,
    )

    @event.listens_for(engine, "handle_error")
    def replace_stale_plans(context: sa.engine.ExceptionContext) -> None:
        if _CACHED_PLAN in str(context.original_exception):
            context.is_disconnect = True  # the whole pool is replaced; the unit is run again

    return engine
