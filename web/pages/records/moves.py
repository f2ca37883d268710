"""Making a move: the dialog with its questions and the approval it would start, then the move itself."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from engine.compiled import CompiledEntity, CompiledField
from engine.records import read
from engine.refusals import FieldError, Invalid, NotFound
from engine.runtime import WriteSession
from forms.binding import Bound, bind_fields
from forms.conditions import Judged
from forms.widgets import Content, Drawing, Input, draw, text_of
from web.composition import flows_of
from web.context import Context
from web.pages.forms.faults import fault_text
from web.pages.forms.record_candidates import find_records
from web.pages.forms.tag_candidates import find_asked_tags
from web.pages.records.approval_panel import RouteView, route_of
from workflows import convert as run_convert
from workflows import move as run_move
from workflows import moves
from workflows.compiled import CompiledMove
from workflows.moves import MoveView

PREFIX = "a."
"""Before the names of questions, so that they meet no input of the page itself."""


def ask(context: Context) -> Response:
    """The dialog before a move. Of a record that has moved on meanwhile it shows how that stands."""
    try:
        return _dialog(context, Bound({}, {}), (), 200)
    except NotFound:
        name, number = context.entity().name, context.number()
        if _declared(context, name) is None or read.title(context.session, name, number) is None:
            raise
        return context.go(f"/e/{name}/{number}", "records.moved_on")


def take(context: Context) -> Response:
    """Makes the move; refused answers come back in the dialog as they were typed."""
    name, number, wanted = context.part("entity"), context.number(), context.part("move")
    bound = Bound({}, {})

    def unit(session: WriteSession) -> str:
        nonlocal bound
        declared = _declared(context, name)
        if declared is None:
            raise NotFound()
        bound = bind_fields(tuple(declared.asks.values()), context.typed, context.reading, PREFIX)
        run_move(session, name, number, wanted, bound.inputs)
        return declared.label[context.language]

    try:
        label = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read():
            return _dialog(context, bound, refusal.errors, 422)
    return context.go(context.text("_next") or f"/e/{name}/{number}", "records.moved", move=label)


def pick(context: Context) -> Response:
    """Candidates for a question that asks for a record, or for tags."""
    with context.read():
        context.check_token()
        path = context.part("path").removeprefix(PREFIX)
        view = _view(context, context.entity(), context.number(), context.part("move"))
        question, text = next((q for q in view.questions if q.name == path), None), context.text(f"_text.{PREFIX}{path}")
        if question is not None and question.stored == "tags":
            options = find_asked_tags(context, context.part("entity"), path, text)
        elif question is not None and question.link is not None:
            options = find_records(context, question.link.to[0], text)
        else:
            raise NotFound("unknown_field")
        return context.piece("pieces/options.html", id=f"o-{path}", options=options, free=question.stored == "tags")


def ask_convert(context: Context) -> Response:
    """The dialog before a conversion."""
    entity = context.entity()
    declared = flows_of(context.session).converts.get(context.part("convert"))
    if declared is None or declared.source != entity.name:
        raise NotFound()
    record = read.get(context.session, entity.name, context.number())
    label = declared.label[context.language]
    return context.piece(
        "pieces/confirm.html", title=label, text=record.title, submit=label, kind="primary", hidden=[],
        action=f"/e/{entity.name}/{record.id}/convert/{declared.name}", key=context.new_key(),
    )


def convert(context: Context) -> Response:
    """Converts the record, and goes to the first that was made."""
    name, number, wanted = context.part("entity"), context.number(), context.part("convert")

    def unit(session: WriteSession) -> list[list[str]]:
        made = run_convert(session, wanted, number)
        return [[ref.entity, str(ref.id)] for ref in made.values()]

    made = context.write(unit, context.text("_key"))
    target = f"/e/{made[0][0]}/{made[0][1]}" if made else f"/e/{name}/{number}"
    return context.go(target, "records.created")


def _declared(context: Context, entity: str) -> CompiledMove | None:
    """The move of the address, whether or not it is possible now."""
    flow = flows_of(context.session).flows.get(entity)
    return flow.moves.get(context.part("move")) if flow else None


def _view(context: Context, entity: CompiledEntity, number: int, name: str) -> MoveView:
    """The move as the reader may make it now. Raises `NotFound`."""
    found = next((view for view in moves(context.session, entity.name, number) if view.name == name), None)
    if found is None:
        raise NotFound()
    return found


def _dialog(context: Context, bound: Bound, errors: Iterable[FieldError], status: int) -> Response:
    entity, number = context.entity(), context.number()
    view = _view(context, entity, number, context.part("move"))
    language = context.language
    asked = {question.name: question for question in view.questions}
    told = {
        error.path: fault_text(asked[error.path], error.message, language) if error.path in asked else error.message.text(language)
        for error in errors
    }
    base = f"/e/{entity.name}/{number}/move/{view.name}"
    return context.piece(
        "pieces/move.html",
        status,
        title=view.label[language],
        record=read.title(context.session, entity.name, number) or "",
        target=view.target_label[language],
        confirm=view.confirm[language] if view.confirm else "",
        allowed=view.allowed,
        reasons=[reason.text(language) for reason in view.reasons],
        inputs=list(_inputs(context, view.questions, bound, told, base)),
        faults=[_fault(entity, path, text, language) for path, text in told.items() if path not in asked],
        route=_route(context, entity, number, view),
        action=base,
        next=context.text("_next") or context.query("_next"),
        key=context.new_key(),
    )


def _fault(entity: CompiledEntity, path: str, text: str, language: str) -> str:
    """A fault of the record itself, with the name of its field."""
    declared = entity.fields.get(path.partition(".")[0])
    return f"{declared.label[language]} · {text}" if declared else text


def _route(context: Context, entity: CompiledEntity, number: int, view: MoveView) -> RouteView | None:
    """Who would decide, when the move starts an approval."""
    state = flows_of(context.session).flows[entity.name].states[view.target]
    return route_of(context, entity.name, number) if state.approval and view.allowed else None


def _inputs(
    context: Context, questions: Iterable[CompiledField], bound: Bound, told: dict[str, str], base: str
) -> Iterable[Input]:
    drawing = Drawing(context.app, context.language, context.reading, f"{base}/pick")
    for question in questions:
        text = bound.texts.get(question.name)
        text = text_of(question, question.default, context.reading) if text is None else text
        content = Content(text, "", None, told.get(question.name, ""))
        yield draw(question, Judged(True, question.required), content, drawing, PREFIX)
