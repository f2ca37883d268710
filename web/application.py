"""The web application: runtime, routes, middleware, error pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from engine.caching import Bounded
from engine.runtime import Runtime
from web.composition import compose
from web.endpoints import context_of
from web.errors import fault
from web.middleware.headers import SecurityHeaders
from web.middleware.origin import SameOrigin
from web.rendering import Templates
from web.routes import routes
from web.settings import Settings
from web.site import Site

THREADS = 24
"""Requests worked on at once in one process; no more than there are database connections."""
MOST_BYTES = 64 * 1024 * 1024
"""Of one request, files included."""


def build(settings: Settings, runtime: Runtime | None = None) -> Starlette:
    """The application over `settings`; `runtime` when the caller has made one already. Raises `Unusable` when the
    database cannot be used."""
    site = Site(settings, runtime or compose(settings), Templates(settings.development), Bounded(64))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        site.runtime.database.close()

    app = Starlette(
        routes=routes(settings.development),
        middleware=[
            *_behind(settings.trusted_proxies),
            Middleware(SecurityHeaders, secure=settings.secure),
            Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES),
            Middleware(SameOrigin, base_url=settings.base_url),
        ],
        exception_handlers={HTTPException: _http_fault},
        lifespan=lifespan,
    )
    app.state.site = site
    return app


def _behind(proxies: tuple[str, ...]) -> list[Middleware]:
    """What takes the address and scheme of people from the proxies in front."""
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(proxies))] if proxies else []


async def _http_fault(request: Request, error: Exception) -> Response:
    """Addresses that do not exist and bodies that are too large, in the reader's language."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return await run_in_threadpool(fault, context_of(request), status)
