"""Making the demo records of one data file: planned first, then written in batches, each batch one transaction that is
kept by an idempotency key, so that loading twice makes nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engine.kept import bring_all_up_to_date
from engine.principal import OPERATOR, Principal
from engine.records import read, write
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.queries import Filter, Path, Query, RecordRef
from engine.runtime import ReadSession, Runtime, WriteSession
from loomwork.data_moments import Cast, at, behind, cast_of
from loomwork.data_plans import Planned, plan
from loomwork.data_rules import Found, RuleRefused, Scene, draw, draw_all
from loomwork.data_steps import Story
from loomwork.natural_keys import ValueReader
from loomwork.typed_texts import typed_condition
from metadata.specs.app import AppSpec
from metadata.specs.screens import DataSpec

BATCH = 40
"""Records of one transaction."""
_PAGE = 500


def generate(runtime: Runtime, app: AppSpec, spec: DataSpec) -> int:
    """Make the records of a `generate:` block; returns how many it plans. They are made as of their own moments; what is
    kept by the day is brought to today afterwards.

    Raises `RuleRefused`, `DataRefused` or a `Refusal`.
    """
    rules: Mapping[str, Any] = spec.generate or {}
    cast = cast_of(runtime)
    with runtime.reading(OPERATOR) as session:
        scene = _scene(session, spec, rules)
        planned = plan(rules, list(_sources(session, app, rules)), scene)
    for number, batch in enumerate(_batches(planned)):
        key = f"data:{spec.layer}:{spec.name}:{number}"
        runtime.writing(OPERATOR, lambda s, batch=batch: _make_batch(s, spec, batch, cast), key=key)
    bring_all_up_to_date(runtime)
    return len(planned)


def _batches(planned: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    for start in range(0, len(planned), BATCH):
        yield planned[start:start + BATCH]


def _scene(session: ReadSession, spec: DataSpec, rules: Mapping[str, Any]) -> Scene:
    return Scene(
        entity=spec.entity,
        random=Random(f"{rules.get('seed', spec.name)}"),
        finder=AppFinder(session),
        moment=session.now.astimezone(session.app.zone),
        today=session.today,
        words=rules.get("words", {}),
    )


def _sources(session: ReadSession, app: AppSpec, rules: Mapping[str, Any]) -> Iterator[Mapping[str, object]]:
    """The records of `each` under `where`, with the values that rules copy; nothing without `each`."""
    if "each" not in rules:
        return
    entity = rules["each"]
    paths = _copied_paths(session, entity, rules)
    where = (typed_condition(app, entity, rules["where"]),) if "where" in rules else ()
    after = None
    while True:
        page = read.page(session, Query(entity, paths, where=where, limit=_PAGE, after=after))
        for row in page.rows:
            yield {".".join(column.path): row[column.index] for column in page.columns} | {"id": row[0]}
        after = page.after
        if after is None:
            return


def _copied_paths(session: ReadSession, entity: str, rules: Mapping[str, Any]) -> tuple[Path, ...]:
    fields = session.app.entities[entity].fields
    named = {str(path) for path in _named(rules)}
    return tuple(tuple(path.split(".")) for path in sorted(named) if path.split(".")[0] in fields and path != "id")


def _named(node: Any) -> Iterator[object]:
    """What `copy` and `of` name anywhere in the rules."""
    if isinstance(node, Mapping):
        for word, value in node.items():
            if word in ("copy", "of"):
                yield value
            yield from _named(value)
    elif isinstance(node, list):
        for item in node:
            yield from _named(item)


def _make_batch(session: WriteSession, spec: DataSpec, batch: Sequence[Planned], cast: Cast) -> int:
    finder = AppFinder(session)
    for planned in batch:
        _make(session, spec, planned, cast, finder)
    return len(batch)


def _make(session: WriteSession, spec: DataSpec, planned: Planned, cast: Cast, finder: AppFinder) -> None:
    """Make one record and take it through its steps; its own seed makes a retried unit do the same."""
    rules: Mapping[str, Any] = spec.generate or {}
    scene = Scene(
        entity=spec.entity,
        random=Random(f"{rules.get('seed', spec.name)}:{planned.index}"),
        finder=finder,
        moment=planned.moment,
        today=session.today,
        words=rules.get("words", {}),
        source=planned.source,
    )
    actor = _actor(rules["by"], scene, cast)
    writing = at(session, behind(actor), scene.moment)
    draw_all(rules.get("let", {}), scene)
    drawn = draw_all(rules["fields"], scene)
    made = write.create(writing, spec.entity, finder.reader(writing).values(spec.entity, drawn))
    until = session.now.astimezone(session.app.zone)
    story = Story(session, cast, RecordRef(spec.entity, made), actor, scene, finder.reader, until)
    for step in planned.steps:
        story.run(step)


def _actor(by: Mapping[str, Any], scene: Scene, cast: Cast) -> Principal:
    if "role" in by:
        return scene.random.choice(cast.holders(by["role"]))
    user = draw(by, scene)
    if not isinstance(user, int):
        raise RuleRefused(f"nobody to act: {dict(by)}")
    return cast.principals[user]


@dataclass(slots=True)
class AppFinder:
    """Finds records for rules, and computes child rows, over the running application. Remembers what it found."""

    session: ReadSession
    _records: dict[tuple[object, ...], Sequence[Found]] = field(default_factory=dict)
    _names: dict[tuple[str, str], int] = field(default_factory=dict)

    def records(self, entity: str, where: Mapping[str, object]) -> Sequence[Found]:
        """Records with these values, oldest first; at most one page of them."""
        key = (entity, *sorted((name, str(value)) for name, value in where.items()))
        if key not in self._records:
            self._records[key] = self._read(entity, where)
        return self._records[key]

    def computed(self, entity: str, name: str, row: Mapping[str, object]) -> object:
        """The value of the formula `name` of a child row that is not stored yet."""
        declared = self.session.app.entities[entity]
        formula = declared.fields[name].formula
        if formula is None or not isinstance(self.session, WriteSession):
            raise RuleRefused(f"{entity}.{name} is no formula")
        values = dict(declared.groups.blank) | self.reader(self.session).values(entity, row)
        environment = Environment(self.session, Draft(declared, None, {}, values))
        return declared.fields[name].type.assign(formula.call(environment), declared.fields[name])

    def child_of(self, entity: str, field: str) -> str:
        """The entity of the rows of a children field."""
        declared = self.session.app.entities[entity].fields.get(field)
        if declared is None or declared.children is None:
            raise RuleRefused(f"{entity}.{field} has no rows")
        return declared.children

    def reader(self, session: ReadSession) -> ValueReader:
        """A reader of drawn values in `session` that shares what was found."""
        return ValueReader(session, found=self._names)

    def _read(self, entity: str, where: Mapping[str, object]) -> Sequence[Found]:
        fields = self.session.app.entities[entity].fields
        paths = tuple((name,) for name, field in fields.items() if field.column is not None and not field.system)
        values = self.reader(self.session).values(entity, where)
        filters = tuple(Filter((name,), "eq", value) for name, value in values.items())
        page = read.page(self.session, Query(entity, paths, filters=filters, limit=_PAGE))
        return [
            Found(entity, int(str(row[0])), {column.path[0]: row[column.index] for column in page.columns})
            for row in page.rows
        ]
