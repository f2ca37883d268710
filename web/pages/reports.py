"""Reports: the groups as a table and a picture, the records behind each group, the file. And prints of records."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import orjson
from markupsafe import Markup, escape
from starlette.responses import Response

from engine.compiled import CompiledField
from engine.field_types.clock import said_duration
from engine.languages import short
from engine.records.queries import GroupRow
from forms.cells import show_of
from forms.compile import column_of
from forms.filters import Condition
from reports.charts import chart_of
from reports.compiled import CompiledMeasure, CompiledReport
from reports.exchange.cells import guarded
from reports.keys import keys_text, parse_keys
from reports.prints import render_print
from reports.run import MAX_GROUPS, find, run, runnable
from reports.run import drill as drill_filters
from web.composition import reports_of
from web.context import Context
from web.icons import icon_name
from web.pages.lists.export import csv_response
from web.pages.lists.request import parsed, report_scope
from web.pages.records.approval_panel import trail_rows
from web.view_models.shell import Row

_LINKS = frozenset({"link", "user", "dept"})


@dataclass(frozen=True, slots=True)
class Line:
    """One group: its keys, its measures, and where its records are."""

    keys: tuple[Markup, ...]
    measures: tuple[Markup, ...]
    href: str


def index(context: Context) -> Response:
    """Every report that I may see, whether a menu leads to it or not."""
    rows = []
    for report in runnable(context.session, reports_of(context.session)):
        entity = context.app.entities[report.entity]
        icon = icon_name("chart-bar" if report.chart else "table")
        rows.append(Row(report.label[context.language], f"/reports/{report.name}", entity.plural[context.language], icon=icon))
    return context.page("pages/reports.html", rows=rows)


def show(context: Context) -> Response:
    """The report with its chart."""
    report = find(context.session, reports_of(context.session), context.part("name"))
    result = run(context.session, report)
    language = context.language
    drawn = next((m for m in report.measures if report.chart and m.measure.name == report.chart.measure), None)
    chart = chart_of(result, lambda at, row: _key_text(context, report, at, row), drawn.label[language] if drawn else "")
    return context.page(
        "pages/report.html",
        title=report.label[language],
        entity_plural=context.app.entities[report.entity].plural[language],
        entity_icon=icon_name(context.app.entities[report.entity].icon),
        heads=[g.label[language] for g in report.groupings],
        measures=[m.label[language] for m in report.measures],
        lines=[_line(context, report, row) for row in result.rows],
        totals=[_measure(context, m, value) for m, value in zip(report.measures, result.totals, strict=True)],
        chart=orjson.dumps(chart.as_json()).decode() if chart else "",
        cut=context.texts("pages.report_cut", count=MAX_GROUPS) if result.cut else "",
        count=context.texts("pages.report_rows" if len(result.rows) != 1 else "pages.report_row", count=len(result.rows)),
        csv=f"/reports/{report.name}/csv",
    )


def drill(context: Context) -> Response:
    """Off to the list with exactly the records of one group (R49)."""
    report = find(context.session, reports_of(context.session), context.part("name"))
    keys = parse_keys(report, context.query("keys"))
    entity = context.app.entities[report.entity]
    whole = _whole(context, entity.name)
    base = parsed(context.session, entity.name, whole, context.reading)
    conditions = []
    for one in drill_filters(context.session, report, keys):
        column = column_of(context.app, entity, one.path)
        conditions.append(Condition(column, one.operator, _filter_text(context, column.field, one.value), one.value))
    scope = report_scope(report) if report.where is not None else None
    named = base.named or not (conditions or scope)
    return context.go(base.address(conditions=tuple(conditions), scope=scope, named=named))


def _whole(context: Context, entity: str) -> list[tuple[str, str]]:
    """The parameters of a list that leaves no record out: the usual one, else the first that has no condition."""
    offered = context.forms.offered(entity, context.principal.roles)
    whole = next((view for view in offered if view.where is None), offered[0])
    return [] if whole is offered[0] else [("list", whole.name)]


def download(context: Context) -> Response:
    """The groups as CSV, exact figures."""
    report = find(context.session, reports_of(context.session), context.part("name"))
    result = run(context.session, report)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    language = context.language
    writer.writerow([*(g.label[language] for g in report.groupings), *(m.label[language] for m in report.measures)])
    for row in result.rows:
        keys = [guarded(_key_text(context, report, at, row)) for at in range(len(row.keys))]
        writer.writerow([*keys, *(_exact(value) for value in row.measures)])
    return csv_response(text.getvalue(), report.label[language])


def print_page(context: Context) -> Response:
    """A record on paper."""
    reports = reports_of(context.session)
    name, number = context.part("name"), context.number()
    chosen = reports.prints.get(name)
    trail = trail_rows(context, chosen.entity, number) if chosen else ()
    printed = render_print(context.session, reports, name, number, trail)
    back = f"/e/{chosen.entity}/{number}" if chosen else "/"
    return context.piece("pages/print.html", title=printed.title, body=printed.body, paper=printed.paper, back=back)


def _line(context: Context, report: CompiledReport, row: GroupRow) -> Line:
    keys = tuple(_key_html(context, report, at, row) for at in range(len(row.keys)))
    measures = tuple(_measure(context, m, value) for m, value in zip(report.measures, row.measures, strict=True))
    return Line(keys, measures, f"/reports/{report.name}/rows?keys={quote(keys_text(report, row.keys))}")


def _key_html(context: Context, report: CompiledReport, at: int, row: GroupRow) -> Markup:
    grouped = report.groupings[at]
    declared = context.app.entities[grouped.entity].fields[grouped.field]
    if row.keys[at] is not None and declared.options and grouped.grouping.bucket is None:
        return Markup(show_of(declared, context.app, context.formats)(row.keys[at], None))
    return escape(_key_text(context, report, at, row))


def _key_text(context: Context, report: CompiledReport, at: int, row: GroupRow) -> str:
    """A group's key as people read it."""
    key, title = row.keys[at], row.titles[at]
    grouped = report.groupings[at]
    if key is None:
        return context.texts("pages.report_blank")
    if title:
        return title
    if isinstance(key, date) and grouped.grouping.bucket:
        return bucket_text(key, grouped.grouping.bucket, context.language)
    declared = context.app.entities[grouped.entity].fields[grouped.field]
    if declared.options and str(key) in declared.options:
        return declared.options[str(key)].label[context.language]
    if declared.stored in _LINKS:
        return "—"
    if declared.stored == "bool":
        return context.formats.yes_no(bool(key))
    return declared.type.form_text(key, context.reading)


def bucket_text(start: date, bucket: str, language: str) -> str:
    """A date bucket as people name it: 2026-11, 2026 Q4, 2026."""
    if bucket == "year":
        return f"{start.year}年" if short(language).base == "zh" else str(start.year)
    if bucket == "quarter":
        return f"{start.year} Q{(start.month + 2) // 3}"
    if bucket == "month":
        return f"{start:%Y-%m}"
    return start.isoformat()


def _measure(context: Context, measure: CompiledMeasure, value: object) -> Markup:
    """A measure as people read it: counts whole, money with its currency, durations in hours and minutes."""
    if value is None:
        return Markup("")
    formats, kind = context.formats, measure.type
    if measure.duration and isinstance(value, Decimal | int):
        return escape(said_duration(round(value), context.language))
    if measure.whole:
        return escape(formats.number(value))  # type: ignore[arg-type]
    if not isinstance(value, Decimal):
        return escape(str(value))
    if kind.currency:
        return escape(formats.money(value, kind.scale or 2, kind.currency))
    return escape(formats.number(value, kind.scale if kind.scale is not None else 2))


def _exact(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)


def _filter_text(context: Context, declared: CompiledField, value: object) -> str:
    if value is None:
        return ""
    values: Sequence[object] = value if isinstance(value, tuple) else (value,)
    if declared.stored in _LINKS:
        return ",".join(str(one) for one in values)
    return ",".join(declared.type.form_text(one, context.reading) for one in values)
