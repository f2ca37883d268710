"""Static files: addresses carry a mark of their content, so browsers keep them for a year."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class LastingFiles(StaticFiles):
    """Files under addresses with `?v=` may be kept for ever; others are asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        marked = b"v=" in scope.get("query_string", b"")
        lasting = "public, max-age=31536000, immutable" if marked else "public, max-age=300"
        response.headers["Cache-Control"] = lasting
        return response
