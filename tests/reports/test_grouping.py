"""Groups by what a link to several entities names, with the way down to their records; what cannot be added up is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from engine.records import read
from engine.records.queries import Query, RecordRef
from engine.storage.database import Database
from metadata.loader import load_files
from reports.compile import compile_reports
from reports.keys import keys_text, parse_keys
from reports.run import drill, run
from tests.workflows.company import PACK, World, company

VISIT = """
entity: visit
label: {zh: 拜访, en: Visit}
title: "{name}"
fields:
  name: {type: text, label: {zh: 名称, en: Name}}
  about: {type: any_link, to: [lead, contact], label: {zh: 对象, en: About}}
"""
REPORTS = {
    "entities/visit.entity.yaml": VISIT,
    "access/visitor.role.yaml": "role: visitor\nlabel: V\nincludes: [rep]\nallow: {visit: {read: all}, contact: {read: all}}\n",
    "reports/by_about.report.yaml": """
report: by_about
entity: visit
label: {zh: 按对象, en: By record}
rows: [about]
measures: {number: count()}
""",
}
ONE = {"entities/visit.entity.yaml": VISIT.replace("to: [lead, contact]", "to: [lead]")}


@pytest.mark.parametrize("changes", [{}, ONE], ids=["several", "one"])
def test_groups_by_a_link_to_several_entities(database: Database, tmp_path: Path, changes: dict[str, str]) -> None:
    world = company(database, tmp_path / "files", {**REPORTS, **changes})
    loaded = load_files({**PACK, **REPORTS, **changes})
    assert loaded.app is not None
    lead, other = (world.create("lead", {"name": name}) for name in ("Ask", "Bid"))
    contact = world.create("contact", {"name": "Ann"})
    second = RecordRef("lead", other) if changes else RecordRef("contact", contact)
    about = [RecordRef("lead", lead), RecordRef("lead", lead), second, None]
    made = [world.create("visit", {"name": f"S{n}", "about": ref}) for n, ref in enumerate(about)]
    with world.runtime.reading(OPERATOR) as session:
        report = compile_reports(loaded.app, session.app).reports["by_about"]
        rows = run(session, report).rows
        assert {(row.keys[0], row.titles[0], row.measures[0]) for row in rows} == {
            (None, None, 1), (RecordRef("lead", lead), "Ask", 2), (second, "Bid" if changes else "Ann", 1),
        }
        for row in rows:
            keys = parse_keys(report, keys_text(report, row.keys))
            assert keys == row.keys
            found = read.page(session, Query("visit", (), filters=drill(session, report, keys))).rows
            assert [one[0] for one in found] == [id for id, ref in reversed(list(zip(made, about, strict=True))) if ref == keys[0]]


def test_whose_record_may_not_be_read_is_in_the_blank_group(database: Database, tmp_path: Path) -> None:
    world: World = company(database, tmp_path / "files", REPORTS)
    loaded = load_files({**PACK, **REPORTS})
    assert loaded.app is not None
    world.create("visit", {"name": "A", "about": RecordRef("lead", world.create("lead", {"name": "Theirs"}))})
    mine = world.create("lead", {"name": "Mine"}, "amy")
    world.create("visit", {"name": "B", "about": RecordRef("lead", mine)})
    with world.runtime.reading(replace(world["amy"], roles=frozenset({"visitor", "rep"}))) as session:
        report = compile_reports(loaded.app, session.app).reports["by_about"]
        assert [(row.keys[0], row.titles[0]) for row in run(session, report).rows] == [(None, None), (RecordRef("lead", mine), "Mine")]
