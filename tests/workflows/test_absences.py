"""Who decides while somebody is away: the stand-in, inside the window, for what is active, and everybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine import absences
from engine.access import allowed
from engine.accounts.principals import principal_within
from engine.principal import OPERATOR, Principal
from engine.refusals import Denied, Invalid, NotFound, Refusal, Refused
from engine.storage.database import Database
from tests.workflows.company import World, company, review
from workflows import approvals, notify

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)


def _world(database: Database, folder: Path, steps: str = "  one: {who: user(ann), allow: [return, transfer]}") -> World:
    """`ann` decides, under `chief`; `ben` and `cid` are colleagues who may read what they are involved in."""
    world = company(database, folder, review(steps))
    world.person("chief", "board")
    world.person("ann", "board", superior="chief")
    world.person("ben", "board")
    world.person("cid", "board")
    return world


def _now(world: World, login: str) -> Principal:
    """The person as a request of now has them."""
    found = world.look(lambda s: principal_within(s, world.id(login)))
    assert found is not None
    return replace(found, language="en")


def _away(
    world: World, login: str = "ann", stand_in: str = "ben", first: date | None = FIRST, last: date | None = LAST, note: str = ""
) -> int:
    return world.do(lambda s: absences.enter(s, world.id(login), world.id(stand_in), first, last, note))


def _submitted(world: World) -> int:
    contract = world.contract()
    world.move(contract, "submit")
    return contract


def _decide(world: World, contract: int, action: str, who: str, whose: str = "ann", target: str | None = None) -> None:
    task = world.task(contract, whose)
    person = world.id(target) if target else None
    world.do(lambda s: approvals.decide(s, task, action, "so", person), _now(world, who))


def _todo(world: World, login: str) -> list[tuple[str | None, str | None]]:
    """(title of the record, for whom) of what waits for the person."""
    return world.look(lambda s: [(item.title, item.behalf) for item in approvals.todo(s)], _now(world, login))


def _count(world: World, login: str) -> int:
    return world.look(approvals.todo_count, _now(world, login))


def _told(world: World, login: str, kind: str = "task", language: str = "en") -> list[str]:
    """The unread notices of a kind, as the person reads them."""
    who = replace(_now(world, login), language=language)
    return world.look(lambda s: [one.text for one in notify.notices(s, unread=kind) if not one.gone], who)


def _later(world: World, days: int) -> None:
    world.clock.advance(timedelta(days=days))


def test_the_stand_in_decides_inside_the_window_and_the_trail_names_both(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    _away(world)
    contract = _submitted(world)
    assert _todo(world, "ben") == [("Deal", "Ann")]
    assert _todo(world, "ann") == [("Deal", None)], "who is away may still decide"
    assert (_count(world, "ben"), _count(world, "ann"), _count(world, "cid")) == (1, 1, 0)
    (waiting,) = world.look(lambda s: approvals.waiting(s, "contract", contract))
    assert (waiting.name, waiting.stand_in) == ("Ann", "Ben")
    _decide(world, contract, "approve", "ben")
    assert world.state(contract) == ("effective", "approved")
    trail = world.look(lambda s: approvals.trail(s, "contract", contract))
    assert [(event.actor, event.behalf) for event in trail[0].events if event.action == "approve"] == [("Ben", "Ann")]
    (step,) = trail[0].steps
    assert [(task.person, task.state) for task in step.tasks] == [("Ann", "approved")]


def test_before_and_after_the_window_the_stand_in_has_nothing(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    _away(world, first=FIRST + timedelta(days=1), last=FIRST + timedelta(days=1))
    contract = _submitted(world)
    reads = {}
    for day in range(3):
        who = _now(world, "ben")
        reads[day] = world.look(lambda s: allowed(s, "contract", "read", contract), who)
        assert (len(_todo(world, "ben")), _count(world, "ben")) == (int(reads[day]), int(reads[day]))
        if not reads[day]:
            with pytest.raises(NotFound):
                _decide(world, contract, "approve", "ben")
        _later(world, 1)
    assert reads == {0: False, 1: True, 2: False}
    world.decide(contract, "approve", "ann")


def test_reading_ends_with_the_task(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    _away(world)
    contract, other = _submitted(world), world.contract()
    reading = lambda id: world.look(lambda s: allowed(s, "contract", "read", id), _now(world, "ben"))  # noqa: E731
    assert (reading(contract), reading(other)) == (True, False)
    _decide(world, contract, "reject", "ben")
    assert not reading(contract)
    done = world.look(approvals.done, _now(world, "ben"))
    assert [(item.title, item.behalf, item.state) for item in done] == [(None, "Ann", "rejected")]
    assert [(item.behalf, item.by) for item in world.look(approvals.done, _now(world, "ann"))] == [(None, "Ben")]


@pytest.mark.parametrize("quicker", ["ann", "ben"])
def test_the_first_decision_wins(database: Database, tmp_path: Path, quicker: str) -> None:
    world = _world(database, tmp_path, "  one: {who: user(ann)}\n  two: {who: user(cid)}")
    _away(world)
    contract = _submitted(world)
    task = world.task(contract, "ann")
    late = "ben" if quicker == "ann" else "ann"
    world.do(lambda s: approvals.decide(s, task, "approve"), _now(world, quicker))
    with pytest.raises(Refused) as refused:
        world.do(lambda s: approvals.decide(s, task, "approve"), _now(world, late))
    assert refused.value.message.code == "approval_handled"


def test_calling_the_absence_off_ends_it_at_once(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    number = _away(world)
    contract = _submitted(world)
    world.do(lambda s: absences.end(s, world.id("ann"), number), _now(world, "ann"))
    with pytest.raises(NotFound):
        _decide(world, contract, "approve", "ben")
    assert _todo(world, "ben") == []
    with pytest.raises(Refused) as refused:
        world.do(lambda s: absences.end(s, world.id("ann"), number), _now(world, "ann"))
    assert refused.value.message.text("en") == "This absence is over and cannot be changed."


def test_who_submitted_it_does_not_decide_for_somebody_else(database: Database, tmp_path: Path) -> None:
    """The superior of whoever is away does; amy submits and stands in."""
    world = _world(database, tmp_path)
    _away(world, stand_in="amy")
    contract = _submitted(world)
    assert (_todo(world, "amy"), _todo(world, "chief")) == ([], [("Deal", "Ann")])
    assert _told(world, "chief") == ["Waiting for you, on behalf of …: Contract review, one"]
    with pytest.raises(Denied):
        _decide(world, contract, "approve", "amy")
    _decide(world, contract, "approve", "chief")
    assert world.state(contract) == ("effective", "approved")
    assert _told(world, "chief") == []
    assert [item.behalf for item in world.look(approvals.done, _now(world, "chief"))] == ["Ann"]


def test_where_the_superior_submitted_it_too_only_the_absent_person_decides(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    world.update("user", world.id("ann"), {"superior": world.id("amy")})
    _away(world, stand_in="amy")
    contract = _submitted(world)
    assert _todo(world, "amy") == []
    (waiting,) = world.look(lambda s: approvals.waiting(s, "contract", contract))
    assert waiting.stand_in is None


def test_an_inactive_superior_is_passed_over(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    world.update("user", world.id("chief"), {"superior": world.id("cid")})
    world.disable("chief")
    _away(world, stand_in="amy")
    _submitted(world)
    assert _todo(world, "cid") == [("Deal", "Ann")]


def test_it_goes_one_level_only(database: Database, tmp_path: Path) -> None:
    """Ben stands in for Ann and goes away himself: Cid has nothing of Ann's, and Ann hears of it."""
    world = _world(database, tmp_path)
    _away(world)
    _away(world, "ben", "cid")
    _submitted(world)
    assert (_todo(world, "ben"), _todo(world, "cid")) == ([("Deal", "Ann")], [])
    assert any("is away too from 2026-03-02 to 2026-03-06" in text for text in _told(world, "ann", "absence"))


def test_circles_overlaps_and_people_who_cannot_are_refused_in_words(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    number = _away(world)
    world.disable("cid")
    later, past = LAST + timedelta(days=3), FIRST - timedelta(days=1)
    away = "This person is away too, from 2026-03-02 to 2026-03-06; choose somebody else or other days."
    overlaps = "There is an absence from 2026-03-02 to 2026-03-06 already; choose other days or change that one."
    cases = {
        ("ben", "ann", FIRST, LAST): [("stand_in", away)],
        ("ann", "chief", LAST, later): [("first", overlaps)],
        ("ann", "ann", later, later): [("stand_in", "Nobody stands in for themselves; choose somebody else.")],
        ("ann", "cid", later, later): [("stand_in", "Choose a person who is active.")],
        ("ann", "ben", later, LAST): [("last", "The last day cannot be before the first.")],
        ("chief", "ben", past, LAST): [("first", "The date must lie between 2026-03-02 and 2028-03-02.")],
        ("chief", "ben", None, None): [("first", "Please fill this in."), ("last", "Please fill this in.")],
    }
    before = world.digest()
    for (who, stand_in, first, last), expected in cases.items():
        with pytest.raises(Invalid) as refused:
            _away(world, who, stand_in, first, last)
        assert [(error.path, error.message.text("en")) for error in refused.value.errors] == expected
    with pytest.raises(Invalid) as refused:
        world.do(lambda s: absences.change(s, world.id("ann"), number, None, FIRST, LAST))
    assert [error.path for error in refused.value.errors] == ["stand_in"]
    assert world.digest() == before


def test_days_are_those_of_the_zone_and_the_last_one_counts(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    _away(world, last=FIRST, note=" Trade fair ")
    (row,) = world.table("absence")
    assert (row["from_at"].isoformat(), row["until_at"].isoformat()) == ("2026-03-01T16:00:00+00:00", "2026-03-02T16:00:00+00:00")
    (found,) = world.look(lambda s: absences.absences(s, world.id("ann")))
    assert (found.first, found.last, found.note, found.begun) == (FIRST, FIRST, "Trade fair", True)
    _later(world, 1)
    assert world.look(lambda s: absences.absences(s, world.id("ann"))) == []


def test_an_absence_under_way_is_changed_and_keeps_its_first_day(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    number = _away(world)
    _submitted(world)
    _later(world, 1)
    world.do(lambda s: absences.change(s, world.id("ann"), number, world.id("cid"), None, LAST + timedelta(days=2)))
    (found,) = world.look(lambda s: absences.absences(s, world.id("ann")))
    assert (found.first, found.last, found.stand_in) == (FIRST, LAST + timedelta(days=2), world.id("cid"))
    assert (_todo(world, "ben"), _todo(world, "cid")) == ([], [("Deal", "Ann")])
    assert _told(world, "ben", "absence")[0] == "You no longer stand in for the approvals of …"
    assert _told(world, "cid", "absence") == ["… is away until 2026-03-08 and you stand in for their approvals; waiting now: 1"]


def test_one_enters_ones_own_absences_and_administrators_those_of_all(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    ann, ben = world.id("ann"), world.id("ben")
    with pytest.raises(NotFound):
        world.do(lambda s: absences.enter(s, ann, ben, FIRST, LAST), _now(world, "ben"))
    with pytest.raises(Denied) as refused:
        world.do(lambda s: absences.enter(s, ann, ben, FIRST, LAST), _now(world, "amy"))
    assert refused.value.message.text("zh") == "您只能登记自己的外出；他人的请由管理员登记。"
    amy = world.id("amy")
    number = world.do(lambda s: absences.enter(s, amy, ben, FIRST, LAST), _now(world, "amy"))
    with pytest.raises(NotFound):
        world.do(lambda s: absences.end(s, ann, number))
    with pytest.raises(NotFound):
        world.look(lambda s: absences.get(s, ann, number))


def test_notices_tell_the_stand_in_and_are_read_with_the_decision(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    world.update("role_assignment", _role_of(world, "ben"), {"role": "rep"})
    world.create("role_assignment", {"user": world.id("ben"), "role": "legal"})
    early = _submitted(world)
    _away(world)
    assert _told(world, "ben", "absence", "zh-CN") == ["Ann 已外出（至 2026-03-06），由您代为审批：现有待审批 1 项"]
    contract = _submitted(world)
    assert _told(world, "ben", language="zh-CN") == ["待您代 Ann 审批：合同评审·one"]
    assert _told(world, "ben") == ["Waiting for you, on behalf of Ann: Contract review, one"]
    _decide(world, contract, "approve", "ann")
    assert _told(world, "ben") == []
    _decide(world, early, "approve", "ben")
    assert _todo(world, "ben") == []


def _role_of(world: World, login: str) -> int:
    return next(int(str(row["id"])) for row in world.table_of("role_assignment") if row["user"] == world.id(login))


def test_a_stand_in_with_a_seat_of_their_own_decides_each(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path, "  one: {who: [user(ann), user(ben)], mode: all}")
    _away(world)
    contract = _submitted(world)
    mine = world.look(lambda s: approvals.my_tasks(s, "contract", contract), _now(world, "ben"))
    assert [item.behalf for item in mine] == [None, "Ann"]
    _decide(world, contract, "approve", "ben", "ben")
    assert world.state(contract)[1] == "pending"
    _decide(world, contract, "approve", "ben")
    assert world.state(contract)[1] == "approved"
    votes = [event for event in world.table("approval_event") if event["action"] == "approve"]
    assert [(vote["actor_id"], vote["behalf_id"]) for vote in votes] == [(world.id("ben"), None), (world.id("ben"), world.id("ann"))]


def test_the_stand_in_hands_the_task_on_as_the_holder_would(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    _away(world)
    contract = _submitted(world)
    with pytest.raises(Invalid) as refused:
        _decide(world, contract, "transfer", "ben", target="ben")
    assert [error.message.code for error in refused.value.errors] == ["transfer_self"]
    _decide(world, contract, "transfer", "ben", target="cid")
    assert world.waiting(contract) == ["cid"]
    assert _todo(world, "ben") == []


def test_a_holder_who_lost_the_role_has_nobody_decide_for_them(database: Database, tmp_path: Path) -> None:
    """Rights are judged when one acts (I5), also those of whoever is away."""
    world = _world(database, tmp_path, "  one: {who: role(legal)}")
    world.do(lambda s: absences.enter(s, world.id("legal"), world.id("ben"), FIRST, LAST))
    contract = _submitted(world)
    task = world.task(contract, "legal")
    world.update("role_assignment", _role_of(world, "legal"), {"role": "gm"})
    with pytest.raises(Refusal):
        world.do(lambda s: approvals.decide(s, task, "approve"), _now(world, "ben"))
    assert world.state(contract)[1] == "pending"


def test_when_a_stand_in_is_disabled_people_hear_of_it_and_nothing_breaks(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    _away(world)
    contract = _submitted(world)
    world.disable("ben")
    assert _told(world, "ann", "absence") == ["…, who was to stand in for you, is no longer active; choose somebody else in your settings"]
    assert len(_told(world, "admin", "absence")) == 1
    (waiting,) = world.look(lambda s: approvals.waiting(s, "contract", contract))
    assert (waiting.name, waiting.stand_in) == ("Ann", None)
    world.decide(contract, "approve", "ann")


def test_the_principal_knows_its_absences(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path)
    number = _away(world)
    assert [(one.id, one.stand_in) for one in _now(world, "ann").away] == [(number, "Ben")]
    world.do(lambda s: absences.end(s, world.id("ann"), number), OPERATOR)
    assert _now(world, "ann").away == ()
