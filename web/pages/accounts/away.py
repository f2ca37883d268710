"""When a person is away, and who stands in: the card on their page and in their own settings, the dialogs, and the bar above pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.responses import Response

from engine import absences
from engine.absences import Absence
from engine.numerals import number_of
from engine.records import read
from engine.refusals import FieldError, Invalid, Message
from engine.runtime import ReadSession, WriteSession
from forms.widgets import Input
from metadata.near import shortened
from web.context import Context
from web.pages.accounts.person_account import name_of
from web.pages.forms.record_candidates import find_records
from web.view_models.accounts import AwayRow, AwayView


def away_of(context: Context, person: int) -> AwayView:
    """The person's absences under way and to come. Raises as `absences.absences`."""
    found = absences.absences(context.session, person)
    names = read.titles(context.session, "user", {one.stand_in for one in found}) if found else {}
    base = address(person)
    rows = tuple(
        AwayRow(
            f"{base}/{one.id}", _days(context, one),
            context.texts("accounts.away_stand_in", name=names.get(one.stand_in) or context.texts("records.conflict_someone")),
            one.note, one.begun,
        )
        for one in found
    )
    return AwayView(base, person == context.principal.user_id, rows)


def ask(context: Context) -> Response:
    """The dialog of a new absence."""
    return _dialog(context, None, None, 200)


def enter(context: Context) -> Response:
    """Enters an absence."""
    person = context.number()

    def unit(session: WriteSession) -> None:
        absences.enter(session, person, number_of(context.text("stand_in")), *_asked(context), context.text("note"))

    return _saved(context, unit, None, "accounts.away_entered")


def ask_change(context: Context) -> Response:
    """The dialog of an absence that is not over."""
    return _dialog(context, context.number("absence"), None, 200)


def change(context: Context) -> Response:
    """Changes an absence."""
    person, number = context.number(), context.number("absence")

    def unit(session: WriteSession) -> None:
        absences.change(session, person, number, number_of(context.text("stand_in")), *_asked(context), context.text("note"))

    return _saved(context, unit, number, "accounts.away_changed")


def ask_end(context: Context) -> Response:
    """The dialog before an absence is called off."""
    person = context.number()
    one = absences.get(context.session, person, context.number("absence"))
    kind = "now" if one.begun else "coming"
    return context.piece(
        "pieces/confirm.html",
        title=context.texts(f"accounts.away_end_{kind}_ask"),
        text=context.texts("accounts.away_end_hint", days=_days(context, one)),
        action=f"{address(person)}/{one.id}/end",
        submit=context.texts(f"accounts.away_end_{kind}"),
        kind="danger",
        hidden=[],
        key=context.new_key(),
    )


def end(context: Context) -> Response:
    """Calls an absence off; from the bar above a page, one stays on it."""
    person, number = context.number(), context.number("absence")
    context.write(lambda session: absences.end(session, person, number), context.text("_key") or None)
    return context.go(context.text("next") or _home(context, person), "accounts.away_ended")


def pick_person(context: Context) -> Response:
    """People who may stand in."""
    person = context.number()
    with context.read() as session:
        context.check_token()
        absences.need_enter(session, person)
        options = [one for one in find_records(context, "user", context.text("_text.stand_in")) if one.value != str(person)]
        return context.piece("pieces/options.html", id="o-stand_in", options=options)


def address(person: int) -> str:
    """Where the absences of a person are."""
    return f"/people/{person}/away"


def _home(context: Context, person: int) -> str:
    return "/profile" if person == context.visit.person else f"/e/user/{person}"


def _saved(context: Context, unit: Callable[[WriteSession], None], number: int | None, flash: str) -> Response:
    try:
        context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read():
            return _dialog(context, number, refusal, 422)
    return context.go(_home(context, context.number()), flash)


def _asked(context: Context) -> tuple[date | None, date | None]:
    return _day(context, "first"), _day(context, "last")


def _day(context: Context, name: str) -> date | None:
    text = context.text(name).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid([FieldError(name, Message("bad_date", {"value": shortened(text)}))]) from None


def _days(context: Context, one: Absence) -> str:
    first, last = context.formats.date(one.first), context.formats.date(one.last)
    return context.texts("accounts.away_days", first=first, last=last) if one.first != one.last else first


def _dialog(context: Context, number: int | None, refusal: Invalid | None, status: int) -> Response:
    """For a new absence, or for that of the `number`; with what was typed and why it was refused."""
    person, session = context.number(), context.session
    absences.need_enter(session, person)
    one = absences.get(session, person, number) if number is not None else None
    told = {error.path: error.message.text(context.language) for error in refusal.errors} if refusal else {}
    base = address(person)
    stored = {"first": (one.first if one else session.today).isoformat()}
    stored |= {"last": one.last.isoformat(), "note": one.note} if one else {}
    typed = {name: context.text(name) if refusal else stored.get(name, "") for name in ("first", "last", "note")}
    begun = one is not None and one.begun
    own = person == context.principal.user_id
    return context.piece(
        "pieces/away.html", status,
        title=context.texts("accounts.away_change" if one else "accounts.away_enter") if own else context.texts(
            "accounts.away_change_of" if one else "accounts.away_enter_of", name=name_of(context, person)),
        stand_in=_stand_in(context, session, base, one, told.get("stand_in", "") or told.get("user", ""), bool(refusal)),
        note=Input("note", "text", context.texts("accounts.away_note"), typed["note"], error=told.get("note", "")),
        first=stored["first"] if begun else typed["first"], last=typed["last"], begun=begun, earliest=session.today.isoformat(),
        latest=(session.today + absences.FURTHEST).isoformat(), errors=told, action=f"{base}/{one.id}" if one else base,
        key=context.new_key(),
    )


def _stand_in(
    context: Context, session: ReadSession, base: str, one: Absence | None, error: str, again: bool
) -> Input:
    chosen = number_of(context.text("stand_in")) if again else one.stand_in if one else None
    title = (read.title(session, "user", chosen) if chosen is not None else None) or ""
    return Input(
        "stand_in", "link", context.texts("accounts.away_who"), str(chosen) if title else "", title,
        help=context.texts("accounts.away_who_hint"), error=error, required=True, address=f"{base}/pick/stand_in",
    )
