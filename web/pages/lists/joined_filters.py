"""The dialog that joins several conditions into one filter: all of them, any, or none, and groups within groups.

What is being made stands in the address (`joined`); each press changes it a little and draws the dialog anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from engine.field_types.base import InvalidValue
from engine.field_types.characters import shorten
from engine.filter_codes import DEEPEST, JOININGS, MOST_PARTS, CodeGroup, UnreadGroup, parse_codes
from engine.refusals import Message
from forms.columns import Columns
from forms.filter_groups import Place, dropped, joined, parse_place, put
from forms.filters import parse_condition
from web.context import Context
from web.pages.lists.filters import question_of, said
from web.pages.lists.request import asked_beside, columns_of, filter_made
from web.view_models.lists import JoinedCondition, JoinedGroup


def dialog(context: Context) -> Response:
    """What is joined so far, changed as `do` says at the place `at`."""
    entity = context.entity()
    request = asked_beside(context, entity)
    columns = columns_of(context.session, request)
    group, faults = _begun(context)
    place = parse_place(context.query("at")) or ()
    do = context.query("do") or ("" if group.parts else "ask")
    changed, problem = group, ""
    if do == "put":
        changed, problem = _put(context, columns, group, place)
    elif do in _CHANGES:
        changed = _CHANGES[do](context, group, place)
    if changed.text != group.text and not _fits(changed):
        changed, problem = group, _unread(context, changed.text)
    asking = place if do == "ask" or (do == "put" and problem) else None
    return context.piece(
        "pieces/joined_filter.html",
        base=f"/e/{entity.name}",
        here=f"/e/{entity.name}/filter/joined",
        kept=[pair for pair in request.parameters() if pair[0] not in ("after", "before")],
        code=changed.text,
        group=_drawn(context, columns, changed, (), asking),
        asking=".".join(map(str, asking)) if asking is not None else None,
        question=question_of(context, entity, request) if asking is not None else None,
        errors=[*faults, *([problem] if problem else [])],
    )


def _begun(context: Context) -> tuple[CodeGroup, list[str]]:
    """What the address says is joined so far, and what is wrong with it; then nothing is."""
    text = context.query("joined")
    if not text:
        return CodeGroup("any"), []
    try:
        return parse_codes(text), []
    except UnreadGroup:
        return CodeGroup("any"), [_unread(context, text)]


def _unread(context: Context, text: str) -> str:
    told = {"value": shorten(text), "depth": DEEPEST, "limit": MOST_PARTS}
    return Message("bad_filter_group", told).text(context.language)


def _fits(group: CodeGroup) -> bool:
    try:
        parse_codes(group.text)
    except UnreadGroup:
        return False
    return True


def _put(context: Context, columns: Columns, group: CodeGroup, place: Place) -> tuple[CodeGroup, str]:
    """The group with the condition that was asked for, or what is wrong with it."""
    made = filter_made(context)
    if not made:
        return group, Message("required").text(context.language)
    try:
        parse_condition(columns, made, context.reading)
    except InvalidValue as fault:
        return group, fault.message.text(context.language)
    return put(group, place, made), ""


def _join(context: Context, group: CodeGroup, place: Place) -> CodeGroup:
    joining = JOININGS.get(context.query(f"joining.{'.'.join(map(str, place))}"))
    return joined(group, place, joining) if joining is not None else group


def _nest(context: Context, group: CodeGroup, place: Place) -> CodeGroup:
    return put(group, place, CodeGroup("all"))


def _drop(context: Context, group: CodeGroup, place: Place) -> CodeGroup:
    return dropped(group, place)


_CHANGES: Mapping[str, Callable[[Context, CodeGroup, Place], CodeGroup]] = {"join": _join, "nest": _nest, "drop": _drop}


def _drawn(context: Context, columns: Columns, group: CodeGroup, place: Place, asking: Place | None) -> JoinedGroup:
    parts = tuple(
        _drawn(context, columns, part, (*place, number), asking) if isinstance(part, CodeGroup)
        else JoinedCondition(_text(place, number), _words(context, columns, part))
        for number, part in enumerate(group.parts)
    )
    return JoinedGroup(_text(place), group.joining, parts, place == asking, len(place) + 1 < DEEPEST)


def _text(place: Place, *more: int) -> str:
    return ".".join(map(str, (*place, *more)))


def _words(context: Context, columns: Columns, code: str) -> str:
    """A condition in words; as the address holds it where its value cannot be read."""
    try:
        return said(context, parse_condition(columns, code, context.reading))
    except InvalidValue:
        return code
