"""Layers: patches by name, retired, reset, positions, conflicts."""

from __future__ import annotations

import pytest

from metadata.expressions.typed import In, RoleCall
from metadata.loader import load_files
from metadata.specs.app import AppSpec

HEAD = "app: acme\nlayers: [base@1.0.0, {more}.]\n"
BASE = {
    "packs/base/pack.yaml": "pack: base\nversion: 1.0.0\n",
    "packs/base/thing.entity.yaml": (
        'entity: thing\ntitle: "{name}"\nlabel: {zh: 物品, en: Thing}\nowned: true\nsearch: [name]\nfields:\n'
        "  name: {type: text, required: true, max: 120}\n"
        "  no: {type: serial, pattern: \"T-{yyyyMM}-{0001}\", reset: year}\n"
        "  kind: {type: choice, options: [a, b]}\n"
        "  last: {type: text}\n"
        "checks:\n  long: {must: len(name) > 1, say: Too short}\n"
    ),
    "packs/base/thing.flow.yaml": (
        "flow: thing\nentity: thing\n"
        "states:\n  draft: {start: true}\n  review: {approval: check}\n  done: {end: true}\n"
        "moves:\n  submit: {from: draft, to: review}\n"
    ),
    "packs/base/check.approval.yaml": (
        "approval: check\nentity: thing\nsteps:\n  manager: {who: superior(1)}\n  boss: {who: role(boss)}\n"
        "outcome: {approved: done, rejected: draft, returned: draft, recalled: draft, terminated: draft}\n"
    ),
    "packs/base/boss.role.yaml": (
        "role: boss\nadmin: true\nallow:\n"
        "  thing: {read: all, update: {scope: own, if: status == 'draft'}, move: all}\n"
        "fields:\n  thing.last: {hide: true}\n"
    ),
}


def loaded(*own: str, packs: dict[str, str] | None = None, more: str = "") -> AppSpec:
    files = {"app.yaml": HEAD.replace("{more}", more), **BASE, **(packs or {})}
    files |= {f"x{number}.extend.yaml": text for number, text in enumerate(own)}
    result = load_files(files)
    assert [problem.line("en") for problem in result.errors] == []
    assert result.app is not None
    return result.app


def codes(*own: str, packs: dict[str, str] | None = None, more: str = "") -> list[str]:
    files = {"app.yaml": HEAD.replace("{more}", more), **BASE, **(packs or {})}
    files |= {f"x{number}.extend.yaml": text for number, text in enumerate(own)}
    return [problem.code.code for problem in load_files(files).problems]


def pack(name: str, text: str, requires: str = "base") -> dict[str, str]:
    return {
        f"packs/{name}/pack.yaml": f'pack: {name}\nversion: 1.0.0\nrequires: {{{requires}: ">=1.0"}}\n',
        f"packs/{name}/thing.extend.yaml": text,
    }


def test_one_property_changes_and_the_others_stay() -> None:
    name = loaded("extend: entity/thing\nfields:\n  name: {max: 50}\n").entities["thing"].fields["name"]
    assert (name.length, name.required, name.layer) == (50, True, "base")


def test_a_field_of_ones_own_stands_where_it_wants() -> None:
    app = loaded(
        "extend: entity/thing\nfields:\n  fax: {type: phone, after: name}\n  first: {type: int, before: name}\n"
    )
    assert list(app.entities["thing"].fields)[:4] == ["first", "name", "fax", "no"]
    assert app.entities["thing"].fields["fax"].layer == "."


def test_things_move() -> None:
    app = loaded("extend: entity/thing\nfields:\n  last: {move: before name}\n")
    assert next(iter(app.entities["thing"].fields)) == "last"
    steps = loaded("extend: approval/check\nsteps:\n  boss: {move: before manager}\n").approvals["check"].steps
    assert list(steps) == ["boss", "manager"]


def test_retired_things_are_marked_and_not_dropped() -> None:
    app = loaded("extend: entity/thing\nfields:\n  last: {retired: true}\nchecks:\n  long: {retired: true}\n")
    assert app.entities["thing"].fields["last"].retired
    assert app.entities["thing"].checks["long"].retired


def test_a_retired_object_is_gone_from_the_application() -> None:
    app = loaded(
        "extend: approval/check\nretired: true\n",
        "extend: flow/thing\nstates:\n  review: {reset: []}\nmoves:\n  accept: {from: review, to: done}\n",
        "extend: flow/thing\nstates:\n  review: {approval: other}\n",
        packs={"other.approval.yaml": BASE["packs/base/check.approval.yaml"].replace("check", "other")},
    )
    assert list(app.approvals) == ["other"]


def test_options_given_as_a_list_take_new_ones_by_name() -> None:
    app = loaded("extend: entity/thing\nfields:\n  kind:\n    options: {c: {zh: 丙, en: C}, a: {retired: true}}\n")
    options = app.entities["thing"].fields["kind"].options
    assert list(options) == ["a", "b", "c"] and options["a"].retired


def test_unnamed_lists_are_replaced_whole() -> None:
    app = loaded("extend: entity/thing\nsearch: [last]\n")
    assert app.entities["thing"].search == ("last",)


def test_grants_are_replaced_and_others_stay() -> None:
    role = loaded("extend: role/boss\nallow:\n  thing: {update: all}\n").roles["boss"]
    verbs = {grant.verb: grant for grant in role.grants}
    assert verbs["update"].condition is None and verbs["update"].scopes == ("all",)
    assert "read" in verbs and "move.submit" in verbs


def test_moves_of_a_role_are_no_word_of_layers() -> None:
    role = loaded("extend: role/boss\nallow:\n  thing: {move: {submit: own}}\n").roles["boss"]
    assert [g.scopes for g in role.grants if g.verb == "move.submit"] == [("own",)]


def test_a_serials_reset_is_no_word_of_layers() -> None:
    field = loaded("extend: entity/thing\nfields:\n  no: {reset: month}\n").entities["thing"].fields["no"]
    assert field.serial and field.serial.reset == "month"


def test_reset_goes_back_to_the_layer_below() -> None:
    shop = pack("shop", "extend: entity/thing\nfields:\n  name: {max: 50, unique: true}\n")
    app = loaded("extend: entity/thing\nfields:\n  name: {reset: [max]}\n", packs=shop, more="shop@1.0.0, ")
    name = app.entities["thing"].fields["name"]
    assert (name.length, name.unique) == (120, True)


def test_later_layers_win_and_may_build_on_each_other() -> None:
    packs = pack("shop", "extend: entity/thing\nfields:\n  name: {max: 50}\n")
    packs |= pack("farm", "extend: entity/thing\nfields:\n  name: {max: 60}\n", requires="shop")
    app = loaded(packs=packs, more="shop@1.0.0, farm@1.0.0, ")
    assert app.entities["thing"].fields["name"].length == 60


def test_two_packs_that_change_one_property_are_refused_until_the_application_decides() -> None:
    packs = pack("shop", "extend: entity/thing\nfields:\n  name: {max: 50}\n")
    packs |= pack("farm", "extend: entity/thing\nfields:\n  name: {max: 60}\n")
    more = "shop@1.0.0, farm@1.0.0, "
    assert codes(packs=packs, more=more) == ["LW806"]
    decided = loaded("extend: entity/thing\nfields:\n  name: {max: 70}\n", packs=packs, more=more)
    assert decided.entities["thing"].fields["name"].length == 70


def test_two_packs_may_change_different_properties() -> None:
    packs = pack("shop", "extend: entity/thing\nfields:\n  name: {max: 50}\n")
    packs |= pack("farm", "extend: entity/thing\nfields:\n  name: {help: How it is called}\n")
    assert codes(packs=packs, more="shop@1.0.0, farm@1.0.0, ") == []


@pytest.mark.parametrize(("text", "code"), [
    ("extend: entity/thing\nfields:\n  fax: {label: Fax}\n", "LW203"),
    ("extend: entity/thing\nfields:\n  name: {maximum: 5}\n", "LW201"),
    ("extend: entity/thing\nfields:\n  name: {max: {}}\n", "LW204"),
    ("extend: entity/thing\nfields:\n  name: {type: int}\n", "LW518"),
    ("extend: pack/base\n", "LW821"),
])
def test_a_patch_is_checked_like_a_declaration(text: str, code: str) -> None:
    assert code in codes(text)


def test_an_extension_may_stand_in_a_file_named_for_its_kind() -> None:
    files = {"app.yaml": HEAD.replace("{more}", ""), **BASE, "thing.entity.yaml": "extend: entity/thing\nicon: star\n"}
    app = load_files(files).app
    assert app and app.entities["thing"].icon == "star"


RENAMED = {
    "packs/base/thing.entity.yaml": (
        'entity: item\nwas: [thing]\ntitle: "{name}"\nowned: true\nfields:\n'
        "  name: {type: text, was: [title, caption]}\n  boss: {type: link, to: item, back: staff, was: chief}\n"
    ),
    "packs/base/thing.flow.yaml": (
        "flow: thing\nentity: item\nstates:\n  new: {start: true, was: [draft]}\n  done: {end: true}\n"
        "moves:\n  finish: {from: new, to: done, was: [submit]}\n"
    ),
    "packs/base/check.approval.yaml": "approval: check\nentity: item\nretired: true\nsteps: {a: {who: owner}}\n"
    "outcome: {approved: done, rejected: new, returned: new, recalled: new, terminated: new}\n",
    "packs/base/boss.role.yaml": "role: boss\nadmin: true\nallow:\n  item: {read: all, move: all}\n",
}


def test_layers_that_use_old_names_go_on_working_with_a_warning() -> None:
    files = {
        "app.yaml": HEAD.replace("{more}", ""), **BASE, **RENAMED,
        "x.extend.yaml": "extend: entity/thing\nfields:\n  title: {max: 30}\n  chief: {label: Chief}\n",
        "y.extend.yaml": "extend: flow/thing\nmoves:\n  again: {from: done, to: draft}\nstates: {done: {end: false}}\n",
        "clerk.role.yaml": (
            "role: clerk\nallow:\n  thing: {read: own, move: {submit: own}}\n"
            "fields:\n  thing.caption: {readonly: true}\n"
        ),
        "all.list.yaml": "list: all\nentity: thing\nlabel: All\ncolumns: [title, chief.caption]\nsort: [-title]\n",
        "main.form.yaml": "form: main\nentity: thing\nsections:\n  main: {fields: [[title, boss]]}\n",
    }
    loaded_app = load_files(files)
    assert [p.line("en") for p in loaded_app.errors] == []
    assert {p.code.code for p in loaded_app.problems} == {"LW316"}
    app = loaded_app.app
    assert app is not None
    assert app.entities["item"].fields["name"].length == 30
    assert app.lists["all"].columns == ("name", "boss.name") and app.lists["all"].sort == ("-name",)
    assert app.forms["main"].sections["main"].rows == (("name", "boss"),)
    assert ("item", "name") in app.roles["clerk"].fields
    assert [(g.entity, g.verb) for g in app.roles["clerk"].grants] == [("item", "read"), ("item", "move.finish")]
    assert app.flows["thing"].moves["again"].target == "new"
    told = [(p.place.file, p.place.line, p.values["old"]) for p in loaded_app.problems if p.code.code == "LW316"]
    assert ("all.list.yaml", 4, "chief") in told and ("x.extend.yaml", 1, "thing") in told


def told(files: dict[str, str]) -> tuple[AppSpec, set[tuple[str, int, int, str]]]:
    """The application, and each old name that is told: file, line, column, name. There is no other problem."""
    result = load_files({"app.yaml": HEAD.replace("{more}", ""), **BASE, **files})
    assert [problem.line("en") for problem in result.problems if problem.code.code != "LW316"] == []
    assert result.app is not None
    return result.app, {(p.place.file, p.place.line, p.place.column, p.values["old"]) for p in result.problems}


def test_layers_go_on_with_the_old_name_of_a_step() -> None:
    renamed = BASE["packs/base/check.approval.yaml"].replace("manager: {", "chief: {was: [manager, head], ")
    app, old = told({
        "packs/base/check.approval.yaml": renamed,
        "x.extend.yaml": (
            "extend: approval/check\nsteps:\n  manager: {label: Chief}\n  vp: {after: head, who: role(boss)}\n"
            "  boss: {move: before manager}\n"
        ),
        "a.scenario.yaml": (
            "scenario: it comes back\n"
            "given:\n  eva: {user: {login: eva, role: boss}}\n  one: {thing: {name: one}}\n"
            "steps:\n  - {as: eva, return: one, to: manager, comment: no}\n"
        ),
        **PEOPLE,
    })
    steps = app.approvals["check"].steps
    assert list(steps) == ["boss", "chief", "vp"] and steps["chief"].label.text("en") == "Chief"
    assert app.scenarios["it comes back"].steps[0].content["to"] == "chief"
    assert old == {
        ("x.extend.yaml", 3, 3, "manager"), ("x.extend.yaml", 4, 15, "head"), ("x.extend.yaml", 5, 16, "manager"),
        ("a.scenario.yaml", 6, 32, "manager"),
    }


def test_what_was_renamed_is_moved_by_its_old_name() -> None:
    renamed = BASE["packs/base/thing.entity.yaml"].replace("last: {type: text}", "surname: {type: text, was: last}")
    role = BASE["packs/base/boss.role.yaml"].replace("thing.last", "thing.surname")
    app, _ = told({
        "packs/base/thing.entity.yaml": renamed, "packs/base/boss.role.yaml": role,
        "x.extend.yaml": "extend: entity/thing\nfields:\n  last: {move: before name}\n",
    })
    assert next(iter(app.entities["thing"].fields)) == "surname"


REPORT = "report: tally\nwas: [count_of_things]\nentity: thing\nrows: [kind]\nmeasures: {all: count()}\n"


def test_layers_go_on_with_the_old_name_of_a_report() -> None:
    app, old = told({
        "packs/base/tally.report.yaml": REPORT,
        "x.extend.yaml": "extend: report/count_of_things\nlabel: Tally\n",
        "clerk.role.yaml": "role: clerk\nallow: {thing: {read: all}}\nreports: [count_of_things]\n",
        "side.menu.yaml": "menu: side\nitems: [thing, {label: More, items: [report.count_of_things]}]\n",
    })
    assert app.reports["tally"].label.text("en") == "Tally"
    assert app.roles["clerk"].reports == ("tally",)
    assert [item.target for item in app.menus["side"].items[1].items] == ["report.tally"]
    assert old == {
        ("x.extend.yaml", 1, 9, "count_of_things"), ("clerk.role.yaml", 3, 11, "count_of_things"),
        ("side.menu.yaml", 2, 38, "report.count_of_things"),
    }


PEOPLE = {
    "packs/base/user.entity.yaml": (
        'entity: user\ntitle: "{login}"\nfields:\n  login: {type: text, required: true}\n  name: {type: text}\n'
        "  dept: {type: dept}\n  superior: {type: user}\n  active: {type: bool}\n"
        "  language: {type: choice, options: [en]}\n"
    ),
    "packs/base/department.entity.yaml": (
        "entity: department\nfields:\n  name: {type: text}\n  parent: {type: dept}\n  manager: {type: user}\n"
    ),
    "packs/base/role_assignment.entity.yaml": (
        'entity: role_assignment\ntitle: "{role}"\nfields:\n  user: {type: user}\n  role: {type: choice, options_from: roles}\n'
    ),
    "packs/base/reader.role.yaml": (
        "role: reader\nallow:\n  user: {read: all}\n  department: {read: all}\n  role_assignment: {read: all}\n"
    ),
}


def test_layers_go_on_with_the_old_name_of_a_role() -> None:
    head = "role: head\nwas: [boss]\n"
    app, old = told({
        **PEOPLE,
        "packs/base/boss.role.yaml": BASE["packs/base/boss.role.yaml"].replace("role: boss\n", head),
        "packs/base/check.approval.yaml": BASE["packs/base/check.approval.yaml"].replace("role(boss)", "role(head)"),
        "x.extend.yaml": (
            "extend: approval/check\nsteps:\n  vp: {who: [role(boss), chain(role(boss))]}\ncc: role(boss)\nadmins: [role(boss)]\n"
        ),
        "y.extend.yaml": (
            "extend: flow/thing\nmoves:\n"
            "  finish: {from: draft, to: done, by: role(boss), if: $user in role(boss)}\n"
            "on_enter:\n  done:\n    - {notify: 'role(boss, near)', text: Done}\n"
        ),
        "deputy.role.yaml": "role: deputy\nincludes: [boss]\n",
        "main.form.yaml": "form: main\nentity: thing\nfor: role(boss)\nsections:\n  main: {fields: [name, kind, last]}\n",
        "all.list.yaml": "list: all\nentity: thing\nlabel: All\nfor: role(boss)\ncolumns: [name]\n",
        "side.menu.yaml": "menu: side\nfor: role(boss)\nitems: [thing]\n",
        "some.data.yaml": (
            "data: some\nentity: role_assignment\nkey: [user, role]\nrows:\n  - {user: eva, role: boss}\n"
        ),
        "a.scenario.yaml": (
            "scenario: heads decide\ngiven:\n  eva: {user: {login: eva, role: boss}}\n"
            "  pit: {user: {login: pit, roles: [deputy, boss]}}\n  one: {thing: {name: one}}\n"
            "steps:\n  - {waiting: one, for: [role(boss)]}\n"
        ),
    })
    assert app.roles["deputy"].all_includes == ("deputy", "head")
    vp, finish = app.approvals["check"].steps["vp"], app.flows["thing"].moves["finish"]
    asked = (*vp.who, *app.approvals["check"].cc, *app.approvals["check"].admins, *finish.by)
    notified = app.flows["thing"].on_enter["done"][0].people
    assert {who.role for who in (*asked, *notified)} == {"head"} and len(asked) == 5
    condition = finish.condition
    assert condition and isinstance(condition.typed, In) and isinstance(condition.typed.items, RoleCall)
    assert condition.typed.items.role == "head"
    assert {app.forms["main"].role, app.lists["all"].role, app.menus["side"].role} == {"head"}
    assert app.data["some"].rows[0]["role"] == "head"
    scenario = app.scenarios["heads decide"]
    assert scenario.given["eva"]["user"] == {"login": "eva", "role": "head"}
    assert scenario.given["pit"]["user"] == {"login": "pit", "roles": ["deputy", "head"]}
    assert scenario.steps[0].content["for"] == ["role(head)"]
    assert old == {(file, line, column, "boss") for file, line, column in (
        ("x.extend.yaml", 3, 14), ("x.extend.yaml", 3, 26), ("x.extend.yaml", 4, 5), ("x.extend.yaml", 5, 10),
        ("y.extend.yaml", 3, 39), ("y.extend.yaml", 3, 69), ("y.extend.yaml", 6, 16), ("deputy.role.yaml", 2, 12),
        ("main.form.yaml", 3, 6), ("all.list.yaml", 4, 6), ("side.menu.yaml", 2, 6), ("some.data.yaml", 5, 23),
        ("a.scenario.yaml", 3, 34), ("a.scenario.yaml", 4, 44), ("a.scenario.yaml", 7, 26),
    )}


def test_an_expression_tells_old_names_where_they_stand() -> None:
    renamed = BASE["packs/base/thing.entity.yaml"].replace("last: {type: text}", "surname: {type: text, was: last}")
    role = BASE["packs/base/boss.role.yaml"].replace("thing.last", "thing.surname")
    _, old = told({
        "packs/base/thing.entity.yaml": renamed, "packs/base/boss.role.yaml": role,
        "x.extend.yaml": "extend: entity/thing\nchecks:\n  named: {must: name != blank and last != blank, say: No}\n",
    })
    assert old == {("x.extend.yaml", 3, 35, "last")}


@pytest.mark.parametrize(("patch", "told"), [
    ("extend: entity/thing\nfields:\n  name:\n    label: Name\n    type: int\n",
     ["packs/base/thing.entity.yaml:12:20 LW430", "x.extend.yaml:5:5 LW518"]),
    ("extend: entity/thing\nfields:\n  no:\n    label: No\n    pattern: T-{0001}\n", ["x.extend.yaml:5:5 LW540"]),
    ("extend: entity/thing\nfields:\n  last:\n    max: 9\n    label: {zh: 末}\n", ["x.extend.yaml:5:5 LW501"]),
    ("extend: entity/thing\nicon: star\nowned: false\n", ["x.extend.yaml:3:1 LW703"]),
    ("extend: flow/thing\nstates:\n  done: {label: Done, end: false}\n", ["x.extend.yaml:3:23 LW604"]),
    ("extend: flow/thing\nmoves:\n  submit: {to: done}\n", ["x.extend.yaml:3:12 LW603"]),
    ("extend: approval/check\nsteps:\n  boss: {if: name == 'a'}\n  manager: {if: name == 'b'}\n", ["x.extend.yaml:3:10 LW606"]),
], ids=["type", "pattern", "label", "owned", "end", "to", "if"])
def test_a_fault_that_a_patch_makes_is_told_at_the_patch(patch: str, told: list[str]) -> None:
    """An expression that no longer fits stays where it is written: nobody could find it otherwise."""
    files = {"app.yaml": HEAD.replace("{more}", ""), **BASE, "x.extend.yaml": patch}
    assert [f"{problem.place} {problem.code.code}" for problem in load_files(files).problems] == told


def test_a_fault_of_a_pack_stays_its_own_whatever_else_is_patched() -> None:
    shop = pack("shop", "extend: entity/thing\nfields:\n  name: {type: int}\n")
    files = {
        "app.yaml": HEAD.replace("{more}", "shop@1.0.0, "), **BASE, **shop,
        "x.extend.yaml": "extend: entity/thing\nfields:\n  name: {label: Name}\n",
    }
    places = {str(problem.place) for problem in load_files(files).problems if problem.code.code == "LW518"}
    assert places == {"packs/shop/thing.extend.yaml:3:10"}
    faulty = BASE["packs/base/thing.entity.yaml"].replace("name: {type: text", "name: {type: int").replace(", max: 120", "")
    files = {**files, "packs/base/thing.entity.yaml": faulty, "packs/shop/thing.extend.yaml": "extend: entity/thing\nicon: star\n"}
    places = {str(problem.place) for problem in load_files(files).problems if problem.code.code == "LW518"}
    assert places == {"packs/base/thing.entity.yaml:5:10"}


def test_an_old_name_may_return_as_a_fresh_thing() -> None:
    base = {**BASE, "packs/base/thing.entity.yaml": BASE["packs/base/thing.entity.yaml"].replace(
        "last: {type: text}", "last: {type: text, was: [fax]}"
    )}
    fresh = "extend: entity/thing\nfields:\n  fax: {type: phone, fresh: true}\n"
    app = loaded(fresh, packs=base)
    assert app.entities["thing"].fields["fax"].kind == "phone"
    assert app.entities["thing"].fields["last"].kind == "text"


SCENARIO = {
    "packs/base/scenarios/a.scenario.yaml": (
        "scenario: A thing is made\nnow: 2026-03-02 09:00\n"
        "given:\n  first: {thing: {name: first}}\n  second: {thing: {name: second}}\n"
        "steps:\n  - {expect: \"first.name == 'first'\"}\n"
    ),
}


def test_a_scenario_is_changed_by_its_sentence() -> None:
    app = loaded(
        "extend: scenario/A thing is made\ngiven:\n  first: {thing: {name: 1st}}\n  third: {thing: {name: third}}\n"
        "steps:\n  - {expect: \"first.name == '1st'\"}\n",
        packs=SCENARIO,
    )
    scenario = app.scenarios["A thing is made"]
    assert scenario.now == "2026-03-02 09:00"
    assert dict(scenario.given) == {
        "first": {"thing": {"name": "1st"}}, "second": {"thing": {"name": "second"}}, "third": {"thing": {"name": "third"}},
    }
    assert [step.content for step in scenario.steps] == [{"expect": "first.name == '1st'"}]


def test_a_scenario_that_no_longer_holds_is_retired() -> None:
    assert loaded("extend: scenario/A thing is made\nretired: true\n", packs=SCENARIO).scenarios == {}
    assert "LW805" in codes("extend: scenario/Nothing of the kind\nretired: true\n", packs=SCENARIO)
