"""Static files: addresses carry a mark of their content, so browsers keep them for a year; texts travel compressed."""

from __future__ import annotations

import gzip
import os
from email.utils import formatdate
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.static_files import SCRIPTS, SHEETS, content

_TEXTS = (".css", ".js", ".svg", ".webmanifest")
_KEPT = 64
"""Files whose compressed content is kept in memory; there are fewer."""


class LastingFiles(StaticFiles):
    """Files under addresses with `?v=` may be kept for ever; others are asked for again. Nothing in them is secret, so that
    compressing them tells nobody anything (pages, which hold tokens, are not compressed)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        headers = Headers(scope=scope)
        bundle = path in SHEETS or path in SCRIPTS
        response = _bundle(path, "gzip" in headers.get("accept-encoding", "")) if bundle else await super().get_response(path, scope)
        if isinstance(response, FileResponse) and str(response.path).endswith(_TEXTS):
            if "gzip" in headers.get("accept-encoding", "") and "range" not in headers and scope["method"] == "GET":
                response = _compressed(response)
            response.headers["Vary"] = "Accept-Encoding"
        marked = b"v=" in scope.get("query_string", b"")
        lasting = "public, max-age=31536000, immutable" if marked else "public, max-age=300"
        response.headers["Cache-Control"] = lasting
        return response


def _bundle(name: str, compressed: bool) -> Response:
    """A bundle as its files are now."""
    whole = content(name) or b""
    kind = "text/css" if name in SHEETS else "text/javascript"
    headers = {"Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if compressed else {})}
    return Response(_packed(whole) if compressed else whole, media_type=kind, headers=headers)


@lru_cache(_KEPT)
def _packed(whole: bytes) -> bytes:
    return gzip.compress(whole, 9, mtime=0)


def _compressed(whole: FileResponse) -> Response:
    status = os.stat(whole.path)
    headers = {"Content-Encoding": "gzip", "Last-Modified": formatdate(status.st_mtime, usegmt=True)}
    return Response(_gzip(str(whole.path), status.st_mtime_ns), media_type=whole.media_type, headers=headers)


@lru_cache(_KEPT)
def _gzip(path: str, changed: int) -> bytes:
    """The content of a file as it was at `changed` (nanoseconds), compressed."""
    with open(path, "rb") as file:
        return gzip.compress(file.read(), 9, mtime=0)
