"""To whom a task may go, and by whose hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.refusals import Denied, Invalid
from engine.storage.database import Database
from tests.workflows.company import World, company, review
from workflows import approvals


def _reviewed(database: Database, folder: Path) -> World:
    """Contracts that legal decides; `pal` is a colleague."""
    world = company(database, folder, review("  one: {who: role(legal)}"))
    world.person("pal", "board")
    return world


@pytest.mark.parametrize("place", ["superior", "administrator"])
def test_who_submitted_it_does_not_choose_who_decides(database: Database, tmp_path: Path, place: str) -> None:
    world = _reviewed(database, tmp_path)
    contract = world.contract()
    world.move(contract, "submit")
    above = {"report_ids": (world.id("legal"),)} if place == "superior" else {"admin": True}
    amy, boss = (replace(world[login], **above) for login in ("amy", "admin"))
    task = world.task(contract, "legal")
    assert world.look(lambda s: approvals.redirectable(s, task), amy) is None
    assert [each.redirectable for each in world.look(lambda s: approvals.waiting(s, "contract", contract), amy)] == [False]
    with pytest.raises(Denied) as refused:
        world.do(lambda s: approvals.decide(s, task, "transfer", None, world.id("pal")), amy)
    assert refused.value.message.code == "approval_not_yours"
    assert [each.redirectable for each in world.look(lambda s: approvals.waiting(s, "contract", contract), boss)] == [True]
    world.do(lambda s: approvals.decide(s, task, "transfer", None, world.id("pal")), boss)
    assert world.waiting(contract) == ["pal"]


def test_a_task_goes_only_to_somebody_who_may_read_the_record(database: Database, tmp_path: Path) -> None:
    """They would decide what they cannot see."""
    world = _reviewed(database, tmp_path)
    world.person("stranger")
    contract = world.contract()
    world.move(contract, "submit")
    before = world.digest()
    with pytest.raises(Invalid) as refused:
        world.decide(contract, "transfer", "legal", None, world.id("stranger"))
    (error,) = refused.value.errors
    assert (error.path, error.message.text("zh"), error.message.text("en")) == (
        "target", "此人不能查看这条记录。", "This person may not see the record.",
    )
    assert world.digest() == before
    world.decide(contract, "transfer", "legal", None, world.id("pal"))
    assert world.waiting(contract) == ["pal"], "who may read what they are involved in may take it over"
