"""Forms to create and change records: shown, judged while one types, saved, and kept whole when refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity
from engine.numerals import number_of
from engine.outside import parse_json, revision_of
from engine.records import read, write
from engine.records.duplicates import Duplicate
from engine.records.queries import Record
from engine.refusals import Clash, Conflict, Denied, FieldError, Invalid, Message, NotFound
from engine.runtime import WriteSession
from forms.binding import UNREAD, Bound, bind
from forms.compiled import CompiledForm
from forms.proposals import Unproposed
from web.context import Context, local
from web.pages.forms.copying import beginning
from web.pages.forms.creating import check_may_add, check_may_create, make_typed
from web.pages.forms.pasting import left_of_pastes, pasted
from web.pages.forms.quick import MAKES
from web.pages.forms.views import Frame, Typed, blank_row, flat, make_form, posted_texts, stored_texts, writable
from web.pages.records.live import address as live_address
from web.pages.values import value_html
from web.view_models.forms import ClashView, FormView


class Seen:
    """What the writer saw, as a form would post it."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._pairs = pairs

    def getlist(self, key: str, /) -> list[str]:
        return [self._pairs[key]] if key in self._pairs else []

    def keys(self) -> Iterable[str]:
        return self._pairs.keys()


def new(context: Context) -> Response:
    """The form of a new record; values of the address (`?customer=12`) are filled in, over those of a record to be copied."""
    entity = context.entity()
    check_may_create(context, entity)
    bound = bind(context.app, entity, beginning(context, entity), context.reading)
    check_may_add(context, entity, {name: value for name, value in bound.values.items() if name in context.request.query_params})
    typed = Typed(bound.texts, bound.rows, bound.values)
    return _form_page(context, entity, None, typed)


def create(context: Context) -> Response:
    """Creates the record; sending the form twice makes one (T23)."""
    name = context.part("entity")
    attempt = make_typed(context, name, lambda entity, bound: _with_left(context, entity, None, bound))
    if attempt.made is None:
        return _refused(context, name, None, attempt.bound, attempt.errors, attempt.duplicates)
    return context.go(context.text("_next") or f"/e/{name}/{attempt.made}", "records.created")


def edit(context: Context) -> Response:
    """The form of a stored record."""
    entity = context.entity()
    record = read.get(context.session, entity.name, context.number())
    _may_update(context, entity, record)
    return _form_page(context, entity, record, Typed({}, {}, {}))


def save(context: Context) -> Response:
    """Saves what was changed; a clash with somebody else's save is shown field by field (R22)."""
    name, number, bound = context.part("entity"), context.number(), Bound({}, {})

    def unit(session: WriteSession) -> None:
        nonlocal bound
        entity = context.entity()
        bound = bind(context.app, entity, context.typed, context.reading)
        bound = _with_left(context, entity, number, bound)
        seen = bind(context.app, entity, _seen(context), context.reading)
        kept = {field: value for field, value in bound.inputs.items() if _changed(field, bound, seen, context)}
        write.update(session, name, number, kept, _revision(context), seen.values)

    try:
        context.write(unit, context.text("_key"))
    except Invalid as refusal:
        return _refused(context, name, number, bound, refusal.errors)
    except Conflict as conflict:
        return _clashed(context, name, number, bound, conflict)
    return context.go(f"/e/{name}/{number}", "records.saved")


def _with_left(context: Context, entity: CompiledEntity, number: int | None, bound: Bound) -> Bound:
    """The form with what pastes left in it unread: it is judged with all the rest."""
    if not any(name.startswith(UNREAD) for name in context.typed.keys()):  # noqa: SIM118
        return bound
    record = None if number is None else read.get(context.session, entity.name, number)
    left = left_of_pastes(context, entity, _layout(context, entity, record), bound)
    return replace(bound, errors=(*bound.errors, *left.faults))


def judged(context: Context) -> Response:
    """The inputs of the form as they stand for what is typed now; nothing is written."""
    with context.read():
        context.check_token()
        entity = context.entity()
        record = _record(context, entity)
        bound = bind(context.app, entity, Unproposed(context.typed), context.reading, blank_rows=True)
        layout = _layout(context, entity, record)
        left = left_of_pastes(context, entity, layout, bound)
        form = make_form(context, entity, layout, record, posted_texts(bound, left.faults), _frame(context, entity, record))
        return context.piece("pieces/form_judged.html", form=replace(form, errors=0, faults=(), unread=tuple(left.texts.items())))


def paste(context: Context) -> Response:
    """The form with cells of a spreadsheet in one of its grids."""
    with context.read():
        context.check_token()
        entity = context.entity()
        record = _record(context, entity)
        layout = _layout(context, entity, record)
        over, left, filled = pasted(context, entity, layout)
        bound = bind(context.app, entity, Unproposed(over), context.reading, blank_rows=True)
        before = left_of_pastes(context, entity, layout, bound)
        faults, unread = left.faults, {**before.texts, **left.texts}
        typed = posted_texts(bound, (*faults, *before.faults))
        form = make_form(context, entity, layout, record, typed, _frame(context, entity, record))
        said = context.texts("records.pasted_one" if filled == 1 else "records.pasted", count=filled)
        if faults:
            said += context.texts("records.pasted_faults_one" if len(faults) == 1 else "records.pasted_faults", count=len(faults))
        told = {"HX-Trigger-After-Swap": json.dumps({"told": {"text": said, "bad": bool(faults)}})}
        shown = replace(form, errors=0, faults=(), unread=tuple(unread.items()))
        return context.piece("pieces/form_judged.html", headers=told, form=shown)


def row(context: Context) -> Response:
    """A new row of a child grid."""
    entity = context.entity()
    wanted = context.part("section")
    section = next(
        (s for form in context.forms.forms[entity.name] for s in form.sections if s.name == wanted and s.children), None
    )
    key = context.query("key")
    if section is None or not (key.isascii() and key.isalnum() and key.startswith("new") and len(key) < 20):
        raise NotFound()
    grid, made = blank_row(context, entity, section, key)
    return context.piece("pieces/grid_row.html", grid=grid, row=made)


def _form_page(
    context: Context, entity: CompiledEntity, record: Record | None, typed: Typed, status: int = 200, **more: object
) -> Response:
    language = context.language
    layout = _layout(context, entity, record)
    form = make_form(context, entity, layout, record, typed, _frame(context, entity, record))
    if status != 200:
        bound = Bound(typed.values, typed.texts, rows=typed.rows)
        form = replace(form, unread=tuple(left_of_pastes(context, entity, layout, bound).texts.items()))
    return context.page(
        "pages/form.html",
        status,
        form=form,
        live="" if record is None else live_address(entity, record.id, _seen_revision(form, record), editing=True),
        entity_plural=entity.plural[language],
        list_href=f"/e/{entity.name}",
        record_href="" if record is None else f"/e/{entity.name}/{record.id}",
        record_title="" if record is None else record.title,
        clashes=more.get("clashes", ()),
        clash_text=more.get("clash_text", ""),
        duplicates=more.get("duplicates", ()),
        may_repeat=entity.duplicates_then != "block",
    )


def _seen_revision(form: FormView, record: Record) -> int:
    """The revision that the form counts from: of several, the last one is meant."""
    return number_of(dict(form.hidden).get("_revision", "")) or record.revision


def _frame(context: Context, entity: CompiledEntity, record: Record | None) -> Frame:
    """The words around the form, and the hidden inputs: what was seen, at which revision, and the key of this form."""
    texts, label = context.texts, entity.label[context.language]
    key = context.new_key()
    if record is None:
        target = context.text("_next") or context.query("_next")
        hidden = (("_key", key), ("_next", target), (MAKES, "1"))
        base = f"/e/{entity.name}"
        return Frame(
            texts("records.create_title", entity=label), texts("records.create"), f"{base}/new", base,
            local(target or base), hidden,
        )
    seen = context.text("_seen")
    if not seen:
        typed = stored_texts(context, entity, record)
        names = [name for name in _layout(context, entity, record).fields if name in writable(context, entity, record)]
        seen = flat(entity, typed, names)
    hidden = (("_key", key), ("_revision", context.text("_revision") or str(record.revision)), ("_seen", seen), (MAKES, "1"))
    base = f"/e/{entity.name}/{record.id}"
    title = texts("records.edit_title", title=record.title)
    return Frame(title, texts("shell.save"), f"{base}/edit", base, base, hidden)


def _refused(
    context: Context, name: str, number: int | None, bound: Bound, errors: Iterable[FieldError],
    duplicates: Iterable[Duplicate] = (),
) -> Response:
    """The same form with everything typed in it, and what is wrong at its place."""
    with context.read() as session:
        entity = session.app.entities[name]
        record = None if number is None else read.get(session, name, number)
        typed = posted_texts(bound, errors)
        return _form_page(context, entity, record, typed, 422, duplicates=tuple(duplicates))


def _clashed(context: Context, name: str, number: int, bound: Bound, conflict: Conflict) -> Response:
    """The form again with both versions of each clashing field; saving again counts from what is stored now."""
    with context.read() as session:
        entity = session.app.entities[name]
        record = read.get(session, name, number)
        typed = replace(posted_texts(bound, ()), hidden=(("_revision", str(conflict.revision)),))
        by = conflict.message.values.get("by") or context.texts("records.conflict_someone")
        if isinstance(by, Mapping):
            by = by[context.language]
        return _form_page(
            context, entity, record, typed, 409,
            clashes=[_clash_view(context, entity, clash) for clash in conflict.clashes],
            clash_text=context.texts("records.conflict_text", by=by),
        )


def _clash_view(context: Context, entity: CompiledEntity, clash: Clash) -> ClashView:
    declared = entity.fields[clash.field]
    shown = [value_html(context, declared, value) for value in (clash.mine, clash.theirs, clash.original)]
    return ClashView(clash.field, declared.label[context.language], *shown)


def _changed(name: str, bound: Bound, seen: Bound, context: Context) -> bool:
    """Whether the writer means to change the field: it differs from what they saw, and they did not choose theirs."""
    if context.text(f"_keep.{name}") == "theirs":
        return False
    if context.text(f"_keep.{name}") == "mine" or name not in seen.values:
        return True
    return bound.inputs[name] != seen.values[name]


def _seen(context: Context) -> Seen:
    try:
        pairs = parse_json(context.text("_seen") or "{}")
    except ValueError:
        pairs = {}
    plain = pairs if isinstance(pairs, dict) else {}
    return Seen({str(name): str(value) for name, value in plain.items()})


def _revision(context: Context) -> int | None:
    """The revision that the writer saw. Raises `Invalid` for what is none."""
    posted = context.typed.getlist("_revision")
    return revision_of(posted[-1] if posted else "")


def _record(context: Context, entity: CompiledEntity) -> Record | None:
    if "id" not in context.request.path_params:
        check_may_create(context, entity)
        return None
    record = read.get(context.session, entity.name, context.number())
    _may_update(context, entity, record)
    return record


def _layout(context: Context, entity: CompiledEntity, record: Record | None) -> CompiledForm:
    state = record.values.get(entity.state_field) if record is not None and entity.state_field else None
    return context.forms.form(entity.name, context.principal.roles, state if isinstance(state, str) else None)


def _may_update(context: Context, entity: CompiledEntity, record: Record) -> None:
    if record.archived or not access.allowed(context.session, entity.name, "update", record.id):
        raise Denied(Message("may_not_update"))
