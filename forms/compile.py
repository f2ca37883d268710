"""Makes the screens' half of a compiled application: declared forms, lists and menus refine what every entity has anyway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.compile_fields import optional_rule, texts
from engine.compiled import CompiledApp, CompiledEntity, CompiledField, Texts
from engine.languages import InLanguages, enumerated
from engine.messages import MESSAGES
from engine.records.queries import Path, Sort
from engine.refusals import Message
from forms.compiled import (
    CompiledForm,
    CompiledForms,
    CompiledHome,
    CompiledList,
    CompiledMenu,
    CompiledMenuItem,
    CompiledSection,
    HomeList,
    HomeNumber,
    ListColumn,
    Total,
)
from forms.conditions import is_formula
from forms.layout import default_sections, grid_columns, shows
from metadata.expressions.typed import FieldRef, ValueType
from metadata.specs.app import AppSpec
from metadata.specs.people import PEOPLE_TARGETS
from metadata.specs.screens import (
    WAYS,
    FormSpec,
    HomeListSpec,
    HomeNumberSpec,
    ListSpec,
    MenuItemSpec,
    SectionSpec,
    Way,
)

_UNSORTABLE = frozenset({"children", "links", "files", "file", "long", "rich", "choices", "tags", "any_link", "geo"})
_UNFILTERED = frozenset({"children", "files", "file", "id"})
_SUMMED = frozenset({"int", "decimal", "money"})
_LISTED = 7
"""How many columns a list has that nobody declared."""
_USUAL_FILTERS = frozenset({"choice", "user", "dept", "link", "bool", "date"})


def compile_forms(spec: AppSpec, app: CompiledApp) -> CompiledForms:
    """The forms, lists, menus and home pages of `spec` over the compiled entities of `app`."""
    pages = [entity for entity in app.entities.values() if not entity.child]
    lists = {entity.name: _lists_of(spec, app, entity) for entity in pages}
    return CompiledForms(
        forms={entity.name: _forms_of(spec, app, entity) for entity in pages},
        lists=lists,
        menus=_menus(spec, app),
        filters={entity.name: _filters_of(app, entity) for entity in pages},
        ways={entity.name: _ways_of(app, entity) for entity in pages},
        totals={entity.name: _totals_of(app, entity) for entity in pages},
        homes=_homes(spec, app, {each.name: each for offered in lists.values() for each in offered}),
    )


def _forms_of(spec: AppSpec, app: CompiledApp, entity: CompiledEntity) -> tuple[CompiledForm, ...]:
    declared = [_form(app, entity, form) for form in spec.forms.values() if form.entity == entity.name]
    related = tuple(back.name for back in entity.backs.values() if not app.entities[back.entity].child)
    sections = default_sections(entity)
    side = ("timeline", "approvals", "related") if entity.approvable else ("timeline", "related")
    made = CompiledForm(
        f"{entity.name}.default", entity.name, sections, None, None, side, related, is_conditional(app, entity, sections)
    )
    return (*declared, made)


def _form(app: CompiledApp, entity: CompiledEntity, spec: FormSpec) -> CompiledForm:
    live = [section for section in spec.sections.values() if not section.retired]
    tabs = _tabs(live)
    names = {section.name: name for name, (_, held) in tabs.items() for section in held}
    sections = tuple(replace(_section(entity, section), tab=names.get(section.name, "")) for section in live)
    return CompiledForm(
        spec.name, entity.name, sections, spec.role, spec.state, spec.side, spec.related,
        is_conditional(app, entity, sections), {name: label for name, (label, _) in tabs.items()},
    )


def _tabs(sections: Iterable[SectionSpec]) -> dict[str, tuple[Texts, list[SectionSpec]]]:
    """What each tab is called and holds, by the name of its first section: the sections that say the same tab."""
    tabs: dict[str, tuple[Texts, list[SectionSpec]]] = {}
    for section in sections:
        if section.tab is None:
            continue
        label = texts(section.tab)
        name = next((name for name, (known, _) in tabs.items() if known == label), section.name)
        tabs.setdefault(name, (label, []))[1].append(section)
    return tabs


def _section(entity: CompiledEntity, spec: SectionSpec) -> CompiledSection:
    label = texts(spec.label) if spec.label else None
    if label is None and spec.children:
        label = entity.fields[spec.children].label
    rows = tuple(tuple(name for name in row if name in entity.fields) for row in spec.rows)
    return CompiledSection(
        spec.name, label, tuple(row for row in rows if row), spec.children, spec.columns, spec.totals,
        optional_rule(spec.visible_if), optional_rule(spec.collapsed_if),
    )


def is_conditional(app: CompiledApp, entity: CompiledEntity, sections: Iterable[CompiledSection]) -> bool:
    """Whether anything shown depends on what is typed."""
    for section in sections:
        if section.visible_if:
            return True
        if any(_depends(entity.fields[name]) for row in section.rows for name in row):
            return True
        if section.children:
            child = app.entities[entity.fields[section.children].children or ""]
            if section.totals or any(_depends(column) or is_formula(column) for column in grid_columns(child, section)):
                return True
    return False


def _depends(field: CompiledField) -> bool:
    copied = field.fetch is not None and field.fetch[2] == "if_blank"
    return copied or any(rule is not None for rule in (field.visible_if, field.required_if, field.readonly_if))


def _lists_of(spec: AppSpec, app: CompiledApp, entity: CompiledEntity) -> tuple[CompiledList, ...]:
    declared = [_list(app, entity, item) for item in spec.lists.values() if item.entity == entity.name]
    if not any(item.default and item.role is None for item in declared):
        declared.append(_made_list(app, entity))
    return tuple(declared)


def _list(app: CompiledApp, entity: CompiledEntity, spec: ListSpec) -> CompiledList:
    return CompiledList(
        name=spec.name,
        entity=entity.name,
        label=texts(spec.label),
        columns=_columns(app, entity, spec.columns),
        sort=tuple(_sort(text) for text in spec.sort) or (Sort(("id",), True),),
        filters=_columns(app, entity, spec.filters),
        where=spec.where.typed if spec.where else None,
        role=spec.role,
        default=spec.default,
        show=spec.show,
        by=spec.by,
        total=_total(app, entity, spec.total) if spec.total else None,
        until=column_of(app, entity, (spec.until,)) if spec.until else None,
        due=column_of(app, entity, (spec.due,)) if spec.due else None,
    )


def _totals_of(app: CompiledApp, entity: CompiledEntity) -> dict[Path, Total]:
    """Amounts and numbers of the entity's own; what is worked out only when it is read is not summed."""
    summed = [f for f in entity.fields.values() if f.stored in _SUMMED and not f.system and f.computed != "select"]
    return {(field.name,): _total(app, entity, field.name) for field in summed}


def _total(app: CompiledApp, entity: CompiledEntity, name: str) -> Total:
    column = column_of(app, entity, (name,))
    rule = column.field.currency_from
    ref = rule.typed if rule is not None else None
    currency = (*(hop.field for hop in ref.hops), ref.field) if isinstance(ref, FieldRef) and ref.root == "row" else None
    return Total(column, FieldRef("row", (), entity.name, name, ValueType("decimal", column.field.scale)), currency)


def _ways_of(app: CompiledApp, entity: CompiledEntity) -> dict[Way, tuple[ListColumn, ...]]:
    """The fields by which each way can show the entity, its state first."""
    fields = [field for field in entity.fields.values() if not field.hidden and not field.system]
    fields.sort(key=lambda field: field.name != entity.state_field)
    return {
        way: _columns(app, entity, [field.name for field in fields if _shows(entity, field, way)]) for way, kinds in WAYS.items() if kinds
    }


def _shows(entity: CompiledEntity, field: CompiledField, way: Way) -> bool:
    """Whether the way can show the entity by the field."""
    return not WAYS[way].isdisjoint((field.kind, field.stored)) and (way != "tree" or _leads_home(entity, field))


def _leads_home(entity: CompiledEntity, field: CompiledField) -> bool:
    """Whether the link leads to its own entity and to no other."""
    return (field.link.to if field.link is not None else (PEOPLE_TARGETS.get(field.stored),)) == (entity.name,)


def _made_list(app: CompiledApp, entity: CompiledEntity) -> CompiledList:
    """Title first, then the state, then what comes first in the entity; newest first."""
    names = [part for kind, part in entity.title if kind == "field"]
    names += [entity.state_field] if entity.state_field else []
    names += [f.name for f in entity.fields.values() if shows(f) and f.stored not in _UNSORTABLE]
    names = list(dict.fromkeys(names))[:_LISTED] + (["owner"] if entity.owned else [])
    filters = [f.name for f in entity.fields.values() if shows(f) and f.stored in _USUAL_FILTERS][:4]
    label = InLanguages(Message("all_of", {"entity": entity.plural}).text)
    return CompiledList(
        name=f"{entity.name}.all",
        entity=entity.name,
        label=label,
        columns=_columns(app, entity, names),
        sort=(Sort(("id",), True),),
        filters=_columns(app, entity, filters),
        default=True,
    )


def _filters_of(app: CompiledApp, entity: CompiledEntity) -> tuple[ListColumn, ...]:
    names = [f.name for f in entity.fields.values() if not f.hidden and f.stored not in _UNFILTERED]
    return _columns(app, entity, names)


def _columns(app: CompiledApp, entity: CompiledEntity, names: Iterable[str]) -> tuple[ListColumn, ...]:
    return tuple(column_of(app, entity, tuple(name.split("."))) for name in names)


def column_of(app: CompiledApp, entity: CompiledEntity, path: Path) -> ListColumn:
    """The column for a field path; raises KeyError for a path that does not exist."""
    owner, field = entity, entity.fields[path[0]]
    labels = [field.label]
    hops = [(owner.name, field.name)]
    for name in path[1:]:
        owner = app.entities[_target(field)]
        field = owner.fields[name]
        labels.append(field.label)
        hops.append((owner.name, name))
    label = enumerated(labels, {"zh": " · ", "en": " · "})
    sortable = field.stored not in _UNSORTABLE and field.computed != "select"
    return ListColumn(path, owner.name, field, label, sortable, tuple(hops))


def _target(field: CompiledField) -> str:
    if field.link:
        return field.link.to[0]
    return PEOPLE_TARGETS[field.stored]


def _sort(text: str) -> Sort:
    return Sort(tuple(text.removeprefix("-").split(".")), text.startswith("-"))


def _menus(spec: AppSpec, app: CompiledApp) -> tuple[CompiledMenu, ...]:
    menus = tuple(
        CompiledMenu(menu.name, tuple(_item(spec, app, item) for item in menu.items), menu.role)
        for menu in spec.menus.values()
    )
    if any(menu.role is None for menu in menus):
        return menus
    entities = [e for e in app.entities.values() if not e.child]
    items = (CompiledMenuItem("home", "home", MESSAGES["home"], "home"), *(_entity_item(e) for e in entities))
    return (*menus, CompiledMenu("all", items))


def _homes(spec: AppSpec, app: CompiledApp, lists: Mapping[str, CompiledList]) -> tuple[CompiledHome, ...]:
    return tuple(
        CompiledHome(
            home.name, tuple(_home_number(app, lists[one.list], one) for one in home.numbers),
            tuple(_home_list(app, lists[one.list], one) for one in home.lists),
            home.role, _included(spec, home.role) if home.role else frozenset(),
        )
        for home in spec.homes.values()
    )


def _included(spec: AppSpec, role: str) -> frozenset[str]:
    return frozenset(spec.roles[role].all_includes) - {role}


def _home_number(app: CompiledApp, of: CompiledList, spec: HomeNumberSpec) -> HomeNumber:
    entity = app.entities[of.entity]
    total = _total(app, entity, spec.total) if spec.total else None
    return HomeNumber(of, texts(spec.label) if spec.label else of.label, spec.icon or entity.icon, total)


def _home_list(app: CompiledApp, of: CompiledList, spec: HomeListSpec) -> HomeList:
    entity = app.entities[of.entity]
    return HomeList(of, entity.icon, column_of(app, entity, (spec.due,)) if spec.due else of.due)


def _item(spec: AppSpec, app: CompiledApp, item: MenuItemSpec) -> CompiledMenuItem:
    label = texts(item.label) if item.label else None
    if item.target is None:
        return CompiledMenuItem(
            None, "", label or MESSAGES["home"], item.icon or "point", tuple(_item(spec, app, child) for child in item.items)
        )
    kind, _, name = item.target.partition(".")
    if kind == "home":
        return CompiledMenuItem("home", "home", label or MESSAGES["home"], item.icon or "home")
    if kind == "list":
        declared = spec.lists[name]
        entity = app.entities[declared.entity]
        return CompiledMenuItem(
            "list", f"{entity.name}?list={name}", label or texts(declared.label), item.icon or entity.icon
        )
    if kind == "report":
        return CompiledMenuItem("report", name, label or texts(spec.reports[name].label), item.icon or "chart-bar")
    return _entity_item(app.entities[kind], label, item.icon)


def _entity_item(entity: CompiledEntity, label: Texts | None = None, icon: str | None = None) -> CompiledMenuItem:
    return CompiledMenuItem("entity", entity.name, label or entity.plural, icon or entity.icon)
