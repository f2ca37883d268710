"""What `check` sees of scenarios before they run: roles, superiors, and the fields and values of named records."""

from __future__ import annotations

import pytest

from metadata.loader import load_files

FILES = {
    "app.yaml": "app: acme\nlayers: [.]\n",
    "user.entity.yaml": "entity: user\ntitle: '{name}'\nfields:\n  name: {type: text}\n",
    "lead.entity.yaml": "entity: lead\ntitle: '{name}'\nfields:\n  name: {type: text}\n"
                        "  source: {type: choice, options: {web: {zh: 网, en: Web}, fair: {zh: 展, en: Fair}}}\n"
                        "  parent: {type: link, to: lead, back: parts}\n",
    "sales.role.yaml": "role: sales\nadmin: true\nallow: {lead: {read: all, create: true}, user: {read: all}}\n",
}
GIVEN = "scenario: one\ngiven:\n  bob: {user: {role: sales}}\n  amy: {user: {roles: [sales], reports_to: bob}}\n" \
    "  l: {lead: {name: a}, by: amy}\n"


def told(given: str = GIVEN, expect: str = "l.name == 'a'") -> list[str]:
    text = f"{given}steps:\n  - {{as: amy, create: lead, name: m, set: {{name: b}}}}\n  - expect: \"{expect}\"\n"
    return [problem.line("en") for problem in load_files({**FILES, "s.scenario.yaml": text}).errors]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("role: sales", "role: salez", "s.scenario.yaml:3:22 LW305 there is no role salez; there are: sales; did you mean sales?"),
        ("[sales]", "[sales, salez]", "s.scenario.yaml:4:31 LW305 there is no role salez; there are: sales; did you mean sales?"),
        ("reports_to: bob", "reports_to: nobody", "s.scenario.yaml:4:44 LW941 nothing called nobody is given before; there are: bob;"),
        ("reports_to: bob", "reports_to: l", "s.scenario.yaml:4:44 LW941 nothing called l is given before; there are: bob;"),
    ],
)
def test_people_of_scenarios(old: str, new: str, said: str) -> None:
    found = told(GIVEN.replace(old, new, 1))
    assert len(found) == 1 and found[0].startswith(said), found


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("l.sourc == 'web'", "s.scenario.yaml:8:16 LW420 lead has no field sourc;"),
        ("l.source == 'wep'", "wep"),
        ("m.parent.nam == 'a'", "LW420 lead has no field nam;"),
        ("count(l.partz) > 0", "LW420 lead has no field partz;"),
        ("l.name >", "LW408"),
        ("$today > 3", "LW43"),
    ],
)
def test_expectations_are_read_before_they_run(expect: str, said: str) -> None:
    found = told(expect=expect)
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize(
    "expect",
    ["l.source == 'web'", "m.parent.name == 'a'", "count(l.parts) > 0", "is_blank(l.parent)", "made_by_a_conversion.name == 'a'"],
)
def test_what_holds_together_or_only_running_knows_is_let_through(expect: str) -> None:
    assert told(expect=expect) == []
