"""What happens to an open record meanwhile: who else is here, who edits it, that it was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.numerals import number_of
from engine.records import read
from engine.refusals import NotFound
from web.context import Context
from web.identity import NewPasswordNeeded, SignInNeeded
from web.live import EventStream, State, Stream
from web.view_models.records import Colleague

EDITING = "editing"
KIND = "text/event-stream"


def show(context: Context) -> Response:
    """The stream of a page that shows the record at `revision`; of its form, where `editing` says so. Whoever sees the pages as
    somebody else gets none, for they are not here."""
    entity, id, revision = context.entity(), context.number(), number_of(context.query("revision"))
    person, editing = context.principal.user_id, bool(context.query(EDITING))
    if revision is None or person is None or read.title(context.session, entity.name, id) is None:
        raise NotFound()
    if KIND not in context.request.headers.get("accept", ""):
        raise HTTPException(406)
    if context.principal.viewer_id is not None or context.request.method == "HEAD":
        return Response(status_code=204)

    def tell(state: State) -> str | None:
        return told(context, entity.name, id, revision, editing, state)

    stream = Stream(
        context.visit.token, person, (entity.lineage, id), editing, context.session.now, tell, context.app.release,
    )
    return EventStream(context.site.live, stream)


def address(entity: CompiledEntity, id: int, revision: int, editing: bool = False) -> str:
    """Where a page that shows the record at `revision` listens."""
    return f"/e/{entity.name}/{id}/live?revision={revision}" + (f"&{EDITING}=1" if editing else "")


def told(context: Context, name: str, id: int, revision: int, editing: bool, state: State) -> str | None:
    """The state as JSON of two pieces of the page; None for whoever may not read the record now."""
    try:
        with context.read() as session:
            if context.principal.viewer_id is not None or read.title(session, name, id) is None:
                return None
            by = state.by if "updated_by" in read.always_readable(session, name) else None
            names = read.titles(session, "user", {page.user_id for page in state.others} | ({by} if by else set()))
            colleagues = _colleagues(context, state, names)
            here = context.piece("pieces/here.html", colleagues=colleagues, writers=[one.name for one in colleagues if one.editing])
            changed = ""
            if state.revision > revision:
                changed = _text(context.piece("pieces/changed.html", text=_changed(context, by, names), editing=editing))
            return json.dumps({"here": _text(here), "changed": changed})
    except (SignInNeeded, NewPasswordNeeded, NotFound):
        return None


def _colleagues(context: Context, state: State, names: Mapping[int, str]) -> list[Colleague]:
    """The others who are here and whom the reader may know, each once, the earliest first."""
    found: dict[int, Colleague] = {}
    for page in state.others:
        name = names.get(page.user_id)
        if name is None:
            continue
        before = found.get(page.user_id)
        since = before.since if before else context.formats.datetime(page.since)
        found[page.user_id] = Colleague(name, since, page.editing or (before is not None and before.editing))
    return list(found.values())


def _changed(context: Context, by: int | None, names: Mapping[int, str]) -> str:
    """Who changed it; oneself, where that was in another window."""
    if by is not None and by == context.principal.user_id:
        return context.texts("records.live_changed_mine")
    name = names.get(by or 0) or context.texts("records.conflict_someone")
    return context.texts("records.live_changed", name=name)


def _text(piece: Response) -> str:
    return bytes(piece.body).decode()
