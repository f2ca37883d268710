"""A runtime over a published shop, with a clock that stands still."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import FixedClock
from engine.files import FileStore
from engine.randomness import SeededRandomness
from engine.runtime import Runtime
from engine.storage.database import Database
from tests.storage.applications import START, publish, shop


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def runtime(database: Database, clock: FixedClock, tmp_path: Path) -> Runtime:
    publish(database, shop())
    return Runtime(database, FileStore(tmp_path / "files"), clock=clock, randomness=SeededRandomness(1))
