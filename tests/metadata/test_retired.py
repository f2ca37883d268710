"""What is retired: rights and menu entries fall away, every other use of it is refused where it stands, and what passes
the check compiles."""

from __future__ import annotations

import pytest

from metadata.loader import load_files
from tests.metadata.compiled import compiles

APP = "app: acme\nlayers: [.]\nlanguages: [en]\nmenu: [home, order, {label: More, items: [note]}]\n"
ORDER = """
entity: order
title: "{name}"
owned: true
fields:
  name: {type: text}
  amount: {type: money}
  fax: {type: phone, retired: true}
  boss: {type: user, retired: true}
  parts: {type: children, of: part, retired: true}
"""
KINDS = ORDER + "  kind: {type: choice, options: {new: {}, old: {retired: true}}}\n"
PART = "entity: part\nchild: true\nfields:\n  price: {type: money}\n"
USER = 'entity: user\ntitle: "{name}"\nfields:\n  name: {type: text}\n'
NOTE = 'entity: note\ntitle: "{name}"\nfields:\n  name: {type: text}\n  order: {type: link, to: order, back: notes}\n'
FLOW = """
flow: order
entity: order
states:
  draft: {start: true}
  review: {approval: check}
  done: {end: true}
moves:
  submit: {from: draft, to: review}
"""
APPROVAL = """
approval: check
entity: order
steps:
  boss: {who: role(rep)}
outcome: {approved: done, rejected: draft, returned: draft, recalled: draft, terminated: draft}
"""
ROLE = """
role: rep
admin: true
allow:
  order: {create: true, read: all, update: all, move: {submit: all}}
  note: {create: true, read: all}
  user: {read: all}
fields:
  order.fax: {hide: true}
  note.name: {readonly: true}
"""
FILES = {
    "app.yaml": APP, "order.entity.yaml": ORDER, "part.entity.yaml": PART, "user.entity.yaml": USER,
    "note.entity.yaml": NOTE, "order.flow.yaml": FLOW, "check.approval.yaml": APPROVAL, "rep.role.yaml": ROLE,
}
RETIRED = "LW315"


def errors(**changed: str) -> list[tuple[str, str]]:
    """(code, file) of each error of the model with files changed; `order_flow` stands for order.flow.yaml."""
    files = FILES | {f"{name.replace('_', '.')}.yaml": text for name, text in changed.items()}
    return [(problem.code.code, problem.place.file) for problem in load_files(files).errors]


def test_rights_and_menu_entries_of_something_retired_fall_away() -> None:
    files = FILES | {"note.entity.yaml": NOTE + "retired: true\n"}
    loaded = load_files(files)
    assert not loaded.errors
    assert loaded.app is not None
    assert [item.target for item in loaded.app.menus["main"].items] == ["home", "order"]
    assert {grant.entity for grant in loaded.app.roles["rep"].grants} == {"order", "user"}
    assert not loaded.app.roles["rep"].fields
    assert compiles(loaded.app)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("order_entity", ORDER.replace('"{name}"', '"{fax}"')),
        ("order_entity", ORDER + "search: [fax]\n"),
        ("order_entity", ORDER + "indexes: [[name, fax]]\n"),
        ("order_entity", ORDER + "unique:\n  one: {fields: [fax]}\n"),
        ("order_entity", ORDER + "checks:\n  ok: {must: fax != blank, say: Fax}\n"),
        ("order_entity", ORDER + "  total: {type: rollup, of: parts, value: sum(price)}\n"),
        ("order_entity", ORDER + "  seen:\n    type: formula\n    formula: fax\n"),
        ("note_entity", NOTE + "  fax: {type: text, fetch: order.fax}\n"),
        ("order_flow", FLOW.replace("{start: true}", "{start: true, lock: [fax]}")),
        ("order_flow", FLOW.replace("to: review}", "to: review, needs: [fax]}")),
        ("order_flow", FLOW.replace("to: review}", "to: review, needs: [parts]}")),
        ("order_flow", FLOW.replace("to: review}", "to: review, ask: {fax: {required: true}}}")),
        ("order_flow", FLOW.replace("to: review}", 'to: review, if: "count(parts) > 0"}')),
        ("order_flow", FLOW.replace("to: review}", "to: review, by: field(boss)}")),
        ("order_flow", FLOW + "on_enter:\n  done:\n    - {set: {fax: \"1\"}}\n"),
        ("check_approval", APPROVAL + "guarded: [fax]\n"),
        ("check_approval", APPROVAL.replace("role(rep)", "field(boss)")),
        ("main_form", "form: main\nentity: order\nsections:\n  all: {fields: [name, fax]}\n"),
        ("main_list", "list: main\nentity: order\ncolumns: [name, fax]\n"),
        ("by_report", "report: by\nentity: order\nrows: [fax]\nmeasures: {n: count()}\n"),
        ("by_report", "report: by\nentity: order\nrows: [name]\nmeasures: {n: max(fax)}\n"),
        ("copy_convert", 'convert: copy\nfrom: order\nto:\n  order: {name: =name, fax: "1"}\n'),
        ("o_data", 'data: o\nentity: order\nmode: seed\nkey: [name]\nrows:\n  - {name: a, fax: "1"}\n'),
    ],
)
def test_every_use_of_a_retired_field_is_refused_where_it_stands(file: str, text: str) -> None:
    assert (RETIRED, f"{file.replace('_', '.')}.yaml") in errors(**{file: text})


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("order_flow", FLOW.replace("to: review}", "to: review}\n  shelve: {from: draft, to: old}")),
        ("check_approval", APPROVAL.replace("returned: draft", "returned: old")),
        ("order_entity", KINDS.replace("old: {retired: true}}", "old: {retired: true}}, default: old")),
        ("order_flow", FLOW + "on_enter:\n  done:\n    - {set: {kind: old}}\n"),
        ("copy_convert", "convert: copy\nfrom: order\nto:\n  order: {name: =name, kind: old}\n"),
        ("o_data", "data: o\nentity: order\nmode: seed\nkey: [name]\nrows:\n  - {name: a, kind: old}\n"),
    ],
)
def test_nothing_leads_into_a_retired_state_or_option(file: str, text: str) -> None:
    old = {"order_flow": FLOW.replace("  done: {end: true}", "  done: {end: true}\n  old: {retired: true}")}
    changed = {"order_entity": KINDS, **old}
    assert not errors(**changed)
    changed[file] = text.replace("  done: {end: true}", "  done: {end: true}\n  old: {retired: true}")
    assert errors(**changed) == [(RETIRED, f"{file.replace('_', '.')}.yaml")]


def test_a_retired_state_and_option_may_still_be_left() -> None:
    flow = FLOW.replace("  done: {end: true}", "  done: {end: true}\n  old: {retired: true}")
    leave = flow.replace("to: review}", "to: review}\n  revive: {from: old, to: draft}\n"
                                        "  gone: {from: draft, to: old, retired: true}")
    assert not errors(order_flow=leave, order_entity=KINDS)


def test_a_setting_is_not_retired() -> None:
    pack = "pack: shop\nversion: 1.0.0\nsettings:\n  limit: {type: int, default: 5, retired: true}\n"
    (problem,) = load_files({"pack.yaml": pack}).problems
    assert problem.line("en").startswith("pack.yaml:4:34 LW201 settings.limit has no key retired; ")


def test_what_works_on_a_retired_entity_is_refused_unless_it_is_retired_too() -> None:
    gone = ORDER + "retired: true\n"
    assert {(RETIRED, "order.flow.yaml"), (RETIRED, "check.approval.yaml"), (RETIRED, "note.entity.yaml")} <= set(
        errors(order_entity=gone)
    )
    kept = {"flow": FLOW, "approval": APPROVAL}
    parked = {f"{'order' if kind == 'flow' else 'check'}_{kind}": text + "retired: true\n" for kind, text in kept.items()}
    assert not errors(order_entity=gone, note_entity=NOTE.replace("{type: link, to: order, back: notes}",
                                                                  "{type: link, to: order, retired: true}"), **parked)


def test_retired_things_may_read_each_other() -> None:
    more = "  again:\n    type: formula\n    formula: fax\n    retired: true\nchecks:\n"
    assert not errors(order_entity=ORDER + more + "  ok: {must: fax != blank, say: Fax, retired: true}\n")
