"""A record beside the list that it stands in: its path, what may be done to it, and its first sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Record
from engine.refusals import NotFound
from forms.compiled import CompiledSection
from forms.conditions import judge, shown_sections
from web.context import Context
from web.icons import icon_name
from web.pages.lists.rows import editable_fields
from web.pages.records.offered import actions_of
from web.pages.records.record import field_html, state_path
from web.view_models.lists import Preview, PreviewFact, PreviewSection
from workflows import verbs

SECTIONS = 2
"""Sections with fields that a preview shows; the rest stands on the page of the record."""


def show(context: Context) -> Response:
    """The record of the address, as its reader may see it; the query is that of the list, to which its actions lead back."""
    entity = context.entity()
    return context.piece("pieces/preview.html", one=preview_of(context, entity, context.number()))


def preview_of(context: Context, entity: CompiledEntity, id: int) -> Preview:
    """Raises `NotFound` for a record that the reader may not know, or that lies in the trash: no list shows it."""
    asked = tuple(dict.fromkeys(("update", *verbs(context.session, entity.name))))
    record = read.get(context.session, entity.name, id, asked)
    if record.archived:
        raise NotFound()
    base, query = f"/e/{entity.name}/{record.id}", context.request.url.query
    back = urlencode([("_next", f"/e/{entity.name}" + (f"?{query}" if query else ""))])
    state = record.values.get(entity.state_field) if entity.state_field else None
    layout = context.forms.form(entity.name, context.principal.roles, state if isinstance(state, str) else None)
    shown, _, absent = shown_sections(context.session, layout, record.id)
    editable = _editable(context, entity, record) if "update" in record.granted else frozenset[str]()
    made = [made for section in shown if (made := _section(context, entity, record, section, absent, editable)) is not None]
    return Preview(
        record.id, record.title, entity.label[context.language], icon_name(entity.icon), base, record.starred,
        f"{base}/edit" if "update" in record.granted else "",
        tuple(state_path(context, entity, record)),
        tuple(replace(one, href=f"{one.href}?{back}") for one in actions_of(context, entity, record) if one.allowed),
        tuple(made[:SECTIONS]), len(made) < len(shown) or len(made) > SECTIONS,
    )


def _editable(context: Context, entity: CompiledEntity, record: Record) -> frozenset[str]:
    """The fields that rights, state and rules let the reader edit on this record."""
    rights = access.editable_on(context.session, entity.name, record.id) or frozenset()
    state = record.values.get(entity.state_field) if entity.state_field else None
    layout = context.forms.form(entity.name, context.principal.roles, state if isinstance(state, str) else None)
    judged = judge(context.session, layout, record.id, {}, rights).fields
    return frozenset(name for name in editable_fields(context, entity) if judged[name].visible and not judged[name].readonly)


def _section(
    context: Context, entity: CompiledEntity, record: Record, section: CompiledSection, absent: frozenset[str], editable: frozenset[str]
) -> PreviewSection | None:
    """None for a section without fields that the reader may see."""
    facts = tuple(_facts(context, entity, record, section, absent, editable))
    return PreviewSection(section.label[context.language] if section.label else "", facts) if facts else None


def _facts(
    context: Context, entity: CompiledEntity, record: Record, section: CompiledSection, absent: frozenset[str], editable: frozenset[str]
) -> Iterable[PreviewFact]:
    query = context.request.url.query
    for name in (name for row in section.rows for name in row):
        if name in absent or not (name in record.values or name in record.masked):
            continue
        declared = entity.fields[name]
        edit = f"/e/{entity.name}/{record.id}/cell/{name}" + (f"?{query}" if query else "") if name in editable else ""
        yield PreviewFact(declared.label[context.language], field_html(context, declared, record), edit)
