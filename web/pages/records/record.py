"""The page of a record: head with state path and actions, sections, child rows, related lists, timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from starlette.responses import Response

from engine import access, following
from engine.compiled import CompiledEntity, CompiledField
from engine.pictures import PICTURE_KINDS
from engine.records import read
from engine.records.queries import Record, RecordRef
from engine.refusals import NotFound
from forms.cells import NUMERIC, rich_html, tag, thumb
from forms.compiled import CompiledForm, CompiledSection
from forms.conditions import shown_sections
from forms.layout import WIDE, grid_columns, system_rows
from reports.compiled import CompiledPrint
from reports.prints import offered
from web.composition import flows_of, reports_of
from web.context import Context
from web.icons import icon_name
from web.pages.accounts.away import away_of
from web.pages.accounts.person_account import account_of
from web.pages.file_names import file_names
from web.pages.finding.following import address as follow_address
from web.pages.finding.stars import address as star_address
from web.pages.forms.copying import PARAMETER
from web.pages.forms.grid_totals import totals_of
from web.pages.forms.quick import FIXED, short_fields
from web.pages.records.approval_panel import panel_of
from web.pages.records.field_history import keeps_history
from web.pages.records.live import address as live_address
from web.pages.records.members import address as members_address
from web.pages.records.offered import actions_of
from web.pages.records.timeline import timeline_of
from web.pages.values import value_html
from web.view_models.records import Fact, Grid, MadeView, RelatedView, SectionView, Step
from web.view_models.tabs import tabs_of
from workflows import converted_to, verbs

_VERBS = ("update", "delete", "assign", "print")


def show(context: Context) -> Response:
    """The record, as its reader may see it."""
    entity = context.entity()
    asked = tuple(dict.fromkeys((*_VERBS, *verbs(context.session, entity.name))))
    record = read.get(context.session, entity.name, context.number(), asked)
    layout = _layout(context, entity, record)
    language = context.language
    possible = record.granted & {"print"} if record.archived else record.granted
    base = f"/e/{entity.name}/{record.id}"
    made = converted_to(context.session, entity.name, record.id)
    sections = list(_sections(context, entity, record, layout))
    return context.page(
        "pages/record.html",
        title=record.title,
        record=f"{entity.name}:{record.id}",
        live="" if record.archived else live_address(entity, record.id, record.revision),
        star=None if record.archived else record.starred,
        number=_number(entity, record),
        follows=None if record.archived or context.principal.user_id is None else following.follows(context.session, record),
        follow_action=follow_address(entity.name, record.id),
        star_action=star_address(entity.name, record.id),
        entity_label=entity.label[language],
        entity_plural=entity.plural[language],
        entity_icon=icon_name(entity.icon),
        list_href=f"/e/{entity.name}",
        base=base,
        key=context.new_key(),
        badge=_badge(context, entity, record),
        path=state_path(context, entity, record),
        archived=record.archived,
        members=members_address(entity.name, record.id) if entity.owned and "owner" in record.values else "",
        account=(account := account_of(context, entity, record)),
        away=away_of(context, record.id) if account is not None else None,
        made=list(_made(context, made)),
        edit=f"{base}/edit" if "update" in possible else "",
        trash=f"{base}/trash" if "delete" in possible else "",
        copy=_copy(context, entity, record),
        assign=f"{base}/assign" if entity.owned and "assign" in possible else "",
        prints=[
            (chosen.label[language], f"/prints/{chosen.name}/{record.id}")
            for chosen in _prints(context, entity, record, possible)
        ],
        actions=[] if record.archived else actions_of(context, entity, record),
        sections=sections,
        tabs=tabs_of(layout, {section.tab for section in sections}, (), language),
        system=_system(context, entity, record),
        related=list(_related(context, entity, record, layout, grows=not record.archived and not made)),
        panel=panel_of(context, entity, record) if "approvals" in layout.side and entity.approvable else None,
        timeline=timeline_of(context, entity, record.id) if "timeline" in layout.side else None,
    )


def _number(entity: CompiledEntity, record: Record) -> str:
    """The number that the record was given, as far as the reader may see it; "" for none."""
    given = (record.values.get(name) for name, field in entity.fields.items() if field.serial is not None)
    return next((str(value) for value in given if value), "")


def _copy(context: Context, entity: CompiledEntity, record: Record) -> str:
    """Where a new record begins as a copy of this one; "" for those who may make none."""
    may = not record.archived and access.may(context.session, entity.name, "create")
    return f"/e/{entity.name}/new?{PARAMETER}={record.id}" if may else ""


def state_path(context: Context, entity: CompiledEntity, record: Record) -> list[Step]:
    """The states up to the first end, with those behind and the one now; a state beside the way shows when it is reached."""
    if entity.state_field is None or entity.state_field not in record.values:
        return []
    flow = flows_of(context.session).flows.get(entity.name)
    if flow is None:
        return []
    current = record.values[entity.state_field]
    states = list(flow.states.values())
    end = next((place for place, state in enumerate(states) if state.end), len(states) - 1)
    shown = [state for place, state in enumerate(states) if place <= end]
    strayed = [state for state in states[end + 1 :] if state.name == current]
    at = next((place for place, state in enumerate(shown) if state.name == current), -1)
    return [
        Step(state.label[context.language], "now" if place == at else "done" if place < at else "")
        for place, state in enumerate(shown)
    ] + [Step(state.label[context.language], "now") for state in strayed]


def facts_of(
    context: Context, entity: CompiledEntity, record: Record, rows: Iterable[Sequence[str]], absent: frozenset[str]
) -> Iterable[Fact]:
    """The fields of `rows` that the reader may see, side by side, each with the way to its values over time, where those are kept
    and may be read."""
    for row in rows:
        present = [name for name in row if name not in absent and (name in record.values or name in record.masked)]
        for name in present:
            declared = entity.fields[name]
            wide = declared.stored in WIDE and len(present) == 1
            span = 12 if wide else max(3, 12 // max(len(present), 1)) if len(present) > 1 else 6
            told = keeps_history(entity, name) and name not in record.masked
            history = f"/e/{entity.name}/{record.id}/history/{name}" if told else ""
            yield Fact(declared.label[context.language], field_html(context, declared, record), span, history=history)


def field_html(context: Context, declared: CompiledField, record: Record) -> Markup:
    """One field of a record: its value, what a mask leaves of it, or nothing."""
    value = record.values.get(declared.name)
    if value is None and declared.name in record.masked:
        return Markup('<span class="muted">{}</span>').format(record.masked[declared.name])
    if declared.stored in ("file", "files") and value:
        return files_html(context, value, declared.kind)
    if declared.stored == "rich" and isinstance(value, str):
        return Markup(rich_html(value))
    return value_html(context, declared, value, record.titles.get(declared.name, "" if _links(declared) else None))


def files_html(context: Context, value: object, kind: str) -> Markup:
    """Files by name, to open; those of kinds that are pictures small."""
    ids = value if isinstance(value, tuple) else (value,)
    names = file_names(context.session, (id for id in ids if isinstance(id, int)))
    if kind in PICTURE_KINDS:
        return Markup('<span class="thumbs thumbs--large">{}</span>').format(
            Markup("").join(Markup(thumb(id, name, kind == "signature")) for id, name in names.items())
        )
    lines = [Markup('<a href="/files/{}">{}</a>').format(id, name) for id, name in names.items()]
    return Markup("<br>").join(lines)


def _links(declared: CompiledField) -> bool:
    return declared.stored in ("link", "user", "dept", "any_link", "links")


def _layout(context: Context, entity: CompiledEntity, record: Record) -> CompiledForm:
    state = record.values.get(entity.state_field) if entity.state_field else None
    return context.forms.form(entity.name, context.principal.roles, state if isinstance(state, str) else None)


def _badge(context: Context, entity: CompiledEntity, record: Record) -> Markup:
    """The state as a tag."""
    value = record.values.get(entity.state_field) if entity.state_field else None
    option = entity.fields[entity.state_field].options.get(str(value)) if entity.state_field and value else None
    return Markup(tag(option, context.language)) if option else Markup("")


def _sections(
    context: Context, entity: CompiledEntity, record: Record, layout: CompiledForm
) -> Iterable[SectionView]:
    shown, collapsed, absent = shown_sections(context.session, layout, record.id)
    for section in shown:
        title = layout.title(section, context.language)
        if section.children:
            if section.children in record.children and section.children not in absent:
                grid = _grid(context, entity, record, section)
                yield SectionView(section.name, title, (), grid, section.name in collapsed, section.tab)
            continue
        facts = tuple(facts_of(context, entity, record, section.rows, absent))
        if facts:
            yield SectionView(section.name, title, facts, None, section.name in collapsed, section.tab)


def _grid(context: Context, entity: CompiledEntity, record: Record, section: CompiledSection) -> Grid:
    child = context.app.entities[entity.fields[section.children or ""].children or ""]
    found = record.children[section.children or ""]
    seen = {name for row in found for name in (*row.values, *row.masked)}
    columns = [c for c in grid_columns(child, section) if not found or c.name in seen]
    rows = tuple(tuple(field_html(context, column, row) for column in columns) for row in found)
    heads = tuple((c.label[context.language], "c-num" if c.stored in NUMERIC else "") for c in columns)
    return Grid(heads, rows, totals_of(context, columns, section, [row.values for row in found]))


def _prints(
    context: Context, entity: CompiledEntity, record: Record, possible: frozenset[str]
) -> tuple[CompiledPrint, ...]:
    session = context.session
    return offered(session, reports_of(session), entity.name, record.id) if "print" in possible else ()


def _system(context: Context, entity: CompiledEntity, record: Record) -> list[Fact]:
    return list(facts_of(context, entity, record, system_rows(entity), frozenset()))


def _made(context: Context, made: Iterable[RecordRef]) -> Iterable[MadeView]:
    """What the record was converted to, as far as the reader may see it."""
    for ref in made:
        target = context.app.entities[ref.entity]
        title = read.title(context.session, ref.entity, ref.id)
        if title is not None:
            yield MadeView(target.label[context.language], title, f"/e/{ref.entity}/{ref.id}", icon_name(target.icon))


def _related(
    context: Context, entity: CompiledEntity, record: Record, layout: CompiledForm, grows: bool
) -> Iterable[RelatedView]:
    """The lists of records that point here and that the reader may see; each is fetched when it comes into view, and offers
    to create only where that may be granted. What was converted `grows` no more: what comes now belongs to what was made
    of it."""
    session = context.session
    backs = {name: entity.backs[name] for name in layout.related if name in entity.backs and "related" in layout.side}
    ways = frozenset((back.entity, back.field) for back in backs.values()) if grows else frozenset[tuple[str, str]]()
    ways = access.may_add(session, entity.name, record.id, ways)
    for name, back in backs.items():
        if not access.may(session, back.entity, "read"):
            continue
        target = context.app.entities[back.entity]
        try:
            if back.field not in read.readable_fields(session, back.entity):
                continue
        except NotFound:
            continue
        base = f"/e/{entity.name}/{record.id}"
        grown = (back.entity, back.field) in ways
        yield RelatedView(
            name, back.label[context.language], target.label[context.language], icon_name(target.icon),
            f"{base}/related/{name}",
            f"/e/{back.entity}/new?{_create_query(context, entity, record, name)}" if grown else "",
            _quick_address(context, entity, record, name) if grown else "",
        )


def _create_query(context: Context, entity: CompiledEntity, record: Record, name: str) -> str:
    back = entity.backs[name]
    target = context.app.entities[back.entity].fields[back.field]
    value = f"{entity.name}:{record.id}" if target.stored == "any_link" else str(record.id)
    return f"{back.field}={value}&_next=/e/{entity.name}/{record.id}"


def _quick_address(context: Context, entity: CompiledEntity, record: Record, name: str) -> str:
    """The dialog that makes one of these; "" for those that need the whole form."""
    back = entity.backs[name]
    if not short_fields(context, context.app.entities[back.entity], back.field):
        return ""
    return f"/e/{back.entity}/quick?{_create_query(context, entity, record, name)}&{FIXED}={back.field}"
