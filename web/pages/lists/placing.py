"""Taking a record to another column of a board: through its flow where the columns are states (law 4), else by changing the
value, with the revision that was seen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity, CompiledField
from engine.outside import revision_of
from engine.records import read, write
from engine.refusals import Denied, Invalid, Message, NotFound
from engine.runtime import ReadSession, WriteSession
from metadata.specs.common import COLORS
from web.composition import flows_of
from web.context import Context, local
from web.errors import fault
from web.pages.lists.board import BLANK, flow_by, routes_of
from web.pages.lists.request import known
from web.view_models.ways import PlaceChoice
from workflows import move as run_move
from workflows import moves
from workflows.moves import MoveView, possible


@dataclass(frozen=True, slots=True)
class _Placed:
    """What came of it: `ask` is the move whose dialog comes first, `choose` whether there are several, `back` the way back."""

    ask: str = ""
    choose: bool = False
    done: bool = False
    back: str = ""


class _NoWay(Exception):
    """No move leads there from where the record is."""

    def __init__(self, possible: Message) -> None:
        super().__init__()
        self.possible = possible


def ask(context: Context) -> Response:
    """The dialog that asks where to, for whoever does not drag."""
    return _dialog(context, "")


def place(context: Context) -> Response:
    """Takes the record to the column `to`. What must be asked first is asked: which of several moves, and what a move asks.
    What is refused is told in words, and nothing is written."""
    name, number = context.part("entity"), context.number()
    chosen, _, move = context.text("choice").partition(" ")
    to, wanted, revision = context.text("to") or chosen, move, revision_of(context.text("_revision"))

    def unit(session: WriteSession) -> list[object]:
        entity = context.entity()
        by = _by(context, entity)
        if to != BLANK and to not in by.options:
            raise NotFound()
        if flow_by(context, entity, by) is not None:
            placed = _moved(session, entity, number, to, wanted, revision)
        else:
            placed = _changed(session, entity, number, by, to, revision)
        return [placed.ask, placed.choose, placed.done, placed.back]

    try:
        answer = context.write(unit, context.text("_key"))
    except _NoWay as no_way:
        with context.read():
            possibly = no_way.possible.text(context.language)
            return fault(context, 422, context.texts("modes.no_way", to=_label(context, to), possible=possibly))
    except Invalid as refusal:
        with context.read():
            return fault(context, 422, " ".join(told_error(context, error.path, error.message) for error in refusal.errors))
    placed = _Placed(str(answer[0]), bool(answer[1]), bool(answer[2]), str(answer[3]))
    with context.read():
        if placed.choose:
            return _dialog(context, to)
        if placed.ask:
            query = urlencode([("_next", local(context.text("_next")))])
            return placed_event({"ask": f"/e/{name}/{number}/move/{placed.ask}?{query}"})
        title = read.title(context.session, name, number) or ""
        text = context.texts("modes.placed", title=title, to=_label(context, to))
        return placed_event({"id": number, "text": text, "back": placed.back})


def _moved(
    session: WriteSession, entity: CompiledEntity, number: int, to: str, wanted: str, revision: int | None
) -> _Placed:
    """The one move that leads there, made if it asks nothing. Raises `_NoWay` without any, and as `workflows.move`."""
    leading = [view for view in moves(session, entity.name, number) if view.target == to and wanted in ("", view.name)]
    ready = [view for view in leading if view.allowed] or leading
    if not ready:
        raise _NoWay(possible(session, entity.name, number))
    if len(ready) > 1:
        return _Placed(choose=True)
    view = ready[0]
    if view.allowed and _asks(session, entity, view):
        return _Placed(ask=view.name)
    before = _state(session, entity, number)
    run_move(session, entity.name, number, view.name, {}, revision)
    back = [one for one in moves(session, entity.name, number) if one.target == before and one.allowed]
    return _Placed(done=True, back=before if len(back) == 1 and not _asks(session, entity, back[0]) else "")


def _asks(session: ReadSession, entity: CompiledEntity, view: MoveView) -> bool:
    """Whether people are asked something before the move: its questions, to confirm it, or to see who would decide."""
    state = flows_of(session).flows[entity.name].states[view.target]
    return bool(view.questions or view.confirm or state.approval)


def _state(session: ReadSession, entity: CompiledEntity, number: int) -> str:
    """The state of the record as its reader may know it."""
    return str(read.get(session, entity.name, number).values.get(entity.state_field or "") or "")


def _changed(
    session: WriteSession, entity: CompiledEntity, number: int, by: CompiledField, to: str, revision: int | None
) -> _Placed:
    before = read.get(session, entity.name, number).values.get(by.name)
    write.update(session, entity.name, number, {by.name: None if to == BLANK else to}, revision)
    return _Placed(done=True, back=BLANK if before is None else str(before))


def _by(context: Context, entity: CompiledEntity) -> CompiledField:
    """The field whose values are the columns. Raises `NotFound` for one that is none, or that the reader does not know of."""
    columns = context.forms.ways.get(entity.name, {}).get("board", ())
    name = context.query("by")
    found = next((column for column in columns if column.field.name == name and known(context.session)(column)), None)
    if found is None:
        raise NotFound("unknown_field")
    return found.field


def _dialog(context: Context, to: str) -> Response:
    """Where the record may be taken: the moves that lead away from its state (to `to`), or the other values."""
    entity, number = context.entity(), context.number()
    by = _by(context, entity)
    record = read.get(context.session, entity.name, number)
    language = context.language
    if flow_by(context, entity, by) is not None:
        choices = [
            PlaceChoice(
                view.target, view.target_label[language], _color(by, view.target), view.name, view.label[language],
                tuple(reason.text(language) for reason in view.reasons),
            )
            for view in moves(context.session, entity.name, number) if to in ("", view.target)
        ]
    else:
        if not access.allowed(context.session, entity.name, "update", number):
            raise Denied(Message("may_not_update"))
        value = record.values.get(by.name)
        targets = routes_of(context, entity, by).get(BLANK if value is None else str(value), ())
        choices = [PlaceChoice(name, _label(context, name), _color(by, name)) for name in targets]
    return context.piece(
        "pieces/place.html",
        title=record.title,
        action=f"/e/{entity.name}/{number}/place?{urlencode([('by', by.name)])}",
        revision=record.revision,
        next=local(context.text("_next") or context.query("_next")),
        key=context.new_key(),
        choices=choices,
    )


def _color(by: CompiledField, name: str) -> str:
    option = by.options.get(name)
    return option.color if option is not None and option.color in COLORS else "gray"


def _label(context: Context, name: str) -> str:
    option = _by(context, context.entity()).options.get(name)
    return option.label[context.language] if option is not None else context.texts("modes.without")


def told_error(context: Context, path: str, message: Message) -> str:
    """An error with the name of its field."""
    field = context.entity().fields.get(path.partition(".")[0])
    text = message.text(context.language)
    return f"{field.label[context.language]} · {text}" if field is not None else text


def placed_event(told: dict[str, object]) -> Response:
    """What the board is told; it draws itself anew."""
    return Response(status_code=204, headers={"HX-Trigger": json.dumps({"placed": told})})
