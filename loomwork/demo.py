"""A filled application to try: the pack applied, its demo data loaded, a password for everyone in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.accounts import credentials
from engine.principal import OPERATOR
from engine.records import read
from engine.records.queries import Filter, Query, Sort
from engine.runtime import ReadSession, Runtime, WriteSession
from loomwork.applying import apply_spec, spec_of
from loomwork.data import DataLoaded, load_data
from metadata.loader import shipped_pack
from metadata.specs.app import AppSpec
from web.composition import compose
from web.settings import Settings

PASSWORD = "loomwork-demo"
"""The password of everyone who comes with a demo; a demo is for trying and listens on this machine only."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One log-in of the demo: `roles` are the labels of the person's roles in zh and en; `common` whether the password is the
    demo's, not one of their own."""

    login: str
    name: str
    roles: Mapping[str, str]
    common: bool


@dataclass(frozen=True, slots=True)
class Demo:
    """What to tell whoever started the demo."""

    people: tuple[DemoPerson, ...]
    password: str


def prepare_demo(pack: str, settings: Settings, told: Callable[[DataLoaded], None] = lambda _: None) -> Demo:
    """The demo of a shipped pack in the database of `settings`, made at the first call and found again later.

    Raises `NoSuchPack`, `ChangeRefused` when the database holds something else, and `DataFailed`.
    """
    spec = spec_of(shipped_pack(pack))
    settings.data.mkdir(parents=True, exist_ok=True)
    runtime = compose(settings)
    try:
        fill(runtime, spec, told)
        with runtime.reading(OPERATOR) as session:
            return Demo(tuple(_people(session)), PASSWORD)
    finally:
        runtime.database.close()


def fill(runtime: Runtime, spec: AppSpec, told: Callable[[DataLoaded], None] = lambda _: None) -> None:
    """Apply `spec`, load its demo data and give everyone without a password the demo's."""
    apply_spec(runtime, spec, author="operator", note="demo")
    load_data(runtime, spec, modes=("demo",), told=told)
    hashed = credentials.hash_password(PASSWORD)
    runtime.writing(OPERATOR, lambda session: _give_passwords(session, hashed))


def _give_passwords(session: WriteSession, hashed: str) -> None:
    page = read.page(session, Query("user", (("login",),), limit=1000))
    for row in page.rows:
        user = int(str(row[0]))
        if not credentials.is_set(session.connection, user):
            credentials.store_hash(session, user, hashed)


def _people(session: ReadSession) -> list[DemoPerson]:
    """Everyone who can sign in with their roles, in the order in which they were made."""
    granted: dict[object, list[str]] = {}
    page = read.page(session, Query("role_assignment", (("user",), ("role",)), sort=(Sort(("id",)),), limit=1000))
    user, role = (column.index for column in page.columns)
    for row in page.rows:
        granted.setdefault(row[user], []).append(str(row[role]))
    active = Filter(("active",), "eq", True)
    query = Query("user", (("login",), ("name",)), filters=(active,), sort=(Sort(("id",)),), limit=1000)
    people = read.page(session, query)
    login, name = (column.index for column in people.columns)
    common = lru_cache(lambda stored: credentials.verify_password(stored, PASSWORD))  # those given at once have one hash
    return [
        DemoPerson(
            str(row[login]), str(row[name]), _labels(session, granted.get(row[0], [])),
            common(credentials.stored_hash(session.connection, int(str(row[0])))),
        )
        for row in people.rows
    ]


def _labels(session: ReadSession, roles: list[str]) -> dict[str, str]:
    known = session.app.roles
    return {
        short: mark.join(known[role][short] if role in known else role for role in roles)
        for short, mark in (("zh", "、"), ("en", ", "))
    }
