"""Editing one field of a record where it stands: in a cell of a list, or in the preview of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from markupsafe import Markup
from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity, CompiledField
from engine.languages import localized
from engine.numerals import number_of
from engine.outside import revision_of
from engine.records import read, write
from engine.records.queries import Record, RecordRef
from engine.refusals import Conflict, Denied, FieldError, Invalid, Message, NotFound
from engine.runtime import WriteSession
from forms.binding import bind_fields
from forms.conditions import judge
from forms.widgets import Content, Drawing, draw, text_of
from web.context import Context
from web.pages.forms.combobox import candidates
from web.pages.forms.edit import Seen
from web.pages.forms.pick import LIMIT
from web.pages.forms.tag_candidates import find_tags
from web.pages.lists.placing import told_error
from web.pages.lists.preview import preview_of
from web.pages.lists.request import asked
from web.pages.lists.rows import editable_fields, row_html
from web.pages.lists.table import total
from web.pages.values import value_html
from web.view_models.lists import CellForm


def show(context: Context) -> Response:
    """The input of the field, with what the record holds. Raises `Denied` where it may not be edited on this record."""
    entity = context.entity()
    record = read.get(context.session, entity.name, context.number())
    field = _field(context, entity)
    if field.name not in record.values:
        raise Denied(Message("readonly"))
    text = text_of(field, record.values[field.name], context.reading)
    return _form(context, entity, record, field, text, text, str(record.revision))


def save(context: Context) -> Response:
    """Writes the one field, judged by the revision and the value that the writer saw; then the row as the list of the address
    shows it. What is refused stands at the input with what was typed; a conflict tells what is there now, and saving
    again puts one's own in its place."""
    name, number = context.part("entity"), context.number()
    typed = context.text("_seen")

    def unit(session: WriteSession) -> None:
        field = _field(context, context.entity())
        asked(context, context.entity())  # of a list that is not there nothing is saved
        bound = bind_fields([field], context.typed, context.reading)
        seen = bind_fields([field], Seen({field.name: typed}), context.reading)
        revision = revision_of(context.text("_revision"))
        write.update(session, name, number, bound.inputs, revision, {field.name: None, **seen.values})

    try:
        context.write(unit, context.text("_key"))
    except Invalid as refusal:
        return _refused(context, refusal.errors)
    except Conflict as conflict:
        return _clashed(context, conflict)
    with context.read():
        entity = context.entity()
        request = asked(context, entity)
        row, count = row_html(context, entity, request, number, bool(context.text("_select"))), total(context, request)
        if context.text("_preview"):
            headers = {"HX-Retarget": "#preview"}
            return context.piece("pieces/preview_saved.html", 200, headers, row=row, count=count, one=preview_of(context, entity, number))
        headers = {"HX-Retarget": "closest tr", "HX-Reswap": "outerHTML" if row else "delete"}
        return context.piece("pieces/cell_saved.html", 200, headers, row=row, count=count)


def choices(context: Context) -> Response:
    """Candidates of a link or tag field edited where it stands: what the record holds narrows those of a link."""
    with context.read():
        context.check_token()
        entity = context.entity()
        record = read.get(context.session, entity.name, context.number())
        field = _field(context, entity)
        text = context.text(f"_text.{field.name}").strip()[:100]
        if field.stored == "tags":
            offered = find_tags(context, entity.name, field.name, text)
            return context.piece("pieces/options.html", id=f"o-{field.name}", options=offered, free=True)
        found = read.pick(context.session, entity.name, field.name, text, dict(record.values), LIMIT, None)
        options = candidates(context, found, field.stored == "any_link")
        return context.piece("pieces/options.html", id=f"o-{field.name}", options=options)


def _field(context: Context, entity: CompiledEntity) -> CompiledField:
    """The field of the address. Raises `NotFound` for one that the reader does not know of, and `Denied` for one that is not
    edited this way."""
    field = entity.fields.get(context.part("field"))
    if field is None or field.name not in read.readable_fields(context.session, entity.name):
        raise NotFound("unknown_field")
    if field.name not in editable_fields(context, entity):
        raise Denied(Message("readonly"))
    return field


def _refused(context: Context, errors: Iterable[FieldError]) -> Response:
    """The form with what was typed, and what is wrong at its place."""
    with context.read() as session:
        entity, field = context.entity(), _field(context, context.entity())
        record = read.get(session, entity.name, context.number())
        own = next((error.message.text(context.language) for error in errors if error.path == field.name), "")
        others = tuple(told_error(context, error.path, error.message) for error in errors if error.path != field.name)
        seen, revision = context.text("_seen"), context.text("_revision")
        return _form(context, entity, record, field, _typed(context, field), seen, revision, own, faults=others, status=422)


def _clashed(context: Context, conflict: Conflict) -> Response:
    """The form with what was typed, and whose value is there now; it counts from that value on."""
    with context.read() as session:
        entity, field = context.entity(), _field(context, context.entity())
        record = read.get(session, entity.name, context.number())
        by = conflict.message.values.get("by") or context.texts("records.conflict_someone")
        if isinstance(by, Mapping):
            by = localized(by, context.language)
        theirs = record.values.get(field.name)
        shown = Markup(value_html(context, field, theirs)).striptags() or context.texts("records.blank")
        clash = context.texts("lists.cell_clash", by=by, value=shown)
        seen = text_of(field, theirs, context.reading)
        return _form(context, entity, record, field, _typed(context, field), seen, str(conflict.revision), clash=clash, status=409)


def _typed(context: Context, field: CompiledField) -> str:
    return bind_fields([field], context.typed, context.reading).texts.get(field.name, "")


def _form(
    context: Context, entity: CompiledEntity, record: Record, field: CompiledField, text: str, seen: str, revision: str,
    error: str = "", clash: str = "", faults: tuple[str, ...] = (), status: int = 200,
) -> Response:
    """The form, where rights, state and rules let the field be edited on this record. Raises `Denied` otherwise."""
    session = context.session
    editable = access.editable_on(session, entity.name, record.id)
    if record.archived or editable is None:
        raise Denied(Message("may_not_update"))
    layout = context.forms.form(entity.name, context.principal.roles, _state(entity, record))
    judged = judge(session, layout, record.id, {}, editable).fields[field.name]
    if judged.readonly or not judged.visible:
        raise Denied(Message("readonly_now" if field.name in editable else "readonly"))
    base = f"/e/{entity.name}/{record.id}"
    drawing = Drawing(context.app, context.language, context.reading, f"{base}/choices")
    drawn = draw(field, judged, Content(text, _title(context, field, text), _titles(context, field, text), error), drawing)
    query = context.request.url.query
    form = CellForm(
        f"{base}/cell/{field.name}" + (f"?{query}" if query else ""),
        replace(drawn, widget="choice" if drawn.widget == "radio" else drawn.widget),
        seen, revision, context.new_key(), clash, faults,
    )
    return context.piece("pieces/cell.html", status, form=form)


def _state(entity: CompiledEntity, record: Record) -> str | None:
    state = record.values.get(entity.state_field) if entity.state_field else None
    return state if isinstance(state, str) else None


def _title(context: Context, field: CompiledField, text: str) -> str:
    """What the one record is called that a link holds."""
    if field.link is None or field.stored == "links" or not text:
        return ""
    entity, _, number = text.rpartition(":")
    id = number_of(number)
    ref = None if id is None else RecordRef(entity or field.link.to[0], id)
    if ref is None or ref.entity not in field.link.to:
        return ""
    return read.title(context.session, ref.entity, ref.id) or ""


def _titles(context: Context, field: CompiledField, text: str) -> dict[str, str]:
    """What the records are called that a field of many holds."""
    numbers = [number for part in text.split(",") if (number := number_of(part)) is not None]
    if field.link is None or field.stored != "links" or not numbers:
        return {}
    return {str(id): title for id, title in read.titles(context.session, field.link.to[0], numbers).items()}
