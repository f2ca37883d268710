"""Publishing that fails, or dies, leaves everything as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.compiled import CompiledApp
from engine.failpoints import VARIABLE, FailpointError
from engine.refusals import Refused
from engine.storage.apply import FAILPOINTS, apply
from engine.storage.database import Database
from engine.storage.platform import PLATFORM
from engine.storage.verify import verify
from metadata.specs.app import AppSpec
from tests.storage.applications import START, extended_shop, publish, shop


def contents(database: Database) -> dict[str, object]:
    """Every table with its columns, its indexes and, for the platform's own, its rows."""
    with database.read() as connection:
        inspector = sa.inspect(connection)
        found: dict[str, object] = {}
        for name in sorted(inspector.get_table_names()):
            columns = [column["name"] for column in inspector.get_columns(name)]
            indexes = sorted(str(index["name"]) for index in inspector.get_indexes(name))
            rows: list[object] = []
            if name in PLATFORM.tables:
                rows = [tuple(row) for row in connection.execute(sa.select(PLATFORM.tables[name]))]
            found[name] = (columns, indexes, rows)
        return found


@pytest.mark.parametrize("name", FAILPOINTS)
def test_a_failure_leaves_nothing_behind(database: Database, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(database, shop())
    before = contents(database)
    monkeypatch.setenv(VARIABLE, f"{name}=error")
    with pytest.raises(FailpointError, match=name):
        publish(database, extended_shop())
    assert contents(database) == before
    monkeypatch.delenv(VARIABLE)
    assert publish(database, extended_shop()).release > 1


def test_a_failed_first_publication_leaves_an_empty_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "apply.after_release=error")
    with pytest.raises(FailpointError):
        publish(database, shop())
    assert contents(database) == {}


@pytest.mark.parametrize("name", ["apply.after_tables", "apply.after_release"])
def test_kill_in_the_middle(database: Database, name: str) -> None:
    publish(database, shop())
    before = contents(database)
    url = database.url.render_as_string(hide_password=False)
    environment = {**os.environ, VARIABLE: f"{name}=kill"}
    command = [sys.executable, "-m", "tests.storage.publish_once", url]
    result = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert contents(database) == before
    assert verify(database) == []
    assert publish(database, extended_shop()).changed
    assert verify(database) == []


def test_what_cannot_be_compiled_is_refused_and_changes_nothing(database: Database) -> None:
    """A half that fails to compile, for whatever reason, never becomes the running release."""
    publish(database, shop())
    before = contents(database)

    def broken(spec: AppSpec, app: CompiledApp) -> object:
        raise KeyError("stage")

    with pytest.raises(Refused) as refused:
        apply(database, extended_shop(), "tester", "", FixedClock(START), compilers=[broken])
    assert contents(database) == before
    assert "KeyError: 'stage'" in refused.value.message.text("en") and "未作任何更改" in refused.value.message.text("zh")
    assert publish(database, extended_shop()).changed
