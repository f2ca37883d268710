"""What happened comes in the order of the time it shows, also where it was brought in later than what is newer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from engine.records import read
from engine.storage.database import Database
from tests.workflows.company import START, company
from workflows import notify


def test_notices_and_changes_come_newest_first(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path / "files")
    for name, days in (("First", 10), ("Second", 3), ("Third", 7)):
        world.clock.set(START + timedelta(days=days))
        world.create("lead", {"name": name}, "amy")
        told = {"zh": name, "en": name}
        world.do(lambda s, texts=told: notify.tell(s, [world.id("amy")], "info", texts))
    assert [notice.text for notice in world.look(notify.notices, "amy")] == ["First", "Third", "Second"]
    assert [notice.text for notice in world.look(lambda s: notify.notices(s, 2), "amy")] == ["First", "Third"]
    assert [one.title for one in world.look(read.recent, "amy")] == ["First", "Third", "Second"]
    world.clock.set(START + timedelta(days=5))
    world.update("lead", world.look(read.recent, "amy")[0].record.id, {"name": "First again"}, "amy")
    found = world.look(read.recent, "amy")[0]
    assert (found.title, found.at) == ("First again", START + timedelta(days=10))
