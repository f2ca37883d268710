"""Error pages, in the reader's language, with a way on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from engine.refusals import Refusal
from web.identity import NewPasswordNeeded, SignInNeeded
from web.shell import shell_of
from web.texts import TEXTS

if TYPE_CHECKING:
    from web.context import Context

_KNOWN = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def fault(context: Context, status: int, text: str = "", reference: str = "", **values: object) -> Response:
    """The page for a refusal or failure, in the language of whoever is signed in, else of the browser. `values` stand in
    the usual text of the status. For htmx the text goes into a header, and the page says it as a toast."""
    if status < 500:
        with suppress(SignInNeeded, NewPasswordNeeded, SQLAlchemyError, Refusal), context.read():
            return _told(context, status, text, reference, values)
    return _told(context, status, text, reference, values)


def _told(context: Context, status: int, text: str, reference: str, values: Mapping[str, object]) -> Response:
    """In the frame of a signed-in person, with the menu as the way on, where the session could be opened; else the page
    alone, made without the database. It does not repeat the address, so that what may not be known answers to the letter
    as what does not exist (law 2)."""
    known = status if status in _KNOWN else (500 if status >= 500 else 400)
    assert f"errors.title_{known}" in TEXTS
    told = text or context.texts(f"errors.text_{known}", **values)
    if context.partial:
        return Response(status_code=status, headers={"X-Message": quote(told)})
    shown = {"code": status, "title": context.texts(f"errors.title_{known}"), "text": told, "reference": reference}
    if context.open_session is None:
        return context.piece("pages/fault_bare.html", status, shell=shell_of(context), **shown)
    shell = replace(shell_of(context), path="", here="/", flash=None)
    return context.piece("pages/fault.html", status, shell=shell, **shown)
