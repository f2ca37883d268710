"""Several verbs asked at once get the answers that each would get alone."""

from __future__ import annotations

from engine import access
from tests.web.conftest import PEOPLE, World
from tests.web.test_pages import lead_values

VERBS = ("read", "update", "delete", "assign", "print", "move.qualify")


def test_allowed_verbs_agrees_with_allowed(world: World) -> None:
    ids = [world.make(login, "lead", **lead_values()) for login in ("amy", "eve")]
    for login in PEOPLE:
        with world.runtime.reading(world.principal(login)) as session:
            for id in (*ids, 999_999):
                alone = {verb for verb in VERBS if access.allowed(session, "lead", verb, id)}
                assert access.allowed_verbs(session, "lead", VERBS, id) == alone, (login, id)
