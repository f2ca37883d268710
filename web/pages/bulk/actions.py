"""Doing the same to many records of a list: the bar, the dialog with its preview, and the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from starlette.responses import Response

from engine import access, bulk
from engine.bulk import Outcome
from engine.compiled import CompiledEntity, CompiledField
from engine.languages import localized
from engine.numerals import number_of
from engine.records import read
from engine.refusals import Denied, Message, NotFound
from engine.runtime import WriteSession
from forms.conditions import Judged
from forms.lists import ListRequest
from forms.widgets import Content, Drawing, Input, draw, text_of
from web.bulk_port import ListsAndFlows
from web.context import Context
from web.pages.bulk.forms import ANSWER, Wanted, chosen, count, fields_of, may, moves_of, parameters, wanted
from web.pages.bulk.runs import DIRECT, GRACE, carried_out
from web.pages.bulk.words import told
from web.pages.forms.record_candidates import find_records
from web.pages.forms.tag_candidates import find_asked_tags
from web.view_models.shell import Link
from web.view_models.work import BulkBar, Choosing, Preview, WhyNot

KINDS = {"edit": "pencil", "move": "arrow-right", "assign": "user", "trash": "trash"}
"""What may be done, with the icons."""
_FIRST = 3


def bar(context: Context, entity: CompiledEntity, request: ListRequest, count_text: str) -> BulkBar | None:
    """What the reader may do to records of the list; None for who may do nothing."""
    kinds = [kind for kind in KINDS if may(context, entity, kind)]
    links = tuple(Link(context.texts(f"work.{kind}"), request.within(f"bulk/{kind}")) for kind in kinds)
    export = request.within("bulk/export") if access.may(context.session, entity.name, "export") else ""
    if not links and not export:
        return None
    return BulkBar(tuple(zip(links, (KINDS[kind] for kind in kinds), strict=True)), export, count_text)


def act(context: Context) -> Response:
    """The dialog in its steps: what to do, what would come of it, and the doing."""
    kind, step = context.part("action"), context.text("_step")
    if step == "run":
        return _run(context, kind)
    with context.read():
        context.check_token()
        entity = _entity(context, kind)
        asked = wanted(context, entity, kind)
        ready = asked.action is not None and (step == "preview" or kind == "trash")
        if not ready:
            shown = asked if step == "preview" else Wanted(None, asked.edited, asked.mode, asked.move, asked.bound)
            return _dialog(context, entity, kind, shown, 422 if step == "preview" and asked.errors else 200)
        number = count(context, entity)
        ids = chosen(context, entity, number) if number <= bulk.MOST_JUDGED else []
    assert asked.action is not None
    outcomes = bulk.judge(context.write, ListsAndFlows(), entity.name, ids, asked.action) if ids else None
    with context.read():
        return _dialog(context, context.entity(), kind, asked, 200, _preview(context, entity, kind, asked, number, outcomes))


def pick(context: Context) -> Response:
    """Candidates for a question of a move that asks for a record, or for tags."""
    with context.read():
        context.check_token()
        entity = _entity(context, "move")
        move = moves_of(context, entity).get(context.part("move"))
        question = move.asks.get(context.part("path").removeprefix(ANSWER)) if move is not None else None
        text = context.text(f"_text.{ANSWER}{question.name}") if question is not None else ""
        if question is not None and question.stored == "tags":
            options = find_asked_tags(context, entity.name, question.name, text)
        elif question is not None and question.link is not None:
            options = find_records(context, question.link.to[0], text)
        else:
            raise NotFound("unknown_field")
        return context.piece("pieces/options.html", id=f"o-{question.name}", options=options, free=question.stored == "tags")


def _entity(context: Context, kind: str) -> CompiledEntity:
    """The entity of the address. Raises `NotFound` where it may not be read and for a kind that is none, `Denied` where nothing
    of the kind may be done."""
    entity = context.entity()
    if kind not in KINDS or not access.may(context.session, entity.name, "read"):
        raise NotFound()
    if not may(context, entity, kind):
        raise Denied(Message("denied"))
    return entity


class _Incomplete(Exception):
    """The form does not say everything yet."""

    def __init__(self, asked: Wanted) -> None:
        super().__init__()
        self.asked = asked


def _run(context: Context, kind: str) -> Response:
    """Does it, or leaves it to the worker; sent twice it is one run. A form that is not complete is shown again."""

    def unit(session: WriteSession) -> list[int]:
        entity = _entity(context, kind)
        asked = wanted(context, entity, kind)
        if asked.action is None:
            raise _Incomplete(asked)
        ids = chosen(context, entity)
        direct = len(ids) <= DIRECT
        run = bulk.start(session, entity.name, asked.action, ids, parameters(context, entity), GRACE if direct else timedelta(0))
        return [run, *(ids if direct else [])]

    try:
        made = context.write(unit, context.text("_key"))
    except _Incomplete as incomplete:
        with context.read():
            return _dialog(context, context.entity(), kind, incomplete.asked, 422)
    query = context.request.url.query
    return carried_out(context, made[0], made[1:], f"/e/{context.part('entity')}" + (f"?{query}" if query else ""))


def _dialog(
    context: Context, entity: CompiledEntity, kind: str, asked: Wanted, status: int, preview: Preview | None = None
) -> Response:
    number = preview.count if preview is not None else count(context, entity)
    key = "work.for_one" if number == 1 else "work.for"
    query = context.request.url.query
    base = f"/e/{entity.name}/bulk/{kind}"
    return context.piece(
        "pieces/bulk.html",
        status,
        kind=kind,
        title=context.texts(f"work.title_{kind}"),
        meant=context.texts(
            key, count=context.formats.number(number), entity=(entity.label if number == 1 else entity.plural)[context.language]
        ),
        action=base + (f"?{query}" if query else ""),
        key=context.new_key(),
        selection=_selection(context),
        typed=[pair for pair in context.posted.multi_items() if not _own(pair[0]) and isinstance(pair[1], str)],
        choosing=_choosing(context, entity, kind, asked),
        inputs=list(_inputs(context, entity, kind, asked, base)) if preview is None else [],
        preview=preview,
        faults=[error.message.text(context.language) for error in asked.errors if asked.edited is None and asked.move is None
                and kind != "assign"],
        hint=context.texts("work.blank_clears") if _clearable(asked) else "",
        confirm=asked.move.confirm[context.language] if asked.move is not None and asked.move.confirm is not None else "",
        modes=asked.mode if asked.edited is not None and asked.edited.stored in bulk.MANY else "",
    )


def _clearable(asked: Wanted) -> bool:
    """Whether the field to be set may be left blank."""
    field = asked.edited
    return field is not None and asked.mode == "set" and not field.required and field.stored != "bool"


def _own(name: str) -> bool:
    """Whether an input is the page's, or says which records are meant."""
    return name in ("_csrf", "_key", "_step", "_id", "_all") or name.startswith("_text.")


def _selection(context: Context) -> list[tuple[str, str]]:
    if context.text("_all"):
        return [("_all", "1")]
    return [("_id", text) for text in context.typed.getlist("_id")]


def _choosing(context: Context, entity: CompiledEntity, kind: str, asked: Wanted) -> Choosing | None:
    language = context.language
    if kind == "edit":
        here = asked.edited.name if asked.edited is not None else ""
        links = tuple(Link(f.label[language], f.name, f.name == here) for f in fields_of(context, entity).values())
        return Choosing("_field", context.texts("work.field"), context.texts("work.field_choose"), links)
    if kind == "move":
        here = asked.move.name if asked.move is not None else ""
        links = tuple(Link(m.label[language], m.name, m.name == here) for m in moves_of(context, entity).values())
        return Choosing("_move", context.texts("work.to_move"), context.texts("work.move_choose"), links)
    return None


def _inputs(context: Context, entity: CompiledEntity, kind: str, asked: Wanted, base: str) -> Iterable[Input]:
    """The inputs of what is asked, as they were typed."""
    errors = {error.path: error.message.text(context.language) for error in asked.errors}
    if kind == "move" and asked.move is not None:
        drawing = Drawing(context.app, context.language, context.reading, f"{base}/{asked.move.name}/pick")
        for question in asked.move.asks.values():
            text = asked.bound.texts.get(question.name)
            text = text_of(question, question.default, context.reading) if text is None else text
            content = Content(text, _title(context, question, text), None, errors.get(question.name, ""))
            yield draw(question, Judged(True, question.required), content, drawing, ANSWER)
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{entity.name}/pick")
    field = entity.fields["owner"] if kind == "assign" else asked.edited
    if kind in ("edit", "assign") and field is not None:
        text = asked.bound.texts.get(field.name, "")
        content = Content(text, _title(context, field, text), _titles(context, field, text), errors.get(field.name, ""))
        yield draw(field, Judged(True, field.required and kind == "assign"), content, drawing)


def _title(context: Context, field: CompiledField, text: str) -> str:
    """What the one record is called that a link holds."""
    number = number_of(text)
    if field.link is None or number is None:
        return ""
    return read.title(context.session, field.link.to[0], number) or ""


def _titles(context: Context, field: CompiledField, text: str) -> dict[str, str]:
    """What the records are called that a field of many holds."""
    numbers = [number for part in text.split(",") if (number := number_of(part)) is not None]
    if field.link is None or field.stored != "links" or not numbers:
        return {}
    return {str(id): title for id, title in read.titles(context.session, field.link.to[0], numbers).items()}


def _preview(
    context: Context, entity: CompiledEntity, kind: str, asked: Wanted, number: int, outcomes: Sequence[Outcome] | None
) -> Preview:
    """What would come of it, in words; of many only how many there are."""
    assert asked.action is not None
    said = told(context, entity.name, asked.action)
    summary, undo = said.brief, context.texts("work.can_undo" if said.revocable else "work.no_way_back")
    behind = number > DIRECT
    if outcomes is None:
        return Preview(summary, number, number, 0, (), 0, undo, _run_label(context, kind, number), behind, judged=False)
    states = Counter(outcome.state for outcome in outcomes)
    will = states["changed"]
    reasons: dict[str, list[int]] = {}
    for outcome in outcomes:
        if outcome.reason is not None:
            reasons.setdefault(localized(outcome.reason, context.language), []).append(outcome.record)
    first = [id for ids in reasons.values() for id in ids[:_FIRST]]
    titles = read.titles(context.session, entity.name, first) if first else {}
    why = tuple(
        WhyNot(text, len(ids), tuple(Link(titles[id], f"/e/{entity.name}/{id}") for id in ids[:_FIRST] if id in titles))
        for text, ids in sorted(reasons.items(), key=lambda item: -len(item[1]))
    )
    label = _run_label(context, kind, will) if will else ""
    return Preview(summary, number, will, states["unchanged"], why, states["refused"], undo, label, behind)


def _run_label(context: Context, kind: str, number: int) -> str:
    return context.texts(f"work.run_{kind}_one" if number == 1 else f"work.run_{kind}", count=context.formats.number(number))

