"""The switch over a timeline: what each kind shows, and that the choice is in the address and remembered."""

from __future__ import annotations

import pytest

from engine.records import write
from tests.statements import counted
from tests.web.conftest import World
from tests.web.people import hire
from tests.web.test_pages import lead_values

WORDS = {"changes": "创建了记录", "comments": "说到的话", "moves": "标记无效"}


@pytest.fixture
def storied(running_world: World) -> tuple[World, int, str]:
    """A lead that was made, changed, commented on and moved."""
    one = hire(running_world, "sales")
    id = running_world.make(one.login, "lead", **lead_values())
    mine = running_world.principal(one.login)
    running_world.runtime.writing(mine, lambda s: write.comment(s, "lead", id, "说到的话"))
    answer = running_world.visitor(one.login).send(f"/e/lead/{id}/move/disqualify", {"a.lost_reason": "no_need"})
    assert answer.status_code == 303
    return running_world, id, one.login


def test_each_kind_shows_its_own(storied: tuple[World, int, str]) -> None:
    world, id, login = storied
    visitor = world.visitor(login)
    for kind, word in WORDS.items():
        told = visitor.get(f"/e/lead/{id}/timeline?timeline={kind}")
        items = told.partition('<ol class="timeline">')[2]
        assert word in items and not any(other in items for name, other in WORDS.items() if name != kind)
        assert f'id="timeline-{kind}" href="?timeline={kind}" aria-current="true"' in told
    whole = visitor.get(f"/e/lead/{id}/timeline?timeline=all")
    assert all(word in whole for word in WORDS.values())
    assert "没有这类动态" in visitor.get(f"/e/lead/{id}/timeline?timeline=files")
    assert "创建了记录" in visitor.get(f"/e/lead/{id}/timeline?timeline=nonsense")
    visitor.get(f"/e/lead/{id}/timeline?timeline=all")


def test_the_choice_is_in_the_address_and_remembered(storied: tuple[World, int, str]) -> None:
    world, id, login = storied
    visitor = world.visitor(login, fresh=True)
    assert 'id="timeline-comments" href="?timeline=comments" aria-current' in visitor.get(f"/e/lead/{id}?timeline=comments")
    assert 'id="timeline-all" href="?timeline=all" aria-current' in visitor.get(f"/e/lead/{id}")
    visitor.get(f"/e/lead/{id}/timeline?timeline=moves")
    page = visitor.get(f"/e/lead/{id}").partition('<ol class="timeline">')[2]
    assert "标记无效" in page and "创建了记录" not in page
    assert 'id="timeline-all" href="?timeline=all" aria-current' in visitor.get(f"/e/lead/{id}?timeline=all")


def test_a_kind_takes_no_more_statements_than_all(storied: tuple[World, int, str]) -> None:
    world, id, login = storied
    visitor = world.visitor(login, fresh=True)

    def statements(kind: str) -> int:
        visitor.get(f"/e/lead/{id}/timeline?timeline={kind}")
        with counted() as seen:
            visitor.get(f"/e/lead/{id}/timeline?timeline={kind}")
        return len(seen)

    whole = statements("all")
    assert all(statements(kind) <= whole for kind in ("changes", "comments", "moves", "files"))
