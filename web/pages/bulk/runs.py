"""One's work on many records: how far it is, what came of it, stopping it and taking it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from starlette.responses import Response

from engine import bulk
from engine.bulk import Run
from engine.records import read
from engine.runtime import WriteSession
from reports.exchange.cells import guarded
from web.bulk_port import ListsAndFlows
from web.context import Context
from web.pages.bulk.words import told
from web.pages.lists.export import csv_response
from web.view_models.shell import Link, Row
from web.view_models.work import Told, WhyNot, WorkView

DIRECT = 50
"""Records done within the request; more are left to the worker."""
GRACE = timedelta(minutes=1)
"""After that long a worker takes up what a request was to do, if that broke off."""
_COLORS = {"running": "blue", "done": "green", "cancelled": "gray"}


def index(context: Context) -> Response:
    """What I began, newest first."""
    runs = [(run, told(context, run.entity, run.action, linked=False)) for run in bulk.latest(context.session)]
    rows = [
        Row(
            one.label, f"/runs/{run.id}", _sub(context, run, one), context.ago(run.at), one.icon,
            ((context.texts(f"work.state_{_state(run)}"), _COLORS[_state(run)]),),
        )
        for run, one in runs
    ]
    return context.page("pages/work_list.html", rows=rows)


def show(context: Context) -> Response:
    """One of them: how far it is, and what came of it."""
    run = bulk.find(context.session, context.number())
    one = told(context, run.entity, run.action)
    result = bulk.result(context.session, run.id)
    shown = [*result.changed, *(id for reason in result.reasons for id in reason.records)]
    titles = read.titles(context.session, run.entity, shown) if run.entity and shown and one.known else {}
    counts = [
        (context.texts(f"work.count_{_word(run, state)}"), context.formats.number(run.counts[state]), state)
        for state in ("changed", "unchanged", "refused", "left", "waiting") if run.counts.get(state)
    ]
    view = WorkView(
        title=one.label,
        entity=one.entity,
        icon=one.icon,
        href=f"/e/{run.entity}" if one.known else "",
        base=f"/runs/{run.id}",
        state=context.texts(f"work.state_{_state(run)}"),
        color=_COLORS[_state(run)],
        running=run.ended is None,
        done=run.finished,
        total=run.total,
        progress=context.texts(
            "work.progress", done=context.formats.number(run.finished), total=context.formats.number(run.total)
        ),
        began=context.ago(run.at),
        counts=tuple(counts),
        reasons=tuple(
            WhyNot(reason.texts[context.language], reason.count, _links(run, reason.records, titles)) for reason in result.reasons
        ),
        changed=_links(run, result.changed, titles),
        changed_title=context.texts("work.undone_title" if run.action.kind == "undo" else "work.changed_title"),
        undo=one.revocable and bulk.undoable(context.session, run),
    )
    return context.page("pages/work.html", work=view, key=context.new_key())


def cancel(context: Context) -> Response:
    """Does no more after the record at hand."""
    number = context.number()
    context.write(lambda session: bulk.cancel(session, number))
    return context.go(f"/runs/{number}", "work.cancelled")


def undo(context: Context) -> Response:
    """Takes a run back, as whoever asks for it; sent twice it is one run."""
    number = context.number()

    def unit(session: WriteSession) -> list[int]:
        run = bulk.find(session, number)
        direct = run.counts.get("changed", 0) <= DIRECT
        made = bulk.undo(session, number, GRACE if direct else timedelta(0))
        return [made, *([id for id, _, _ in bulk.outcomes(session, made)] if direct else [])]

    made = context.write(unit, context.text("_key") or f"undo-{number}")
    with context.read() as session:
        entity = bulk.find(session, made[0]).entity
    return carried_out(context, made[0], made[1:], f"/e/{entity}" if entity else f"/runs/{made[0]}")


def download(context: Context) -> Response:
    """What came of each record, as a file."""
    run = bulk.find(context.session, context.number())
    found = bulk.outcomes(context.session, run.id)
    titles: dict[int, str] = {}
    if run.entity is not None and told(context, run.entity, run.action).known:
        for start in range(0, len(found), 1000):
            titles |= read.titles(context.session, run.entity, [id for id, _, _ in found[start : start + 1000]])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([context.texts(f"work.column_{name}") for name in ("id", "title", "result", "reason")])
    for id, state, reason in found:
        told_state = context.texts(f"work.count_{_word(run, state)}")
        told_reason = reason[context.language] if reason is not None else ""
        writer.writerow([str(id), guarded(titles.get(id, "")), told_state, guarded(told_reason)])
    return csv_response(text.getvalue(), f"{context.texts('work.result')}-{run.id}")


def carried_out(context: Context, run: int, ids: Sequence[int], back: str) -> Response:
    """Does a run that was begun, unless it is the worker's (no `ids`); where that went without a hitch goes `back`, else to the
    page of the run."""
    if not ids:
        return context.go(f"/runs/{run}", "work.began")
    bulk.carry_out(context.write, ListsAndFlows(), run, ids)
    with context.read() as session:
        found = bulk.find(session, run)
        revocable = bulk.undoable(session, found) and told(context, found.entity, found.action).revocable
    if found.counts.keys() - {"changed", "unchanged"}:
        return context.go(f"/runs/{run}")
    changed = found.counts.get("changed", 0)
    key = "work.undone" if found.action.kind == "undo" else "work.done"
    if not changed:
        return context.go(back, "work.done_none")
    values = {"undo": f"/runs/{run}/undo"} if revocable else {}
    return context.go(back, f"{key}_one" if changed == 1 else key, count=str(changed), **values)


def _sub(context: Context, run: Run, one: Told) -> str:
    done, total = context.formats.number(run.finished), context.formats.number(run.total)
    return f"{one.entity} · " + context.texts("work.progress", done=done, total=total)


def _state(run: Run) -> str:
    return "running" if run.ended is None else "cancelled" if run.cancelled else "done"


def _word(run: Run, state: str) -> str:
    return "undone" if state == "changed" and run.action.kind == "undo" else state


def _links(run: Run, ids: Sequence[int], titles: dict[int, str]) -> tuple[Link, ...]:
    return tuple(Link(titles[id], f"/e/{run.entity}/{id}") for id in ids if id in titles)
