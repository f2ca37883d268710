"""Demo data that rules make: its months of history, and what of it has to be as it is today."""

from __future__ import annotations

from pathlib import Path

from engine.clock import FixedClock
from engine.principal import OPERATOR
from engine.records import read
from engine.records.queries import Query, Sort
from engine.storage.verify import verify
from loomwork.demo import fill
from metadata.loader import load_files, pack_files
from tests.storage.applications import START
from web.composition import compose
from web.settings import Settings

APP = "app: small\nlanguage: 1\nlayers: [base@{version}, .]\nzone: Asia/Shanghai\n"
TICKET = """entity: ticket
title: "{name}"
fields:
  name: {type: text}
  due: {type: date}
  left: {type: formula, formula: "days_between($today, due)", kept: daily}
"""
DATA = {
    "role.data.yaml": "data: r\nentity: role_assignment\nkey: [user, role]\nmode: demo\norder: 2\nrows: [{user: amy, role: admin}]\n",
    "user.data.yaml": "data: u\nentity: user\nkey: login\nmode: demo\nrows: [{login: amy, name: Amy, email: a@example.com}]\n",
    "ticket.data.yaml": """data: t
entity: ticket
mode: demo
order: 3
generate:
  count: 3
  by: {role: admin}
  moment: {days: [-60, -50]}
  fields:
    name: {digits: "##"}
    due: {days: [9, 9], of: today}
""",
}


def test_formulas_of_the_day_stand_as_of_today(database_url: str, tmp_path: Path) -> None:
    base = pack_files("base")
    version = str(base["packs/base/pack.yaml"]).split("version: ")[1].split()[0]
    app = load_files({**base, "app.yaml": APP.format(version=version), "ticket.entity.yaml": TICKET, **DATA}).app
    assert app is not None
    runtime = compose(Settings(database=database_url, data=tmp_path / "data"))
    runtime.clock = FixedClock(START)
    fill(runtime, app)
    with runtime.reading(OPERATOR) as session:
        page = read.page(session, Query("ticket", (("left",), ("created_at",)), sort=(Sort(("id",)),)))
        rows = [tuple(row[column.index] for column in page.columns) for row in page.rows]
    assert [left for left, _ in rows] == [9, 9, 9]
    assert all(str(created) < "2026-01-15" for _, created in rows)
    assert verify(runtime.database, clock=runtime.clock) == []
