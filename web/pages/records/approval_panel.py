"""The approval of one record: what waits for me, who decides now, the route before submitting, the trail behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.compiled import CompiledEntity, Texts
from engine.languages import localized
from engine.records.queries import Record
from engine.system_fields import APPROVAL_LABELS
from web.context import Context
from web.texts import TEXTS
from web.view_models.records import TimelineItem
from workflows import approvals
from workflows.approvals import RouteStep, TodoItem, Trail, TrailEvent, Waiting

_SIGNS = {
    "submit": ("send", "accent"), "resubmit": ("send", "accent"), "approve": ("check", "good"), "reject": ("x", "bad"),
    "return": ("arrow-back-up", "bad"), "transfer": ("switch-horizontal", ""), "recall": ("arrow-back-up", ""),
    "terminate": ("ban", "bad"),
}
_MECHANICS = frozenset({"reach", "pass", "fail", "skip", "end"})
"""Events of the machine itself; the steps and the state tell as much."""
_COLORS = {
    "pending": "blue", "approved": "green", "rejected": "red", "returned": "orange", "recalled": "gray", "void": "gray",
    "unsubmitted": "gray", "not_required": "gray",
}


@dataclass(frozen=True, slots=True)
class RouteStepView:
    """One step of a route: who would decide, and how."""

    label: str
    mode: str
    people: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RouteView:
    """The steps that would be taken; `note` instead of them when there are none."""

    steps: tuple[RouteStepView, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class WaitingView:
    """Somebody who decides now; `redirect` is the address of the dialog that gives the task to another person, for those
    who may. `stand_in` says who may decide for them, "" for nobody."""

    name: str
    redirect: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class TurnView:
    """A task of the reader's, and what may be done with it now; `told` says what is asked, and for whom."""

    task: int
    resubmit: bool
    told: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PanelView:
    """The approval card of a record page. `turns` are what waits for its reader; `recall` the address that
    takes the approval back, for its initiator. `trail` is of the latest approval, `earlier` of those before it."""

    state: str
    color: str
    turns: tuple[TurnView, ...]
    waiting: tuple[WaitingView, ...]
    recall: str
    trail: tuple[TimelineItem, ...]
    earlier: tuple[TimelineItem, ...]


def panel_of(context: Context, entity: CompiledEntity, record: Record) -> PanelView | None:
    """The panel of a record; None where the reader may not see its approval."""
    state = record.values.get("approval")
    if not isinstance(state, str):
        return None
    session = context.session
    mine = [item for item in approvals.my_tasks(session, entity.name, record.id) if item.kind == "resubmit" or item.actions]
    waiting = approvals.waiting(session, entity.name, record.id) if state == "pending" else []
    trail = approvals.trail(session, entity.name, record.id)
    latest, *before = [_entries(context, one) for one in trail] or [()]
    return PanelView(
        state=entity.fields["approval"].options[state].label[context.language],
        color=_COLORS.get(state, "gray"),
        turns=tuple(_turn(context, item) for item in mine),
        waiting=tuple(_waiting(context, each) for each in waiting),
        recall=f"/e/{entity.name}/{record.id}/recall" if _may_recall(context, state, trail) else "",
        trail=latest,
        earlier=tuple(item for entries in before for item in entries),
    )


def _turn(context: Context, item: TodoItem) -> TurnView:
    if item.kind == "resubmit":
        told = context.texts("approvals.your_resubmit")
    elif item.behalf is not None:
        told = context.texts("approvals.turn_for", name=item.behalf)
    else:
        told = context.texts("approvals.your_turn")
    return TurnView(item.task, item.kind == "resubmit", told, item.actions)


def _waiting(context: Context, task: Waiting) -> WaitingView:
    redirect = f"/approvals/{task.id}?action=transfer" if task.redirectable else ""
    return WaitingView(task.name, redirect, context.texts("approvals.away", name=task.stand_in) if task.stand_in else "")


def route_of(context: Context, entity: str, id: int) -> RouteView | None:
    """Who would decide about the record, as things stand; None where its moves start no approval."""
    route = approvals.preview(context.session, entity, id)
    if route is None:
        return None
    return RouteView(tuple(_step(context, step) for step in route.steps if step.applies and not step.done))


def trail_rows(context: Context, entity: str, id: int) -> list[dict[str, object]]:
    """The trail of the latest approval as plain rows, for prints."""
    instances = approvals.trail(context.session, entity, id)[:1]
    zone = context.app.zone
    return [
        {
            "step": localized(step, context.language) if step else "", "person": _actor(context, event),
            "action": _action(context, event.action), "comment": event.comment or "",
            "at": event.at.astimezone(zone).replace(tzinfo=None),
        }
        for instance in instances for event, step in _told(instance)
    ]


def todo_tags(context: Context, item: TodoItem) -> tuple[tuple[str, str], ...]:
    """What kind of work waits: a decision and for whom, a correction, a copy to read; of what is done, who did it instead."""
    if item.kind == "resubmit":
        return ((APPROVAL_LABELS["returned"][context.language], "orange"),)
    if item.kind == "cc":
        return ((context.texts("approvals.cc"), "gray"),)
    step = ((localized(item.step, context.language), "blue"),) if item.step else ()
    behalf = ((context.texts("approvals.for", name=item.behalf), "orange"),) if item.behalf else ()
    by = ((context.texts("approvals.by", name=item.by), "gray"),) if item.by else ()
    return (*behalf, *by, *step)


def _may_recall(context: Context, state: str, trail: Sequence[Trail]) -> bool:
    """Whether to offer it; the approval itself decides when it is asked for."""
    return state in ("pending", "returned") and bool(trail) and trail[0].initiator == context.principal.name


def _entries(context: Context, trail: Trail) -> tuple[TimelineItem, ...]:
    """What happened in one approval, latest first."""
    return tuple(_entry(context, event, step) for event, step in reversed(_told(trail)))


def _told(trail: Trail) -> list[tuple[TrailEvent, Texts | None]]:
    """What people did in an approval, and what rules decided for them, each with the step it belongs to."""
    decided = {(task.person, task.ended): step.label for step in trail.steps for task in step.tasks if task.ended}
    return [
        (event, event.step or decided.get((event.behalf or event.actor or "", event.at)))
        for event in trail.events
        if event.action not in _MECHANICS
    ]


def _step(context: Context, step: RouteStep) -> RouteStepView:
    note = context.texts("approvals.act_auto") if step.decides != "ask" else ""
    return RouteStepView(
        step.label[context.language], context.texts(f"approvals.mode_{step.mode}"), step.people, note
    )


def _entry(context: Context, event: TrailEvent, step: Texts | None) -> TimelineItem:
    sign, tone = _SIGNS.get(event.action, ("point", ""))
    what = _action(context, event.action)
    if step:
        what = f"{what} · {localized(step, context.language)}"
    if event.people:
        what = f"{what} · {', '.join(event.people)}"
    when, exactly = context.ago(event.at), context.formats.datetime(event.at)
    return TimelineItem(_actor(context, event), what, when, exactly, sign, tone, event.comment or "")


def _actor(context: Context, event: TrailEvent) -> str:
    actor = event.actor or context.texts("records.system_actor")
    return context.texts("approvals.actor_for", name=actor, behalf=event.behalf) if event.behalf is not None else actor


def _action(context: Context, action: str) -> str:
    key = f"approvals.act_{action}"
    return context.texts(key if key in TEXTS else "approvals.act_other")
