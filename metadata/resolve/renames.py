"""Old names: layers that still use a name found in some `was:` mean its present owner, with a warning (LW316).

Runs before anything is joined, so that everything later knows present names only. Expressions resolve old names of
fields, roles and options themselves, and so do values given to fields whose options are known later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from metadata.places import Places
from metadata.problems import Place, Problem
from metadata.resolve.former import At, Former, Renaming, former_names
from metadata.resolve.renamed_rows import renamed_data, renamed_scenario
from metadata.specs.access import GrantSpec, RoleSpec
from metadata.specs.app import AppSpec
from metadata.specs.common import Label, TitlePart
from metadata.specs.entity import EntitySpec, FieldSpec
from metadata.specs.flow import ApprovalSpec, ConvertSpec, EffectSpec, FlowSpec, MoveSpec
from metadata.specs.screens import FormSpec, HomeSpec, ListSpec, MenuItemSpec, PrintSpec, ReportSpec, SectionSpec

_BRACES = re.compile(r"\{([^{}]*[^{}\s][^{}]*)\}")
"""A field path in a text."""


def renamed(app: AppSpec, places: Places) -> tuple[AppSpec, list[Problem]]:
    """The application with every old name replaced by the present one, and where old names stood."""
    r = Renaming(app, places)
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
        homes={name: _home(r, home) for name, home in app.homes.items()},
        reports={name: _report(r, report) for name, report in app.reports.items()},
        prints={name: _print(r, each) for name, each in app.prints.items()},
        scenarios={name: renamed_scenario(r, scenario) for name, scenario in app.scenarios.items()},
        data={name: renamed_data(r, data) for name, data in app.data.items()},
    )
    return app, r.problems


def _entity(r: Renaming, entity: EntitySpec) -> EntitySpec:
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


def _field(r: Renaming, entity: EntitySpec, spec: FieldSpec) -> FieldSpec:
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


def _flow(r: Renaming, flow: FlowSpec) -> FlowSpec:
    at = ("flow", flow.name)
    entity = r.entity(flow.entity, (*at, "entity"))
    states = former_names(flow.states.values(), flow.states)
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
    r: Renaming, entity: str, events: Mapping[str, tuple[EffectSpec, ...]], states: Former, at: At
) -> dict[str, tuple[EffectSpec, ...]]:
    return {
        r.told(states, state, (*at, state), key=True): tuple(
            _effect(r, entity, effect, (*at, state, i)) for i, effect in enumerate(effects)
        )
        for state, effects in events.items()
    }


def _move(r: Renaming, entity: str, move: MoveSpec, at: At, states: Former) -> MoveSpec:
    return replace(
        move,
        sources=tuple(r.told(states, name, (*at, "from", i)) for i, name in enumerate(move.sources)),
        target=r.told(states, move.target, (*at, "to")),
        by=r.people(entity, move.by, (*at, "by")),
        needs=r.names(entity, move.needs, (*at, "needs")),
        asks=r.keyed(entity, move.asks, (*at, "ask")),
        effects=tuple(_effect(r, entity, effect, (*at, "do", i)) for i, effect in enumerate(move.effects)),
    )


def _effect(r: Renaming, entity: str, effect: EffectSpec, at: At) -> EffectSpec:
    if effect.verb == "notify":
        return replace(effect, people=r.people(entity, effect.people, (*at, "notify")), text=_text(r, entity, effect))
    if effect.verb == "create":
        target = r.entity(effect.target or "", (*at, "create"))
        return replace(effect, target=target, values=r.keyed(target, effect.values, (*at, "set")))
    if effect.verb == "move":
        return _moving(r, entity, effect, at)
    path, written = r.path_at(entity, effect.path, effect.place)
    return replace(effect, path=path, values=r.keyed(written, effect.values, (*at, "set")))


def _moving(r: Renaming, entity: str, effect: EffectSpec, at: At) -> EffectSpec:
    """The move belongs to the flow of the records that move."""
    each = effect.each and r.field(entity, effect.each, (*at, "each"))
    path, moved = r.path_at(entity, effect.path, effect.place)
    target = r.move(r.rows_of(r.entities.get(entity, entity), each) if each else moved, effect.target or "", (*at, "move"))
    return replace(effect, each=each, path=path, target=target)


def _text(r: Renaming, entity: str, effect: EffectSpec) -> Label | None:
    """What people are told, with the present names in its braces."""
    def present(found: re.Match[str]) -> str:
        return "{" + ".".join(r.path_at(entity, tuple(found[1].strip().split(".")), effect.place)[0]) + "}"

    said = effect.text
    return said and Label({language: _BRACES.sub(present, text) for language, text in said.texts.items()})


def _approval(r: Renaming, approval: ApprovalSpec) -> ApprovalSpec:
    at = ("approval", approval.name)
    entity = r.entity(approval.entity, (*at, "entity"))
    states = r.states.get(entity, {})
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


def _convert(r: Renaming, convert: ConvertSpec) -> ConvertSpec:
    at = ("convert", convert.name)
    targets = {}
    for name, values in convert.targets.items():
        entity = r.entity(name, (*at, "to", name), key=True)
        targets[entity] = r.keyed(entity, values, (*at, "to", name))
    conditions = {
        r.entity(name, (*at, "if", name), key=True): condition for name, condition in convert.conditions.items()
    }
    return replace(convert, source=r.entity(convert.source, (*at, "from")), targets=targets, conditions=conditions)


def _role(r: Renaming, role: RoleSpec) -> RoleSpec:
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


def _grant(r: Renaming, role: RoleSpec, word: str, grant: GrantSpec) -> GrantSpec:
    entity = r.entity(grant.entity, ("role", role.name, word, grant.entity), key=True)
    moves = {f"move.{old}": f"move.{new}" for old, new in r.moves.get(entity, {}).items()}
    at = ("role", role.name, word, grant.entity, "move", grant.verb.removeprefix("move."))
    return replace(grant, entity=entity, verb=r.told(moves, grant.verb, at, key=True))


def _form(r: Renaming, form: FormSpec) -> FormSpec:
    at = ("form", form.name)
    entity = r.entity(form.entity, (*at, "entity"))
    sections = {name: _section(r, entity, s, (*at, "sections", name)) for name, s in form.sections.items()}
    state = form.state and r.told(r.states.get(entity, {}), form.state, (*at, "for"))
    return replace(form, entity=entity, sections=sections, role=_audience(r, "form", form.name, form.role), state=state)


def _audience(r: Renaming, kind: str, name: str, role: str | None) -> str | None:
    """The role that a form, list, menu or home page is for."""
    return role and r.told(r.roles, role, (kind, name, "for"))


def _menu_items(r: Renaming, items: tuple[MenuItemSpec, ...]) -> tuple[MenuItemSpec, ...]:
    targets = {**r.entities, **{f"report.{old}": f"report.{name}" for old, name in r.reports.items()}}
    return tuple(
        replace(
            item, target=item.target and r.told_at(targets, item.target, item.place), items=_menu_items(r, item.items)
        )
        for item in items
    )


def _section(r: Renaming, entity: str, section: SectionSpec, at: At) -> SectionSpec:
    rows = tuple(r.names(entity, row, (*at, "fields", i)) for i, row in enumerate(section.rows))
    children = section.children and r.field(entity, section.children, (*at, "children"))
    spec = r.app.entities.get(entity)
    grid = spec.fields.get(children or "") if spec else None
    child = grid.children if grid else None
    columns = r.names(child or "", section.columns, (*at, "columns"))
    totals = r.names(child or "", section.totals, (*at, "total"))
    return replace(section, rows=rows, children=children, columns=columns, totals=totals)


def _list(r: Renaming, spec: ListSpec) -> ListSpec:
    at = ("list", spec.name)
    entity = r.entity(spec.entity, (*at, "entity"))

    def paths(word: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(r.dotted(entity, text, (*at, word, i)) for i, text in enumerate(texts))

    return replace(
        spec, entity=entity, columns=paths("columns", spec.columns), sort=paths("sort", spec.sort),
        filters=paths("filters", spec.filters), role=_audience(r, "list", spec.name, spec.role),
        by=spec.by and r.field(entity, spec.by, (*at, "by")), total=spec.total and r.field(entity, spec.total, (*at, "total")),
        until=spec.until and r.field(entity, spec.until, (*at, "until")), due=spec.due and r.field(entity, spec.due, (*at, "due")),
    )


def _home(r: Renaming, home: HomeSpec) -> HomeSpec:
    def field(name: str, path: str | None, place: Place) -> str | None:
        spec = r.app.lists.get(name)
        return r.path_at(spec.entity, (path,), place)[0][0] if path and spec else path

    return replace(
        home, role=_audience(r, "home", home.name, home.role),
        numbers=tuple(replace(one, total=field(one.list, one.total, one.place)) for one in home.numbers),
        lists=tuple(replace(one, due=field(one.list, one.due, one.place)) for one in home.lists),
    )


def _report(r: Renaming, report: ReportSpec) -> ReportSpec:
    at = ("report", report.name)
    entity = r.entity(report.entity, (*at, "entity"))
    rows = tuple(replace(row, path=r.path(entity, row.path, (*at, "rows", i))) for i, row in enumerate(report.rows))
    return replace(report, entity=entity, rows=rows)


def _print(r: Renaming, spec: PrintSpec) -> PrintSpec:
    return replace(spec, entity=r.entity(spec.entity, ("print", spec.name, "entity")))
