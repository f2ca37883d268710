"""The PostgreSQL of the tests ends with the process that started it, however that ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from os import kill
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from tests.databases import postgres_server
with postgres_server() as server:
    print(server.folder, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL, None])
def test_the_server_is_stopped_and_its_folder_removed(ending: signal.Signals | None) -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        folder = Path(process.stdout.readline().strip())
        server = int((folder / "data/postmaster.pid").read_text().splitlines()[0])
        assert alive(server)
        if ending is not None:
            process.send_signal(ending)
    for _ in range(300):
        if not folder.parent.exists() and not alive(server):
            return
        time.sleep(0.1)
    raise AssertionError(f"{folder.parent} or process {server} is still there")


def alive(process: int) -> bool:
    with suppress(ProcessLookupError):
        kill(process, 0)
        return True
    return False
