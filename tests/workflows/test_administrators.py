"""Somebody is left who administers the application."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from engine.principal import OPERATOR
from engine.records import write
from engine.refusals import Invalid, Refusal, Refused
from engine.runtime import WriteSession
from engine.storage.database import Database
from tests.workflows.company import PACK, World, company

ADMIN = "access/admin.role.yaml"
TEXTS = [
    "这样将没有任何启用的管理员，再没有人能管理人员和角色。请先把管理员角色授予另一位启用的人员。",
    "This would leave no active administrator, and nobody to manage people and roles. First give the role of an administrator "
    "to another active person.",
]


@pytest.fixture
def people(database: Database, tmp_path: Path) -> World:
    """A company whose administrators keep its people; `head` holds a role that includes theirs."""
    of_people = "".join(f"  {name}: {{create: true, read: all, update: all, delete: all}}\n" for name in ("user", "role_assignment"))
    return company(database, tmp_path, {
        ADMIN: PACK[ADMIN] + of_people,
        "access/head.role.yaml": "role: head\nlabel: {zh: 负责人, en: Head}\nincludes: [admin]\n",
    })


def ways(world: World, login: str) -> list[tuple[str, Callable[[WriteSession], object]]]:
    """All that takes an administrator away, and the field that it is told at."""
    user = world.id(login)
    held = next(int(str(row["id"])) for row in world.table_of("role_assignment") if row["user"] == user)
    return [
        ("active", lambda s: write.update(s, "user", user, {"active": False})),
        ("role", lambda s: write.update(s, "role_assignment", held, {"role": "rep"})),
        ("user", lambda s: write.update(s, "role_assignment", held, {"user": world.id("amy")})),
        ("", lambda s: write.trash(s, "role_assignment", held)),
    ]


def test_the_last_administrator_stays(people: World) -> None:
    for path, way in ways(people, "admin"):
        if path == "user":
            continue  # another person is one then
        before = people.digest()
        with pytest.raises(Refusal) as refused:
            people.do(way, "admin")
        error = refused.value
        told = error.errors[0] if isinstance(error, Invalid) else None
        assert isinstance(error, Invalid if path else Refused) and (told.path if told else "") == path
        message = told.message if told else error.message
        assert [message.text(language) for language in ("zh", "en")] == TEXTS
        assert people.digest() == before


@pytest.mark.parametrize("number", range(4))
def test_one_of_two_may_go(people: World, number: int) -> None:
    people.person("second", "head")
    people.do(ways(people, "admin")[number][1], "admin")


def test_an_inactive_one_counts_for_nothing(people: World) -> None:
    people.person("second", "head")
    people.disable("second")
    with pytest.raises(Invalid):
        people.do(ways(people, "admin")[0][1], "admin")


def test_the_operator_may_take_the_last_one_away(people: World) -> None:
    people.do(ways(people, "admin")[0][1], OPERATOR)


def test_two_at_once_do_not_both_go(people: World) -> None:
    people.person("second", "admin")
    refused: list[Refusal] = []

    def leave(login: str) -> None:
        try:
            people.do(ways(people, login)[0][1], login)
        except Refusal as refusal:
            refused.append(refusal)

    leaving = [Thread(target=leave, args=(login,)) for login in ("admin", "second")]
    for one in leaving:
        one.start()
    for one in leaving:
        one.join()
    active = [row["login"] for row in people.table_of("user") if row["active"] and row["login"] in ("admin", "second")]
    assert len(active) == 1 and [type(one) for one in refused] == [Invalid]
