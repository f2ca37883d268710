"""The star of a record: its owner's own mark."""

from __future__ import annotations

from starlette.responses import Response

from engine import stars
from engine.runtime import WriteSession
from web.context import Context


def mark(context: Context) -> Response:
    """Gives the record a star (`on`), or takes it away; the button as it is now, or back to the record."""
    name, number, on = context.part("entity"), context.number(), bool(context.text("on"))

    def unit(session: WriteSession) -> None:
        stars.set_star(session, name, number, on)

    context.write(unit)
    if context.partial:
        return context.piece("pieces/star.html", star=on, star_action=address(name, number))
    return context.go(f"/e/{name}/{number}")


def address(entity: str, id: int) -> str:
    """Where the star of a record is set."""
    return f"/e/{entity}/{id}/star"
