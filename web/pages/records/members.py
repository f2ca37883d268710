"""Members of a record: the card beside it, and the dialogs that add, change and remove them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from starlette.responses import Response

from engine import access
from engine.numerals import number_of
from engine.records import read, write
from engine.records.members_read import Member
from engine.records.sharing import LEVELS, LONGEST
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound
from engine.runtime import WriteSession
from forms.conditions import Judged
from forms.widgets import Content, Drawing, Input, draw
from metadata.near import shortened
from web.context import Context
from web.view_models.members import LevelOption, MemberRow, MembersCard


def card(context: Context) -> Response:
    """The members, as far as the reader may know whom the record belongs to."""
    entity, number = context.entity(), context.number()
    record = read.get(context.session, entity.name, number, ("share",))
    found = read.members(context.session, entity.name, number)
    may = "share" in record.granted and not record.archived
    base = address(entity.name, number)
    rows = tuple(_row(context, one, base, may, record.archived) for one in found)
    return context.piece("pieces/members.html", members=MembersCard(rows, f"{base}/add" if may else ""))


def ask_add(context: Context) -> Response:
    """The dialog that adds a member."""
    return _dialog(context, None, None, 200)


def add(context: Context) -> Response:
    """Adds a member."""
    name, number, user = context.part("entity"), context.number(), number_of(context.text("owner"))

    def unit(session: WriteSession) -> str:
        if user is None:
            raise Invalid([FieldError("user", Message("required"))])
        write.share(session, name, number, user, context.text("level"), _until(context))
        return read.title(session, "user", user) or ""

    try:
        who = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        return _dialog(context, None, refusal, 422)
    return context.go(f"/e/{name}/{number}", "members.added", name=str(who))


def ask_edit(context: Context) -> Response:
    """The dialog with what a member may do, and until when."""
    return _dialog(context, _member(context), None, 200)


def edit(context: Context) -> Response:
    """Changes what a member may do, or until when."""
    name, number, user = context.part("entity"), context.number(), context.number("member")

    def unit(session: WriteSession) -> str:
        _member(context)
        write.share(session, name, number, user, context.text("level"), _until(context))
        return read.title(session, "user", user) or ""

    try:
        who = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read():
            return _dialog(context, _member(context), refusal, 422)
    return context.go(f"/e/{name}/{number}", "members.changed", name=str(who))


def ask_remove(context: Context) -> Response:
    """The dialog before somebody is a member no more."""
    entity, number, one = context.entity(), context.number(), _member(context)
    own = one.user == context.principal.user_id
    if not own:
        _need_share(context)
    name = _name(context, one)
    return context.piece(
        "pieces/confirm.html",
        title=context.texts("members.leave_ask" if own else "members.remove_ask", name=name),
        text=context.texts("members.leave_hint" if own else "members.remove_hint", name=name),
        action=f"{address(entity.name, number)}/{one.user}/remove",
        submit=context.texts("members.leave" if own else "members.remove"),
        kind="danger",
        hidden=[],
        key=context.new_key(),
    )


def remove(context: Context) -> Response:
    """Ends a membership; who leaves what they may read no more goes on at the list."""
    name, number, user = context.part("entity"), context.number(), context.number("member")
    context.write(lambda session: write.unshare(session, name, number, user), context.text("_key"))
    with context.read() as session:
        still = access.allowed(session, name, "read", number)
    return context.go(f"/e/{name}/{number}" if still else f"/e/{name}", "members.removed")


def address(entity: str, id: int) -> str:
    """Where the members of a record are."""
    return f"/e/{entity}/{id}/members"


def _row(context: Context, one: Member, base: str, may: bool, archived: bool) -> MemberRow:
    own = one.user == context.principal.user_id
    last = _last_day(context, one)
    until = context.texts("members.until_day", day=context.formats.date(last)) if last else ""
    return MemberRow(
        _name(context, one), f"/e/user/{one.user}" if one.name else "", context.texts(f"members.level_{one.level}"), until,
        f"{base}/{one.user}" if may or (own and not archived) else "", own and not may,
    )


def _name(context: Context, one: Member) -> str:
    return one.name or context.texts("records.conflict_someone")


def _last_day(context: Context, one: Member) -> date | None:
    return (one.expires_at - timedelta(microseconds=1)).astimezone(context.app.zone).date() if one.expires_at else None


def _member(context: Context) -> Member:
    """The member of the address. Raises `NotFound` for none."""
    number = context.number("member")
    for one in read.members(context.session, context.entity().name, context.number()):
        if one.user == number:
            return one
    raise NotFound()


def _until(context: Context) -> date | None:
    text = context.text("until").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid([FieldError("until", Message("bad_date", {"value": shortened(text)}))]) from None


def _need_share(context: Context) -> None:
    if not access.allowed(context.session, context.entity().name, "share", context.number()):
        raise Denied(Message("may_not_share_record"))


def _dialog(context: Context, one: Member | None, refusal: Invalid | None, status: int) -> Response:
    """For a new member, or for `one`; with what was typed and why it was refused."""
    with context.read() as session:
        entity = context.entity()
        record = read.get(session, entity.name, context.number())
        if not entity.owned or "owner" not in record.values:
            raise NotFound()
        _need_share(context)
        errors = {error.path: error.message.text(context.language) for error in refusal.errors} if refusal else {}
        base = address(entity.name, record.id)
        day = _last_day(context, one) if one else None
        level = context.text("level") if refusal else one.level if one else "read"
        return context.piece(
            "pieces/member.html", status, title=record.title, name=_name(context, one) if one else "",
            person=None if one else _person(context, errors.get("user", "")), levels=_levels(context, level),
            until=context.text("until") if refusal else day.isoformat() if day else "", first=session.today.isoformat(),
            last=(session.today + LONGEST).isoformat(), errors=errors, action=f"{base}/{one.user}/edit" if one else f"{base}/add",
            key=context.new_key(),
        )


def _person(context: Context, error: str) -> Input:
    """The input that finds somebody, as that of the owner does."""
    entity = context.entity()
    chosen = number_of(context.text("owner"))
    title = (read.title(context.session, "user", chosen) if chosen is not None else None) or ""
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{entity.name}/pick")
    content = Content(str(chosen) if title else "", title, error=error)
    return replace(draw(entity.fields["owner"], Judged(True, True), content, drawing), label=context.texts("members.person"), help="")


def _levels(context: Context, chosen: str) -> list[LevelOption]:
    return [
        LevelOption(level, context.texts(f"members.level_{level}"), context.texts(f"members.level_{level}_hint"), level == chosen)
        for level in LEVELS
    ]
