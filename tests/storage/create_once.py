"""Creates an order with a line in a process of its own: `python -m tests.storage.create_once URL`."""

from __future__ import annotations

import sys

from engine.principal import OPERATOR
from engine.records import write
from engine.records.queries import ChildInput
from engine.runtime import Runtime, WriteSession
from engine.storage.database import Database


def create(session: WriteSession) -> int:
    """An order with a number and a line."""
    lines = (ChildInput(None, {"product": "p", "qty": 2}),)
    return write.create(session, "order", {"subject": "x", "lines": lines})


if __name__ == "__main__":
    Runtime(Database(sys.argv[1])).writing(OPERATOR, create, key="form-1")
