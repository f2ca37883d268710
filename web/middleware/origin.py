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
        self._base = urlsplit(base_url) if base_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._allowed(scope):
            await PlainTextResponse("Forbidden: this request came from another site.", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True
        return self._ours(origin, scope["scheme"], headers.get("host", ""))

    def _ours(self, origin: str, scheme: str, host: str) -> bool:
        """Whether a page of `origin` is one of ours: the address people use, or the one they came by. A page over http is
        none where people come over https; one over https may come through a proxy that passes plain http on."""
        try:
            found = urlsplit(origin)
        except ValueError:
            return False
        if self._base is not None and (found.scheme, found.netloc) == (self._base.scheme, self._base.netloc):
            return True
        secure = scheme == "https" or (self._base is not None and self._base.scheme == "https")
        return found.netloc == host and found.scheme in (("https",) if secure else ("http", "https"))
