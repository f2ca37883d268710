"""Printing one record: its readable values, made plain, through its pack's template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine import access
from engine.compiled import CompiledBack, CompiledEntity, CompiledField
from engine.field_types.clock import said_duration
from engine.languages import short
from engine.records import read
from engine.records.paths import field_at, fields_along
from engine.records.queries import Column, Filter, Page, Path, Query, Record, RecordRef, Sort
from engine.refusals import NotFound
from engine.runtime import ReadSession
from metadata.clock_texts import time_text
from reports.compiled import CompiledPrint, CompiledReports
from reports.sandbox import Formatted, Plain, render

MOST_RELATED = 200
"""Rows of one reverse collection on a print."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A rendered print: `body` is safe markup, `title` the record's title."""

    title: str
    body: Markup
    paper: str


def offered(session: ReadSession, reports: CompiledReports, entity: str, id: int) -> tuple[CompiledPrint, ...]:
    """The prints whose conditions the record fulfils; for a principal who may print it (T22: read, and the verb print)."""
    return tuple(chosen for chosen in reports.prints_of(entity) if _fits(session, chosen, id))


def _fits(session: ReadSession, chosen: CompiledPrint, id: int) -> bool:
    """Whether the record fulfils the print's condition, as far as its reader may know (law 2)."""
    if chosen.condition is None:
        return True
    query = Query(chosen.entity, (("id",),), filters=(Filter(("id",), "eq", id),), where=(chosen.condition,), limit=1)
    return bool(read.page(session, query).rows)


def render_print(
    session: ReadSession, reports: CompiledReports, name: str, id: int, trail: Sequence[Mapping[str, object]],
) -> Printed:
    """The print `name` of record `id`. `trail` is the approval trail as plain rows. To a reader who may not read the
    approval of the record the print is that of one nobody has decided about: no trail, not approved (law 2).

    Raises `NotFound` when the print or record does not exist for this principal, `TemplateRefused` when the template
    breaks a limit.
    """
    chosen = reports.prints.get(name)
    if chosen is None or not access.allowed(session, chosen.entity, "print", id) or not _fits(session, chosen, id):
        raise NotFound()
    record = read.get(session, chosen.entity, id)
    seen = plain_record(session, chosen, record)
    app = session.app
    told = not app.entities[chosen.entity].approvable or "approval" in record.values
    seller = app.label[session.language]
    context = {
        "record": seen,
        "lines": next(iter(_children(session, app.entities[chosen.entity], record).values()), []),
        "trail": [Plain(dict(row)) for row in trail] if told else [],
        "company": Plain({"name": seller}, seller),
        "language": short(session.language).base,
        "currency": app.currency,
        "approved": told and record.values.get("approval") in (None, "approved", "not_required"),
    }
    return Printed(record.title, render(chosen.template, context), chosen.paper)


def plain_record(session: ReadSession, chosen: CompiledPrint, record: Record) -> Plain:
    """Values, linked records and child rows that the template names and the principal may read."""
    entity = session.app.entities[chosen.entity]
    values: dict[str, object] = {
        name: _shown(session, field, record.values[name], record.titles.get(name))
        for name, field in entity.fields.items() if name in record.values and not field.children
    }
    values.update(record.masked)
    for path, value in _beyond_links(session, chosen, record.id):
        _place(values, path, value)
    values.update(_children(session, entity, record))
    values.update(_related(session, chosen, record.id))
    return Plain(values, record.title)


def _children(session: ReadSession, entity: CompiledEntity, record: Record) -> dict[str, list[Plain]]:
    found: dict[str, list[Plain]] = {}
    for name, rows in record.children.items():
        child = session.app.entities[entity.fields[name].children or ""]
        found[name] = [_child(session, child, row) for row in rows]
    return found


def _related(session: ReadSession, chosen: CompiledPrint, id: int) -> dict[str, list[Plain]]:
    """The rows of the reverse collections that the template names (`record.installments`), oldest first."""
    backs = session.app.entities[chosen.entity].backs
    named = {path[0] for path in chosen.paths if len(path) == 1 and path[0] in backs}
    return {name: _rows_of(session, chosen.entity, backs[name], id) for name in sorted(named)}


def _rows_of(session: ReadSession, entity: str, back: CompiledBack, id: int) -> list[Plain]:
    fields = session.app.entities[back.entity].fields
    readable = access.readable(session, back.entity)
    if readable[back.field].state == "never":
        return []
    columns = tuple((name,) for name, field in fields.items() if not field.children and readable[name].shown)
    host = RecordRef(entity, id) if fields[back.field].stored == "any_link" else id
    query = Query(back.entity, columns, within=(back.field, host), sort=(Sort(("id",)),), limit=MOST_RELATED)
    page = read.page(session, query)
    return [
        Plain({column.path[0]: _cell(session, back.entity, column, row) for column in page.columns}) for row in page.rows
    ]


def _child(session: ReadSession, child: CompiledEntity, row: Record) -> Plain:
    shown = {
        name: _shown(session, child.fields[name], value, row.titles.get(name))
        for name, value in row.values.items() if name in child.fields
    }
    return Plain(shown | dict(row.masked), row.title)


def _shown(session: ReadSession, field: CompiledField, value: object, title: str | None) -> object:
    """A value as a template prints it: options and links by their label or title, times as people read them, the rest as it
    is."""
    if value is None:
        return None
    spoken = session.language
    if field.stored == "choice":
        option = field.options.get(str(value))
        return option.label[spoken] if option else str(value)
    if field.stored == "choices" and isinstance(value, tuple):
        return "、".join(field.options[v].label[spoken] for v in value if v in field.options)
    if field.stored == "tags" and isinstance(value, tuple):
        return "、".join(value)
    if field.stored == "rich" and isinstance(value, str):
        return Formatted(value)
    if field.stored == "time" and isinstance(value, int):
        return time_text(value)
    if field.stored == "duration" and isinstance(value, int):
        return said_duration(value, spoken)
    if field.link is not None or field.stored in ("user", "dept"):
        return Plain({}, title or "")
    return value


def _beyond_links(session: ReadSession, chosen: CompiledPrint, id: int) -> Iterable[tuple[Path, object]]:
    paths = tuple(path for path in chosen.paths if len(path) > 1 and _leads(session, chosen.entity, path))
    if not paths:
        return ()
    page = read.page(session, Query(chosen.entity, paths, filters=(Filter(("id",), "eq", id),), limit=1))
    return _first_row(session, chosen.entity, page)


def _leads(session: ReadSession, entity: str, path: Path) -> bool:
    """Whether there is a field at the end of what a template names, and something of it may be read."""
    try:
        *links, (owner, field) = fields_along(session.app, entity, path)
    except NotFound:
        return False
    crossed = all(access.readable(session, above)[link.name].state != "never" for above, link in links)
    return crossed and access.readable(session, owner)[field.name].shown


def _first_row(session: ReadSession, entity: str, page: Page) -> Iterable[tuple[Path, object]]:
    for row in page.rows[:1]:
        for column in page.columns:
            yield column.path, _cell(session, entity, column, row)


def _cell(session: ReadSession, entity: str, column: Column, row: tuple[object, ...]) -> object:
    field = field_at(session.app, entity, column.path)
    title = row[column.title] if column.title is not None else None
    value = row[column.index]
    if value is None and column.masked is not None:
        return row[column.masked]
    return _shown(session, field, value, title if isinstance(title, str) else None)


def _place(values: dict[str, object], path: Path, value: object) -> None:
    """Puts `value` under `path`, making the linked records on the way plain."""
    head, *rest = path
    if not rest:
        values[head] = value
        return
    host = values.get(head)
    inner = dict(host.values) if isinstance(host, Plain) else {}
    _place(inner, tuple(rest), value)
    values[head] = Plain(inner, str(host or ""))
