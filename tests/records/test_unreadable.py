"""What one may not read is unknown to every answer of a write (law 2, T18, T20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.principal import OPERATOR, Principal
from engine.records import write
from engine.records.queries import ChildInput, RecordRef
from engine.refusals import Invalid
from engine.storage.database import Database
from reports.exchange.importing import ImportRequest, import_table
from reports.exchange.tables import Table
from tests.databases import PostgresServer
from tests.records.company import World, publish, running
from tests.records.conftest import fresh, published_file, published_server
from tests.records.ledger import FILES

NOBODY = 999_999


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_file(tmp_path_factory.mktemp("ledger"), FILES)


@pytest.fixture(scope="module")
def ledger_server(postgres: PostgresServer) -> Iterator[Database]:
    yield from published_server(postgres, FILES)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The ledger with its two reps."""
    yield from fresh(request, tmp_path, "ledger_file", "ledger_server")


def told(
    world: World, who: Principal, values: Mapping[str, object], id: int | None = None, entity: str = "deal"
) -> list[tuple[str, ...]]:
    """Everything that a refused write says: path, code and both texts of each error."""
    with pytest.raises(Invalid) as refused:
        if id is None:
            world.create(entity, values, who)
        else:
            world.update(entity, id, values, who)
    return [(e.path, e.message.code, e.message.text("zh"), e.message.text("en")) for e in refused.value.errors]


def row(account: int) -> ChildInput:
    return ChildInput(None, {"qty": 500, "account": account})


@pytest.mark.parametrize("moment", ["create", "update"])
def test_a_link_to_what_one_may_not_read_answers_like_one_to_nothing(ledger: World, moment: str) -> None:
    """Every rule of the deal would say something else of bob's account than of none."""
    bobs = ledger.create("account", {"name": "Bob's", "credit": 100, "region": "north"}, ledger.bob)
    ledger.create("deal", {"name": "Big", "account": bobs, "reason": "x"}, ledger.bob)
    own = ledger.create("deal", {"name": "Own"}, ledger.amy) if moment == "update" else None
    before = ledger.digest()
    for values in (
        lambda account: {"account": account},
        lambda account: {"account": account, "amount": 500, "remark": "x", "note": "y"},
        lambda account: {"partners": (account,)},
        lambda account: {"about": RecordRef("account", account)},
        lambda account: {"lines": (row(account),)},
    ):
        wanted = told(ledger, ledger.amy, {"name": "Big", **values(NOBODY)}, own)
        assert [code for _, code, *_ in wanted] == ["no_such_record"]
        assert told(ledger, ledger.amy, {"name": "Big", **values(bobs)}, own) == wanted
    assert ledger.digest() == before


def test_an_import_answers_alike_for_what_one_may_not_read_and_for_nothing(ledger: World) -> None:
    ledger.create("account", {"name": "Bob's", "credit": 100}, ledger.bob)
    for name in ("Bob's", "Nobody's"):
        table = Table(("name", "account"), iter([(2, ("Big", name))]))
        result = import_table(ledger.runtime, ledger.amy, table, ImportRequest("deal"))
        assert [error.reasons for error in result.errors] == [(f"account: There is no record titled “{name}”.",)]


def test_a_limit_is_told_without_the_value_that_its_writer_may_not_read(ledger: World) -> None:
    """Two worlds that differ in hidden values only say the same; whoever may read them hears the limit."""
    answers = []
    for limit, share in ((100, 30), (90, 40)):
        backer = ledger.create("backer", {"name": "B", "share": share, "contact": f"no mail {share}"})
        loan = ledger.create("loan", {"name": "L"}, ledger.amy)
        ledger.update("loan", loan, {"limit": limit})
        wanted = {"amount": 500, "least": 5, "backer": backer}
        answers.append(told(ledger, ledger.amy, wanted, loan, "loan"))
        assert (("amount", "too_large", f"不能大于 {limit}。", f"Must be at most {limit}.")
                in told(ledger, OPERATOR, wanted, loan, "loan"))
    assert answers[0] == answers[1]
    assert [(path, code) for path, code, *_ in answers[0]] == [("amount", "too_large_untold"), ("least", "too_small_untold")]


def test_a_hidden_value_that_does_not_fit_is_in_no_text(ledger: World) -> None:
    backer = ledger.create("backer", {"name": "B", "contact": "no mail"})
    answers = {who: told(ledger, who, {"name": "L", "backer": backer}, None, "loan") for who in (ledger.amy, OPERATOR)}
    assert [answer[:2] for answer in answers[ledger.amy]] == [("", "rule_untold")]
    assert [answer[:2] for answer in answers[OPERATOR]] == [("mail", "bad_email")]


def test_a_check_over_a_value_that_is_masked_on_the_row_speaks_of_a_rule(ledger: World) -> None:
    answers = {}
    for name in ("Masked", "Plain"):
        loan = ledger.create("loan", {"name": name}, ledger.amy)
        ledger.update("loan", loan, {"grade": "bad", "limit": 50})
        answers[name] = told(ledger, ledger.amy, {"amount": 5}, loan, "loan")
    assert [answer[:2] for answer in answers["Plain"]] == [("amount", "check_failed")]
    assert answers["Masked"] == [(
        "amount", "rule_untold", "不符合此记录的一条规则，该规则涉及您无权查看的内容；请与可查看全部内容的同事确认。",
        "A rule of this record does not allow this; it reads what you may not see. Ask somebody who sees all of it.",
    )]


def test_the_own_words_of_a_unique_rule_are_for_those_who_may_read_its_fields(ledger: World) -> None:
    first = ledger.create("loan", {"name": "First"}, ledger.amy)
    ledger.update("loan", first, {"code": "A1"})
    ledger.trash("loan", first, ledger.amy)
    other = ledger.create("loan", {"name": "Second"}, ledger.amy)
    ledger.update("loan", other, {"code": "A1"})
    for who, wanted in ((ledger.amy, [("", "taken_alike")]), (OPERATOR, [("code", "check_failed")])):
        with pytest.raises(Invalid) as refused:
            ledger.restore("loan", first, who)
        assert [(error.path, error.message.code) for error in refused.value.errors] == wanted


def test_an_owner_is_somebody_whom_the_writer_may_read_or_oneself(ledger: World) -> None:
    loner = Principal("user", user_id=ledger.amy.user_id, login="amy", roles=frozenset({"loner"}))
    account = ledger.create("account", {"name": "Own", "owner": ledger.amy.user_id}, loner)
    made, assigned = [], []
    for owner in (ledger.bob.user_id, NOBODY):
        made.append(told(ledger, loner, {"name": "Theirs", "owner": owner}, None, "account"))
        with pytest.raises(Invalid) as refused:
            ledger.do(lambda s, owner=owner: write.assign(s, "account", account, owner or 0), loner)
        assigned.append([(e.path, e.message.text("en")) for e in refused.value.errors])
    assert made[0] == made[1] and assigned[0] == assigned[1] == [("owner", "Choose a person who is active.")]
    ledger.do(lambda s: write.assign(s, "account", account, loner.user_id or 0), loner)


def test_what_is_hidden_of_oneself_is_told_no_more_than_of_others(database: Database, tmp_path: Path) -> None:
    """One knows who one is and where one belongs; a field of people that a role hides is hidden on one's own record too."""
    trip = """
entity: trip
label: {zh: 出差, en: Trip}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true}
  cost: {type: int, max: =owner.cap}
"""
    person = FILES["entities/user.entity.yaml"] + "  cap: {type: int}\n"
    rights = "  trip: {create: own, read: own, update: own}\nfields:\n  user.cap: {hide: true}\n"
    role = FILES["access/rep.role.yaml"].replace("fields:\n", rights)
    publish(database, {
        **FILES, "entities/user.entity.yaml": person, "entities/trip.entity.yaml": trip, "access/rep.role.yaml": role,
    })
    world = running(database, tmp_path / "files")
    world.update("user", world.amy.user_id or 0, {"cap": 77})
    said = told(world, world.amy, {"name": "t", "cost": 1000}, entity="trip")
    assert [each[:2] for each in said] == [("cost", "too_large_untold")] and "77" not in str(said)
