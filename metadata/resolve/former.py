"""Former names: what each was called before, and telling where one still stands (LW316)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from metadata.codes import names as codes
from metadata.places import Places
from metadata.problems import Place, Problem
from metadata.specs.app import AppSpec
from metadata.specs.common import People
from metadata.specs.entity import FieldSpec
from metadata.specs.people import PEOPLE_TARGETS

Value = TypeVar("Value")
At = tuple[str | int, ...]
"""Kind and name of an object, and the path inside it."""
Former = Mapping[str, str]
"""Former name -> present one."""


def former_names(things: Iterable[Any], present: Iterable[str]) -> dict[str, str]:
    """Those of things that have `name` and `was`; names in use again are their new owner's."""
    taken = frozenset(present)
    return {was: thing.name for thing in things for was in thing.was if was not in taken}


@dataclass(slots=True)
class Renaming:
    """The former names of an application, by what they belong to, and the problems of those that were used."""

    app: AppSpec
    places: Places
    problems: list[Problem] = field(default_factory=list)
    entities: Former = field(default_factory=dict)
    fields: dict[str, Former] = field(default_factory=dict)
    roles: Former = field(default_factory=dict)
    reports: Former = field(default_factory=dict)
    steps: Former = field(default_factory=dict)
    states: dict[str, Former] = field(default_factory=dict)
    moves: dict[str, Former] = field(default_factory=dict)
    options: dict[tuple[str, str], Former] = field(default_factory=dict)

    def __post_init__(self) -> None:
        app = self.app
        self.entities = former_names(app.entities.values(), app.entities)
        self.roles = app.former_roles
        self.reports = former_names(app.reports.values(), app.reports)
        steps = [step for approval in app.approvals.values() for step in approval.steps.values()]
        self.steps = former_names(steps, (step.name for step in steps))
        self.fields = {name: former_names(e.fields.values(), e.fields) for name, e in app.entities.items()}
        for name, entity in app.entities.items():
            flows = [flow for flow in app.flows.values() if self.entities.get(flow.entity, flow.entity) == name]
            states = [state for flow in flows for state in flow.states.values()]
            moves = [move for flow in flows for move in flow.moves.values()]
            self.states[name] = former_names(states, (state.name for state in states))
            self.moves[name] = former_names(moves, (move.name for move in moves))
            own = {f.name: self._options(f) for f in entity.fields.values()}
            own |= {flow.field: former_names(flow.states.values(), flow.states) for flow in flows}
            self.options |= {(name, field): former for field, former in own.items() if former}

    def _options(self, spec: FieldSpec) -> Former:
        return self.roles if spec.options_from == "roles" else former_names(spec.options.values(), spec.options)

    @property
    def needed(self) -> bool:
        """Whether anything was ever renamed."""
        of_entities = (*self.fields.values(), *self.states.values(), *self.moves.values(), *self.options.values())
        return any((self.entities, self.roles, self.reports, self.steps, *of_entities))

    def told(self, old: Former, name: str, at: At, key: bool = False) -> str:
        """The present name; an old one is told at its place."""
        find = self.places.key if key else self.places.of
        return self.told_at(old, name, find(str(at[0]), str(at[1]), *at[2:])) if name in old else name

    def told_at(self, old: Former, name: str, place: Place) -> str:
        """The same for what knows its place itself."""
        if name not in old:
            return name
        self.problems.append(Problem(codes.OLD_NAME, place, {"old": name, "name": old[name]}))
        return old[name]

    def entity(self, name: str, at: At, key: bool = False) -> str:
        return self.told(self.entities, name, at, key)

    def field(self, entity: str, name: str, at: At, key: bool = False) -> str:
        return self.told(self.fields.get(self.entities.get(entity, entity), {}), name, at, key)

    def move(self, entity: str, name: str, at: At) -> str:
        return self.told(self.moves.get(self.entities.get(entity, entity), {}), name, at)

    def names(self, entity: str, names: Iterable[str], at: At) -> tuple[str, ...]:
        return tuple(self.field(entity, name, (*at, index)) for index, name in enumerate(names))

    def declared(self, entity: str, name: str) -> FieldSpec | None:
        """The field called so now."""
        spec = self.app.entities.get(entity)
        return spec.fields.get(name) if spec else None

    def path(self, entity: str, path: tuple[str, ...], at: At) -> tuple[str, ...]:
        """Each part of a link path by the entity it belongs to."""
        return self.path_at(entity, path, self.places.of(str(at[0]), str(at[1]), *at[2:]))[0]

    def path_at(self, entity: str, path: tuple[str, ...], place: Place) -> tuple[tuple[str, ...], str]:
        """The same for what knows its place itself, and the entity that the path leads to ("" where it leads to none)."""
        present: list[str] = []
        here = self.entities.get(entity, entity)
        for part in path:
            present.append(self.told_at(self.fields.get(here, {}), part, place))
            here = self._target(here, present[-1])
        return tuple(present), here

    def _target(self, entity: str, name: str) -> str:
        spec = self.declared(entity, name)
        if spec is not None and spec.link and spec.link.to:
            return self.entities.get(spec.link.to[0], spec.link.to[0])
        return PEOPLE_TARGETS.get(spec.stored or "", "") if spec is not None else ""

    def rows_of(self, entity: str, collection: str) -> str:
        """The entity of the rows of a children field, many-to-many link or reverse collection; "" where there is none."""
        spec = self.declared(entity, collection)
        if spec is not None and spec.children:
            return self.entities.get(spec.children, spec.children)
        return self._target(entity, collection) if spec is not None else next(self._backs(entity, collection), "")

    def _backs(self, entity: str, name: str) -> Iterator[str]:
        for other in self.app.entities.values():
            for spec in other.fields.values():
                if spec.link and spec.link.back == name and entity in {self.entities.get(to, to) for to in spec.link.to}:
                    yield other.name

    def dotted(self, entity: str, text: str, at: At) -> str:
        """The same for `customer.name` and `-created_at`."""
        sign = "-" if text.startswith("-") else ""
        return sign + ".".join(self.path(entity, tuple(text.removeprefix("-").split(".")), at))

    def keyed(self, entity: str, values: Mapping[str, Value], at: At) -> dict[str, Value]:
        return {self.field(entity, name, (*at, name), key=True): value for name, value in values.items()}

    def people(self, entity: str, people: tuple[People, ...], at: At) -> tuple[People, ...]:
        return tuple(
            replace(
                who, path=self.path(entity, who.path, at) if who.path else who.path,
                role=self.told_at(self.roles, who.role, who.place) if who.role else who.role,
            )
            for who in people
        )
