"""Approves a task in a process of its own: `python -m tests.workflows.decide_once URL FOLDER LOGIN TASK`."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.accounts.principals import principal_of_login
from engine.files import FileStore
from engine.runtime import Runtime
from engine.storage.database import Database
from workflows import approvals
from workflows.compile import compile_flows
from workflows.port import Flows


def main(url: str, folder: str, login: str, task: str) -> None:
    runtime = Runtime(Database(url), FileStore(Path(folder)), flows=Flows(), compilers={"flows": compile_flows})
    principal = principal_of_login(runtime, login)
    assert principal is not None
    runtime.writing(principal, lambda s: approvals.decide(s, int(task), "approve"))


if __name__ == "__main__":
    main(*sys.argv[1:])
