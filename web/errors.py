"""Error pages, in the reader's language, with a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

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
    return context.piece(
        "pages/fault.html",
        status,
        shell=shell_of(context),
        code=status,
        title=context.texts(f"errors.title_{known}"),
        text=told,
        reference=reference,
    )
