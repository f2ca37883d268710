"""How much of a request is read: little of anybody's, up to the size of uploads of signed-in people's (T42). Both what a
request says of its length and what it sends are held to the limit, and who sends more is looked up before it is read."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY, RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.storage.database import Unreachable, Unusable

SMALL = 64 * 1024
"""Of a request that anybody may send: the sign-in form, a language."""
LARGE = 64 * 1024 * 1024
"""Of a signed-in person's, files included."""


class BodyLimit:
    """`signed_in` says whether a request comes from somebody who is signed in; addresses that begin with one of `public`
    read small bodies only, whoever sends them. `too_large` makes the answer to a request that says it is larger."""

    def __init__(
        self, app: ASGIApp, signed_in: Callable[[Request], bool], public: tuple[str, ...],
        too_large: Callable[[Request], Response],
    ) -> None:
        self._small = RequestBodyLimitMiddleware(app, SMALL)
        self._large = RequestBodyLimitMiddleware(app, LARGE)
        self._signed_in = signed_in
        self._public = public
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._small(scope, receive, send)
            return
        length = _length(Headers(scope=scope))
        asks = not scope["path"].startswith(self._public) and (length is None or length > SMALL)
        try:
            large = asks and await run_in_threadpool(self._signed_in, Request(scope))
        except (Unreachable, Unusable):
            await PlainTextResponse("Service Unavailable", 503)(scope, receive, send)
            return
        if asks and not large and Headers(scope=scope).get("hx-request") == "true":
            await Response(status_code=401)(scope, receive, send)  # a page that is open keeps what was typed, and says why
            return
        chosen = self._large if large else self._small
        if length is not None and length > chosen.max_body_size:
            scope[MAX_BODY_SIZE_SCOPE_KEY] = chosen.max_body_size
            await (await run_in_threadpool(self._too_large, Request(scope)))(scope, receive, send)
            return
        await chosen(scope, receive, send)


def limit_of(request: Request) -> str:
    """How much of the request is read, as people say it."""
    limit: int = request.scope[MAX_BODY_SIZE_SCOPE_KEY]
    return spoken(limit)


def spoken(size: int) -> str:
    """A number of bytes as people say it: 64 MB, 64 KB."""
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} KB"


def _length(headers: Headers) -> int | None:
    """How long the request says that it is; None when it does not say so in a way that one may count on."""
    length = headers.get("content-length", "0")
    plain = length.isascii() and length.isdigit() and len(length) < 20
    return int(length) if plain and "transfer-encoding" not in headers else None
