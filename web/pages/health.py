"""Whether this process can serve: the database answers and holds a release."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from engine import jobs
from engine.principal import ANONYMOUS
from web.context import Context


def show(context: Context) -> Response:
    """`{"status": "ok", "release": 3, "jobs": "running"}`; an error status when pages cannot be served. `jobs` is "behind"
    when due work waits longer than it should, because no worker runs or too few."""
    with context.site.runtime.reading(ANONYMOUS) as session:
        late = jobs.behind(session.connection, session.now)
        return JSONResponse({"status": "ok", "release": session.app.release, "jobs": "behind" if late else "running"})
