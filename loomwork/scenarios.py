"""Scenarios: what a pack promises, run on a throw-away database with a fixed clock (`language.md`, Scenario)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.clock import FixedClock
from engine.languages import short
from engine.randomness import SeededRandomness
from engine.refusals import Refusal
from loomwork.applying import apply_spec
from loomwork.natural_keys import DataRefused
from loomwork.refusal_texts import refusal_text
from loomwork.scenario_steps import run_step
from loomwork.scenario_world import StepFailed, World
from loomwork.typed_texts import TextRefused
from metadata.loader import load
from metadata.problems import Place
from metadata.specs.app import AppSpec
from metadata.specs.screens import ScenarioSpec
from web.composition import compose
from web.settings import Settings

START = "2026-03-02 09:00"
"""When scenarios begin that do not say `now:`, in the application's zone: a Monday morning."""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One scenario: passed, or the place of the step that failed and why in zh and en."""

    name: str
    place: Place
    passed: bool
    zh: str = ""
    en: str = ""

    def message(self, language: str) -> str:
        """`file:line:column` and the reason, in `language`; empty when it passed."""
        reason = self.zh if short(language).base == "zh" else self.en
        return f"{self.place} {reason}" if reason else ""

    def as_json(self) -> dict[str, object]:
        """The stable shape of `test --json`."""
        return {
            "scenario": self.name, "passed": self.passed, "file": self.place.file, "line": self.place.line,
            "message": {"zh": self.zh, "en": self.en},
        }


def run_scenarios(folder: Path) -> list[ScenarioResult]:
    """The results of every scenario of the pack or application in `folder`, by file. Needs a folder without errors."""
    loaded = load(folder)
    if loaded.app is None:
        return []
    ordered = sorted(loaded.app.scenarios.values(), key=lambda scenario: scenario.place)
    return [run_scenario(loaded.app, scenario) for scenario in ordered]


def run_scenario(app: AppSpec, scenario: ScenarioSpec, database: str | None = None) -> ScenarioResult:
    """One scenario in a world of its own: the empty `database`, or a SQLite file of which nothing remains."""
    place = scenario.place
    with _world(app, scenario, database) as world:
        try:
            for name, given in scenario.given.items():
                world.give(name, given)
            for step in scenario.steps:
                place = step.place
                run_step(world, step.content)
        except (StepFailed, TextRefused) as failed:
            return ScenarioResult(scenario.name, place, False, failed.zh, failed.en)
        except DataRefused as refused:
            return ScenarioResult(scenario.name, place, False, refused.text("zh"), refused.text("en"))
        except Refusal as refusal:
            zh, en = refusal_text(refusal, "zh"), refusal_text(refusal, "en")
            return ScenarioResult(scenario.name, place, False, f"被拒绝：{zh}", f"refused: {en}")
    return ScenarioResult(scenario.name, scenario.place, True)


@contextmanager
def _world(app: AppSpec, scenario: ScenarioSpec, database: str | None) -> Iterator[World]:
    start = datetime.fromisoformat(scenario.now or START)
    clock = FixedClock((start if start.tzinfo else start.replace(tzinfo=ZoneInfo(app.zone))).astimezone(UTC))
    with tempfile.TemporaryDirectory(prefix="loomwork-scenario-") as folder:
        settings = Settings(database=database or f"sqlite:///{Path(folder) / 'scenario.db'}", data=Path(folder))
        runtime = compose(settings, clock, SeededRandomness(0))
        try:
            apply_spec(runtime, app, author="scenario")
            yield World(app, runtime, clock)
        finally:
            runtime.database.close()
