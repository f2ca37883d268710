"""Forms, lists, menus and reports name what there is."""

from __future__ import annotations

from collections.abc import Iterable

from metadata.checks.amounts import amounts_that_differ, held_to_one, mixed_column
from metadata.checks.context import Checking
from metadata.checks.flows import state
from metadata.checks.homes import check_suited
from metadata.checks.ways import check_way
from metadata.codes import names as name_codes
from metadata.codes import screens as codes
from metadata.near import fix, unknown
from metadata.specs.entity import EntitySpec, filled_by_platform, live_fields
from metadata.specs.screens import WAYS, FormSpec, ListSpec, MenuItemSpec, ReportSpec, SectionSpec

_NOT_GROUPED = frozenset({"children", "links", "files", "choices", "tags", "long", "rich", "file"})
"""Kinds that hold several values, or none that records share."""


def check_forms(c: Checking) -> None:
    for form in c.app.forms.values():
        entity = c.entity(form.entity, c.places.of("form", form.name, "entity"))
        if form.role:
            c.role(form.role, c.places.of("form", form.name, "for"))
        if entity is None:
            continue
        if form.state:
            _form_state(c, form, entity)
        shown: set[str] = set()
        for section in (section for section in form.sections.values() if not section.retired):
            _section(c, form, section, entity, shown)
        _tabs(c, form)
        for name in form.related:
            if name not in entity.backs:
                place = c.places.of("form", form.name, "side")
                c.note(name_codes.UNKNOWN_COLLECTION, place, entity=entity.name, **unknown(name, entity.backs))


def check_shown(c: Checking) -> None:
    """Fields that people fill in stand on a form, where an entity has forms of its own: one that is on none is nowhere.
    (Without forms there is one of all fields.)"""
    for entity in c.live_entities():
        forms = [form for form in c.app.forms.values() if form.entity == entity.name and form.sections]
        if not forms or entity.child:
            continue
        sections = [section for form in forms for section in form.sections.values() if not section.retired]
        shown = {name for section in sections for row in section.rows for name in row}
        shown |= {section.children for section in sections if section.children}
        shown |= {path.partition(".")[0] for one in c.app.lists.values() if one.entity == entity.name for path in one.columns}
        for field in live_fields(entity):
            declared = c.places.has("entity", entity.name, "fields", field.name)
            if declared and not field.hidden and field.name not in shown and not filled_by_platform(field):
                c.note(codes.NO_FORM_SHOWS, field.place, entity=entity.name, field=field.name, form=forms[0].name)


def _tabs(c: Checking, form: FormSpec) -> None:
    """Two tabs that look the same to some readers would be one to them."""
    known: list[SectionSpec] = []
    for section in form.sections.values():
        tab = section.tab
        if tab is None or section.retired:
            continue
        for other in known:
            assert other.tab is not None
            same = [other.tab.text(language) == tab.text(language) for language in ("zh", "en")]
            if any(same) and not all(same):
                place = c.places.of("form", form.name, "sections", section.name, "tab")
                c.note(codes.TWIN_TABS, place, first=other.name, second=section.name)
                break
        known.append(section)


def _form_state(c: Checking, form: FormSpec, entity: EntitySpec) -> None:
    place = c.places.of("form", form.name, "for")
    for flow in c.flows(entity.name)[:1]:
        state(c, flow, form.state or "", place)


def _section(c: Checking, form: FormSpec, section: SectionSpec, entity: EntitySpec, shown: set[str]) -> None:
    path = ("form", form.name, "sections", section.name)
    if bool(section.rows) == bool(section.children):
        neither = not section.rows
        c.note(codes.EMPTY_SECTION, section.place, name=section.name,
               fix_zh="加上 fields" if neither else "把子表移到另一个分区",
               fix_en="add fields" if neither else "give the children a section of their own")
    for line, row in enumerate(section.rows):
        for index, name in enumerate(row):
            place = c.places.of(*path, "fields", line, index)
            if c.field(entity, name, place) and name in shown:
                c.note(codes.SHOWN_TWICE, place, field=name)
            shown.add(name)
    if section.children:
        _grid(c, path, section, entity)


def _grid(c: Checking, path: tuple[str, ...], section: SectionSpec, entity: EntitySpec) -> None:
    grids = [field.name for field in live_fields(entity) if field.children]
    name = section.children or ""
    if name not in grids:
        c.note(codes.NOT_CHILDREN, c.places.of(*path, "children"), field=name, **fix(name, grids))
        return
    rows = c.rows_of(entity, name)
    for word, names in (("columns", section.columns), ("total", section.totals)):
        for index, column in enumerate(names):
            if rows is not None:
                place = c.places.of(*path, word, index)
                found = c.field(rows, column, place)
                mixed = mixed_column(c, rows, column) if found and word == "total" else None
                if mixed is not None:
                    c.note(codes.MIXED_CURRENCIES, place, name=column, field=f"{mixed.entity}.{mixed.field}")


def check_lists(c: Checking) -> None:
    defaults: dict[tuple[str, str | None], str] = {}
    for spec in c.app.lists.values():
        entity = c.entity(spec.entity, c.places.of("list", spec.name, "entity"))
        if spec.role:
            c.role(spec.role, c.places.of("list", spec.name, "for"))
        if spec.default:
            other = defaults.setdefault((spec.entity, spec.role), spec.name)
            if other != spec.name:
                place = c.places.key("list", spec.name, "default")
                c.note(codes.TWO_DEFAULTS, place, entity=spec.entity, first=other, second=spec.name)
        if entity is not None:
            _list(c, spec, entity)
            check_way(c, spec, entity)
            check_suited(c, entity, "due", spec.due, WAYS["calendar"], c.places.of("list", spec.name, "due"))


def _list(c: Checking, spec: ListSpec, entity: EntitySpec) -> None:
    for word, paths in (("columns", spec.columns), ("filters", spec.filters)):
        for index, path in enumerate(paths):
            c.path(entity, tuple(path.split(".")), c.places.of("list", spec.name, word, index))
    for index, path in enumerate(spec.sort):
        place = c.places.of("list", spec.name, "sort", index)
        found = c.path(entity, tuple(path.removeprefix("-").split(".")), place)
        if found and not found.sortable:
            c.note(codes.NOT_SORTABLE, place, name=path.removeprefix("-"), kind=found.stored or "children")


def check_menus(c: Checking) -> None:
    for menu in c.app.menus.values():
        if menu.role:
            c.role(menu.role, c.places.of("menu", menu.name, "for"))
        _menu_items(c, menu.items)


def _menu_items(c: Checking, items: Iterable[MenuItemSpec]) -> None:
    for item in items:
        if item.target is None and not (item.label and item.items):
            c.note(codes.MENU_GROUP, item.place)
        elif item.target is not None and item.target not in _targets(c):
            values = fix(item.target, _targets(c))
            c.note(codes.MENU_TARGET, item.place, name=item.target, **values)
        _menu_items(c, item.items)


def _targets(c: Checking) -> list[str]:
    entities = [entity.name for entity in c.live_entities() if not entity.child]
    return ["home", *entities, *(f"list.{n}" for n in c.app.lists), *(f"report.{n}" for n in c.app.reports)]


def check_reports(c: Checking) -> None:
    for report in c.app.reports.values():
        entity = c.entity(report.entity, c.places.of("report", report.name, "entity"))
        if entity is not None:
            _groupings(c, report, entity)
        _measures(c, report)
        _chart(c, report)


def _groupings(c: Checking, report: ReportSpec, entity: EntitySpec) -> None:
    for row in report.rows:
        found = c.path(entity, row.path, row.place)
        if found is None:
            continue
        kind = found.stored or "children"
        if row.bucket and kind not in ("date", "datetime"):
            c.note(codes.NOT_A_DATE, row.place, name=".".join(row.path), kind=kind, bucket=row.bucket)
        elif kind in _NOT_GROUPED:
            c.note(codes.NOT_GROUPABLE, row.place, name=".".join(row.path), kind=kind)


def _measures(c: Checking, report: ReportSpec) -> None:
    """Amounts whose currency differs from row to row are no one sum, average or extreme, unless `where` says which."""
    said = list(held_to_one(report.where.typed if report.where else None))
    for measure in report.measures.values():
        typed = measure.value.typed if measure.value and measure.function != "count" else None
        mixed = list(amounts_that_differ(c, typed, said)) if typed else []
        if measure.value and mixed:
            c.note(codes.MIXED_CURRENCIES, measure.value.place, name=measure.name, field=f"{mixed[0].entity}.{mixed[0].field}")


def _chart(c: Checking, report: ReportSpec) -> None:
    if report.chart is None:
        return
    groups = [row.name for row in report.rows]
    chart = report.chart
    for word, said, known in (("stack", chart.stack, groups), ("measure", chart.measure, report.measures)):
        if said is not None and said not in known:
            place = c.places.of("report", report.name, "chart", word)
            c.note(codes.CHART_NAME, place, word=word, **unknown(said, known))
