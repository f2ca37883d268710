"""A process that dies while it writes leaves a whole database, and its work can be done again (F14, F21)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from engine.failpoints import VARIABLE
from engine.principal import OPERATOR
from engine.runtime import Runtime
from engine.storage import platform
from engine.storage.verify import verify
from tests.storage.create_once import create


@pytest.mark.parametrize("name", ["serials.counted", "records.rows_written", "records.trail_written"])
def test_kill_while_creating_and_numbering(runtime: Runtime, name: str) -> None:
    runtime.writing(OPERATOR, create, key="form-0")
    url = runtime.database.url.render_as_string(hide_password=False)
    environment = {**os.environ, VARIABLE: f"{name}=kill"}
    command = [sys.executable, "-m", "tests.storage.create_once", url]
    result = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert verify(runtime.database) == []
    runtime.writing(OPERATOR, create, key="form-1")
    with runtime.reading(OPERATOR) as session:
        order = session.app.entities["order"]
        number = order.fields["number"].column
        assert number is not None
        found = list(session.connection.execute(sa.select(number).order_by(order.table.c.id)).scalars())
        outbox = session.connection.execute(sa.select(sa.func.count()).select_from(platform.outbox)).scalar_one()
    assert found == ["O-2026-0001", "O-2026-0002"]
    assert outbox == 2
    assert verify(runtime.database) == []
