"""A process that dies while it decides leaves the approval as it was, and the decision can be taken again (F10, N1)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.failpoints import VARIABLE
from engine.storage.database import Database
from engine.storage.verify import verify
from tests.workflows.company import company, review


@pytest.mark.parametrize("name", ["approvals.decided", "records.rows_written", "records.trail_written"])
def test_kill_while_approving(database: Database, tmp_path: Path, name: str) -> None:
    world = company(database, tmp_path, review("  one: {who: user(boss)}"))
    contract = world.contract()
    world.move(contract, "submit")
    before = world.digest()
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.workflows.decide_once", url, str(tmp_path), "boss",
               str(world.task(contract, "boss"))]
    environment = {**os.environ, VARIABLE: f"{name}=kill"}
    result = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert world.digest() == before
    assert verify(database) == []
    world.decide(contract, "approve", "boss")
    assert world.state(contract) == ("effective", "approved")
    assert verify(database) == []
