"""Home: what waits for me, and what changed lately."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from engine import access, stars
from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Filter, Query, Sort
from engine.refusals import NotFound
from forms.lists import ME
from forms.widgets import text_of
from web.context import Context
from web.icons import icon_name
from web.pages.approvals import todo_rows
from web.pages.finding.recent import record_row
from web.pages.notifications import latest, mentions, unread_count
from web.view_models.shell import Row, Rows

SHOWN = 6
_ENDED = ("done", "cancelled", "closed")


@dataclass(frozen=True, slots=True)
class Stat:
    """One number at the head of the page, and where it comes from."""

    label: str
    value: str
    href: str
    icon: str


def show(context: Context) -> Response:
    """The first page after signing in."""
    waiting = todo_rows(context)
    tasks, numbers = _tasks(context)
    unread = unread_count(context.session)
    texts, number = context.texts, context.formats.number
    stats = [Stat(texts("pages.stat_approvals"), number(len(waiting)), "/approvals", "checklist")]
    stats += numbers
    stats.append(Stat(texts("pages.stat_unread"), number(unread), "/notifications", "bell"))
    return context.page(
        "pages/home.html",
        greeting=_greeting(context),
        today=context.formats.date(context.session.today),
        stats=stats,
        approvals=Rows(texts("pages.home_approvals"), tuple(waiting[:SHOWN]), "/approvals", "checklist"),
        tasks=tasks,
        mentions=Rows(texts("pages.home_mentions"), tuple(mentions(context, SHOWN)), "/notifications", "messages"),
        notices=Rows(texts("pages.home_notifications"), tuple(latest(context, SHOWN)), "/notifications", "bell"),
        starred=Rows(texts("pages.home_starred"), tuple(_starred(context)), "", "star"),
        shared=Rows(texts("members.shared_with_me"), tuple(_shared(context)), "", "users"),
        recent=Rows(texts("pages.home_recent"), tuple(_recent(context)), "", "history"),
        shortcuts=_shortcuts(context),
    )


def _greeting(context: Context) -> str:
    hour = context.session.now.astimezone(context.app.zone).hour
    part = "morning" if 4 <= hour < 12 else "noon" if hour < 18 else "evening"
    return context.texts(f"pages.greeting_{part}", name=context.principal.name)


def _tasks(context: Context) -> tuple[Rows | None, list[Stat]]:
    """My open tasks by due date; how many there are, and how many are late. Nothing where the pack has no tasks."""
    entity = context.app.entities.get("task")
    if entity is None or not access.may(context.session, "task", "read") or not _task_like(context, entity):
        return None, []
    mine = _mine(context, entity)
    session, now = context.session, context.session.now
    late = Filter(("due",), "lt", now if entity.fields["due"].stored == "datetime" else session.today)
    query = Query("task", (("title",), ("due",)), mine, sort=(Sort(("due",)),), limit=SHOWN)
    found = read.page(session, query)
    title, due = found.columns
    rows = tuple(
        Row(
            str(row[title.index] or f"#{row[0]}"), f"/e/task/{row[0]}", "", _due(context, row[due.index]), "checkbox",
            ((context.texts("pages.overdue"), "red"),) if _is_late(context, row[due.index]) else (),
        )
        for row in found.rows
    )
    return Rows(context.texts("pages.home_tasks"), rows, _listed(context, entity, mine), "checkbox"), [
        _stat(context, entity, "pages.stat_tasks", mine, "checkbox"),
        _stat(context, entity, "pages.stat_overdue", (*mine, late), "clock"),
    ]


def _stat(context: Context, entity: CompiledEntity, label: str, filters: tuple[Filter, ...], icon: str) -> Stat:
    """How many records there are, and the way to them."""
    count = read.count(context.session, Query(entity.name, (), filters))
    shown = context.formats.number(count.value) + ("+" if count.capped else "")
    return Stat(context.texts(label), shown, _listed(context, entity, filters), icon)


def _listed(context: Context, entity: CompiledEntity, filters: tuple[Filter, ...]) -> str:
    """The list of what `filters` let through."""
    codes = []
    for one in filters:
        declared = entity.fields[one.path[0]]
        values = one.value if isinstance(one.value, tuple) else (one.value,)
        me = declared.stored == "user" and one.value == context.principal.user_id
        text = ME if me else ",".join(text_of(declared, value, context.reading) for value in values)
        codes.append(("f", f"{one.path[0]}:{one.operator}:{text}"))
    return f"/e/{entity.name}?{urlencode(codes)}"


def _task_like(context: Context, entity: CompiledEntity) -> bool:
    try:
        seen = read.readable_fields(context.session, "task")
    except NotFound:
        return False
    wanted = {"title", "due", "assignee"}
    return wanted <= seen and all(entity.fields[name].column is not None for name in wanted)


def _mine(context: Context, entity: CompiledEntity) -> tuple[Filter, ...]:
    filters = [Filter(("assignee",), "eq", context.principal.user_id)]
    if entity.state_field:
        ended = tuple(name for name in entity.fields[entity.state_field].options if name in _ENDED)
        filters += [Filter((entity.state_field,), "not_in", ended)] if ended else []
    return tuple(filters)


def _due(context: Context, due: object) -> str:
    if due is None:
        return ""
    return context.formats.datetime(due) if hasattr(due, "hour") else context.formats.date(due)  # type: ignore[arg-type]


def _is_late(context: Context, due: object) -> bool:
    if due is None:
        return False
    return due < (context.session.now if hasattr(due, "hour") else context.session.today)  # type: ignore[operator]


def _starred(context: Context) -> list[Row]:
    """The records I marked last."""
    return [record_row(context, ref, title) for ref, title in stars.starred(context.session, SHOWN)]


def _shared(context: Context) -> list[Row]:
    """The records that others made me a member of."""
    return [record_row(context, ref, title) for ref, title in read.shared_with(context.session, SHOWN)]


def _recent(context: Context) -> list[Row]:
    """The records I changed last."""
    return [record_row(context, one.record, one.title, context.ago(one.at)) for one in read.recent(context.session, SHOWN)]


def _menu_entities(context: Context) -> list[str]:
    names = []
    for item in context.forms.menu(context.principal.roles):
        for one in item.items or (item,):
            if one.target == "entity" and access.may(context.session, one.name, "read"):
                names.append(one.name)
    return names


def _shortcuts(context: Context) -> list[tuple[str, str, str]]:
    """Create buttons for the entities at the top of the menu: label, address, icon."""
    names = [name for name in _menu_entities(context) if access.may(context.session, name, "create")]
    entities = context.app.entities
    return [(entities[n].label[context.language], f"/e/{n}/new", icon_name(entities[n].icon)) for n in names[:5]]

