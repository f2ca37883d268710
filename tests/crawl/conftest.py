"""The b2b pack over generated rows that the reference evaluator knows as well, served to people of every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from engine.accounts import credentials
from engine.clock import FixedClock
from engine.compile import compile_app
from engine.principal import OPERATOR
from engine.runtime import WriteSession
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.platform import approval_instance, approval_task
from metadata.loader import load
from tests.databases import PostgresServer
from tests.oracle.generate import NOW, World
from tests.oracle.test_b2b import PACK, PERSONS
from web.application import build
from web.composition import compose
from web.settings import Settings

PASSWORD = "correct-horse-battery"
BROWSER = {"sec-fetch-site": "same-origin"}


@dataclass
class Crawled:
    """A running application, and the world that its rows are of."""

    app: object
    world: World

    def client(self, login: str | None) -> TestClient:
        """A browser in which that person is signed in, or nobody."""
        client = TestClient(self.app, base_url="http://testserver", follow_redirects=False, headers=BROWSER)  # type: ignore[arg-type]
        if login is not None:
            answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client


@pytest.fixture(scope="module")
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Rows of every entity, made by the generator of the oracle, on the database that the test names (`crawl`)."""
    folder = tmp_path_factory.mktemp("crawl")
    server: PostgresServer | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.create() if server else f"sqlite:///{folder / 'test.db'}"
    loaded = load(PACK)
    assert loaded.app is not None
    runtime = compose(Settings(database=url, data=folder, development=True), clock=FixedClock(NOW))
    apply(runtime.database, loaded.app, "test", "", FixedClock(NOW), compilers=runtime.compilers.values())
    with runtime.database.read() as connection:
        app = compile_app(loaded.app, catalogue.load(connection), 1)
    world = World(runtime.database, loaded.app, app, PERSONS, 24, seed=3)
    hashed = credentials.hash_password(PASSWORD)

    # The generator's approvals are only there for who is involved; they cannot run.
    world.data.tasks.clear()

    def let_in(session: WriteSession) -> None:
        for table in (approval_task, approval_instance):
            session.connection.execute(sa.delete(table))
        for user in world.people.values():
            credentials.store_hash(session, user, hashed)

    runtime.writing(OPERATOR, let_in)
    yield Crawled(build(Settings(database=url, data=folder, development=True), runtime), world)
    runtime.database.close()
    if server:
        server.drop(url)
