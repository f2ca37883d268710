"""One's work on many records: how far it is, what came of it, stopping it and taking it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from starlette.responses import Response, StreamingResponse

from engine import access, bulk
from engine.bulk import Exported, Run
from engine.bulk.exporting import FILES_KEPT
from engine.languages import localized
from engine.records import read
from engine.refusals import NotFound
from engine.runtime import WriteSession
from reports.exchange.cells import guarded
from web.bulk_port import ListsAndFlows
from web.context import Context
from web.pages.bulk.words import told
from web.pages.files import CHUNK
from web.pages.lists.export import csv_response, kept_as
from web.pages.lists.filters import chips_of
from web.pages.lists.request import request_of
from web.view_models.shell import Link, Row
from web.view_models.work import Told, WhyNot, WorkView

DIRECT = 50
"""Records done within the request; more are left to the worker."""
GRACE = timedelta(minutes=1)
"""After that long a worker takes up what a request was to do, if that broke off."""
_CHANGED = {"move": "moved", "assign": "assigned", "trash": "trashed", "undo": "undone"}
"""What became of a record, by what was done to it."""
_COLORS = {"running": "blue", "done": "green", "cancelled": "gray"}


def index(context: Context) -> Response:
    """What I began, newest first."""
    mine, others = bulk.latest(context.session), bulk.exports(context.session)
    people = read.titles(context.session, "user", list({run.owner for run in others})) if others else {}
    return context.page(
        "pages/work_list.html",
        rows=[_row(context, run, told(context, run.entity, run.action, linked=False)) for run in mine],
        exports=[
            _row(context, run, told(context, run.entity, run.action, linked=False), people.get(run.owner, "")) for run in others
        ],
    )


def _row(context: Context, run: Run, one: Told, who: str = "") -> Row:
    state = _state(run)
    said = f"{who} · {_sub(context, run, one)}" if who else _sub(context, run, one)
    tags = ((context.texts(f"work.state_{state}"), _COLORS[state]),)
    return Row(one.label, f"/runs/{run.id}", said, context.ago(run.at), one.icon, tags)


def show(context: Context) -> Response:
    """One of them: how far it is, and what came of it."""
    run = bulk.find(context.session, context.number())
    one = told(context, run.entity, run.action)
    result = bulk.result(context.session, run.id)
    shown = [*result.changed, *(id for reason in result.reasons for id in reason.records)]
    titles = read.titles(context.session, run.entity, shown) if run.entity and shown and one.known else {}
    counts = [
        (context.texts(f"work.count_{_word(run, state)}"), context.formats.number(run.counts[state]), state)
        for state in ("exported", "changed", "unchanged", "refused", "left", "waiting") if run.counts.get(state)
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
        progress=_progress(context, run),
        began=context.ago(run.at),
        counts=tuple(counts),
        reasons=tuple(
            WhyNot(localized(reason.texts, context.language), reason.count, _links(run, reason.records, titles))
            for reason in result.reasons
        ),
        changed=_links(run, result.changed, titles),
        changed_title=context.texts(f"work.{_word(run, 'changed')}_title"),
        undo=one.revocable and bulk.undoable(context.session, run),
    )
    made = bulk.exported(context.session, run.id)
    if made is not None:
        view = _of_export(context, run, one, made, view)
    return context.page("pages/work.html", work=view, key=context.new_key())


def cancel(context: Context) -> Response:
    """Does no more after the record at hand."""
    number = context.number()
    context.write(lambda session: bulk.cancel(session, number))
    return context.go(f"/runs/{number}", "work.cancelled")


def exported(context: Context) -> Response:
    """The file of an export, for whoever asked for it, as long as they may export such records. Raises `NotFound` for others, and
    when it is kept no more."""
    run = bulk.find(context.session, context.number())
    made = bulk.exported(context.session, run.id)
    if made is None or made.storage is None or run.entity is None or not access.may(context.session, run.entity, "export"):
        raise NotFound()
    stream = context.site.runtime.files.open(made.storage)

    def parts() -> Iterator[bytes]:
        with stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    headers = {**kept_as(made.name), "Content-Length": str(made.size)}
    return StreamingResponse(parts(), media_type="application/octet-stream", headers=headers)


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
        told_reason = localized(reason, context.language) if reason is not None else ""
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
    key = f"work.done_{found.action.kind}"
    if not changed:
        return context.go(back, "work.done_none")
    values = {"undo": f"/runs/{run}/undo"} if revocable else {}
    return context.go(back, f"{key}_one" if changed == 1 else key, count=str(changed), **values)


def _sub(context: Context, run: Run, one: Told) -> str:
    return f"{one.entity} · {_progress(context, run)}"


def _progress(context: Context, run: Run) -> str:
    key = "work.export_progress" if run.action.kind == "export" else "work.progress"
    return context.texts(key, done=context.formats.number(run.finished), total=context.formats.number(run.total))


def _of_export(context: Context, run: Run, one: Told, made: Exported, view: WorkView) -> WorkView:
    """The page of an export: its file, what it is of, or why there is none."""
    ended, mine = run.ended, run.owner == context.principal.user_id
    file = None
    if made.storage is not None:
        size = context.texts("work.export_file", size=context.formats.size(made.size))
        file = Link(size, f"/runs/{run.id}/file")
    note = ""
    if ended is not None and mine and not run.cancelled and made.reason is None:
        until = ended + FILES_KEPT
        kept = context.texts("work.export_file_kept", day=context.formats.date(until.astimezone(context.app.zone).date()))
        note = kept if file else context.texts("work.export_file_gone" if made.name else "work.export_sent")
    state = "refused" if made.reason is not None else _state(run)
    return replace(
        view,
        export=True,
        file=file,
        note=note,
        narrowed=tuple(_narrowed(context, run, one, made)),
        state=context.texts(f"work.state_{state}"),
        color="red" if made.reason is not None else view.color,
        refused=localized(made.reason, context.language) if made.reason is not None else "",
    )


def _narrowed(context: Context, run: Run, one: Told, made: Exported) -> Iterator[str]:
    """What narrows the list, in words, as far as the reader may know of it."""
    entity = context.app.entities.get(run.entity or "")
    if entity is None or made.parameters is None or not one.known:
        return
    if made.ids:
        key = "work.export_ticked_one" if len(made.ids) == 1 else "work.export_ticked"
        yield context.texts(key, count=context.formats.number(len(made.ids)))
    try:
        request = request_of(context.session, entity, made.parameters, context.reading)
    except NotFound:
        return
    if request.named:
        yield request.view.label[context.language]
    if request.search:
        yield context.texts("work.export_searched", text=request.search)
    for name in ("starred", "shared"):
        if getattr(request, name):
            yield context.texts(f"work.export_{name}")
    for chip in chips_of(context, request):
        yield " ".join(part for part in (chip.label, chip.operator, chip.value) if part)


def _state(run: Run) -> str:
    return "running" if run.ended is None else "cancelled" if run.cancelled else "done"


def _word(run: Run, state: str) -> str:
    return _CHANGED.get(run.action.kind, state) if state == "changed" else state


def _links(run: Run, ids: Sequence[int], titles: dict[int, str]) -> tuple[Link, ...]:
    return tuple(Link(titles[id], f"/e/{run.entity}/{id}") for id in ids if id in titles)
