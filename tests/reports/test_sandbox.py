"""Templates of packs: what they may say, and that none eats time or memory (T01-T04)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from markupsafe import Markup

from metadata.loader import load_files
from metadata.template_language import FILTERS, TESTS
from reports.sandbox import MAX_OUTPUT, Plain, TemplateRefused, render, sandbox

APP = {
    "app.yaml": "app: acme\nlayers: [.]\n",
    "thing.entity.yaml": (
        'entity: thing\ntitle: "{name}"\nfields:\n  name: {type: text}\n  amount: {type: money}\n  nothing: {type: text}\n'
    ),
    "p.print.yaml": "print: p\nentity: thing\nlabel: P\n",
}
LINES = [Plain({"name": "a" * 1000, "price": Decimal("12.5")}) for _ in range(200)]
DOUBLING = "{% set a = 'ab' %}" + "{% set a = a ~ a %}" * 30


def printed(template: str) -> str:
    values = {"record": Plain({"name": "工业相机 <b>", "amount": Decimal("1234.5")}), "lines": LINES, "language": "zh"}
    return render(sandbox().from_string(template), values)


def problems(template: str) -> list[str]:
    return [problem.code.code for problem in load_files({**APP, "p.html": template}).problems]


@pytest.mark.parametrize(("template", "shown"), [
    ("{{ record.name }}", "工业相机 &lt;b&gt;"), ("{{ record.name ~ '!' }}", "工业相机 &lt;b&gt;!"),
    ("{{ record.amount | money }}", "¥1,234.50"), ("{{ record.amount * 2 }}", "2469.0"),
    ("{% for line in lines %}{% if loop.last %}{{ loop.index }} of {{ loop.length }}{% endif %}{% endfor %}", "200 of 200"),
    ("{{ ['a', 'b'] | join('-') }}{{ 'x' + 'y' }}{{ 'abc' | replace('b', 'd') }}{{ 2.55 | round(1) }}", "a-bxyadc2.5"),
    ("{{ 12 | picture('<A>') }}", '<img class="picture" src="/files/12/picture" alt="&lt;A&gt;">'),
    ("{{ [1, 2] | picture | length }}{{ 'x\"y' | picture }}{{ true | picture }}{{ record.nothing | picture }}", "102"),
    ("{{ record.nothing }}{{ 1 is odd }}{% for a in [] %}{% else %}none{% endfor %}", "Truenone"),
])
def test_templates_print(template: str, shown: str) -> None:
    assert printed(template) == shown
    assert problems(template) == []


@pytest.mark.parametrize("template", [
    "{% for a in lines %}{% for b in lines %}{% for c in lines %}{% endfor %}{% endfor %}{% endfor %}",
    DOUBLING,
    "{% for a in lines %}{{ a.name | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') }}{% endfor %}",
    "{{ ('a' * 1000000000) }}", "{{ 'a' + 'a' * 99999999 }}", "{{ 1 | round(999999999) }}", "{{ 10 ** 10 ** 10 }}",
    "{{ '%999999999d' % 1 }}", "{{ lines | join(lines | join('x' * 10)) }}",
    "{% for a in lines %}{% for b in lines %}{{ b.name }}{% endfor %}{% endfor %}",
    "{{ 1e300 | int * 1e300 | int }}", "{{ 1 / 0 }}",
    "{{ record.name - 1 }}", "{{ nothing + 1 }}", "{{ record.name() }}", "{{ [1, 'a'] | sum }}", "{{ lines | first | round }}",
])
def test_what_breaks_a_limit_is_refused_in_words(template: str) -> None:
    try:
        out = printed(template)
    except TemplateRefused as refused:
        assert refused.status == 409
        assert "打印" in refused.message.text("zh") and "print" in refused.message.text("en")
    else:
        assert len(out) <= MAX_OUTPUT, len(out)
        pytest.fail(f"rendered to {len(out)} characters")


@pytest.mark.parametrize(("template", "codes"), [
    ("{% autoescape false %}{{ record.name }}{% endautoescape %}", ["LW922"]),
    ("{% set x %}{{ record.name }}{% endset %}", ["LW922"]),
    ("{% filter upper %}x{% endfilter %}", ["LW922"]),
    ("{% macro m() %}x{% endmacro %}", ["LW922"]),
    ("{% for a in lines recursive %}x{% endfor %}", ["LW922"]),
    ("{{ record.__class__ }}", ["LW922"]), ("{{ record.name() }}", ["LW922"]), ("{{ 2 ** 9 }}", ["LW922"]),
    ("{{ record.name | center(90000) }}", ["LW923"]), ("{{ record.name | xmlattr }}", ["LW923"]),
    ("{{ record is callable }}", ["LW923"]), ("{{ lines | join(*lines) }}", ["LW922"]),
    ("{{ " + "9" * 5000 + " }}", ["LW921"]), ("x" * 200_001, ["LW924"]),
    ("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}", ["LW924"]), ("{{ " + "-" * 60 + "1 }}", ["LW924"]),
    ("{% if a %}" * 60 + "{% endif %}" * 60, ["LW924"]),
    ("{% for a in b %}" * 7 + "{% endfor %}" * 7, ["LW924"]),
    ("x" * 200 + "{% include 'a' %}", ["LW922"]),
])
def test_a_pack_is_told_what_its_template_may_not(template: str, codes: list[str]) -> None:
    assert problems(template) == codes


def test_what_is_checked_for_is_what_there_is() -> None:
    environment = sandbox()
    assert {name for name in environment.filters if not name.startswith("_")} == set(FILTERS)
    assert set(environment.tests) == set(TESTS)


@pytest.mark.parametrize(("making", "times"), [
    ("[lines[0].name, lines[0].name] | join(long)", 60),
    ("long | replace('a', 'b')", 60),
])
def test_a_text_joined_or_replaced_is_counted_once(making: str, times: int) -> None:
    """Sixty texts of more than 150,000 characters fit into what a rendering may make, counted once each."""
    template = "{% for n in turns %}{% set x = " + making + " %}{% endfor %}"
    context = {"lines": LINES, "long": "a" * 150_000, "turns": list(range(times))}
    assert render(sandbox().from_string(template), context) == ""


class Secret:
    """Something with attributes that no template should reach."""

    word = "secret"

    def __html__(self) -> str:
        return "<b>secret</b>"


@pytest.mark.parametrize("held", [Secret(), [Secret()], {"a": Secret()}, Plain({"a": [{"b": Secret()}]}), (1, (Secret(),))])
@pytest.mark.parametrize("template", ["{{ x }}", "{{ x.word }}{{ x[0].word }}{{ x.a }}{{ x.a[0].b.word }}", "nothing of it"])
def test_only_plain_values_are_given_to_templates(held: object, template: str) -> None:
    with pytest.raises(TemplateRefused):
        render(sandbox().from_string(template), {"x": held})


@pytest.mark.parametrize(("given", "template", "shown"), [
    ({"a": {"b": [1, {"c": "d"}]}}, "{{ x.a.b[0] }}{{ x.a.b[1].c }}{{ x['a'].b | length }}", "1d2"),
    ({"keys": 1, "values": [2]}, "{{ x.keys }}{{ x.values[0] }}{{ x.items }}{{ x.get }}", "12"),
    ((1, (2, 3)), "{{ x[0] }}{{ x[1] | join }}{{ x.append }}{{ x.count }}", "123"),
    (Markup("<b>"), "{{ x }}{{ [x] | join }}", "&lt;b&gt;&lt;b&gt;"),
    (date(2026, 3, 5), "{{ x | date }}{{ x.year }}", "2026年3月5日"), (None, "{{ x.a }}{{ x or 'none' }}", "none"),
])
def test_lists_and_maps_hold_plain_values(given: object, template: str, shown: str) -> None:
    assert render(sandbox().from_string(template), {"x": given}) == shown
