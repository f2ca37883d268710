"""From a function of a request to an endpoint: the body is read, the function runs in a thread, refusals become pages.

A page is a plain function `(Context) -> Response`. A `get` runs inside one snapshot; a `post` opens its own transaction
through `Context.write`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine.refusals import Invalid, NotFound, Refusal
from engine.storage.database import Unreachable
from web.context import Context, Forgotten
from web.errors import fault
from web.identity import COOKIE, KeyVisit, NewPasswordNeeded, SignInNeeded, Visit
from web.middleware.bodies import LARGE
from web.site import Site

Page = Callable[[Context], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
MOST_FIELDS = 20_000
MOST_FILES = 20
_log = logging.getLogger("loomwork.web")


def page(get: Page | None = None, post: Page | None = None, public: bool = False, lenient: bool = False) -> Endpoint:
    """The endpoint of `get` and `post`. A `public` page is for everybody and opens no session by itself; a `lenient` one
    opens although a new password is needed."""

    async def endpoint(request: Request) -> Response:
        reads = request.method in ("GET", "HEAD")
        handler = get if reads else post
        if handler is None:
            raise HTTPException(405)
        form = None if reads else await posted(request)
        try:
            context = context_of(request, form, lenient)
            return await run_in_threadpool(_answer, context, handler, reads and not public)
        finally:
            if form is not None:
                await form.close()

    return endpoint


async def posted(request: Request) -> FormData:
    """The posted form; an empty one for other bodies. A single text may be as long as a body: that it is too long for its
    field is told at the field."""
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGE)


def context_of(request: Request, form: FormData | None = None, lenient: bool = False) -> Context:
    """The context of a request, before anything is read."""
    site: Site = request.app.state.site
    token = request.cookies.get(COOKIE[site.settings.secure], "")
    return Context(site, request, Visit(token, site.runtime.clock, lenient), form)


def key_context_of(request: Request, key: str) -> Context:
    """The context of a request that brings an access key; its cookies count for nothing."""
    site: Site = request.app.state.site
    return Context(site, request, KeyVisit(key, site.runtime.clock))


def _answer(context: Context, handler: Page, inside: bool) -> Response:
    request = context.request
    try:
        if not inside:
            return handler(context)
        with context.read():
            response = handler(context)
        if context.visit.touch:
            note_use(context)
        return response
    except SignInNeeded:
        return to_sign_in(context)
    except NewPasswordNeeded:
        return context.go("/profile")
    except Forgotten:
        return forgotten(context)
    except Refusal as refusal:
        return refused(context, refusal)
    except HTTPException as error:
        return fault(context, error.status_code)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("request failed, reference %s, %s %s", reference, request.method, request.url.path)
        return fault(context, 500, reference=reference)


def note_use(context: Context) -> None:
    """Note that the session or access key is in use; every few minutes at most. A page that is made already is not lost over it: the
    next one notes it."""
    runtime = context.site.runtime
    try:
        with runtime.database.write() as connection:
            context.visit.note_use(connection)
    except (SQLAlchemyError, Unreachable):
        _log.warning("the use of a session was not noted", exc_info=True)


def refused(context: Context, refusal: Refusal) -> Response:
    """The page for a refusal. What may not be known answers as what does not exist, with the same words (law 2)."""
    if isinstance(refusal, NotFound):
        return fault(context, 404)
    messages = [error.message for error in refusal.errors] if isinstance(refusal, Invalid) else [refusal.message]
    return fault(context, refusal.status, " ".join(message.text(context.language) for message in messages))


def forgotten(context: Context) -> Response:
    """The page for a form of an earlier session. A page that is open still learns who is signed in now, and the token of
    the present session: where that is the same person, it goes on with what was typed."""
    response = fault(context, 403, context.texts("errors.csrf"))
    if context.partial:
        response.headers.update({"X-CSRF-Token": context.visit.csrf, "X-Person": str(context.visit.person or "")})
    return response


def to_sign_in(context: Context) -> Response:
    """Off to the sign-in page, and back here afterwards when this was a page to read."""
    request = context.request
    if context.partial:
        return Response(status_code=401)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(here)}" if request.method == "GET" and here != "/" else ""
    return RedirectResponse(f"/sign-in{back}", 303)
