"""The b2b application over both databases, with a handful of people, for tests that speak HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from engine.accounts import credentials
from engine.accounts.principals import principal_of_login
from engine.principal import OPERATOR, Principal
from engine.records import read, write
from engine.records.queries import Query
from engine.runtime import Runtime, WriteSession
from engine.storage.platform import attempt
from loomwork.applying import apply_spec, spec_of
from metadata.loader import load_files, pack_files, shipped_pack
from tests.declared_model import out_of_reach
from web.application import build
from web.composition import compose
from web.settings import Settings

PASSWORD = "correct-horse-battery"
PEOPLE = {
    "gm": ("赵总", "gm", None), "mgr": ("王经理", "sales_manager", "gm"), "amy": ("李晓梅", "sales", "mgr"),
    "eve": ("陈伊娃", "sales", "mgr"), "fin": ("周财务", "finance", None), "law": ("吴法务", "legal", None),
    "root": ("管理员", "admin", None),
}
BROWSER = {"sec-fetch-site": "same-origin"}


@dataclass
class World:
    """A running application and its people's ids."""

    settings: Settings
    runtime: Runtime
    people: dict[str, int]
    app: object
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, login: str, fresh: bool = False) -> Visitor:
        """A signed-in browser of that person."""
        if fresh or login not in self.visitors:
            client = TestClient(self.app, base_url="http://testserver", follow_redirects=False, headers=BROWSER)  # type: ignore[arg-type]
            answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            visitor = Visitor(client)
            if fresh:
                return visitor
            self.visitors[login] = visitor
        return self.visitors[login]

    def anonymous(self) -> TestClient:
        return TestClient(self.app, base_url="http://testserver", follow_redirects=False, headers=BROWSER)  # type: ignore[arg-type]

    def principal(self, login: str) -> Principal:
        found = principal_of_login(self.runtime, login)
        assert found is not None
        return found

    def clear(self, entity: str) -> None:
        """Puts every record of the entity into the trash, so that a test begins without any."""
        def unit(session: WriteSession) -> None:
            for row in read.page(session, Query(entity, (), limit=1000)).rows:
                write.trash(session, entity, int(str(row[0])))

        self.runtime.writing(OPERATOR, unit)

    def make(self, login: str, entity: str, **values: object) -> int:
        """A record made by that person."""
        return self.runtime.writing(self.principal(login), lambda s: write.create(s, entity, values))


@dataclass
class Visitor:
    """A signed-in browser: `form` reads the inputs of a page, `send` posts them with changes."""

    client: TestClient

    def get(self, address: str, **more: object) -> str:
        answer = self.client.get(address, **more)  # type: ignore[arg-type]
        assert answer.status_code == 200, (address, answer.status_code, answer.headers.get("location"))
        return answer.text

    def token(self) -> str:
        found = re.search(r'name="_csrf" value="([^"]+)"', self.get("/profile"))
        assert found
        return found.group(1)

    def form(self, address: str) -> dict[str, str]:
        """The hidden inputs of the page's record form."""
        page = self.get(address)
        start = page.index('id="record-form"')
        pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page[start:])
        return {name: unescape(value) for name, value in pairs if name.startswith("_")}

    def send(self, address: str, data: dict[str, object], **more: object):
        return self.client.post(address, data={"_csrf": self.token(), **data}, **more)  # type: ignore[arg-type]


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    """The application, with the declared model out of reach: nothing on the path of a request reads metadata."""
    with out_of_reach():
        yield running_world


@pytest.fixture
def uncounted(running_world: World) -> Iterator[None]:
    """Tries that the test made count for no other."""
    yield
    with running_world.runtime.database.write() as connection:
        connection.execute(sa.delete(attempt))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def running_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One application for each kind of database; tests make their own records in it."""
    folder: Path = tmp_path_factory.mktemp(f"web-{request.param}")
    url = f"sqlite:///{folder / 'test.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create()
    settings = Settings(database=url, data=folder, development=True)
    runtime = compose(settings)
    apply_spec(runtime, spec_of(shipped_pack("b2b")), author="operator", note="test")
    people = runtime.writing(OPERATOR, _people)
    yield World(settings, runtime, people, build(settings, runtime))
    runtime.database.close()


def over_base(request: pytest.FixtureRequest, folder: Path, files: Mapping[str, str]) -> tuple[Settings, Runtime]:
    """The application of `files` over the pack base, applied to a database of the kind that `request.param` says."""
    url = f"sqlite:///{folder / 'test.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create()
    settings = Settings(database=url, data=folder, development=True)
    loaded = load_files({**files, **pack_files("base")})
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    runtime = compose(settings)
    apply_spec(runtime, loaded.app, author="operator", note="test")
    return settings, runtime


def hired(session: WriteSession, roles: Mapping[str, str]) -> dict[str, int]:
    """A person of each login in `roles`, with that role and the password of all."""
    made: dict[str, int] = {}
    for login, role in roles.items():
        made[login] = write.create(session, "user", {"login": login, "name": login.title()})
        write.create(session, "role_assignment", {"user": made[login], "role": role})
        credentials.store_hash(session, made[login], credentials.hash_password(PASSWORD))
    return made


@contextmanager
def application_of(
    request: pytest.FixtureRequest, folder: Path, files: Mapping[str, str], roles: Mapping[str, str]
) -> Iterator[World]:
    """The application of `over_base` with a person of each login in `roles`, all signed in; nothing on the path of a request
    reads metadata."""
    settings, runtime = over_base(request, folder, files)
    world = World(settings, runtime, runtime.writing(OPERATOR, lambda session: hired(session, roles)), build(settings, runtime))
    for login in world.people:
        world.visitor(login).get("/")
    with out_of_reach():
        yield world
    runtime.database.close()


def _people(session: WriteSession) -> dict[str, int]:
    hashed = credentials.hash_password(PASSWORD)
    dept = write.create(session, "department", {"name": "华东销售部"})
    made: dict[str, int] = {}
    for login, (name, role, superior) in PEOPLE.items():
        values = {"login": login, "name": name, "dept": dept, "superior": made.get(superior or "")}
        made[login] = write.create(session, "user", values)
        write.create(session, "role_assignment", {"user": made[login], "role": role})
        credentials.store_hash(session, made[login], hashed)
    return made
