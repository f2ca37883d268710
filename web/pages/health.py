"""Whether this process can serve: the database answers and holds a release."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from engine.principal import ANONYMOUS
from web.context import Context


def show(context: Context) -> Response:
    """`{"status": "ok", "release": 3}`; anything else is an error status."""
    with context.site.runtime.reading(ANONYMOUS) as session:
        return JSONResponse({"status": "ok", "release": session.app.release})
