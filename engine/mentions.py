"""People whom a comment names: kept as `@{id}`, so that it goes on naming them when they are called otherwise. Only who may read
the record can be named (law 2: a notice about it is for them alone)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import allowed
from engine.accounts.principals import load_principal
from engine.numerals import PATTERN, number_of
from engine.records.detail import exists, titles
from engine.records.picker import named_like
from engine.refusals import FieldError, Invalid, Message
from engine.storage.platform import version

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_OFFERED = 8
MOST_NAMED = 20
"""People that one comment names."""
_MARK = re.compile(f"@\\{{({PATTERN})\\}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who may be meant; `reads` tells whether they may read the record."""

    id: int
    name: str
    reads: bool


def mark(user: int) -> str:
    """How a text names the person."""
    return f"@{{{user}}}"


def named_in(text: str) -> tuple[int, ...]:
    """The people that `text` names, each once, in order."""
    return tuple(dict.fromkeys(id for found in _MARK.findall(text) if (id := number_of(found)) is not None))


def pieces(text: str) -> Iterator[str | int]:
    """`text` in its parts: a number for each person that it names."""
    for place, part in enumerate(_MARK.split(text)):
        number = number_of(part) if place % 2 else None
        if number is not None:
            yield number
        elif part:
            yield f"@{{{part}}}" if place % 2 else part


def offered(s: ReadSession, entity: str, id: int, text: str) -> list[Offered]:
    """The active people whose name holds `text` (blank: any), those who may read the record first. The answer takes a statement for
    each of `MOST_OFFERED` at most. Raises `NotFound` when the principal may not read the record."""
    exists(s, entity, id)
    if "user" not in s.app.entities:
        return []
    found = {choice.id: choice.title for choice in named_like(s, "user", text, MOST_OFFERED)}
    reads = _readers(s, entity, id, found)
    people = [Offered(user, found[user], may) for user, may in reads.items()]
    return sorted(people, key=lambda one: not one.reads)


def refuse_strangers(s: ReadSession, entity: str, id: int, users: Collection[int]) -> None:
    """Raises `Invalid` unless the principal knows all of `users` and each is active and may read the record."""
    if len(users) > MOST_NAMED:
        raise Invalid([FieldError("text", Message("too_many_mentions", {"limit": MOST_NAMED}))])
    known: Mapping[int, str] = titles(s, "user", users) if users and "user" in s.app.entities else {}
    reads = _readers(s, entity, id, known)
    for user in users:
        if user not in reads:
            raise Invalid([FieldError("text", Message("mention_unknown"))])
        if not reads[user]:
            raise Invalid([FieldError("text", Message("mention_unseen", {"name": known[user]}))])


def _readers(s: ReadSession, entity: str, id: int, users: Collection[int]) -> dict[int, bool]:
    """Whether each of `users` may read the record; without those who are not active."""
    if not users:
        return {}
    stamp = s.connection.execute(sa.select(version.c.access_stamp)).scalar_one()
    found = {user: load_principal(s.connection, s.app, user, stamp) for user in users}
    return {user: allowed(replace(s, principal=who), entity, "read", id) for user, who in found.items() if who is not None}
