"""When people are away, and who stands in for them meanwhile. An absence moves nothing from one person to another: while it is in
force, the stand-in may decide the approvals that wait for the absent person (`engine.access.standing`), and after it everything is as
before by itself.

People enter their own absences; whoever sees to somebody's account may do it for them (`accounts.authority`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import notices
from engine.access import allowed, seats_of
from engine.accounts import authority
from engine.accounts.principals import principal_within
from engine.languages import InLanguages
from engine.outside import said
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.storage.platform import absence

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

LONGEST_NOTE = 200
FURTHEST = timedelta(days=731)
"""How far ahead an absence may last."""
KIND = "absence"
"""The kind of the notices."""


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence that is not over: its first and last day in the application's zone, and whether it has begun."""

    id: int
    user: int
    stand_in: int
    first: date
    last: date
    note: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Days:
    """The time of an absence that is asked for: from the instant `begin` to before `end`."""

    first: date
    last: date
    begin: datetime
    end: datetime


def may_enter(s: ReadSession, user: int) -> bool:
    """Whether the principal may enter and change absences of the person: oneself, or whoever sees to the account."""
    return s.principal.user_id == user or authority.in_charge(s, user)


def need_enter(s: ReadSession, user: int) -> None:
    """Raises `NotFound` for a person who may not be known, `Denied` for one whose absences are not the principal's to enter."""
    if may_enter(s, user):
        return
    if "user" not in s.app.entities or not allowed(s, "user", "read", user):
        raise NotFound()
    raise Denied(Message("may_not_enter_absence"))


def absences(s: ReadSession, user: int) -> list[Absence]:
    """The person's absences under way and to come, in order. Raises as `need_enter`."""
    need_enter(s, user)
    query = sa.select(absence).where(absence.c.user_id == user, _not_over(s)).order_by(absence.c.from_at)
    return [_of_row(s, row) for row in s.connection.execute(query)]


def get(s: ReadSession, user: int, id: int) -> Absence:
    """One absence of the person that is not over. Raises as `need_enter`, and `NotFound` for none."""
    found = next((one for one in absences(s, user) if one.id == id), None)
    if found is None:
        raise NotFound()
    return found


def enter(s: WriteSession, user: int, stand_in: int | None, first: date | None, last: date | None, note: str = "") -> int:
    """The person is away from the day `first` to the end of the day `last`; returns the number of the absence. The stand-in is told,
    with how much waits where it begins at once.

    Raises as `need_enter`, and `Invalid` at `stand_in` for somebody who is unknown, not active, the person or away at that time, at
    `first` or `last` for days that cannot be or that overlap another absence of the person, at `note` for a text too long."""
    need_enter(s, user)
    days, chosen, text = _checked(s, user, stand_in, (first, last), note, None)
    row = {
        "user_id": user, "stand_in_id": chosen, "from_at": days.begin, "until_at": days.end, "note": text, "created_at": s.now,
        "created_by": s.principal.user_id, "ended_at": None,
    }
    id = s.connection.execute(sa.insert(absence).values(row).returning(absence.c.id)).scalar_one()
    authority.tell(s, user, "absence_entered")
    s.touch_access()
    _tell_stand_in(s, user, chosen, days)
    _tell_represented(s, user, days)
    _tell_person(s, user, "told_absence_entered", days)
    return id


def change(
    s: WriteSession, user: int, id: int, stand_in: int | None, first: date | None, last: date | None, note: str = ""
) -> None:
    """Other days, another stand-in or another note; the first day of an absence under way stays. Raises as `enter`, and `NotFound` for
    no such absence, `Refused` for one that is over."""
    need_enter(s, user)
    before = _locked(s, user, id)
    days, chosen, text = _checked(s, user, stand_in, (first, last), note, before)
    values = {"stand_in_id": chosen, "from_at": days.begin, "until_at": days.end, "note": text}
    if all(getattr(before, name) == value for name, value in values.items()):
        return
    s.connection.execute(sa.update(absence).where(absence.c.id == id).values(values))
    authority.tell(s, user, "absence_changed")
    s.touch_access()
    if before.stand_in_id != chosen:
        _leave(s, [before.stand_in_id], "told_stand_in_ended", user)
    if (before.stand_in_id, before.from_at, before.until_at) != (chosen, days.begin, days.end):
        _tell_stand_in(s, user, chosen, days)
        _tell_represented(s, user, days)
        _tell_person(s, user, "told_absence_entered", days)


def end(s: WriteSession, user: int, id: int) -> None:
    """The person is back, or does not go: the stand-in decides nothing for them any more. Raises as `change`."""
    need_enter(s, user)
    before = _locked(s, user, id)
    s.connection.execute(sa.update(absence).where(absence.c.id == id).values(ended_at=s.now))
    authority.tell(s, user, "absence_ended")
    s.touch_access()
    _leave(s, [before.stand_in_id], "told_stand_in_ended", user)
    _tell_person(s, user, "told_absence_ended", None)


def tell_of_leavers(s: WriteSession, leavers: Collection[int], administrators: Sequence[int]) -> None:
    """People were disabled: whoever relied on one of them as a stand-in is told, and so are the administrators."""
    query = sa.select(absence.c.user_id, absence.c.stand_in_id).distinct()
    query = query.where(absence.c.stand_in_id.in_(leavers), _not_over(s))
    for user, stand_in in s.connection.execute(query.order_by(absence.c.stand_in_id, absence.c.user_id)).all():
        _leave(s, [user], "told_stand_in_gone", stand_in)
        others = [one for one in administrators if one not in (user, stand_in)]
        _leave(s, others, "told_admin_stand_in_gone", stand_in)


def _not_over(s: ReadSession) -> sa.ColumnElement[bool]:
    return absence.c.ended_at.is_(None) & (absence.c.until_at > s.now)


def _of_row(s: ReadSession, row: sa.Row[Any]) -> Absence:
    first, last = _first_day(s, row), _last_day(s, row)
    return Absence(row.id, row.user_id, row.stand_in_id, first, last, row.note, row.from_at <= s.now)


def _first_day(s: ReadSession, row: sa.Row[Any]) -> date:
    return row.from_at.astimezone(s.app.zone).date()


def _last_day(s: ReadSession, row: sa.Row[Any]) -> date:
    return (row.until_at - timedelta(microseconds=1)).astimezone(s.app.zone).date()


def _locked(s: WriteSession, user: int, id: int) -> sa.Row[Any]:
    """The absence; whoever else changes it waits. Raises `NotFound`, and `Refused` for one that is over."""
    mine = (absence.c.id == id) & (absence.c.user_id == user)
    row = s.connection.execute(sa.select(absence).where(mine).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.ended_at is not None or row.until_at <= s.now:
        raise Refused(Message("absence_over"))
    return row


def _checked(
    s: WriteSession, user: int, stand_in: int | None, asked: tuple[date | None, date | None], note: str, before: sa.Row[Any] | None
) -> tuple[Days, int, str]:
    """What is to be stored. Both people are locked, so that of two absences entered at once the second sees the first."""
    errors: list[FieldError] = []
    days = _days(s, asked, before, errors)
    chosen = _stand_in(s, user, stand_in, errors)
    text = said(note, "note", LONGEST_NOTE)
    if days is None or chosen is None:
        raise Invalid(errors)
    people = s.app.entities["user"].lineage
    s.lock_anchors([(people, user), (people, chosen)])
    _refuse_overlaps(s, user, chosen, days, before)
    return days, chosen, text


def _days(
    s: WriteSession, asked: tuple[date | None, date | None], before: sa.Row[Any] | None, errors: list[FieldError]
) -> Days | None:
    first, last = asked
    began = before is not None and before.from_at <= s.now
    if before is not None and began:
        first = _first_day(s, before)
    found = len(errors)
    latest = s.today + FURTHEST
    for path, day in (("first", first), ("last", last)):
        if day is None:
            errors.append(FieldError(path, Message("required")))
        elif not (s.today <= day <= latest or (path == "first" and began)):
            errors.append(FieldError(path, Message("date_range", {"first": s.today, "last": latest})))
    if len(errors) > found or first is None or last is None:
        return None
    if last < first:
        errors.append(FieldError("last", Message("absence_backwards")))
        return None
    zone = s.app.zone
    begin = datetime.combine(first, time.min, zone)
    return Days(first, last, begin, datetime.combine(last + timedelta(days=1), time.min, zone))


def _stand_in(s: WriteSession, user: int, stand_in: int | None, errors: list[FieldError]) -> int | None:
    """Whom one does not know is told like somebody who is not active."""
    if stand_in is None:
        errors.append(FieldError("stand_in", Message("required")))
    elif stand_in == user:
        errors.append(FieldError("stand_in", Message("stand_in_self")))
    elif not allowed(s, "user", "read", stand_in) or principal_within(s, stand_in) is None:
        errors.append(FieldError("stand_in", Message("bad_assignee")))
    else:
        return stand_in
    return None


def _refuse_overlaps(s: WriteSession, user: int, stand_in: int, days: Days, before: sa.Row[Any] | None) -> None:
    """Nobody is away twice at a time, and nobody stands in while they are away themselves: so there are no circles."""
    both = absence.c.ended_at.is_(None) & (absence.c.from_at < days.end) & (absence.c.until_at > days.begin)
    other = absence.c.id != (before.id if before is not None else 0)
    query = sa.select(absence).where(absence.c.user_id.in_((user, stand_in)), both, other, _not_over(s))
    rows = s.connection.execute(query.order_by(absence.c.from_at)).all()
    errors: list[FieldError] = []
    for whose, path, code in ((user, "first", "absence_overlaps"), (stand_in, "stand_in", "stand_in_away")):
        row = next((row for row in rows if row.user_id == whose), None)
        if row is not None:
            errors.append(FieldError(path, Message(code, {"first": _first_day(s, row), "last": _last_day(s, row)})))
    if errors:
        raise Invalid(errors)


def _tell_stand_in(s: WriteSession, user: int, stand_in: int, days: Days) -> None:
    if days.begin > s.now:
        _leave(s, [stand_in], "told_stand_in", user, days)
        return
    theirs = principal_within(s, stand_in)
    waiting = seats_of(s.acting_as(theirs)).subquery() if theirs is not None else None
    if waiting is not None:
        mine = sa.select(sa.func.count()).select_from(waiting).where(waiting.c.assignee_id == user)
        count = s.connection.execute(mine).scalar_one()
        _leave(s, [stand_in], "told_stand_in_now", user, days, {"count": count})


def _tell_represented(s: WriteSession, user: int, days: Days) -> None:
    """Whom the person stands in for at that time hears of it: nobody stands in for whoever stands in."""
    both = absence.c.ended_at.is_(None) & (absence.c.from_at < days.end) & (absence.c.until_at > days.begin)
    query = sa.select(absence.c.user_id).distinct().where(absence.c.stand_in_id == user, both, _not_over(s))
    _leave(s, s.connection.execute(query.order_by(absence.c.user_id)).scalars().all(), "told_stand_in_away", user, days)


def _tell_person(s: WriteSession, user: int, code: str, days: Days | None) -> None:
    """What one does oneself one need not be told."""
    if s.principal.user_id not in (None, user):
        _leave(s, [user], code, s.principal.user_id, days)


def _leave(
    s: WriteSession, users: Sequence[int], code: str, actor: int | None, days: Days | None = None,
    values: Mapping[str, object] | None = None,
) -> None:
    told = Message(code, {**({"first": days.first, "last": days.last} if days else {}), **(values or {})})
    notices.leave(s, users, KIND, InLanguages(told.text), None, actor)
