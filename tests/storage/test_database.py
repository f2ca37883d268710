"""Transactions of both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.clock import SystemClock
from engine.randomness import SystemRandomness
from engine.storage.database import Database, Unreachable, Unusable
from engine.units import run_unit
from tests.databases import PostgresServer


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return sa.inspect(connection).get_table_names()


def test_write_commits_and_read_sees_it(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT a FROM t").scalar() == 1


def test_failed_write_rolls_ddl_back(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
        raise KeyError
    assert names(database) == []


def test_read_refuses_writes(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")


def test_read_is_one_snapshot(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
    with database.read() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        with database.write() as writer:
            writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0


def test_an_address_of_no_known_database_is_refused() -> None:
    for url in ("mysql://root@/x", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(Unusable, match="database_unknown") as refused:
            Database(url)
        assert url.partition(":")[0] in refused.value.message.text("en")


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.storage.database.SQLITE_MINIMUM", (99, 0, 0))
    with pytest.raises(Unusable) as refused:
        Database(f"sqlite:///{tmp_path / 'x.db'}")
    assert "99.0.0" in refused.value.message.text("zh")


def test_a_busy_database_is_told_apart(database_url: str) -> None:
    impatient = Database(database_url, busy_seconds=0.05)
    with impatient.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    with impatient.write() as first:
        first.exec_driver_sql("UPDATE t SET a = 2")
        with pytest.raises(DBAPIError) as caught, impatient.write() as second:
            second.exec_driver_sql("UPDATE t SET a = 3")
    assert impatient.retryable(caught.value)
    with pytest.raises(DBAPIError) as caught, impatient.write() as connection:
        connection.exec_driver_sql("SELECT * FROM missing")
    assert not impatient.retryable(caught.value)
    impatient.close()


def test_aside_commits_on_its_own(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
    if database.dialect == "sqlite":
        with pytest.raises(RuntimeError), database.aside():
            pass
        return
    with pytest.raises(KeyError), database.write():
        with database.aside() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        raise KeyError
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT a FROM t").scalar() == 1


def test_json_keeps_chinese_and_numbers(database: Database) -> None:
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("a", sa.JSON))
    value = {"zh": "合同", "n": [1, 2.5, None, True], "big": 2**53}
    with database.write() as connection:
        metadata.create_all(connection)
        connection.execute(table.insert().values(a=value))
    with database.read() as connection:
        assert connection.execute(sa.select(table.c.a)).scalar_one() == value


def test_statements_live_through_a_column_that_changed(database: Database) -> None:
    """A prepared statement whose result type changed is run again by the unit, on PostgreSQL by a new connection."""
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
    other = Database(database.url.render_as_string(hide_password=False))
    for _ in range(8):
        with other.write() as connection:
            connection.exec_driver_sql("SELECT * FROM t")
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE t ADD COLUMN b int")

    def unit(connection: sa.Connection) -> int:
        return len(connection.exec_driver_sql("SELECT * FROM t").keys())

    assert run_unit(other, unit, SystemClock(), SystemRandomness()) == 2
    other.close()


def test_a_database_out_of_reach_says_so(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'missing' / 'x.db'}", f"postgresql://nobody@/x?host={tmp_path}"):
        with pytest.raises(Unreachable) as refused:
            Database(url)
        assert refused.value.status == 503
        assert "数据库" in refused.value.message.text("zh")


def test_a_lost_connection_is_told_and_mended(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no connection to lose")
    with pytest.raises(Unreachable), database.write() as connection:
        cut(connection)
    with database.read() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_an_idle_connection_that_was_cut_is_not_noticed(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no connection to lose")
    with database.read() as connection:
        idle = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    with database.aside() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": idle})
    with database.read() as connection:
        assert connection.scalar(sa.text("SELECT pg_backend_pid()")) != idle


def test_only_what_may_be_repeated_is_run_again_after_a_loss(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no connection to lose")
    runs: list[int] = []

    def unit(connection: sa.Connection) -> int:
        runs.append(len(runs))
        if len(runs) == 1:
            cut(connection)
        return len(runs)

    with pytest.raises(Unreachable):
        run_unit(database, unit, SystemClock(), SystemRandomness())
    runs.clear()
    assert run_unit(database, unit, SystemClock(), SystemRandomness(), repeatable=True) == 2


def cut(connection: sa.Connection) -> None:
    """End the connection from the server's side."""
    connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_superuser_is_refused_unless_allowed(postgres: PostgresServer) -> None:
    url = f"postgresql://postgres@/postgres?host={postgres.folder}"
    with pytest.raises(Unusable, match="database_superuser") as refused:
        Database(url)
    for language in ("zh", "en"):
        assert "LOOMWORK_ALLOW_SUPERUSER" in refused.value.message.text(language)
    Database(url, allow_superuser=True).close()


def test_values_stay_out_of_error_texts(database: Database) -> None:
    """What a statement was given may be personal; errors end in logs."""
    with pytest.raises(DBAPIError) as caught, database.write() as connection:
        connection.execute(sa.text("SELECT * FROM missing WHERE a = :a"), {"a": "13800000000"})
    assert "13800000000" not in str(caught.value)
