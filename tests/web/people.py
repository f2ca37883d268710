"""People for tests of accounts: made for one test, so that nothing done to them is missed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from starlette.testclient import TestClient

from engine.accounts import credentials
from engine.clock import FixedClock
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from tests.web.conftest import BROWSER, PASSWORD, Visitor, World
from web.application import build
from web.composition import compose

_numbers = count(1)


@dataclass(frozen=True)
class Made:
    """Somebody made by `hire`."""

    id: int
    login: str


def hire(world: World, *roles: str, password: bool = True) -> Made:
    """A person with these roles, who can sign in unless `password` says otherwise."""
    login = f"made{next(_numbers)}"

    def unit(session: WriteSession) -> int:
        made = write.create(session, "user", {"login": login, "name": login.title()})
        for role in roles:
            write.create(session, "role_assignment", {"user": made, "role": role})
        if password:
            credentials.store_hash(session, made, credentials.hash_password(PASSWORD))
        return made

    return Made(world.runtime.writing(OPERATOR, unit), login)


def deactivate(world: World, person: Made, active: bool = False) -> None:
    """Switches the person off, or on again."""
    world.runtime.writing(OPERATOR, lambda session: write.update(session, "user", person.id, {"active": active}))


@contextmanager
def elsewhere(world: World, *visitors: Visitor) -> Iterator[list[TestClient]]:
    """The same browsers, served by another process: a runtime of its own over the same database. It compiles the release, so
    that the test takes `running_world`."""
    runtime = compose(world.settings)
    app = build(world.settings, runtime)
    clients: list[TestClient] = []
    for visitor in visitors:
        clients.append(TestClient(app, base_url="http://testserver", follow_redirects=False, headers=BROWSER))
        clients[-1].cookies.update(visitor.client.cookies)
    yield clients
    runtime.database.close()


@contextmanager
def later(world: World, passed: timedelta) -> Iterator[None]:
    """Meanwhile it is as much later."""
    clock = world.runtime.clock
    world.runtime.clock = FixedClock(clock.now() + passed)
    try:
        yield
    finally:
        world.runtime.clock = clock
