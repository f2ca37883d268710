"""Transactions of both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.storage.database import Database


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
    with pytest.raises(sa.exc.DBAPIError), database.read() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")


def test_read_is_one_snapshot(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a int)")
    with database.read() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        with database.write() as writer:
            writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0


def test_no_superuser_warning_for_an_ordinary_role(database: Database) -> None:
    assert database.warnings == ()
