"""Old names of states, options, moves, entities and fields in layers that have not heard of the new ones."""

from __future__ import annotations

from loomwork.scenarios import run_scenario
from metadata.expressions.dependencies import walk
from metadata.expressions.typed import FieldRef, Literal_, TypedExpression
from metadata.loader import load_files
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression
from tests.metadata.test_layers import BASE, HEAD, PEOPLE

RENAMED = {
    "packs/base/item.entity.yaml": (
        'entity: item\nwas: [thing]\ntitle: "{name}"\nowned: true\nfields:\n'
        "  name: {type: text, was: [title]}\n"
        "  rating: {type: choice, was: [heat], options: {warm: {label: Warm, was: [hot, boiling]}, cold: Cold}}\n"
        "  tags: {type: choices, options: {big: {label: Big, was: large}, red: Red}}\n"
        "  boss: {type: link, to: item, back: staff}\n"
        "  lines: {type: children, of: item_line, was: rows}\n"
    ),
    "packs/base/item_line.entity.yaml": (
        "entity: item_line\nchild: true\nfields:\n  size: {type: choice, was: width, options: {wide: {label: Wide, was: broad}}}\n"
    ),
    "packs/base/item.flow.yaml": (
        "flow: item\nentity: item\nstates:\n  new: {start: true, was: [draft]}\n  open: {was: [live]}\n  done: {end: true}\n"
        "moves:\n  begin: {from: new, to: open}\n  finish: {from: open, to: done, was: [close]}\n"
    ),
    "packs/base/boss.role.yaml": (
        "role: boss\nadmin: true\nallow:\n  item: {create: true, read: all, update: all, move: all}\n"
    ),
}
KEPT = {name: text for name, text in BASE.items() if name.endswith("pack.yaml")}


def loaded_with(files: dict[str, str]) -> tuple[AppSpec, set[tuple[str, int, int, str]]]:
    """The application over the renamed pack, and each old name that is told; there is no other problem."""
    result = load_files({"app.yaml": HEAD.replace("{more}", ""), **KEPT, **RENAMED, **files})
    assert [problem.line("en") for problem in result.problems if problem.code.code != "LW316"] == []
    assert result.app is not None
    return result.app, {(p.place.file, p.place.line, p.place.column, p.values["old"]) for p in result.problems}


def literals(expression: Expression | None) -> list[object]:
    """The texts that an expression compares with, as they are run."""
    typed: TypedExpression | None = expression.typed if expression else None
    return [node.value for node in walk(typed) if isinstance(node, Literal_)] if typed is not None else []


def test_a_form_for_an_old_state_is_for_the_present_one() -> None:
    sections = "sections:\n  main: {fields: [name, rating, tags, boss]}\n  rows: {children: lines, columns: [size]}\n"
    app, old = loaded_with({
        "a.form.yaml": f"form: a\nentity: item\nfor: state(draft)\n{sections}",
        "b.form.yaml": f"form: b\nentity: item\nfor: [role(boss), state(live)]\n{sections}",
    })
    assert (app.forms["a"].state, app.forms["b"].state, app.forms["b"].role) == ("new", "open", "boss")
    assert old == {("a.form.yaml", 3, 6, "draft"), ("b.form.yaml", 3, 6, "live")}


def test_an_expression_compares_with_the_present_option() -> None:
    app, old = loaded_with({
        "x.extend.yaml": (
            "extend: entity/item\nfields:\n  name: {required_if: \"rating == 'hot'\"}\n"
            "  boss: {filter: \"'large' in tags or heat in ['boiling', 'cold'] or 'draft' != status\"}\n"
            "  is: {type: formula, formula: \"case(rating == 'cold', 1, 0)\"}\n"
        ),
        "y.extend.yaml": (
            "extend: flow/item\nmoves:\n  finish: {if: \"any(lines, width == 'broad') or boss.rating == 'hot'\"}\n"
        ),
        "clerk.role.yaml": "role: clerk\nallow:\n  item: {read: {scope: all, if: \"status == 'live' and name == 'hot'\"}}\n",
    })
    fields = app.entities["item"].fields
    assert literals(fields["name"].required_if) == ["warm"]
    assert literals(fields["boss"].link.filter if fields["boss"].link else None) == ["big", "warm", "cold", "new"]
    assert literals(app.flows["item"].moves["finish"].condition) == ["wide", "warm"]
    assert literals(app.roles["clerk"].grants[0].condition) == ["open", "hot"]
    assert {entry for entry in old if entry[0] == "x.extend.yaml"} == {
        ("x.extend.yaml", 3, 34, "hot"), ("x.extend.yaml", 4, 19, "large"), ("x.extend.yaml", 4, 38, "heat"),
        ("x.extend.yaml", 4, 47, "boiling"), ("x.extend.yaml", 4, 69, "draft"),
    }
    assert ("clerk.role.yaml", 3, 44, "live") in old and "hot" not in {name for file, _, _, name in old if file == "clerk.role.yaml"}


def test_an_old_link_is_crossed_by_its_present_name() -> None:
    app, old = loaded_with({
        "x.extend.yaml": "extend: entity/item\nfields:\n  boss: {was: chief}\n  name: {required_if: \"chief.chief.title == 'x'\"}\n",
    })
    condition = app.entities["item"].fields["name"].required_if
    [read] = [node for node in walk(condition.typed) if isinstance(node, FieldRef)] if condition and condition.typed else [None]
    assert read and ([hop.field for hop in read.hops], read.field) == (["boss", "boss"], "name")
    assert old == {("x.extend.yaml", 4, column, name) for column, name in ((24, "chief"), (30, "chief"), (36, "title"))}


def test_a_derived_choice_knows_the_old_options_of_its_source() -> None:
    app, _ = loaded_with({
        "x.extend.yaml": (
            "extend: entity/item\nfields:\n  heat_of_boss: {type: fetch, fetch: boss.rating}\n"
            "  own: {type: formula, formula: \"coalesce(rating, heat_of_boss)\"}\n"
            "  name: {required_if: \"own == 'hot' or heat_of_boss == 'boiling'\"}\n"
        ),
    })
    assert literals(app.entities["item"].fields["name"].required_if) == ["warm", "warm"]


def test_what_is_no_option_of_that_choice_stays_unknown() -> None:
    files = {"x.extend.yaml": "extend: entity/item\nfields:\n  name: {required_if: \"status == 'hot'\"}\n"}
    result = load_files({"app.yaml": HEAD.replace("{more}", ""), **KEPT, **RENAMED, **files})
    assert [(p.code.code, p.values["name"]) for p in result.errors] == [("LW425", "hot")]


def test_values_name_present_options() -> None:
    app, old = loaded_with({
        "x.extend.yaml": (
            "extend: entity/item\nfields:\n  rating: {default: hot}\n  tags: {default: [large, red]}\n"
        ),
        "y.extend.yaml": (
            "extend: flow/item\nmoves:\n  begin:\n    do:\n      - {set: {heat: boiling}}\n"
            "      - {update: boss, set: {heat: hot}}\n      - {move: close, each: staff, where: \"heat == 'hot'\"}\n"
            "      - {notify: owner, text: \"{title} of {boss.title}\"}\n"
        ),
        "some.data.yaml": (
            "data: some\nentity: thing\nkey: [title]\nrows:\n"
            "  - {title: one, heat: hot, tags: [red, large], rows: [{width: broad}]}\n  - {title: two, tags: 'large, red'}\n"
        ),
        "more.data.yaml": "data: more\nentity: item\nkey: [name]\nfile: more.csv\n", "more.csv": "name,heat\nsix,hot\n",
    })
    fields = app.entities["item"].fields
    assert fields["rating"].default and fields["rating"].default.literal == "warm"
    assert fields["tags"].default and fields["tags"].default.literal == ("big", "red")
    done = app.flows["item"].moves["begin"].effects
    assert [{name: value.literal for name, value in effect.values.items()} for effect in done[:2]] == [{"rating": "warm"}] * 2
    assert done[2].target == "finish" and literals(done[2].where) == ["warm"]
    assert done[3].text and done[3].text.text("en") == "{name} of {boss.name}"
    assert [dict(row) for row in app.data["some"].rows] == [
        {"name": "one", "rating": "warm", "tags": ["red", "big"], "lines": [{"size": "wide"}]},
        {"name": "two", "tags": "big, red"},
    ]
    assert [dict(row) for row in app.data["more"].rows] == [{"name": "six", "rating": "warm"}]
    assert {
        ("x.extend.yaml", 3, 21, "hot"), ("x.extend.yaml", 4, 19, "large"), ("y.extend.yaml", 5, 22, "boiling"),
        ("y.extend.yaml", 7, 16, "close"), ("y.extend.yaml", 8, 9, "title"), ("some.data.yaml", 5, 24, "hot"),
        ("some.data.yaml", 5, 41, "large"), ("some.data.yaml", 5, 57, "width"), ("some.data.yaml", 5, 64, "broad"),
        ("some.data.yaml", 6, 24, "large"), ("more.data.yaml", 4, 7, "hot"),
    } <= old


def test_a_conversion_is_made_in_old_names() -> None:
    app, old = loaded_with({
        "a.convert.yaml": (
            "convert: a\nfrom: item\nif:\n  thing: heat == 'hot'\n"
            "to:\n  thing: {title: =title, heat: hot}\n  other: {one: =$new.thing, named: =$new.thing.title}\n"
        ),
        "other.entity.yaml": "entity: other\ntitle: \"{named}\"\nfields:\n  one: {type: link, to: thing}\n  named: {type: text}\n",
        "reader.role.yaml": "role: reader\nallow:\n  other: {read: all}\n",
    })
    convert = app.converts["a"]
    assert list(convert.targets) == ["item", "other"] and literals(convert.conditions["item"]) == ["warm"]
    assert convert.targets["item"]["rating"].literal == "warm"
    read = [value.expression.typed for value in convert.targets["other"].values() if value.expression]
    assert [(ref.new, ref.field) for ref in read if isinstance(ref, FieldRef)] == [("item", "id"), ("item", "name")]
    assert {("a.convert.yaml", 4, 3, "thing"), ("a.convert.yaml", 7, 22, "thing")} <= old


SCENARIO = (
    "scenario: Old words still tell the story\ngiven:\n  eva: {user: {login: eva, role: boss, active: true}}\n"
    "  one: {thing: {title: one, heat: hot, rows: [{width: broad}]}}\n"
    "steps:\n"
    "  - {as: eva, create: thing, name: two, set: {title: two, heat: boiling}}\n"
    "  - {as: eva, move: begin, record: two}\n"
    "  - {as: eva, update: two, set: {heat: cold, tags: [large]}}\n"
    "  - {as: eva, find: thing, name: same, set: {heat: hot}}\n"
    "  - {as: eva, can: close, record: two}\n"
    "  - {as: eva, can: read, record: two, field: heat}\n"
    "  - {as: eva, move: close, record: two, answers: {heat: hot}}\n"
    "  - {expect: \"two.heat == 'hot' and same.title == 'one' and one.status == 'draft'\"}\n"
)
ASKING = {
    "y.extend.yaml": "extend: flow/item\nmoves:\n  finish: {ask: {heat: {}}}\n", **PEOPLE, "a.scenario.yaml": SCENARIO,
}


def test_a_scenario_in_old_names_means_the_present_ones() -> None:
    app, old = loaded_with(ASKING)
    scenario = app.scenarios["Old words still tell the story"]
    assert scenario.given["one"] == {"item": {"name": "one", "rating": "warm", "lines": [{"size": "wide"}]}}
    assert [step.content for step in scenario.steps[:-1]] == [
        {"as": "eva", "create": "item", "name": "two", "set": {"name": "two", "rating": "warm"}},
        {"as": "eva", "move": "begin", "record": "two"},
        {"as": "eva", "update": "two", "set": {"rating": "cold", "tags": ["big"]}},
        {"as": "eva", "find": "item", "name": "same", "set": {"rating": "warm"}},
        {"as": "eva", "can": "finish", "record": "two"},
        {"as": "eva", "can": "read", "record": "two", "field": "rating"},
        {"as": "eva", "move": "finish", "record": "two", "answers": {"rating": "warm"}},
    ]
    told_of = {(line, name) for file, line, _, name in old if file == "a.scenario.yaml"}
    assert told_of == {
        (4, "thing"), (4, "title"), (4, "heat"), (4, "hot"), (4, "rows"), (4, "width"), (4, "broad"),
        (6, "thing"), (6, "title"), (6, "heat"), (6, "boiling"), (8, "heat"), (8, "large"), (9, "thing"), (9, "heat"), (9, "hot"),
        (10, "close"), (11, "heat"), (12, "close"), (12, "heat"), (12, "hot"), (13, "heat"), (13, "hot"), (13, "title"),
        (13, "draft"),
    }


def test_what_a_conversion_makes_is_known_by_its_old_name(database_url: str) -> None:
    app, old = loaded_with({
        **PEOPLE,
        "other.entity.yaml": 'entity: other\ntitle: "{one}"\nfields:\n  one: {type: text}\n',
        "boss.extend.yaml": "extend: role/boss\nallow:\n  other: {create: true, read: all, update: all}\n",
        "a.convert.yaml": "convert: a\nfrom: other\nto:\n  item: {name: =one, rating: cold}\n",
        "a.scenario.yaml": (
            "scenario: It is made\ngiven:\n  eva: {user: {login: eva, role: boss, active: true}}\n  o: {other: {one: x}}\n"
            "steps:\n  - {as: eva, convert: a, record: o}\n  - {as: eva, update: thing, set: {heat: hot}}\n"
            "  - {expect: \"thing.title == 'x' and item.heat == 'hot' and o.one == 'x'\"}\n"
        ),
    })
    assert {(line, name) for file, line, _, name in old if file == "a.scenario.yaml"} == {
        (7, "thing"), (7, "heat"), (7, "hot"), (8, "thing"), (8, "title"), (8, "heat"), (8, "hot"),
    }
    result = run_scenario(app, app.scenarios["It is made"], database_url)
    assert result.passed, result.message("en")


def test_a_scenario_in_old_names_runs(database_url: str) -> None:
    app, _ = loaded_with(ASKING)
    result = run_scenario(app, app.scenarios["Old words still tell the story"], database_url)
    assert result.passed, result.message("en")
