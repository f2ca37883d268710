"""The company of these tests, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.storage.database import Database
from tests.workflows.company import World, company


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """The company as its pack declares it."""
    return company(database, tmp_path / "files")
