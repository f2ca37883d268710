"""What is done to many records, in words."""

from __future__ import annotations

from markupsafe import Markup

from engine.bulk import Action
from engine.bulk.actions import field_of
from engine.compiled import CompiledEntity
from engine.records import read
from engine.refusals import NotFound
from web.bulk_port import way_back
from web.composition import flows_of
from web.context import Context
from web.icons import icon_name
from web.pages.values import value_html
from web.view_models.work import Told


def told(context: Context, name: str | None, action: Action, linked: bool = True) -> Told:
    """What is done to records of the entity `name`, in words, as its reader may know of them. Without `linked` no record is looked
    up that it names."""
    entity = context.app.entities.get(name or "")
    kind = str(action.content["kind"]) if action.kind == "undo" else action.kind
    label = context.texts(f"work.title_{kind}")
    try:
        readable = read.readable_fields(context.session, entity.name) if entity is not None else frozenset()
    except NotFound:
        if entity is not None and context.principal.admin:  # knows what there is, though not its records
            return Told(label, "", entity.plural[context.language], icon_name(entity.icon), False, False)
        readable, entity = frozenset(), None
    if entity is None:
        return Told(label, "", context.texts("work.gone"), "file", False, False)
    said = _said(context, entity, action, readable, linked)
    label = f"{label} · {said}" if said else label
    if action.kind == "undo":
        label = context.texts("work.undo_of", title=label)
    return Told(label, said, entity.plural[context.language], icon_name(entity.icon), True, _revocable(context, entity, action))


def _said(context: Context, entity: CompiledEntity, action: Action, readable: frozenset[str], linked: bool) -> str:
    """What was to be done, in a few words."""
    content, language = action.content, context.language
    if action.kind == "edit":
        field = field_of(context.app, entity.name, action)
        if field is None or field.name not in readable:
            return ""
        if field.link is not None and not linked:
            return field.label[language]
        value = value_html(context, field, field.type.from_json(content["value"]))
        sign = {"add": "+", "remove": "−", "set": "→"}[content["mode"]]
        return f"{field.label[language]} {sign} {Markup(value).striptags() or '—'}"
    if action.kind == "move":
        flow = flows_of(context.session).flows.get(entity.name)
        move = flow.moves.get(str(content["move"])) if flow is not None else None
        return move.label[language] if move is not None else ""
    if action.kind == "export":
        return context.texts(f"work.export_{content['form']}")
    if action.kind == "assign" and linked:
        return read.title(context.session, "user", int(content["owner"])) or ""
    return ""


def _revocable(context: Context, entity: CompiledEntity, action: Action) -> bool:
    """Whether there is a way back at all."""
    if action.kind != "move":
        return action.kind not in ("undo", "export")
    flow = flows_of(context.session).flows.get(entity.name)
    move = flow.moves.get(str(action.content["move"])) if flow is not None else None
    return flow is not None and move is not None and any(way_back(flow, move.target, source) for source in move.sources)
