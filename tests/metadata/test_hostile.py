"""Sixty hostile documents: each is a typed problem, in bounded work, without a crash (hazards 1.8, 1.9)."""

from __future__ import annotations

import time

import pytest

from metadata.loader import load_files
from metadata.yaml import DEFAULT_LIMITS, parse

APP = "app: x\nlayers: [.]\n"
GENEROUS_SECONDS = 2.0

PAIRS = [(chr(98 + i), chr(97 + i)) for i in range(20)]
BOMB = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for new, old in PAIRS)
MERGE_BOMB = "a: &a {k: 1}\n" + "".join(f"{new}: &{new} {{<<: [*{old}, *{old}]}}\n" for new, old in PAIRS)

DOCUMENTS: dict[str, tuple[str | bytes, str]] = {
    "nested brackets": ("entity: " + "[" * 100_000 + "]" * 100_000, "LW104"),
    "open brackets": ("entity: " + "[" * 100_000, "LW104"),
    "nested braces": ("entity: " + "{a: " * 100_000, "LW104"),
    "nested block lists": ("- " * 5_000 + "x", "LW104"),
    "nested block maps": ("".join("  " * i + "a:\n" for i in range(300)) + "  " * 300 + "a: b", "LW104"),
    "indented a long way": ("".join(" " * i + "a:\n" for i in range(3_000)), "LW103"),
    "alias bomb": (BOMB, "LW107"),
    "merge bomb": (MERGE_BOMB, "LW107"),
    "merge key": ("entity: x\nfields: {<<: {a: 1}}", "LW109"),
    "alias to itself": ("entity: &a [*a]", "LW107"),
    "alias of nothing": ("entity: *nothing", "LW108"),
    "python object": ("entity: !!python/object/apply:os.system [id]", "LW110"),
    "python name": ("entity: !!python/name:os.system x", "LW110"),
    "local tag": ("entity: !secret x", "LW110"),
    "binary tag": ("entity: !!binary aGk=", "LW110"),
    "set tag": ("entity: !!set {a, b}", "LW110"),
    "own tag handle": ("%TAG ! tag:evil,2020:\n---\nentity: !x y", "LW110"),
    "yaml directive": ("%YAML 1.1\n---\nentity: x", "LW120"),
    "future yaml": ("%YAML 3.0\n---\nentity: x", "LW106"),
    "second document": ("entity: x\n---\nentity: y", "LW117"),
    "duplicate key": ("entity: x\nentity: y", "LW111"),
    "duplicate grant": ("entity: x\nread: own\nread: all", "LW111"),
    "duplicate key in flow": ("entity: {a: 1, a: 2}", "LW111"),
    "list as key": ("entity: x\n? [a, b]\n: c", "LW119"),
    "map as key": ("entity: x\n{a: b}: c", "LW119"),
    "jinja in plain text": ("entity: {{ x }}", "LW119"),
    "empty": ("", "LW118"),
    "only a comment": ("# nothing\n", "LW118"),
    "only a scalar": ("entity", "LW116"),
    "only a list": ("- a\n- b", "LW116"),
    "nul": ("entity: a\x00b", "LW102"),
    "escape character": ("entity: \x1b[31mred", "LW102"),
    "lone surrogate": ("entity: \ud800", "LW102"),
    "not utf-8": (b"entity: \xff\xfe", "LW101"),
    "utf-16": ("entity: x".encode("utf-16"), "LW101"),
    "latin-1": ("entity: café".encode("latin-1"), "LW101"),
    "line separator": ("entity: a\u2028b", "LW102"),
    "too many bytes": ("entity: " + "x" * 1_100_000, "LW103"),
    "too many bytes of comment": ("#" * 1_100_000, "LW103"),
    "too many values": ("entity: [" + "x," * 25_000 + "]", "LW105"),
    "too many keys": ("".join(f"k{i}: 1\n" for i in range(25_000)), "LW105"),
    "tab indentation": ("entity: x\nfields:\n\ta: 1", "LW121"),
    "colon in text": ("entity: a: b", "LW122"),
    "at sign": ("entity: @boss", "LW123"),
    "backtick": ("entity: `x`", "LW123"),
    "percent": ("entity: x\nfields: %y", "LW123"),
    "open quote": ("entity: 'abc", "LW124"),
    "open double quote": ('entity: "abc\n\n', "LW124"),
    "bad escape": ('entity: "\\q"', "LW124"),
    "open brace": ("entity: {a: b", "LW125"),
    "wrong bracket": ("entity: [a}", "LW125"),
    "key without value": ("entity: x\nlabel:\n", "LW112"),
    "comma in text": ("entity: x\nlabel: {en: Acme, Ltd}", "LW113"),
    "expression with a comma": ("entity: {if: count(lines, a == 1) > 0}", "LW113"),
    "cut by a comment": ("entity: Lead #1", "LW115"),
    "expression cut by a comment": ("entity: name == 'a # b'", "LW115"),
    "bad indentation": ("entity: x\n  label: y\n label: z", "LW140"),
    "dash without space": ("entity: x\n-a\n-b", "LW106"),
    "question mark": ("entity: x\n? \n", "LW112"),
    "comma only": ("entity: {,}", "LW106"),
    "huge number": ("entity: x\nfields: {a: {type: text, max: " + "9" * 5_000 + "}}", "LW209"),
    "key that is no identifier": ("entity: x\nfields: {Große Straße: {type: text}}", "LW114"),
    "empty key": ("entity: x\nfields: {'': {type: text}}", "LW114"),
    "long key": (f"entity: x\nfields: {{{'a' * 900}: {{type: text}}}}", "LW114"),
    "no as a flag": ("entity: x\nowned: no\nfields: {a: {type: text}}", "LW208"),
    "slow pattern": ("entity: x\nfields: {a: {type: text, pattern: '(a+)+$'}}", "LW215"),
    "broken pattern": ("entity: x\nfields: {a: {type: text, pattern: '('}}", "LW224"),
    "deep pattern": ("entity: x\nfields: {a: {type: text, pattern: '" + "(" * 4_000 + ")" * 4_000 + "'}}", "LW215"),
    "dunder key": ("entity: x\n__class__: y\nfields: {a: {type: text}}", "LW201"),
    "format in a key": ("entity: x\n'{0.__class__}': y\nfields: {a: {type: text}}", "LW201"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_a_typed_problem(name: str) -> None:
    text, code = DOCUMENTS[name]
    began = time.process_time()
    loaded = load_files({"app.yaml": APP, "x.entity.yaml": text})
    assert time.process_time() - began < GENEROUS_SECONDS
    assert loaded.app is None
    assert code in [problem.code.code for problem in loaded.problems]
    for problem in loaded.problems:
        assert problem.place.line >= 1 and problem.place.column >= 1
        assert problem.line("zh") and problem.line("en")
        assert len(problem.line("en")) < 2_000


def test_there_are_sixty_of_them() -> None:
    assert len(DOCUMENTS) >= 60


def test_work_is_bounded_by_limits_and_not_by_the_text() -> None:
    many = "entity: x\n" + "".join(f"a{i}: &a{i} *b\n" for i in range(10_000))
    _, problems = parse(many, "x.entity.yaml")
    assert len(problems) <= DEFAULT_LIMITS.problems


def test_problems_of_a_file_come_in_order_with_their_places() -> None:
    text = "entity: x\nlabel:\nread: own\nread: all\nicon: *a\n"
    _, problems = parse(text, "x.entity.yaml")
    assert [(p.code.code, p.place.line, p.place.column) for p in problems] == [
        ("LW112", 2, 1), ("LW111", 4, 1), ("LW108", 5, 7),
    ]
