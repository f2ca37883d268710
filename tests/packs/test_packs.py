"""What every shipped pack promises: no problem, no Python, both languages, real icons, scenarios that pass."""

from __future__ import annotations

import pytest

from loomwork.scenarios import run_scenario
from metadata.loader import load, shipped_pack, shipped_packs
from metadata.specs.app import AppSpec
from web.icons import ICONS

SCENARIOS = {
    (pack, name): scenario
    for pack in shipped_packs() for app in [load(shipped_pack(pack)).app] if app is not None
    for name, scenario in app.scenarios.items() if scenario.layer == pack
}


@pytest.mark.parametrize("pack", shipped_packs())
def test_a_pack_has_no_problem(pack: str) -> None:
    loaded = load(shipped_pack(pack))
    assert [problem.line("en") for problem in loaded.problems] == []
    assert loaded.app is not None


@pytest.mark.parametrize("pack", shipped_packs())
def test_a_pack_is_declarations_only(pack: str) -> None:
    endings = {path.suffix for path in shipped_pack(pack).rglob("*") if path.is_file()}
    assert endings <= {".yaml", ".html", ".md"}


def test_icons_are_in_the_sprite(b2b: AppSpec) -> None:
    used = {entity.icon for entity in b2b.entities.values() if not entity.child}
    used |= {item.icon for menu in b2b.menus.values() for item in menu.items if item.icon}
    assert used <= set(ICONS)


def test_the_b2b_pack_brings_eight_scenarios() -> None:
    assert len([name for pack, name in SCENARIOS if pack == "b2b"]) >= 8


@pytest.mark.parametrize(("pack", "name"), SCENARIOS, ids=[name for _, name in SCENARIOS])
def test_a_scenario_passes(pack: str, name: str) -> None:
    app = load(shipped_pack(pack)).app
    assert app is not None
    result = run_scenario(app, SCENARIOS[pack, name])
    assert result.passed, result.message("en")


def test_scenarios_pass_on_both_databases(b2b: AppSpec, database_url: str) -> None:
    scenario = SCENARIOS["b2b", "a confirmed receipt pays the instalment and nothing else"]
    result = run_scenario(b2b, scenario, database_url)
    assert result.passed, result.message("en")
