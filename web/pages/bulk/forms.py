"""What somebody asks to be done to many records, as the dialog posts it: which records, and what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine import access
from engine.bulk import LONGEST_SELECTION, Action
from engine.bulk.actions import MANY, Mode, edit, editable
from engine.compiled import CompiledEntity, CompiledField
from engine.numerals import number_of
from engine.records import read
from engine.refusals import BadRequest, FieldError, Message, NotFound, Refused
from forms.binding import Bound, bind_fields
from forms.lists import ListRequest
from web.composition import flows_of
from web.context import Context
from web.pages.lists.request import asked
from workflows.compiled import CompiledMove

ANSWER = "a."
"""Before the names of a move's questions, so that they meet no input of the page itself."""
VERBS = {"edit": "update", "assign": "assign", "trash": "delete"}
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dialog asks for; without an `action` it is not complete yet, and `errors` say where."""

    action: Action | None = None
    edited: CompiledField | None = None
    mode: Mode = "set"
    move: CompiledMove | None = None
    bound: Bound = field(default_factory=lambda: Bound({}, {}))
    errors: tuple[FieldError, ...] = ()


def may(context: Context, entity: CompiledEntity, kind: str) -> bool:
    """Whether the reader may do it to some of the records."""
    session = context.session
    if not access.may(session, entity.name, "read"):
        return False
    if kind == "move":
        return bool(moves_of(context, entity))
    if kind == "edit" and not fields_of(context, entity):
        return False
    return (kind != "assign" or entity.owned) and access.may(session, entity.name, VERBS[kind])


def fields_of(context: Context, entity: CompiledEntity) -> dict[str, CompiledField]:
    """The fields that the reader may edit in some of the records."""
    session = context.session
    rights = access.editable_somewhere(session, entity.name) & read.readable_fields(session, entity.name)
    return {one.name: one for one in editable(entity) if one.name in rights}


def moves_of(context: Context, entity: CompiledEntity) -> dict[str, CompiledMove]:
    """The moves that the reader holds the right to, whatever state a record is in."""
    flow = flows_of(context.session).flows.get(entity.name)
    found = flow.moves.values() if flow is not None else ()
    return {one.name: one for one in found if not one.system and access.may(context.session, entity.name, f"move.{one.name}")}


def wanted(context: Context, entity: CompiledEntity, kind: str) -> Wanted:
    """What the posted form asks for."""
    if kind == "edit":
        return _edit(context, entity)
    if kind == "move":
        return _move(context, entity)
    if kind == "assign":
        owner = number_of(context.text("owner"))
        bound = Bound({}, {"owner": context.text("owner") if owner is not None else ""})
        if owner is None:
            return Wanted(bound=bound, errors=(FieldError("owner", Message("required")),))
        return Wanted(Action("assign", {"owner": owner}), entity.fields["owner"], bound=bound)
    return Wanted(Action("trash", {}))


def chosen(context: Context, entity: CompiledEntity, most: int = LONGEST_SELECTION + 1) -> list[int]:
    """The records meant, at most `most`: those that were ticked, or all that the list shows. Raises `Refused`, and `BadRequest`
    for what is no selection."""
    if context.text("_all"):
        return _listed(context, entity, most)
    numbers = numbers_of(context.typed.getlist("_id"))
    if not numbers:
        raise Refused(Message("bulk_none"))
    if len(numbers) > LONGEST_SELECTION:
        raise Refused(Message("bulk_too_many", {"limit": LONGEST_SELECTION}))
    return numbers[:most]


def numbers_of(texts: Iterable[str]) -> list[int]:
    """The records that boxes were ticked of, each once. Raises `BadRequest` for what is no number."""
    found = [number_of(text) for text in dict.fromkeys(texts)]
    numbers = [number for number in found if number is not None]
    if len(numbers) != len(found):
        raise BadRequest(Message("bulk_bad_selection"))
    return numbers


def count(context: Context, entity: CompiledEntity) -> int:
    """How many records are meant. Raises as `chosen` does, and `Refused` for too many."""
    if not context.text("_all"):
        return len(chosen(context, entity))
    found = read.count(context.session, replace(_list(context, entity).query(), columns=()), LONGEST_SELECTION)
    if found.capped:
        raise Refused(Message("bulk_too_many", {"limit": LONGEST_SELECTION}))
    if not found.value:
        raise Refused(Message("bulk_none"))
    return found.value


def parameters(context: Context, entity: CompiledEntity) -> list[tuple[str, str]] | None:
    """The address of the list, where all of it is meant: what narrows it, and not how it looks."""
    if not context.text("_all"):
        return None
    request = _list(context, entity)
    own = [pair for pair in request.parameters() if pair[0] in ("report", "q", "f")]
    return [("list", request.view.name), *own]


def _listed(context: Context, entity: CompiledEntity, most: int) -> list[int]:
    query = replace(_list(context, entity).query(_PAGE), columns=(), sort=(), after=None, before=None)
    found: list[int] = []
    while len(found) < most:
        page = read.page(context.session, replace(query, limit=min(_PAGE, most - len(found))))
        found += [row[0] for row in page.rows if isinstance(row[0], int)]
        if page.after is None:
            break
        query = replace(query, after=page.after)
    return found


def _list(context: Context, entity: CompiledEntity) -> ListRequest:
    request = asked(context, entity)
    if request.errors:
        raise Refused(Message("bulk_bad_filter"))
    return request


def _edit(context: Context, entity: CompiledEntity) -> Wanted:
    name = context.text("_field")
    if not name:
        return Wanted(errors=(FieldError("", Message("bulk_no_field")),))
    edited = fields_of(context, entity).get(name)
    if edited is None:
        raise NotFound("unknown_field")
    mode: Mode = "set"
    if edited.stored in MANY:
        asked_mode = context.text("_mode")
        mode = "remove" if asked_mode == "remove" else "set" if asked_mode == "set" else "add"
    bound = bind_fields((edited,), context.typed, context.reading)
    if bound.errors or edited.name not in bound.values:
        return Wanted(edited=edited, mode=mode, bound=bound, errors=bound.errors)
    return Wanted(edit(edited, mode, bound.values[edited.name]), edited, mode, bound=bound)


def _move(context: Context, entity: CompiledEntity) -> Wanted:
    name = context.text("_move")
    if not name:
        return Wanted(errors=(FieldError("", Message("bulk_no_move")),))
    move = moves_of(context, entity).get(name)
    if move is None:
        raise NotFound()
    asks = move.asks
    bound = bind_fields(asks.values(), context.typed, context.reading, ANSWER)
    unread = {error.path for error in bound.errors}
    errors = (*bound.errors, *_missing(asks.values(), bound, unread))
    posted = all(ANSWER + question in set(context.typed.keys()) for question in asks)
    if errors or not posted:
        return Wanted(move=move, bound=bound, errors=errors if posted else ())
    answers = {question: asks[question].type.json(value) for question, value in bound.values.items()}
    return Wanted(Action("move", {"move": name, "answers": answers}), move=move, bound=bound)


def _missing(questions: Iterable[CompiledField], bound: Bound, unread: set[str]) -> Iterable[FieldError]:
    for question in questions:
        if question.required and question.name not in unread and bound.values.get(question.name) in (None, (), ""):
            yield FieldError(question.name, Message("required"))
