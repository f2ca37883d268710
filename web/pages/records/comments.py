"""Comments on a record: said, changed or taken back by their author for a while; `@` offers whom one may name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from starlette.responses import Response

from engine import mentions
from engine.numerals import number_of
from engine.records import read, write
from engine.records.commenting import OPEN_FOR, own_comment
from engine.refusals import Invalid
from engine.runtime import ReadSession, WriteSession
from web.context import Context

LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class Version:
    """What a comment said, and until when."""

    text: Markup
    until: str


def add(context: Context) -> Response:
    """Says something about the record."""
    name, number = context.part("entity"), context.number()

    def unit(session: WriteSession) -> None:
        write.comment(session, name, number, _written(context, session), _files(context))

    context.write(unit, context.text("_key"))
    return context.go(f"/e/{name}/{number}", "records.commented")


def ask_edit(context: Context) -> Response:
    """The dialog with what the comment says."""
    entity, number = context.entity(), context.number()
    text = own_comment(context.session, entity.name, number, context.number("comment"))
    people = read.titles(context.session, "user", mentions.named_in(text))
    return _edit_dialog(context, _typed(text, people), list(people.items()), "", 200)


def edit(context: Context) -> Response:
    """Says it otherwise."""
    name, number, comment = context.part("entity"), context.number(), context.number("comment")

    def unit(session: WriteSession) -> None:
        write.edit_comment(session, name, number, comment, _written(context, session))

    try:
        context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read() as session:
            people = read.titles(session, "user", _chosen(context))
            told = refusal.errors[0].message.text(context.language)
            return _edit_dialog(context, context.text("text"), list(people.items()), told, 422)
    return context.go(f"/e/{name}/{number}", "records.comment_edited")


def ask_remove(context: Context) -> Response:
    """The dialog before a comment is taken back."""
    entity, number, comment = context.entity(), context.number(), context.number("comment")
    own_comment(context.session, entity.name, number, comment)
    return context.piece(
        "pieces/confirm.html",
        title=context.texts("records.comment_remove_ask"),
        text=context.texts("records.comment_remove_hint"),
        action=f"/e/{entity.name}/{number}/comments/{comment}/remove",
        submit=context.texts("records.comment_remove"),
        kind="danger",
        hidden=[],
        key=context.new_key(),
    )


def remove(context: Context) -> Response:
    """Takes it back."""
    name, number, comment = context.part("entity"), context.number(), context.number("comment")

    def unit(session: WriteSession) -> None:
        write.remove_comment(session, name, number, comment)

    context.write(unit, context.text("_key"))
    return context.go(f"/e/{name}/{number}", "records.comment_removed")


def versions(context: Context) -> Response:
    """The dialog with what a comment said before."""
    entity = context.entity()
    found = read.comment_versions(context.session, entity.name, context.number(), context.number("comment"))
    told = [Version(drawn(context, one.text, one.people), context.formats.datetime(one.until)) for one in found]
    return context.piece("pieces/comment_versions.html", versions=told)


def people(context: Context) -> Response:
    """The people that `@` and what is typed after it (`q`) may mean."""
    entity = context.entity()
    found = mentions.offered(context.session, entity.name, context.number(), context.query("q")[:LONGEST_QUERY])
    return context.piece("pieces/mentions.html", people=found, count=sum(one.reads for one in found))


def drawn(context: Context, text: str, people: Mapping[int, str]) -> Markup:
    """The text of a comment, the people that it names as links."""
    return Markup("").join(_person(context, part, people) if isinstance(part, int) else part for part in mentions.pieces(text))


def may_change(context: Context, author: int | None, at: datetime, removed: bool) -> bool:
    """Whether the reader said it, and so lately that it may be said otherwise."""
    mine = author is not None and author == context.principal.user_id
    return mine and not removed and context.principal.viewer_id is None and context.session.now - at <= OPEN_FOR


def _person(context: Context, user: int, people: Mapping[int, str]) -> Markup:
    """Somebody named, as far as the reader may know them."""
    if user in people:
        return Markup('<a class="mention" href="/e/user/{}">@{}</a>').format(user, people[user])
    return Markup('<span class="mention">@{}</span>').format(context.texts("records.conflict_someone"))


def _typed(text: str, people: Mapping[int, str]) -> str:
    """The text as its author types it: people by their names. Who may not be known any more keeps the mark."""
    parts = mentions.pieces(text)
    return "".join(part if isinstance(part, str) else f"@{people[part]}" if part in people else mentions.mark(part) for part in parts)


def _files(context: Context) -> list[int]:
    """The files that were sent for the comment; what is no number of one stands for a file that is not there."""
    return [number_of(value) or 0 for value in context.typed.getlist("files") if value]


def _chosen(context: Context) -> list[int]:
    """The people chosen from the list while typing."""
    posted = (number_of(value) for value in context.typed.getlist("mention")[: mentions.MOST_NAMED + 1])
    return [user for user in dict.fromkeys(posted) if user is not None]


def _written(context: Context, session: ReadSession) -> str:
    """The text that was typed, with a mark in place of the name of each person chosen: the longest names first, so that none is taken
    for the beginning of another. Of two people of one name the first is meant by the first place, the second by the second."""
    text = context.text("text")
    chosen = _chosen(context)
    by_name: dict[str, list[int]] = {}
    for user, name in read.titles(session, "user", chosen).items() if chosen else ():
        by_name.setdefault(name, []).append(user)
    if not by_name:
        return text
    names = re.compile("@(" + "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True)) + ")")

    def marked(found: re.Match[str]) -> str:
        users = by_name[found[1]]
        return mentions.mark(users.pop(0) if len(users) > 1 else users[0])

    return names.sub(marked, text)


def _edit_dialog(context: Context, text: str, people: list[tuple[int, str]], error: str, status: int) -> Response:
    base = f"/e/{context.part('entity')}/{context.number()}"
    return context.piece(
        "pieces/comment_edit.html", status, text=text, mentioned=people, error=error, base=base,
        action=f"{base}/comments/{context.number('comment')}/edit", key=context.new_key(),
    )
