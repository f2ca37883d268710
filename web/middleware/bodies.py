"""How much of a request is read: little of anybody's, up to the size of uploads of signed-in people's (T42). Both what a
request says of its length and what it sends are held to the limit, and who sends more is looked up before it is read."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
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
    read small bodies only, whoever sends them."""

    def __init__(self, app: ASGIApp, signed_in: Callable[[Request], bool], public: tuple[str, ...]) -> None:
        self._small = RequestBodyLimitMiddleware(app, SMALL)
        self._large = RequestBodyLimitMiddleware(app, LARGE)
        self._signed_in = signed_in
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks = scope["type"] == "http" and not scope["path"].startswith(self._public) and _may_be_large(Headers(scope=scope))
        try:
            large = asks and await run_in_threadpool(self._signed_in, Request(scope))
        except (Unreachable, Unusable):
            await PlainTextResponse("Service Unavailable", 503)(scope, receive, send)
            return
        if asks and not large and Headers(scope=scope).get("hx-request") == "true":
            await Response(status_code=401)(scope, receive, send)  # a page that is open keeps what was typed, and says why
            return
        await (self._large if large else self._small)(scope, receive, send)


def _may_be_large(headers: Headers) -> bool:
    """Whether the request says that it is large, or does not say how large it is."""
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers:
        return True
    return bool(length) and not (length.isascii() and length.isdigit() and int(length) <= SMALL)
