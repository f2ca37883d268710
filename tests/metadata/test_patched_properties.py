"""A layer changes each property of each kind of field as if it stood where the field is declared."""

from __future__ import annotations

import pytest

from metadata.loader import load_files
from metadata.shapes.entities import FIELD
from metadata.specs.entity import FieldSpec
from metadata.yaml import parse
from tests.metadata.test_schemas import VALIDATORS, as_editors_read

LEAST = {
    "link": {"to": "other"}, "any_link": {"to": "[other]"}, "links": {"to": "other"}, "choice": {"options": "[a, b]"},
    "choices": {"options": "[a, b]"}, "children": {"of": "row"}, "formula": {"formula": "n + 1"},
    "rollup": {"of": "rows", "value": "count()"}, "fetch": {"fetch": "partner.note"}, "serial": {"pattern": '"A-{0001}"'},
}
"""What a field of a kind says at least."""
WRITTEN = {
    "label": "Label", "help": "A sentence", "visible_if": "n > 1", "hidden": "true", "was": "[older]", "fresh": "true",
    "retired": "true", "required": "true", "required_if": "n > 1", "readonly": "true", "readonly_if": "n > 1",
    "unique": "true", "index": "true", "set_once": "true", "gapless": "true", "fetch": "partner.n", "keep": "if_blank",
    "kept": "daily", "reveals": "true",
    "pattern": '"[A-Z]+"', "serial.pattern": '"X-{yyyy}-{001}"', "reset": "year", "scale": "3", "currency": "USD",
    "options": "{b: Second, c: Third}", "options_from": "roles", "to": "thing", "any_link.to": "[other, thing]",
    "back": "reverse", "back_label": "Reverse", "filter": "note != blank", "on_delete": "clear", "of": "row", "rollup.of": "more",
    "value": "max(n)", "where": "n > 1", "formula": "n * 2", "default": "text", "bool.default": "true", "int.default": "3",
    "max": "30", "percent.max": "30%", "money.max": "999.50", "decimal.max": "=n + 1", "date.max": "=$today + 1d",
    "datetime.max": "2027-01-01 12:30", "min": "1", "percent.min": "1%", "date.min": "2026-01-01", "datetime.min": "=$now - 1d",
    "percent.default": "2%", "date.default": "2026-02-01", "datetime.default": "2026-02-01 12:30", "money.default": "3.50",
    "decimal.default": "3.5", "choice.default": "b", "choices.default": "a",
}
"""A value of each property, of one kind where kinds differ."""
WITH = {"keep": "fetch", "kept": "formula", "reveals": "fetch", "back_label": "back"}
"""Words that say nothing alone: the declaration has the other."""
HERE, BELOW = "packs/lower/thing.entity.yaml", "packs/lower/other.entity.yaml"


def written(kind: str, word: str) -> str:
    return WRITTEN.get(f"{kind}.{word}", WRITTEN[word])


def codes(files: dict[str, str], it: dict[str, str]) -> list[str]:
    """What is wrong with an application whose lower layer declares `it`."""
    return sorted(problem.code.code for problem in load_files(declared(files, it)).problems)


def declared(files: dict[str, str], it: dict[str, str]) -> dict[str, str]:
    field = ", ".join(f"{word}: {value}" for word, value in it.items())
    common = "fields:\n  n: {type: int}\n  note: {type: text}\n"
    return {
        "app.yaml": "app: acme\nlayers: [lower@1.0.0, .]\n",
        "packs/lower/pack.yaml": "pack: lower\nversion: 1.0.0\n",
        BELOW: f"entity: other\nlabel: O\ntitle: '{{note}}'\n{common}",
        "packs/lower/row.entity.yaml": f"entity: row\nlabel: R\nchild: true\n{common}",
        HERE: (
            f"entity: thing\nlabel: T\ntitle: '{{note}}'\n{common}  partner: {{type: link, to: other}}\n"
            f"  rows: {{type: children, of: row}}\n  more: {{type: children, of: row}}\n  it: {{{field}}}\n"
        ),
        **files,
    }


def extension(word: str, value: str) -> dict[str, str]:
    return {"it.extend.yaml": f"extend: entity/thing\nfields:\n  it: {{{word}: {value}}}\n"}


@pytest.mark.parametrize(("kind", "word"), [
    (kind, word) for kind, record in FIELD.cases.items() for word in record.properties if word != "type"
])
def test_each_property_of_each_kind_is_changed_by_a_layer(kind: str, word: str) -> None:
    least = {"type": kind, **LEAST.get(kind, {})}
    other = WITH.get(word, "type")
    other = other if other in FIELD.cases[kind].properties else "type"
    least.setdefault(other, written(kind, other) if other != "type" else kind)
    extend = extension(word, written(kind, word))
    found = codes(extend, least)
    assert [code for code in found if code.startswith("LW2")] == []
    assert found == codes({}, {**least, word: written(kind, word)})
    tree, _ = parse(extend["it.extend.yaml"], "it.extend.yaml", "extend")
    assert tree is not None and VALIDATORS["extend"].is_valid(as_editors_read(tree))


@pytest.mark.parametrize(("it", "word", "value"), [
    ({"type": "percent"}, "max", "30%"), ({"type": "money"}, "max", "999.50"), ({"type": "decimal"}, "max", "=n + 1"),
    ({"type": "date"}, "max", "=$today + 1d"), ({"type": "datetime"}, "min", "2026-01-01 12:30"),
    ({"type": "text"}, "max", "30"), ({"type": "serial", "pattern": '"A-{0001}"'}, "pattern", '"X-{yyyy}-{001}"'),
])
def test_what_a_layer_says_is_read_as_if_it_stood_below(it: dict[str, str], word: str, value: str) -> None:
    patched, whole = field(extension(word, value), it), field({}, {**it, word: value})
    for name in ("length", "pattern", "serial"):
        assert getattr(patched, name) == getattr(whole, name)
    for name in ("minimum", "maximum"):
        one, other = getattr(patched, name), getattr(whole, name)
        assert (one and (one.literal, one.expression and one.expression.typed)) == (
            other and (other.literal, other.expression and other.expression.typed)
        )


def field(files: dict[str, str], it: dict[str, str]) -> FieldSpec:
    app = load_files(declared(files, it)).app
    assert app is not None
    return app.entities["thing"].fields["it"]


@pytest.mark.parametrize(("kind", "value", "code"), [
    ("text", "30%", "LW209"), ("text", "[1, 2]", "LW204"), ("percent", "{}", "LW213"), ("date", "30%", "LW510"),
])
def test_what_no_field_of_its_kind_may_say_is_refused_once_the_kind_is_known(kind: str, value: str, code: str) -> None:
    assert codes(extension("max", value), {"type": kind}) == codes({}, {"type": kind, "max": value}) == [code]


@pytest.mark.parametrize(("kind", "value", "code"), [
    ("percent", "30%", None), ("text", "30", None), ("text", "30%", "LW209"), ("text", "=note", "LW209"), ("percent", "x", "LW510"),
])
def test_a_question_without_a_type_takes_the_limits_of_the_field_it_asks_for(kind: str, value: str, code: str | None) -> None:
    flow = (
        "flow: thing\nentity: thing\nstates:\n  a: {start: true}\n  b: {end: true}\n"
        f"moves:\n  go: {{from: a, to: b, ask: {{it: {{max: {value}}}}}}}\n"
    )
    files = declared({"thing.flow.yaml": flow}, {"type": kind})
    found = [problem.code.code for problem in load_files(files).errors]
    assert found == ([code] if code else [])
    app = load_files(files).app
    if app and kind == "text":
        assert app.flows["thing"].moves["go"].asks["it"].length == 30
