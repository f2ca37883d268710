"""The demo of the b2b pack: as much as promised, consistent, seen in part by each role, made once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import cast

import pytest

from engine.accounts import credentials
from engine.accounts.principals import principal_of_login
from engine.principal import OPERATOR, Principal
from engine.records import read
from engine.records.queries import Query
from engine.refusals import NotFound
from engine.runtime import ReadSession, Runtime
from engine.storage.verify import verify
from loomwork.data import load_data
from loomwork.demo import PASSWORD, Demo, fill
from metadata.specs.app import AppSpec
from reports import run as reporting
from reports.compiled import CompiledReports
from reports.prints import render_print
from tests.databases import PostgresServer
from web.composition import compose
from web.settings import Settings

PROMISED = {"user": 12, "lead": 400, "customer": 180, "contract": 40}


def values(runtime: Runtime, entity: str, field: str) -> Counter[object]:
    with runtime.reading(OPERATOR) as session:
        page = read.page(session, Query(entity, ((field,),), limit=1000))
        return Counter(row[page.columns[0].index] for row in page.rows)


def reports_of(session: ReadSession) -> CompiledReports:
    return cast(CompiledReports, session.parts["reports"])


def count(runtime: Runtime, who: Principal, entity: str) -> int:
    with runtime.reading(who) as session:
        return read.count(session, Query(entity, ()), cap=10_000).value


@pytest.mark.parametrize(("entity", "wanted"), PROMISED.items())
def test_the_demo_has_what_is_promised(runtime: Runtime, entity: str, wanted: int) -> None:
    assert count(runtime, OPERATOR, entity) == wanted


def test_records_are_in_mixed_states(runtime: Runtime) -> None:
    assert set(values(runtime, "lead", "status")) == {"new", "contacting", "qualified", "converted", "unqualified"}
    assert {"draft", "review", "effective"} <= set(values(runtime, "contract", "status"))
    assert {"approved", "pending", "rejected", "unsubmitted"} <= set(values(runtime, "contract", "approval"))
    assert {"done", "overdue", "not_effective"} <= set(values(runtime, "installment", "status"))
    assert {"confirmed", "pending"} <= set(values(runtime, "receipt", "status"))
    assert set(values(runtime, "customer", "level")) == {"A", "B", "C"}


def test_the_database_is_whole(runtime: Runtime) -> None:
    assert verify(runtime.database, runtime.files) == []


def test_loading_again_makes_nothing_twice(runtime: Runtime, b2b: AppSpec) -> None:
    before = {entity: count(runtime, OPERATOR, entity) for entity in ("lead", "contract", "receipt", "activity")}
    load_data(runtime, b2b, modes=("seed", "demo"))
    assert {entity: count(runtime, OPERATOR, entity) for entity in before} == before


def test_everyone_can_sign_in(runtime: Runtime, demo: Demo) -> None:
    assert len(demo.people) == 12 and all(person.roles["zh"] and person.roles["en"] for person in demo.people)
    with runtime.reading(OPERATOR) as session:
        stored = credentials.stored_hash(session.connection, 1)
    assert demo.password == PASSWORD and credentials.verify_password(stored, PASSWORD)


@pytest.mark.parametrize(
    ("login", "entity"), [("amy", "lead"), ("amy", "customer"), ("lin", "lead"), ("lin", "contract")]
)
def test_each_role_sees_a_part(runtime: Runtime, login: str, entity: str) -> None:
    who = principal_of_login(runtime, login)
    assert who is not None
    assert 0.05 <= count(runtime, who, entity) / count(runtime, OPERATOR, entity) <= 0.6


def test_the_administrator_has_no_business_scope(runtime: Runtime) -> None:
    who = principal_of_login(runtime, "admin")
    assert who is not None
    with pytest.raises(NotFound):
        count(runtime, who, "customer")


def test_the_report_spans_months_and_departments(runtime: Runtime) -> None:
    who = principal_of_login(runtime, "chen")
    assert who is not None
    with runtime.reading(who) as session:
        rows = reporting.run(session, reporting.find(session, reports_of(session), "signed_by_month")).rows
    assert len({row.keys[0] for row in rows}) >= 4 and {row.titles[1] for row in rows} == {"华东销售部", "华南销售部"}


def test_a_contract_prints_with_words_plan_and_trail(runtime: Runtime) -> None:
    who = principal_of_login(runtime, "chen")
    assert who is not None
    with runtime.reading(who) as session:
        contract = read.page(session, Query("contract", (("number",),), limit=1)).rows[0][0]
        trail = [{"step": "直属上级", "person": "林晓峰", "action": "同意", "comment": "条款无异议", "at": session.now}]
        body = str(render_print(session, reports_of(session), "contract", int(str(contract)), trail).body)
    for wanted in ("销售合同", "大写金额", "付款安排", "条款无异议", "甲方（盖章）"):
        assert wanted in body


def test_the_demo_loads_on_postgresql_too(postgres: PostgresServer, b2b: AppSpec, tmp_path: Path) -> None:
    url = postgres.create()
    runtime = compose(Settings(database=url, data=tmp_path))
    fill(runtime, b2b)
    assert {entity: count(runtime, OPERATOR, entity) for entity in PROMISED} == PROMISED
    assert verify(runtime.database, runtime.files) == []
    runtime.database.close()
    postgres.drop(url)
