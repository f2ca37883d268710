"""Static files: addresses carry a mark of their content, so browsers keep them for a year; texts travel compressed."""

from __future__ import annotations

import gzip
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.static_files import LATER, SCRIPTS, SHEETS, content

_TEXTS = (".css", ".js", ".json", ".svg", ".webmanifest")
_BUNDLES = frozenset({*SHEETS, *SCRIPTS, *LATER})
_KEPT = 64
"""Files whose compressed content is kept in memory; there are fewer."""


class LastingFiles(StaticFiles):
    """Files under addresses with `?v=` may be kept for ever; others are asked for again. Nothing in them is secret, so that
    compressing them tells nobody anything (pages, which hold tokens, are not compressed)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        headers = Headers(scope=scope)
        takes = "gzip" in headers.get("accept-encoding", "") and "range" not in headers and scope["method"] == "GET"
        if path in _BUNDLES:
            response = _text(path, "text/css" if path in SHEETS else "text/javascript", takes)
        else:
            response = await super().get_response(path, scope)
            if isinstance(response, FileResponse) and path.endswith(_TEXTS):
                response = _text(path, str(response.media_type), True) if takes else response
                response.headers["Vary"] = "Accept-Encoding"
        marked = b"v=" in scope.get("query_string", b"")
        lasting = "public, max-age=31536000, immutable" if marked else "public, max-age=300"
        response.headers["Cache-Control"] = lasting
        return response


def _text(name: str, kind: str, compressed: bool) -> Response:
    """A text or bundle as its files are now."""
    whole = content(name) or b""
    headers = {"Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if compressed else {})}
    return Response(_packed(whole) if compressed else whole, media_type=kind, headers=headers)


@lru_cache(_KEPT)
def _packed(whole: bytes) -> bytes:
    return gzip.compress(whole, 9, mtime=0)
