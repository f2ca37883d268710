"""Old names: layers that still use a name found in some `was:` mean its present owner, with a warning (LW316).

Runs before anything is joined, so that everything later knows present names only. Expressions resolve old names of
fields and roles themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from metadata.codes import names as codes
from metadata.places import Places
from metadata.problems import Place, Problem
from metadata.specs.access import GrantSpec, RoleSpec
from metadata.specs.app import AppSpec
from metadata.specs.common import People, TitlePart
from metadata.specs.entity import EntitySpec, FieldSpec
from metadata.specs.flow import ApprovalSpec, ConvertSpec, EffectSpec, FlowSpec, MoveSpec
from metadata.specs.screens import (
    DataSpec,
    FormSpec,
    ListSpec,
    MenuItemSpec,
    PrintSpec,
    ReportSpec,
    ScenarioSpec,
    ScenarioStep,
    SectionSpec,
)

Value = TypeVar("Value")
At = tuple[str | int, ...]


def renamed(app: AppSpec, places: Places) -> tuple[AppSpec, list[Problem]]:
    """The application with every old name replaced by the present one, and where old names stood."""
    r = _Renaming(app, places)
    if not r.needed:
        return app, []
    app = replace(
        app,
        entities={name: _entity(r, entity) for name, entity in app.entities.items()},
        flows={name: _flow(r, flow) for name, flow in app.flows.items()},
        approvals={name: _approval(r, approval) for name, approval in app.approvals.items()},
        converts={name: _convert(r, convert) for name, convert in app.converts.items()},
        roles={name: _role(r, role) for name, role in app.roles.items()},
        forms={name: _form(r, form) for name, form in app.forms.items()},
        lists={name: _list(r, each) for name, each in app.lists.items()},
        menus={name: replace(menu, items=_menu_items(r, menu.items), role=_audience(r, "menu", name, menu.role))
               for name, menu in app.menus.items()},
        reports={name: _report(r, report) for name, report in app.reports.items()},
        prints={name: _print(r, each) for name, each in app.prints.items()},
        scenarios={name: _scenario(r, scenario) for name, scenario in app.scenarios.items()},
        data={name: _data(r, data) for name, data in app.data.items()},
    )
    return app, r.problems


def _old(things: Iterable[Any], present: Mapping[str, object]) -> dict[str, str]:
    """Old name -> present one, for things that have `name` and `was`; names in use again are their new owner's."""
    return {was: thing.name for thing in things for was in thing.was if was not in present}


@dataclass(slots=True)
class _Renaming:
    app: AppSpec
    places: Places
    problems: list[Problem] = field(default_factory=list)
    entities: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entities = _old(self.app.entities.values(), self.app.entities)
        self.roles = self.app.former_roles
        self.reports = _old(self.app.reports.values(), self.app.reports)
        self.fields = {name: _old(e.fields.values(), e.fields) for name, e in self.app.entities.items()}

    @property
    def needed(self) -> bool:
        """Whether anything was ever renamed."""
        flows, approvals = self.app.flows.values(), self.app.approvals.values()
        parts = (part for flow in flows for part in (*flow.states.values(), *flow.moves.values()))
        steps = (step for approval in approvals for step in approval.steps.values())
        return bool(self.entities or self.roles or self.reports or any(self.fields.values())) or any(
            part.was for part in (*parts, *steps)
        )

    def told(self, old: Mapping[str, str], name: str, at: At, key: bool = False) -> str:
        """The present name; an old one is told at its place."""
        find = self.places.key if key else self.places.of
        return self.told_at(old, name, find(str(at[0]), str(at[1]), *at[2:])) if name in old else name

    def told_at(self, old: Mapping[str, str], name: str, place: Place) -> str:
        """The same for what knows its place itself."""
        if name not in old:
            return name
        self.problems.append(Problem(codes.OLD_NAME, place, {"old": name, "name": old[name]}))
        return old[name]

    def entity(self, name: str, at: At, key: bool = False) -> str:
        return self.told(self.entities, name, at, key)

    def field(self, entity: str, name: str, at: At, key: bool = False) -> str:
        return self.told(self.fields.get(self.entities.get(entity, entity), {}), name, at, key)

    def names(self, entity: str, names: Iterable[str], at: At) -> tuple[str, ...]:
        return tuple(self.field(entity, name, (*at, index)) for index, name in enumerate(names))

    def path(self, entity: str, path: tuple[str, ...], at: At) -> tuple[str, ...]:
        """Each part of a link path by the entity it belongs to."""
        present: list[str] = []
        here = self.entities.get(entity, entity)
        for part in path:
            present.append(self.field(here, part, at))
            spec = self.app.entities.get(here)
            link = spec.fields[present[-1]].link if spec and present[-1] in spec.fields else None
            here = self.entities.get(link.to[0], link.to[0]) if link and link.to else ""
        return tuple(present)

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


def _entity(r: _Renaming, entity: EntitySpec) -> EntitySpec:
    at = ("entity", entity.name)
    return replace(
        entity,
        fields={name: _field(r, entity, spec) for name, spec in entity.fields.items()},
        title=tuple(TitlePart(p.text, r.path(entity.name, p.path, (*at, "title"))) for p in entity.title),
        search=r.names(entity.name, entity.search, (*at, "search")),
        unique={
            name: replace(u, fields=r.names(entity.name, u.fields, (*at, "unique", name, "fields")))
            for name, u in entity.unique.items()
        },
        checks={
            name: replace(c, on_field=r.field(entity.name, c.on_field, (*at, "checks", name, "on_field")))
            if c.on_field else c
            for name, c in entity.checks.items()
        },
        indexes=tuple(r.names(entity.name, names, (*at, "indexes", i)) for i, names in enumerate(entity.indexes)),
        duplicates=tuple(
            replace(rule, field=r.field(entity.name, rule.field, (*at, "duplicates", "match", i, rule.how)))
            for i, rule in enumerate(entity.duplicates)
        ),
    )


def _field(r: _Renaming, entity: EntitySpec, spec: FieldSpec) -> FieldSpec:
    at = ("entity", entity.name, "fields", spec.name)
    link = spec.link and replace(
        spec.link, to=tuple(r.entity(name, (*at, "to", i)) for i, name in enumerate(spec.link.to)),
    )
    return replace(
        spec,
        link=link,
        children=spec.children and r.entity(spec.children, (*at, "of")),
        rollup=spec.rollup and replace(spec.rollup, of=r.field(entity.name, spec.rollup.of, (*at, "of"))),
        fetch=spec.fetch and replace(spec.fetch, path=_pair(r.path(entity.name, spec.fetch.path, (*at, "fetch")))),
    )


def _pair(path: tuple[str, ...]) -> tuple[str, str]:
    return path[0], path[1]


def _flow(r: _Renaming, flow: FlowSpec) -> FlowSpec:
    at = ("flow", flow.name)
    entity = r.entity(flow.entity, (*at, "entity"))
    states = _old(flow.states.values(), flow.states)
    return replace(
        flow,
        entity=entity,
        states={
            name: replace(s, lock=r.names(entity, s.lock, (*at, "states", name, "lock")))
            if isinstance(s.lock, tuple) else s
            for name, s in flow.states.items()
        },
        moves={name: _move(r, entity, move, (*at, "moves", name), states) for name, move in flow.moves.items()},
        on_enter=_events(r, flow.entity, flow.on_enter, states, (*at, "on_enter")),
        on_leave=_events(r, flow.entity, flow.on_leave, states, (*at, "on_leave")),
    )


def _events(
    r: _Renaming, entity: str, events: Mapping[str, tuple[EffectSpec, ...]], states: Mapping[str, str], at: At
) -> dict[str, tuple[EffectSpec, ...]]:
    return {
        r.told(states, state, (*at, state), key=True): tuple(
            _effect(r, entity, effect, (*at, state, i)) for i, effect in enumerate(effects)
        )
        for state, effects in events.items()
    }


def _move(r: _Renaming, entity: str, move: MoveSpec, at: At, states: Mapping[str, str]) -> MoveSpec:
    return replace(
        move,
        sources=tuple(r.told(states, name, (*at, "from", i)) for i, name in enumerate(move.sources)),
        target=r.told(states, move.target, (*at, "to")),
        by=r.people(entity, move.by, (*at, "by")),
        needs=r.names(entity, move.needs, (*at, "needs")),
        asks=r.keyed(entity, move.asks, (*at, "ask")),
        effects=tuple(_effect(r, entity, effect, (*at, "do", i)) for i, effect in enumerate(move.effects)),
    )


def _effect(r: _Renaming, entity: str, effect: EffectSpec, at: At) -> EffectSpec:
    """Values of another entity are left to that entity's own checks."""
    if effect.verb == "notify":
        return replace(effect, people=r.people(entity, effect.people, (*at, "notify")))
    if effect.verb == "create":
        target = r.entity(effect.target or "", (*at, "create"))
        return replace(effect, target=target, values=r.keyed(target, effect.values, (*at, "set")))
    return replace(effect, values=r.keyed(entity, effect.values, (*at, "set"))) if effect.verb == "set" else effect


def _approval(r: _Renaming, approval: ApprovalSpec) -> ApprovalSpec:
    at = ("approval", approval.name)
    entity = r.entity(approval.entity, (*at, "entity"))
    states: dict[str, str] = {}
    for flow in r.app.flows.values():
        if r.entities.get(flow.entity, flow.entity) == entity:
            states |= _old(flow.states.values(), flow.states)
    steps = {
        name: replace(step, who=r.people(entity, step.who, (*at, "steps", name, "who")))
        for name, step in approval.steps.items()
    }
    outcome = {word: r.told(states, state, (*at, "outcome", word)) for word, state in approval.outcome.items()}
    guarded = r.names(entity, approval.guarded, (*at, "guarded"))
    return replace(
        approval, entity=entity, steps=steps, outcome=outcome, guarded=guarded,
        cc=r.people(entity, approval.cc, (*at, "cc")), admins=r.people(entity, approval.admins, (*at, "admins")),
    )


def _convert(r: _Renaming, convert: ConvertSpec) -> ConvertSpec:
    at = ("convert", convert.name)
    targets = {}
    for name, values in convert.targets.items():
        entity = r.entity(name, (*at, "to", name), key=True)
        targets[entity] = r.keyed(entity, values, (*at, "to", name))
    return replace(convert, source=r.entity(convert.source, (*at, "from")), targets=targets)


def _role(r: _Renaming, role: RoleSpec) -> RoleSpec:
    fields = {}
    for (entity, name), right in role.fields.items():
        key = ("role", role.name, "fields", f"{entity}.{name}")
        present = r.entity(entity, key, key=True)
        present_field = r.field(present, name, key, key=True)
        fields[present, present_field] = replace(right, entity=present, field=present_field)
    at = ("role", role.name)
    return replace(
        role, fields=fields,
        includes=tuple(r.told(r.roles, name, (*at, "includes", i)) for i, name in enumerate(role.includes)),
        reports=tuple(r.told(r.reports, name, (*at, "reports", i)) for i, name in enumerate(role.reports)),
        grants=tuple(_grant(r, role, "allow", g) for g in role.grants),
        denies=tuple(_grant(r, role, "deny", g) for g in role.denies),
        denied_fields=frozenset(
            (e := r.entities.get(entity, entity), r.fields.get(e, {}).get(name, name))
            for entity, name in role.denied_fields
        ),
    )


def _grant(r: _Renaming, role: RoleSpec, word: str, grant: GrantSpec) -> GrantSpec:
    entity = r.entity(grant.entity, ("role", role.name, word, grant.entity), key=True)
    moves: dict[str, str] = {}
    for flow in r.app.flows.values():
        if r.entities.get(flow.entity, flow.entity) == entity:
            moves |= {f"move.{old}": f"move.{new}" for old, new in _old(flow.moves.values(), flow.moves).items()}
    at = ("role", role.name, word, grant.entity, "move", grant.verb.removeprefix("move."))
    return replace(grant, entity=entity, verb=r.told(moves, grant.verb, at, key=True))


def _form(r: _Renaming, form: FormSpec) -> FormSpec:
    at = ("form", form.name)
    entity = r.entity(form.entity, (*at, "entity"))
    sections = {name: _section(r, entity, s, (*at, "sections", name)) for name, s in form.sections.items()}
    return replace(form, entity=entity, sections=sections, role=_audience(r, "form", form.name, form.role))


def _audience(r: _Renaming, kind: str, name: str, role: str | None) -> str | None:
    """The role that a form, list or menu is for."""
    return role and r.told(r.roles, role, (kind, name, "for"))


def _menu_items(r: _Renaming, items: tuple[MenuItemSpec, ...]) -> tuple[MenuItemSpec, ...]:
    targets = r.entities | {f"report.{old}": f"report.{name}" for old, name in r.reports.items()}
    return tuple(
        replace(
            item, target=item.target and r.told_at(targets, item.target, item.place), items=_menu_items(r, item.items)
        )
        for item in items
    )


def _section(r: _Renaming, entity: str, section: SectionSpec, at: At) -> SectionSpec:
    rows = tuple(r.names(entity, row, (*at, "fields", i)) for i, row in enumerate(section.rows))
    children = section.children and r.field(entity, section.children, (*at, "children"))
    spec = r.app.entities.get(entity)
    grid = spec.fields.get(children or "") if spec else None
    child = grid.children if grid else None
    columns = r.names(child or "", section.columns, (*at, "columns"))
    totals = r.names(child or "", section.totals, (*at, "total"))
    return replace(section, rows=rows, children=children, columns=columns, totals=totals)


def _list(r: _Renaming, spec: ListSpec) -> ListSpec:
    at = ("list", spec.name)
    entity = r.entity(spec.entity, (*at, "entity"))

    def paths(word: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(r.dotted(entity, text, (*at, word, i)) for i, text in enumerate(texts))

    return replace(
        spec, entity=entity, columns=paths("columns", spec.columns), sort=paths("sort", spec.sort),
        filters=paths("filters", spec.filters), role=_audience(r, "list", spec.name, spec.role),
    )


def _report(r: _Renaming, report: ReportSpec) -> ReportSpec:
    at = ("report", report.name)
    entity = r.entity(report.entity, (*at, "entity"))
    rows = tuple(replace(row, path=r.path(entity, row.path, (*at, "rows", i))) for i, row in enumerate(report.rows))
    return replace(report, entity=entity, rows=rows)


def _print(r: _Renaming, spec: PrintSpec) -> PrintSpec:
    return replace(spec, entity=r.entity(spec.entity, ("print", spec.name, "entity")))


_ROLE = re.compile(r"(\s*(?:chain\s*\(\s*)?role\s*\(\s*)([a-z][a-z0-9_]*)(.*)", re.DOTALL)
"""A role in a people place, and what stands around its name."""


def _scenario(r: _Renaming, scenario: ScenarioSpec) -> ScenarioSpec:
    """The roles of its people and those that wait, and the steps that records are returned to."""
    at = ("scenario", scenario.name)
    given = {name: _given(r, content, (*at, "given", name)) for name, content in scenario.given.items()}
    steps = tuple(_scenario_step(r, step, (*at, "steps", i)) for i, step in enumerate(scenario.steps))
    return replace(scenario, given=given, steps=steps)


def _given(r: _Renaming, content: Mapping[str, object], at: At) -> Mapping[str, object]:
    person = content.get("user")
    if not isinstance(person, Mapping):
        return content
    values = cast("Mapping[str, object]", person)
    roles = {
        word: _each(values[word], (*at, "user", word), lambda name, place: r.told(r.roles, name, place))
        for word in ("role", "roles") if word in values
    }
    return {**content, "user": {**values, **roles}}


def _scenario_step(r: _Renaming, step: ScenarioStep, at: At) -> ScenarioStep:
    content = dict(step.content)
    if "for" in content:
        content["for"] = _each(content["for"], (*at, "for"), lambda text, place: _role_in(r, text, place))
    if "return" in content and isinstance(content.get("to"), str):
        steps = {old: name for each in r.app.approvals.values() for old, name in _old(each.steps.values(), each.steps).items()}
        present = {name for each in r.app.approvals.values() for name in each.steps}
        former = {old: name for old, name in steps.items() if old not in present}
        content["to"] = r.told(former, str(content["to"]), (*at, "to"))
    return replace(step, content=content)


def _role_in(r: _Renaming, text: str, at: At) -> str:
    found = _ROLE.fullmatch(text)
    return f"{found[1]}{r.told(r.roles, found[2], at)}{found[3]}" if found else text


def _each(said: object, at: At, present: Callable[[str, At], str]) -> object:
    """A text, or each text of a list, under its present name."""
    if isinstance(said, list | tuple):
        items = cast("Sequence[object]", said)
        return [present(item, (*at, i)) if isinstance(item, str) else item for i, item in enumerate(items)]
    return present(said, at) if isinstance(said, str) else said


def _data(r: _Renaming, data: DataSpec) -> DataSpec:
    at = ("data", data.name)
    entity = r.entity(data.entity, (*at, "entity"))
    key = r.names(entity, data.key, (*at, "key"))
    if data.file is not None:
        present = {name: r.field(entity, name, (*at, "file")) for name in data.file.columns}
        read = [{present[name]: value for name, value in row.items()} for row in data.rows]
        records = tuple(_with_roles(r, entity, row, dict.fromkeys(row, (*at, "file"))) for row in read)
        file = replace(data.file, columns=tuple(present.values()))
        return replace(data, entity=entity, key=key, rows=records, file=file)
    rows = tuple(_row(r, entity, row, (*at, "rows", i)) for i, row in enumerate(data.rows))
    return replace(data, entity=entity, key=key, rows=rows)


def _row(r: _Renaming, entity: str, row: Mapping[str, object], at: At) -> Mapping[str, object]:
    named = r.keyed(entity, row, at)
    return _with_roles(r, entity, named, {name: (*at, said) for name, said in zip(named, row, strict=True)})


def _with_roles(r: _Renaming, entity: str, row: Mapping[str, object], at: Mapping[str, At]) -> Mapping[str, object]:
    """The row with the present names of the roles in it; `at` says where each field stands."""
    spec = r.app.entities.get(entity)
    of_roles = {name for name, field in spec.fields.items() if field.options_from == "roles"} if spec else set[str]()
    return {
        name: _each(value, at[name], lambda text, place: r.told(r.roles, text, place)) if name in of_roles else value
        for name, value in row.items()
    }
