"""Faults planted in the product, one read path each: every one of them must turn the comparison red."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from engine.access import fields as access_fields
from engine.access import rights
from engine.access.views import View, open_view
from engine.caching import Bounded
from engine.records import (
    about,
    detail,
    group,
    history_read,
    paging,
    picker,
    search_records,
    select,
    several,
)
from engine.records import filters as record_filters
from engine.storage.database import Database
from reports.prints import MOST_RELATED
from tests.oracle.compare import PATHS, comparing
from tests.oracle.generate import World
from tests.oracle.small import PERSONS
from tests.oracle.test_small import make

Mutation = Callable[[], Any]


def _blind(s: Any) -> View:
    """A view that sees everything."""
    return replace(open_view(s), unrestricted=True)


def _swap(module: Any, name: str, value: Any) -> Mutation:
    return lambda: patch.object(module, name, value)


def _blind_call(original: Callable[..., Any]) -> Callable[..., Any]:
    """`original(view, ...)` with a view that sees everything."""
    return lambda view, *rest: original(replace(view, unrestricted=True), *rest)


def _read_only_selection() -> Any:
    original = select.Selection.__init__
    return patch.object(select.Selection, "__init__", lambda self, view, entity, verb="read": original(self, view, entity))


@contextmanager
def _open_hosts() -> Iterator[None]:
    """A related list that forgets whose rows it shows."""
    original = paging.narrowed

    def narrowed(view: View, query: Any) -> Any:
        host = any(one.operator == "eq" and len(query.filters) == 1 and query.sort for one in query.filters)
        return original(replace(view, unrestricted=True) if host and not query.columns else view, query)

    with patch.object(paging, "narrowed", narrowed):
        yield


@contextmanager
def _open_exports() -> Iterator[None]:
    """A file that holds everybody's rows."""
    original = paging.narrowed

    def narrowed(view: View, query: Any) -> Any:
        return original(replace(view, unrestricted=True) if query.verb == "export" else view, query)

    with patch.object(paging, "narrowed", narrowed):
        yield


@contextmanager
def _open_rows_of_prints() -> Iterator[None]:
    """Prints that show anybody's rows beside the record."""
    original = paging.narrowed

    def narrowed(view: View, query: Any) -> Any:
        return original(replace(view, unrestricted=True) if query.limit == MOST_RELATED else view, query)

    with patch.object(paging, "narrowed", narrowed):
        yield


def _always_true(*_: object) -> sa.ColumnElement[bool]:
    return sa.true()


def _joined_freely() -> Any:
    """Links that join whatever they name."""
    original = select.row_predicate

    def predicate(view: View, entity: str, verb: str, row: Any) -> Any:
        return sa.true() if str(getattr(row, "name", "")).startswith(("j", "%")) else original(view, entity, verb, row)

    return patch.object(select, "row_predicate", predicate)


MUTATIONS: dict[str, tuple[str, Mutation]] = {
    "predicate off in count": ("count", _swap(paging, "_counting", _blind_call(paging._counting))),
    "predicate off in lists": ("list", _swap(paging, "narrowed", _blind_call(paging.narrowed))),
    "predicate off in the record": ("detail", _swap(detail, "_prepare_one", _blind_call(detail._prepare_one))),
    "predicate off in picker": ("picker", _swap(picker, "open_view", _blind)),
    "export right forgotten": ("export", _read_only_selection),
    "predicate off in export": ("export", _open_exports),
    "masks lifted in export": ("export", _swap(access_fields, "_unmasked", _always_true)),
    "linked titles of anything in export": ("export", _joined_freely),
    "links to several entities lead anywhere": (
        "list", _swap(select.Selection, "_reference", lambda self, reached, _: self._guarded(reached)),
    ),
    "print right forgotten": ("print", _swap(rights, "_allowed", lambda v, e, _: rights_allowed(v, e, "read"))),
    "hidden fields in print": ("print", _swap(access_fields, "field_absent", lambda *_: False)),
    "masks lifted in print": ("print", _swap(access_fields, "_unmasked", _always_true)),
    "values of any linked record in print": ("print", _joined_freely),
    "fields of child rows in print": ("print", _swap(detail, "_prepare_children", _blind_call(detail._prepare_children))),
    "rows of anybody in print": ("print", _open_rows_of_prints),
    "many-to-many links to anybody": ("list", _swap(several, "row_predicate", _always_true)),
    "many-to-many links to anybody in export": ("export", _swap(several, "row_predicate", _always_true)),
    "many-to-many links to anybody in filters": ("filter", _swap(several, "row_predicate", _always_true)),
    "related lists by many-to-many links to anybody": ("related", _swap(several, "row_predicate", _always_true)),
    "masks of many-to-many links lifted": ("list", _swap(several, "_guard", lambda _, value: value)),
    "other rights forgotten": ("verbs", _swap(rights, "_allowed", lambda v, e, _: rights_allowed(v, e, "read"))),
    "history tells all fields": (
        "history", _swap(history_read, "readable_on", lambda s, entity, id: frozenset(s.app.entities[entity].fields)),
    ),
    "predicate off in history": ("history", _swap(about, "_statement", _blind_call(about._statement))),
    "predicate off in group": ("group", _swap(group, "_statement", _blind_call(group._statement))),
    "what is blank holds in none of": ("joined", _swap(record_filters, "not_true", sa.not_)),
    "predicate off in search": ("search", _swap(search_records, "_statement", _blind_call(search_records._statement))),
    "linked titles of anything": ("linked", _joined_freely),
    "related list of anybody": ("related", _open_hosts),
    "child rows of any parent": ("children", _swap(detail, "_prepare_children", _blind_call(detail._prepare_children))),
    "masks lifted": ("list", _swap(access_fields, "_unmasked", _always_true)),
    "hidden fields present": ("detail", _swap(access_fields, "field_absent", lambda *_: False)),
    "sort by the stored value": ("sort", _swap(select.Selection, "_guarded", select.Selection._raw)),
    "filter on the stored value": ("filter", _swap(select.Selection, "_guarded", select.Selection._raw)),
}

rights_allowed = rights._allowed


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path: Path = tmp_path_factory.mktemp("mutations") / "test.db"
    database = Database(f"sqlite:///{path}")
    yield make(database)
    database.close()


def differences(world: World, path: str) -> list[str]:
    """What one read path gets wrong, up to the first user for whom it does; with nothing remembered from before."""
    for login in PERSONS:
        fresh = World.__new__(World)
        fresh.__dict__ = {**world.__dict__, "app": replace(world.app, statements=Bounded(), principals=Bounded())}
        with comparing(fresh, login) as comparison:
            found = PATHS[path](comparison)
        if found:
            return found
    return []


@pytest.mark.parametrize("name", MUTATIONS)
def test_planted_fault_is_found(world: World, name: str) -> None:
    path, mutation = MUTATIONS[name]
    with ExitStack() as stack:
        stack.enter_context(mutation())
        assert differences(world, path), f"{name}: the comparison of {path} saw nothing"


def test_each_read_path_has_a_planted_fault() -> None:
    assert {path for path, _ in MUTATIONS.values()} == set(PATHS)
