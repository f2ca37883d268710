"""Bringing a folder into force: plan, apply, and the data that come with its packs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.clock import SystemClock
from engine.runtime import Runtime
from engine.storage import releases, stored_release
from engine.storage.apply import Applied, apply, compare
from engine.storage.database import Database, Unusable
from engine.storage.obstacles import FIELD_VANISHED, OPTION_VANISHED
from engine.storage.operations import Operation, sentence
from loomwork.data import load_data
from loomwork.tightening import Broken, broken_rules
from metadata.differences import Change, differences
from metadata.loader import load
from metadata.problems import Language, Problem
from metadata.specs.app import AppSpec

_FIRST: dict[Language, str] = {"zh": "首次发布：{count} 个实体", "en": "First release: {count} entities"}


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What applying a folder would do. `problems` are the changes that would lose or convert data: they are refused."""

    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...]
    texts_changed: bool
    changes: tuple[Change, ...] = ()
    """The declarations that are new, changed or removed, in every layer together."""
    broken: tuple[Broken, ...] = ()
    """Rules that become stricter than stored records are."""
    entities: int | None = None
    """How many entities a first release brings; None when there is one running already."""

    @property
    def empty(self) -> bool:
        """Whether nothing at all would change."""
        return not self.operations and not self.problems and not self.texts_changed

    def sentences(self, language: Language) -> tuple[str, ...]:
        """One sentence per change of tables, per declaration that differs, and per rule that stored records break."""
        if self.entities is not None:
            return (_FIRST[language].format(count=self.entities),)
        found = (
            *(sentence(operation, language) for operation in self.operations),
            *(change.text(language) for change in self.changes),
            *(broken.text(language) for broken in self.broken),
        )
        if found or not self.texts_changed:
            return found
        return ("更新声明（不改变数据表）" if language == "zh" else "Update declarations (no table changes)",)


def spec_of(folder: Path) -> AppSpec:
    """The checked model of `folder`; raises ValueError when it has errors (callers check first)."""
    loaded = load(folder)
    if loaded.app is None:
        raise ValueError(f"{folder} has errors")
    return loaded.app


def is_empty(database: Database) -> bool:
    """Whether the database holds no release yet."""
    try:
        with database.read() as connection:
            releases.current(connection)
    except Unusable as unusable:
        if unusable.message.code == "database_empty":
            return True
        raise
    return False


def plan_folder(runtime: Runtime, spec: AppSpec) -> FolderPlan:
    """The difference between `spec` and what is running."""
    database = runtime.database
    if is_empty(database):
        return FolderPlan((), (), texts_changed=True, entities=len(spec.entities))
    difference = compare(database, spec, flows=runtime.flows)
    running = _running_spec(database)
    problems = tuple(_where_it_was(problem, running) for problem in difference.problems)
    return FolderPlan(
        difference.operations, problems, running.digest != spec.digest, differences(running, spec),
        () if difference.problems else broken_rules(runtime, running, spec),
    )


def _where_it_was(problem: Problem, running: AppSpec) -> Problem:
    """A field or option that vanished is named where the running release declares it: in the layer from which it was taken."""
    entity = running.entities.get(problem.values.get("entity", ""))
    field = entity.fields.get(problem.values.get("name", "")) if entity else None
    if field is None:
        return problem
    if problem.code is FIELD_VANISHED:
        return replace(problem, place=field.place)
    option = field.options.get(problem.values.get("option", ""))
    return replace(problem, place=option.place) if problem.code is OPTION_VANISHED and option else problem


def _running_spec(database: Database) -> AppSpec:
    with database.read() as connection:
        return stored_release.load(connection, releases.current(connection).release).app


def running_digest(database: Database) -> str:
    """The digest of the running release ("" when there is none)."""
    with database.read() as connection:
        found = releases.running(connection)
    return found.digest if found else ""


def apply_spec(runtime: Runtime, spec: AppSpec, author: str, note: str = "") -> Applied:
    """Applies `spec` and loads the seed and managed data of its packs."""
    compilers = runtime.compilers.values()
    applied = apply(runtime.database, spec, author, note, SystemClock(), compilers=compilers, flows=runtime.flows)
    load_data(runtime, spec, modes=("seed", "managed"))
    return applied

