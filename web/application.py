"""The web application: runtime, routes, middleware, error pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from engine.caching import Bounded
from engine.runtime import Runtime
from web.composition import compose
from web.ending import on_ending
from web.endpoints import context_of
from web.errors import fault
from web.identity import COOKIE, KeyVisit, SignInNeeded, Visit, key_of
from web.live import Live
from web.middleware.bodies import BodyLimit, limit_of
from web.middleware.headers import SecurityHeaders
from web.middleware.origin import SameOrigin
from web.rendering import Templates
from web.routes import OPEN, routes
from web.settings import Settings
from web.site import Site

THREADS = 24
"""Requests worked on at once in one process; no more than there are database connections."""


def build(settings: Settings, runtime: Runtime | None = None) -> Starlette:
    """The application over `settings`; `runtime` when the caller has made one already. Raises `Unusable` when the
    database cannot be used."""
    served = runtime or compose(settings)
    site = Site(settings, served, Templates(settings.development), Bounded(64), Live(served))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        with on_ending(site.live.end):
            yield
        await site.live.rest()
        site.runtime.database.close()

    app = Starlette(
        routes=routes(settings.development),
        middleware=[
            *_behind(settings.trusted_proxies),
            Middleware(SecurityHeaders, secure=settings.secure),
            Middleware(SameOrigin, base_url=settings.base_url),
            Middleware(BodyLimit, signed_in=partial(_signed_in, site), public=OPEN, too_large=_too_large),
        ],
        exception_handlers={HTTPException: _http_fault},
        lifespan=lifespan,
    )
    app.state.site = site
    return app


def _behind(proxies: tuple[str, ...]) -> list[Middleware]:
    """What takes the address and scheme of people from the proxies in front."""
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(proxies))] if proxies else []


def _signed_in(site: Site, request: Request) -> bool:
    """Whether the request carries the token of a session that is open or, to the API, an access key."""
    token = request.cookies.get(COOKIE[site.settings.secure], "")
    key = key_of(request.headers) if request.url.path.startswith("/api/") else None
    if not (token if key is None else key):
        return False
    clock = site.runtime.clock
    try:
        with site.runtime.reading(Visit(token, clock, lenient=True) if key is None else KeyVisit(key, clock, lenient=True)):
            return True
    except SignInNeeded:
        return False


async def _http_fault(request: Request, error: Exception) -> Response:
    """Addresses that do not exist and bodies that are too large, in the reader's language."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 413:
        return await run_in_threadpool(_too_large, request)
    return await run_in_threadpool(fault, context_of(request), status)


def _too_large(request: Request) -> Response:
    """What says how much of a request is read."""
    return fault(context_of(request), 413, limit=limit_of(request))
