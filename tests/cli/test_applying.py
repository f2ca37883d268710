"""What `apply` shows before it asks: tables, declarations by kind and name, and rules that stored records break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import Runtime
from loomwork.applying import apply_spec, plan_folder
from metadata.loader import load_files
from metadata.specs.app import AppSpec
from web.composition import compose
from web.settings import Settings

FILES = {
    "app.yaml": "app: shop\nlayers: [.]\nlanguages: [zh-CN, en]\n",
    "lead.entity.yaml": """
entity: lead
label: {zh: 线索, en: Lead}
title: "{name}"
fields:
  name: {type: text, label: {zh: 名称, en: Name}}
  code: {type: text, label: {zh: 编码, en: Code}}
  score: {type: int, label: {zh: 评分, en: Score}}
  due: {type: date, label: {zh: 到期, en: Due}}
""",
    "lead.flow.yaml": """
flow: lead
entity: lead
label: {zh: 线索, en: Lead}
states: {open: {label: {zh: 开, en: Open}, start: true}, done: {label: {zh: 完, en: Done}}}
moves: {finish: {from: open, to: done, label: {zh: 完成, en: Finish}}}
""",
    "boss.role.yaml": "role: boss\nlabel: {zh: 主管, en: Boss}\nadmin: true\n"
                      "allow: {lead: {read: all, create: true, move: {finish: all}}}\n",
    "old.report.yaml": "report: old\nentity: lead\nlabel: {zh: 旧, en: Old}\nrows: [status]\n"
                       "measures: {all: {value: count(), label: {zh: 数, en: Count}}}\n",
}


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The application applied, with three leads."""
    runtime = compose(Settings(database=database_url, data=tmp_path))
    apply_spec(runtime, spec({}), author="test")
    for name, code, score in (("a", "A-1", 1), (None, "b", 9), ("c" * 30, None, None)):
        runtime.writing(OPERATOR, lambda s, values={"name": name, "code": code, "score": score}: write.create(s, "lead", values))
    yield runtime
    runtime.database.close()


def spec(changes: dict[str, tuple[str, str]], **files: str | None) -> AppSpec:
    """The application with texts replaced, and with files added (`a_b_yaml`) or left out (None)."""
    texts = {name: FILES[name].replace(*changes.get(name, ("", ""))) if name in changes else FILES[name] for name in FILES}
    for name, text in files.items():
        file = name.replace("_", ".")
        texts = {**texts, file: text} if text is not None else {n: t for n, t in texts.items() if n != file}
    loaded = load_files(texts)
    assert loaded.app is not None, [problem.line("en") for problem in loaded.errors]
    return loaded.app


def test_what_changes_besides_tables_is_named(runtime: Runtime) -> None:
    changed = spec({
        "lead.flow.yaml": ("moves: {", "moves: {again: {from: done, to: open, label: {zh: 重开, en: Reopen}}, "),
        "boss.role.yaml": ("create: true, move: {", "create: true, update: all, move: {again: all, "),
        "app.yaml": ("languages: [zh-CN, en]", "languages: [zh-CN, en]\nzone: Europe/Paris"),
        "lead.entity.yaml": ("label: {zh: 评分, en: Score}", "label: {zh: 评分, en: Points}"),
    }, old_report_yaml=None, new_report_yaml=FILES["old.report.yaml"].replace("old", "new"))
    plan = plan_folder(runtime, changed)
    assert plan.sentences("en") == (
        "app shop: changed (zone)",
        "entity lead: changed (fields: changed score)",
        "flow lead: changed (moves: new again)",
        "role boss: changed (allow)",
        "report old: removed",
        "report new: new",
    )
    assert plan.sentences("zh") == (
        "应用 shop：有改动（zone）",
        "实体 lead：有改动（fields：有改动 score）",
        "流程 lead：有改动（moves：新增 again）",
        "角色 boss：有改动（allow）",
        "报表 old：删除",
        "报表 new：新增",
    )


def test_tables_and_declarations_are_told_together_and_what_only_moved_is_not(runtime: Runtime) -> None:
    added = spec({"lead.entity.yaml": ("  due:", "  phone: {type: phone, label: {zh: 电话, en: Phone}}\n  due:")})
    told = [text for text in plan_folder(runtime, added).sentences("en") if "phone" in text]
    assert len(told) == 2 and told[-1] == "entity lead: changed (fields: new phone)"
    moved = spec({"lead.flow.yaml": ("entity: lead\n", "\n# a remark\nentity: lead\n")})
    assert plan_folder(runtime, moved).sentences("en") == ("Update declarations (no table changes)",)
    assert plan_folder(runtime, spec({})).empty


def test_what_is_renamed_is_told_as_renamed(runtime: Runtime) -> None:
    """Reports, roles, entities; fields, options, states and moves inside what declares them."""
    report = FILES["old.report.yaml"].replace("report: old\n", "report: new\nwas: [old]\n").replace("zh: 旧", "zh: 新")
    plan = plan_folder(runtime, spec({
        "lead.flow.yaml": ("open: {label: {zh: 开, en: Open}, start: true}", "fresh: {label: {zh: 开, en: Open}, start: true, was: open}"),
        "boss.role.yaml": ("role: boss\n", "role: head\nwas: boss\n"),
        "lead.entity.yaml": ("score: {", "points: {was: score, max: 99, "),
    }, old_report_yaml=report))
    said = set(plan.sentences("en"))
    assert {
        "entity lead: changed (fields: changed points, status, renamed score → points)",
        "flow lead: changed (states: renamed open → fresh; moves: changed finish)",
        "role head: renamed from boss", "report new: renamed from old (label)",
    } <= said
    assert not [text for text in said if ": removed" in text or ": new" in text]
    assert {
        "实体 lead：有改动（fields：有改动 points、status、改名 score → points）",
        "流程 lead：有改动（states：改名 open → fresh；moves：有改动 finish）",
        "角色 head：由 boss 改名", "报表 new：由 old 改名（label）",
    } <= set(plan.sentences("zh"))


def test_a_renamed_entity_is_told_as_renamed(runtime: Runtime) -> None:
    renamed = spec({
        "lead.entity.yaml": ("entity: lead\n", "entity: prospect\nwas: [lead]\n"),
        "lead.flow.yaml": ("moves: {finish: {", "moves: {close: {was: finish, "),
    })
    said = plan_folder(runtime, renamed).sentences("en")
    assert "entity prospect: renamed from lead" in said and "Rename entity lead to prospect; its data stays" in said
    assert "flow lead: changed (entity; moves: renamed finish → close)" in said
    assert not [text for text in said if ": removed" in text or ": new" in text]


def test_fields_that_swap_their_names_are_both_told(runtime: Runtime) -> None:
    plan = plan_folder(runtime, spec({"lead.entity.yaml": (
        "  name: {type: text, label: {zh: 名称, en: Name}}\n  code: {type: text, label: {zh: 编码, en: Code}}\n",
        "  code: {type: text, was: name, fresh: true, label: {zh: 名称, en: Name}}\n"
        "  name: {type: text, was: code, fresh: true, label: {zh: 编码, en: Code}}\n",
    )}))
    assert "entity lead: changed (fields: renamed name → code, code → name)" in plan.sentences("en")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: {type: text,", "name: {type: text, required: true,", "lead.name: stored records that break the new rule required: 1"),
        ("name: {type: text,", "name: {type: text, max: 20,", "lead.name: stored records that break the new rule max 20: 1"),
        ("code: {type: text,", 'code: {type: text, pattern: "[A-Z]-[0-9]",',
         "lead.code: stored records that break the new rule pattern [A-Z]-[0-9]: 1"),
        ("score: {type: int,", "score: {type: int, max: 5,", "lead.score: stored records that break the new rule max 5: 1"),
        ("score: {type: int,", "score: {type: int, min: 5,", "lead.score: stored records that break the new rule min 5: 1"),
        ("score: {type: int,", "points: {type: int, was: score, max: 5,", "lead.points: stored records that break the new rule max 5: 1"),
        ("  due:", "  tax: {type: text, required: true, label: {zh: 税号, en: Tax}}\n  due:",
         "lead.tax: stored records that break the new rule required: 3"),
        ("score: {type: int,", "score: {type: int, min: 0, max: 9,", ""),
        ("due: {type: date,", "due: {type: date, min: 2026-01-01,", ""),
    ],
)
def test_records_that_break_a_stricter_rule_are_counted(runtime: Runtime, old: str, new: str, told: str) -> None:
    sentences = plan_folder(runtime, spec({"lead.entity.yaml": (old, new)})).sentences("en")
    warned = [text for text in sentences if text.startswith("warning: ")]
    assert warned == ([f"warning: {told}; whoever saves them next has to mend it"] if told else [])


def test_the_warning_in_chinese(runtime: Runtime) -> None:
    stricter = spec({"lead.entity.yaml": ("score: {type: int,", "score: {type: int, max: 5,")})
    assert plan_folder(runtime, stricter).sentences("zh")[-1] == "警告：lead.score 的新规则 max 5：现有 1 条记录不符合，下次保存时须改正"


def test_a_text_that_may_be_longer_is_judged_by_what_it_asks_anew(runtime: Runtime) -> None:
    """Its values stay; only the one that is blank breaks the rule."""
    widened = spec({"lead.entity.yaml": ("name: {type: text,", "name: {type: long, required: true,")})
    told = [text for text in plan_folder(runtime, widened).sentences("en") if text.startswith("warning")]
    assert len(told) == 1 and "required: 1;" in told[0], told


def test_an_entity_that_comes_back_is_planned(runtime: Runtime) -> None:
    extra = "entity: extra\nlabel: {zh: 多, en: Extra}\nfields:\n  name: {type: text, label: {zh: 名, en: Name}}\n"
    apply_spec(runtime, spec({}, extra_entity_yaml=extra), author="test")
    apply_spec(runtime, spec({}, extra_entity_yaml=extra.replace("label: {zh: 多", "retired: true\nlabel: {zh: 多")), author="test")
    back = spec({}, extra_entity_yaml=extra.replace("type: text,", "type: text, required: true,"))
    assert any("extra" in text for text in plan_folder(runtime, back).sentences("en"))
