"""Following a record: its reader's own choice to be told what others do to it."""

from __future__ import annotations

from starlette.responses import Response

from engine import following
from engine.runtime import WriteSession
from web.context import Context

NOTICES = "/notifications"


def choose(context: Context) -> Response:
    """Follows the record (`on`), or stops; the button as it is now, or back to the record, or to the notices that it was stopped from."""
    name, number, on = context.part("entity"), context.number(), bool(context.text("on"))

    def unit(session: WriteSession) -> None:
        following.set_following(session, name, number, on)

    context.write(unit)
    if context.partial:
        return context.piece("pieces/follow.html", follows=on, follow_action=address(name, number))
    back = NOTICES if context.text("from") == "notices" else f"/e/{name}/{number}"
    return context.go(back, "records.followed" if on else "records.unfollowed")


def address(entity: str, id: int) -> str:
    """Where a record is followed."""
    return f"/e/{entity}/{id}/follow"
