"""What happened to a record, newest first: changes, moves, decisions and comments in one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from markupsafe import Markup, escape
from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.files import StoredFile
from engine.pictures import PICTURE_TYPES
from engine.records import read
from engine.records.comments_read import CommentView
from engine.records.queries import Change, FieldChange
from forms.cells import tag, thumb
from metadata.rich_texts import plain_text
from web.composition import flows_of
from web.context import Context
from web.pages.file_names import file_names
from web.pages.records import comments
from web.pages.values import value_html
from web.view_models.records import CarriedFile, Timeline, TimelineItem

SHOWN = 20
MORE = 500
_SIGNS: Mapping[str, tuple[str, str]] = {
    "create": ("plus", "good"), "update": ("pencil", ""), "move": ("arrow-right", "accent"), "delete": ("trash", "bad"),
    "restore": ("arrow-back-up", ""), "assign": ("switch-horizontal", ""), "approve": ("checklist", "accent"),
    "comment": ("message-circle", ""), "file": ("paperclip", ""), "import": ("upload", ""), "print": ("printer", ""),
    "share": ("users", ""), "convert": ("arrows-exchange", "accent"), "account": ("shield-check", "accent"),
}
_TO_ACCOUNTS = frozenset({
    "sessions_ended", "link_invite", "link_reset", "step_on", "step_off", "step_removed", "view_begun", "view_ended",
    "absence_entered", "absence_changed", "absence_ended",
})
"""What is done to accounts and told in words of its own."""
_OUTCOMES = frozenset({"approved", "rejected", "returned", "recalled", "terminated", "revoked"})
_LONGEST = 400
_REMEMBERED = 365 * 24 * 3600
KINDS = ("all", "changes", "comments", "moves", "files")
"""What the switch over a timeline offers."""
PARAMETER = "timeline"
"""The kind, in the address of a record's page and in the cookie that remembers it."""
_MOVES = frozenset({"move", "approve", "convert"})


def show_all(context: Context) -> Response:
    """The whole timeline, in place of its beginning; of one kind, where it is chosen (`timeline`), which is remembered."""
    entity, chosen = context.entity(), context.query(PARAMETER)
    shown = timeline_of(context, entity, context.number(), SHOWN if chosen == "all" else MORE)
    answer = context.piece("pieces/timeline.html", timeline=shown)
    if chosen in KINDS:
        answer.set_cookie(PARAMETER, chosen, max_age=_REMEMBERED, httponly=True, samesite="lax", secure=context.secure, path="/")
    return answer


def timeline_of(context: Context, entity: CompiledEntity, id: int, most: int = SHOWN) -> Timeline:
    """The latest `most` things of everything the reader may know; of the chosen kind all, as far as whole timelines go."""
    only = _chosen(context)
    most = most if only == "all" else MORE
    told = read.history(context.session, entity.name, id, most + 1)
    changes = [change for change in told if change.kind != "comment" and only in ("all", _kind(entity, change))]
    told_of = [part for change in changes if change.kind != "create" for part in change.changes]
    names = file_names(context.session, _file_ids(entity, told_of))
    people = _members(context, changes)
    items = [(change.at, _item(context, entity, change, names, people)) for change in changes]
    commented = only in ("all", "comments", "files") and any(change.kind == "comment" for change in told)
    said_of_it = read.comments(context.session, entity.name, id, most + 1) if commented else ()
    for said in (one for one in said_of_it if only != "files" or one.files):
        items.append((said.at, _comment(context, f"/e/{entity.name}/{id}/comments/{said.id}", said)))
    items.sort(key=lambda pair: pair[0] if isinstance(pair[0], datetime) else datetime.min, reverse=True)
    address = f"/e/{entity.name}/{id}/timeline"
    more = address if len(items) > most and most < MORE else ""
    return Timeline(tuple(item for _, item in items[:most]), more, address, only)


def _chosen(context: Context) -> str:
    """The kind that the address asks for, else the one that was chosen last."""
    asked = context.query(PARAMETER) or context.request.cookies.get(PARAMETER, "")
    return asked if asked in KINDS else "all"


def _kind(entity: CompiledEntity, change: Change) -> str:
    """Of which kind a change is that is no comment."""
    if change.kind == "file" or any(entity.fields[part.field].stored in ("file", "files") for part in change.changes
                                    if change.kind == "update" and part.field in entity.fields):
        return "files"
    return "moves" if change.kind in _MOVES else "changes"


def _comment(context: Context, address: str, said: CommentView) -> TimelineItem:
    what = context.texts("records.h_comment_removed" if said.removed else "records.h_comment")
    told = _made(context, said.author, what, said.at, "comment", comments.drawn(context, said.text, said.people))
    mine = comments.may_change(context, said.author_id, said.at, said.removed)
    edited = f"{address}/versions" if said.edited_at and not said.removed else ""
    return replace(told, change=address if mine else "", edited=edited, files=tuple(_carried(context, one) for one in said.files))


def _carried(context: Context, one: StoredFile) -> CarriedFile:
    picture = Markup(thumb(one.id, one.name)) if one.media_type in PICTURE_TYPES else Markup("")
    return CarriedFile(one.id, one.name, context.formats.size(one.size), picture)


def _item(
    context: Context, entity: CompiledEntity, change: Change, names: Mapping[int, str], people: Mapping[int, str]
) -> TimelineItem:
    what = _shared(context, change, people) if change.kind == "share" else _what(context, entity, change)
    quote = str(change.detail.get("comment") or "")
    return _made(context, change.actor, what, change.at, change.kind, quote, tuple(_lines(context, entity, change, names)))


def _what(context: Context, entity: CompiledEntity, change: Change) -> str:
    """What was done, in words; a move by its own name, an approval by its outcome."""
    flow = flows_of(context.session).flows.get(entity.name)
    move = flow.moves.get(str(change.detail.get("move"))) if flow else None
    if move is not None:
        return context.texts("records.h_moved", move=move.label[context.language])
    outcome = str(change.detail.get("outcome"))
    if change.kind == "approve" and outcome in _OUTCOMES:
        return context.texts(f"records.h_{outcome}")
    did = change.detail.get("did")
    if change.kind == "account" and did in _TO_ACCOUNTS:
        return context.texts(f"records.h_account_{did}")
    return context.texts(f"records.h_{change.kind}" if change.kind in _SIGNS else "records.h_update")


def _members(context: Context, changes: Iterable[Change]) -> Mapping[int, str]:
    """The names of the members whom the changes tell of; no statement where they tell of none."""
    wanted = {user for change in changes if (user := _member(change)) is not None}
    return read.titles(context.session, "user", wanted) if wanted else {}


def _member(change: Change) -> int | None:
    """Whom a record was shared with, as far as the reader may know whom it belongs to."""
    told = change.detail.get("member")
    user = told.get("owner") if isinstance(told, Mapping) else None
    return user if isinstance(user, int) else None


def _shared(context: Context, change: Change, people: Mapping[int, str]) -> str:
    """Whom it was shared with, in what way and until when; to whoever may not know the person, only that something changed."""
    name, did, texts = people.get(_member(change) or 0), change.detail.get("did"), context.texts
    if name is None:
        return texts("records.h_share")
    if did == "removed":
        return texts("members.h_removed", name=name)
    level = texts("members.level_write" if change.detail.get("level") == "write" else "members.level_read")
    until = change.detail.get("until")
    day = texts("members.h_until", day=context.formats.date(date.fromisoformat(until))) if isinstance(until, str) else ""
    return texts("members.h_added" if did == "added" else "members.h_changed", name=name, level=level) + day


def _made(
    context: Context, who: str, what: str, at: object, kind: str, quote: str | Markup = "",
    changes: tuple[tuple[str, Markup, Markup], ...] = (),
) -> TimelineItem:
    sign, tone = _SIGNS.get(kind, ("point", ""))
    exactly = context.formats.datetime(at) if isinstance(at, datetime) else ""
    name = who or context.texts("records.conflict_someone")
    return TimelineItem(name, what, context.ago(at), exactly, sign, tone, quote, changes)


def field_items(context: Context, entity: CompiledEntity, changes: Iterable[Change], name: str) -> tuple[TimelineItem, ...]:
    """Those of the `changes` that changed the field `name`, each with what it was and is."""
    held = [(change, part) for change in changes for part in change.changes if part.field == name]
    names = file_names(context.session, [id for _, part in held for id in _file_ids(entity, [part])])
    return tuple(
        _made(context, change.actor, _what(context, entity, change), change.at, change.kind, "", (_line(context, entity, part, names),))
        for change, part in held
    )


def _lines(
    context: Context, entity: CompiledEntity, change: Change, names: Mapping[int, str]
) -> Iterable[tuple[str, Markup, Markup]]:
    """Each changed field with what it was and is; files by `names`. A creation tells nothing but that."""
    if change.kind == "create":
        return
    for part in change.changes:
        if part.field in entity.fields and part.field not in ("updated_at", "updated_by", "revision", "archived_at"):
            yield _line(context, entity, part, names)


def _line(
    context: Context, entity: CompiledEntity, part: FieldChange, names: Mapping[int, str]
) -> tuple[str, Markup, Markup]:
    declared = entity.fields[part.field]
    label = declared.label[context.language]
    if declared.children:
        return label, Markup(""), escape(context.texts("records.rows_changed", count=_rows(part)))
    if declared.stored in ("file", "files"):
        return label, _files(context, part.before, names), _files(context, part.after, names)
    if declared.options:
        return label, _option(context, entity, part.field, part.before), _option(context, entity, part.field, part.after)
    return label, _short(context, entity, part.field, part.before), _short(context, entity, part.field, part.after)


def _rows(part: FieldChange) -> int:
    lengths = [len(value) for value in (part.before, part.after) if isinstance(value, tuple | list)]
    return max(lengths, default=0)


def _files(context: Context, value: object, names: Mapping[int, str]) -> Markup:
    """Files by their names, those that are gone by that."""
    return Markup(", ").join(names.get(one) or context.texts("records.file_gone") for one in _ids(value))


def _file_ids(entity: CompiledEntity, parts: Iterable[FieldChange]) -> list[int]:
    """The files that changes of fields tell of."""
    held = [part for part in parts if part.field in entity.fields and entity.fields[part.field].stored in ("file", "files")]
    return [one for part in held for value in (part.before, part.after) for one in _ids(value)]


def _ids(value: object) -> list[int]:
    return [one for one in (value if isinstance(value, tuple | list) else (value,)) if isinstance(one, int)]


def _option(context: Context, entity: CompiledEntity, name: str, value: object) -> Markup:
    options = entity.fields[name].options
    names = value if isinstance(value, tuple | list) else (value,)
    known = [options[str(one)] for one in names if str(one) in options]
    return Markup(" ").join(Markup(tag(one, context.language)) for one in known)


def _short(context: Context, entity: CompiledEntity, name: str, value: object) -> Markup:
    declared = entity.fields[name]
    if isinstance(value, str) and declared.stored == "rich":
        words = plain_text(value)
        return escape(words[:_LONGEST] + "…" if len(words) > _LONGEST else words)
    if isinstance(value, str) and len(value) > _LONGEST:
        value = value[:_LONGEST] + "…"
    return value_html(context, declared, value, "")
