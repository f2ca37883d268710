"""Single values as HTML, where no compiled row renderer is at hand: record pages, history, conflicts."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from engine.compiled import CompiledField
from engine.records import read
from engine.records.queries import ChildInput, Choice
from forms.cells import record_link, show_of
from metadata.rich_texts import plain_text
from web.context import Context

_LINKS = frozenset({"link", "user", "dept"})


def value_html(context: Context, declared: CompiledField, value: object, title: str | None = None) -> Markup:
    """The value as people read it; blank is empty. Links without a title are looked up."""
    if value is None or value == ():
        return Markup("")
    if isinstance(value, Choice):
        return Markup(record_link(value.entity, value.id, value.title))
    if declared.children:
        return rows_html(context, declared, value)
    if declared.stored == "links" and isinstance(value, tuple):
        return Markup("、").join(_linked(context, declared, item) for item in value) if title is None else escape(title)
    if declared.stored == "rich" and isinstance(value, str):
        return Markup('<span class="prewrap">{}</span>').format(plain_text(value))
    if declared.stored in _LINKS and title is None and isinstance(value, int):
        title = read.title(context.session, declared.link.to[0] if declared.link else "user", value)
    return Markup(show_of(declared, context.app, context.formats)(value, title))


def rows_html(context: Context, declared: CompiledField, rows: object) -> Markup:
    """Child rows in a few words each."""
    child = context.app.entities[declared.children or ""]
    lines: list[Markup] = []
    for row in rows if isinstance(rows, tuple | list) else ():
        values = row.values if isinstance(row, ChildInput) else row
        if isinstance(values, Mapping):
            parts = [value_html(context, child.fields[n], v) for n, v in values.items() if n in child.fields]
            lines.append(Markup(" · ").join(part for part in parts if part))
    return Markup("<br>").join(lines)


def _linked(context: Context, declared: CompiledField, item: object) -> Markup:
    if isinstance(item, Choice):
        return Markup(record_link(item.entity, item.id, item.title))
    target = declared.link.to[0] if declared.link else ""
    title = read.title(context.session, target, item) if isinstance(item, int) else None
    return Markup(record_link(target, item, title))
