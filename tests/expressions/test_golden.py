"""Answers worked out by hand agree with all three readers; so does every row of the table of blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.storage.database import Database
from tests.databases import PostgresServer
from tests.expressions import blanks, golden, world
from tests.expressions.test_agreement import plain

LEAST = 150
ALL = [(text, fields, answer, True, world.ME) for text, fields, answer in golden.ROWS]
ALL += [(text, fields, answer, False, world.ME) for _, text, fields, answer in blanks.ROWS]
ALL += [(text, fields, answer, False, None) for _, text, fields, answer in blanks.NOBODY]


def rows_of_all() -> dict[str, list[world.Row]]:
    """One sample for each answer; golden ones have lines, receipts and friends."""
    samples: list[world.Row] = []
    lines: list[world.Row] = []
    receipts: list[world.Row] = []
    for index, (_, fields, _, rich, _) in enumerate(ALL, 1):
        sample = dict.fromkeys((*world.KINDS, *world.SECOND)) | {"b1": False, "b2": False}
        samples.append({**sample, "id": index, "created_at": world.NOW, "friends": golden.FRIENDS if rich else (), **fields})
        if rich:
            lines += [{"id": len(lines) + i, "parent_id": index, **line} for i, line in enumerate(golden.LINES, 1)]
            receipts += [{"id": len(receipts) + i, "sample": index, **one} for i, one in enumerate(golden.RECEIPTS, 1)]
    return {**world.data([]), "sample": samples, "sample_line": lines, "receipt": receipts}


@pytest.fixture(scope="module")
def memory() -> world.Memory:
    return world.Memory(rows_of_all())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, memory: world.Memory
) -> Iterator[world.World]:
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('golden')) / 'golden.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create()
    database = Database(url)
    try:
        yield world.build(database, memory.data)
    finally:
        database.close()


def test_the_closure_gives_the_answers(memory: world.Memory) -> None:
    found = [
        (text, fields, answer, memory.answer(world.typed(text), memory.by_id["sample"][index], user=user))
        for index, (text, fields, answer, _, user) in enumerate(ALL, 1)
    ]
    assert wrong(found) == []


def test_the_database_gives_the_answers(asked: world.World) -> None:
    found: list[tuple[str, dict[str, Any], Any, Any]] = []
    for index, (text, fields, answer, _, user) in enumerate(ALL, 1):
        value, certain, denied = asked.answers([world.typed(text)], [index], user=user)[index][0]
        found.append((text, fields, answer, value))
        if certain is not None:
            assert (certain, denied) == (answer is True, answer is False), text
    assert wrong(found) == []


def wrong(found: Sequence[tuple[str, dict[str, Any], Any, Any]]) -> list[str]:
    return [
        f"{text} on {fields}: {value!r} instead of {answer!r}"
        for text, fields, answer, value in found
        if plain(value) != plain(answer) or type(plain(value)) is not type(plain(answer))
    ]


def test_there_are_enough_of_them() -> None:
    assert len(golden.ROWS) >= LEAST
    assert len({(text, repr(fields)) for text, fields, _ in golden.ROWS}) == len(golden.ROWS)
