"""A scenario that does not hold says where and what happened instead, in both languages."""

from __future__ import annotations

import pytest

from loomwork.scenarios import run_scenario
from metadata.loader import load_files, pack_files
from metadata.specs.app import AppSpec

HEAD = """\
scenario: sample
given:
  ben: {user: {role: employee}}
  amy: {user: {role: employee, reports_to: ben}}
  p: {product: {code: P-1, name: Camera, price: 100}}
  t: {task: {title: Call, assignee: amy, due: =$now + 1d}, by: amy}
steps:
"""


def sample(step: str) -> AppSpec:
    files = {path.removeprefix("packs/base/"): text for path, text in pack_files("base").items()}
    loaded = load_files({**files, "scenarios/sample.scenario.yaml": f"{HEAD}  - {step}\n"})
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    return loaded.app


@pytest.mark.parametrize(
    ("step", "zh", "en"),
    [
        ("expect: t.status == 'done'", "不成立：t.status == 'done'（t.status = open）", "'done' (t.status = open)"),
        ("{as: ben, cannot: read, record: p}", "ben 本不应能 read", "ben could read, which should have been refused"),
        ("{as: ben, move: begin, record: t}", "被拒绝：", "refused: "),
        ("{as: ben, update: p, set: {price: 5}}", "被拒绝：", "refused: "),
        ("{as: amy, create: task, set: {title: X, assignee: joe, due: =$now}}", "没有名为“joe”的user", "no user 'joe'"),
        ("{as: amy, create: task, set: {title: X, assignee: amy, due: soon}}", "due: ", "due: "),
        ("{as: amy, find: product, set: {code: P-2}}", "找到 0 条", "found 0 records of product"),
        ("{wait: tomorrow}", "应为 3d", "expected 3d, 2h or 3wd, got tomorrow"),
        ("{waiting: t, for: [ben]}", "正在等待 nobody，应为 ben", "it waits for nobody, expected ben"),
        ("{as: amy, cannot: update, record: t, set: {title: X}}", "amy 本不应能 update", "amy could update"),
    ],
)
def test_a_step_that_fails_is_named(step: str, zh: str, en: str) -> None:
    app = sample(step)
    result = run_scenario(app, app.scenarios["sample"])
    assert not result.passed
    assert result.message("en").startswith("scenarios/sample.scenario.yaml:8:")
    assert en in result.message("en") and zh in result.message("zh")
    assert result.as_json()["line"] == 8


def test_what_can_and_cannot_steps_do_is_taken_back() -> None:
    app = sample("\n  - ".join([
        "{as: amy, can: begin, record: t}", "expect: t.status == 'open'",
        "{as: amy, can: update, record: t, set: {title: Y}}", "expect: t.title == 'Call'",
    ]))
    result = run_scenario(app, app.scenarios["sample"])
    assert result.passed, result.message("en")
