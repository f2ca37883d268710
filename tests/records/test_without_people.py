"""An application without people: nobody signs in, and the operator works in it as in any other."""

from __future__ import annotations

import pytest

from engine.accounts.principals import principal_of_login
from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import Filter, Page, Query, Sort
from engine.refusals import Refused
from engine.runtime import ReadSession, Runtime
from engine.storage.database import Database
from loomwork.people import add_person, knows_people, list_people
from metadata.loader import load_files
from tests.storage.applications import publish

FILES = {
    "app.yaml": "app: notes\nlayers: [.]\n",
    "note.entity.yaml": (
        'entity: note\ntitle: "{name}"\nsearch: [name]\nowned: true\nfields:\n  name: {type: text, required: true}\n'
        "  about: {type: link, to: note, back: notes}\n"
    ),
}


@pytest.fixture
def runtime(database: Database) -> Runtime:
    loaded = load_files(FILES)
    assert loaded.app is not None
    assert loaded.problems == ()
    publish(database, loaded.app)
    return Runtime(database)


def test_the_operator_writes_and_reads_every_system_field(runtime: Runtime) -> None:
    first = runtime.writing(OPERATOR, lambda s: write.create(s, "note", {"name": "first"}))
    second = runtime.writing(OPERATOR, lambda s: write.create(s, "note", {"name": "second", "about": first}))
    runtime.writing(OPERATOR, lambda s: write.update(s, "note", second, {"name": "2nd"}))
    runtime.writing(OPERATOR, lambda s: write.comment(s, "note", second, "hello"))
    with runtime.reading(OPERATOR) as session:
        record = read.get(session, "note", second)
        assert (record.values["name"], record.values["owner"], record.values["created_by"]) == ("2nd", None, None)
        assert [change.kind for change in read.history(session, "note", second)] == ["comment", "update", "create"]
        assert [comment.text for comment in read.comments(session, "note", second)] == ["hello"]
        assert [hit.title for hit in read.search(session, "2nd")] == ["2nd"]
        assert [row[0] for row in listed(session).rows] == [second, first]
    runtime.writing(OPERATOR, lambda s: write.trash(s, "note", second))
    with runtime.reading(OPERATOR) as session:
        assert [row[0] for row in listed(session).rows] == [first]


def listed(session: ReadSession) -> Page:
    columns = (("name",), ("about", "name"), ("owner",), ("created_by",), ("dept",))
    order = (Sort(("owner",)), Sort(("name",)))
    return read.page(session, Query("note", columns, (Filter(("owner",), "blank"),), sort=order))


def test_people_are_asked_for_plainly(runtime: Runtime) -> None:
    assert not knows_people(runtime)
    assert principal_of_login(runtime, "amy") is None
    for ask in (lambda: list_people(runtime), lambda: add_person(runtime, "amy", "Amy")):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.message.code == "no_people"
