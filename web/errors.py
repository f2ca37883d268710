"""Error pages, in the reader's language, with a way on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
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


def fault(context: Context, status: int, text: str = "", reference: str = "") -> Response:
    """The page for a refusal or failure. For htmx the text goes into a header, and the page says it as a toast."""
    known = status if status in _KNOWN else (500 if status >= 500 else 400)
    assert f"errors.title_{known}" in TEXTS
    told = text or context.texts(f"errors.text_{known}")
    if context.partial:
        return Response(status_code=status, headers={"X-Message": quote(told)})
    values: Mapping[str, Any] = {
        "code": status, "title": context.texts(f"errors.title_{known}"), "text": told, "reference": reference,
    }
    return (_framed(context, status, values) if status < 500 else None) or _bare(context, status, values)


def _framed(context: Context, status: int, values: Mapping[str, Any]) -> Response | None:
    """The page in the frame of a signed-in person, with the menu as the way on; None for anybody else. It does not
    repeat the address, so that what may not be known answers to the letter as what does not exist (law 2)."""
    with suppress(SignInNeeded, NewPasswordNeeded, SQLAlchemyError, Refusal), context.read():
        shell = replace(shell_of(context), path="", here="/", flash=None)
        return context.piece("pages/fault.html", status, shell=shell, **values)
    return None


def _bare(context: Context, status: int, values: Mapping[str, Any]) -> Response:
    """The page alone, made without the database."""
    return context.piece("pages/fault_bare.html", status, shell=shell_of(context), **values)
