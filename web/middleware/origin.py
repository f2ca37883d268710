"""Refuses unsafe requests that another site's page sent (T46). The token in the form or header is checked with the
session, in `web.context`; this half needs no session, so it covers sign-in too."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """A browser says where a request came from: `Sec-Fetch-Site`, else `Origin`. Programs that send neither (the API with
    a token, tests) are judged by their token alone."""

    def __init__(self, app: ASGIApp, base_url: str | None) -> None:
        self.app = app
        self._host = urlsplit(base_url).netloc if base_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._allowed(Headers(scope=scope)):
            await PlainTextResponse("Forbidden: this request came from another site.", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _allowed(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True
        return urlsplit(origin).netloc in (self._host or headers.get("host", ""), headers.get("host", ""))
