"""Compares what the product shows with what the reference evaluator says, path by path. Each function returns the
differences it found, as texts; none means that the two agree.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from engine import access
from engine.accounts.principals import load_principal
from engine.collation import collation_key
from engine.filter_codes import Joining
from engine.records import read
from engine.records.queries import Choice, Filter, FilterGroup, Grouping, GroupQuery, Measure, Page, Query, Sort
from engine.refusals import NotFound
from tests.oracle.generate import NOW, World
from tests.oracle.leaving import exports, prints
from tests.oracle.reference import LINKS, SYSTEM, Reference, leads

APART = ("children", "files", "file")
"""Kinds whose values are not compared as a field's."""
UNSORTED = (*APART, "any_link", "choices", "tags", "links")
MANY = 1000


class Session:
    """What reading needs of a session."""

    def __init__(self, world: World, connection: Any, login: str) -> None:
        principal = load_principal(connection, world.app, world.people[login], 1)
        assert principal is not None
        self.app, self.principal, self.connection = world.app, principal, connection
        self.now, self.today, self.language = NOW, world.data.today, "en"


class Comparison:
    """One user's view, on both sides."""

    def __init__(self, world: World, session: Session, login: str) -> None:
        self.world, self.s = world, session
        self.reference = Reference(world.spec, world.data, world.people[login])
        self.random = random.Random(login)
        self.login = login
        self.tests = 2

    @property
    def entities(self) -> list[str]:
        return [name for name, entity in self.world.spec.entities.items() if not entity.child]

    def fields(self, entity: str) -> list[str]:
        """The fields by which rows are filtered, sorted and grouped: those with one value each."""
        return [name for name in self.values(entity) if self.world.app.entities[entity].fields[name].stored not in UNSORTED]

    def values(self, entity: str) -> list[str]:
        """The fields with a value in the row, and many-to-many links."""
        return [
            name for name, field in self.world.app.entities[entity].fields.items()
            if field.stored not in APART and (field.column is not None or field.computed == "select" or field.stored == "links")
        ]

    def ids(self, entity: str, verb: str = "read") -> list[int]:
        return sorted(row["id"] for row in self.reference.visible(entity, verb))

    def row(self, entity: str, id: int) -> dict[str, Any]:
        return self.world.data.rows[entity][id]

    def differ(self, what: str, found: object, expected: object) -> list[str]:
        return [] if found == expected else [f"{self.login}: {what}: product {found!r}, reference {expected!r}"]


@contextmanager
def comparing(world: World, login: str) -> Iterator[Comparison]:
    with world.database.read() as connection:
        yield Comparison(world, Session(world, connection, login), login)


def _ids(page: Page) -> list[Any]:
    return [row[0] for row in page.rows]


def _unknown(call: Callable[[], object]) -> str:
    """The code of the refusal that `call` ends in, or a word for none."""
    try:
        call()
    except NotFound as refusal:
        return refusal.message.code
    return "answered"


def _page(c: Comparison, entity: str, columns: Sequence[tuple[str, ...]] = (), **more: Any) -> Page | None:
    """A page of up to a thousand rows; None for an entity that may not be read at all."""
    try:
        return read.page(c.s, Query(entity, tuple(columns), limit=MANY, **more))
    except NotFound as refusal:
        if refusal.message.code == "unknown_field":
            raise
        return None


def lists(c: Comparison) -> list[str]:
    """Rows, values, titles and masks of a list with every column that may be shown, paged in small steps."""
    found: list[str] = []
    for entity in c.entities:
        columns = [(name,) for name in c.values(entity) if _shown(c, entity, name)]
        rows: list[Any] = []
        after, columns_found = None, ()
        try:
            while True:
                page = read.page(c.s, Query(entity, tuple(columns), sort=(Sort(("id",)),), limit=17, after=after))
                rows, after, columns_found = [*rows, *page.rows], page.after, page.columns
                if after is None:
                    break
        except NotFound:
            columns_found = ()
        found += c.differ(f"list {entity}", [row[0] for row in rows], c.ids(entity))
        if found:
            return found
        for row in rows:
            for column in columns_found:
                found += _cell(c, entity, row, column)
    return found


def _shown(c: Comparison, entity: str, name: str) -> bool:
    readable = _readable(c, entity)
    return name in readable


def _readable(c: Comparison, entity: str) -> frozenset[str]:
    try:
        return read.readable_fields(c.s, entity)
    except NotFound:
        return frozenset()


def _cell(c: Comparison, entity: str, row: tuple[Any, ...], column: Any) -> list[str]:
    name, stored = column.path[0], c.row(entity, row[0])
    seen = c.reference.seen(entity, stored, name)
    what = f"{entity}/{row[0]}.{name}"
    found = c.differ(what, row[column.index], seen.value if seen.plain else None)
    if column.masked is not None or seen.masked is not None:
        found += c.differ(f"mask of {what}", None if column.masked is None else row[column.masked], seen.masked)
    if column.title is not None:
        expected = c.reference.linked_title(entity, stored, name)
        found += c.differ(f"title of {what}", row[column.title], expected)
    return found


def details(c: Comparison) -> list[str]:
    """Every record, seen or not: its fields, titles and masks, and what is answered for the others."""
    found: list[str] = []
    for entity in c.entities:
        for id, row in c.world.data.rows[entity].items():
            visible = c.reference.may("read", entity, row)
            try:
                record = read.get(c.s, entity, id)
            except NotFound:
                found += c.differ(f"get {entity}/{id}", False, visible)
                continue
            found += c.differ(f"get {entity}/{id}", True, visible)
            if visible:
                found += _record(c, entity, row, record)
    return found


def _record(c: Comparison, entity: str, row: dict[str, Any], record: Any) -> list[str]:
    values: dict[str, Any] = {}
    masked: dict[str, str] = {}
    for name in c.values(entity):
        seen = c.reference.seen(entity, row, name)
        if seen.plain:
            values[name] = seen.value
        if seen.masked is not None:
            masked[name] = seen.masked
    shown = {name: value for name, value in record.values.items() if name in c.values(entity)}
    what = f"record {entity}/{row['id']}"
    found = c.differ(what, shown, values) + c.differ(f"masks of {what}", dict(record.masked), masked)
    return found + c.differ(f"title of {what}", record.title, c.reference.title(entity, row))


def counts(c: Comparison) -> list[str]:
    return [
        text for entity in c.entities
        for text in c.differ(f"count {entity}", _count(c, entity), len(c.ids(entity)))
    ]


def _count(c: Comparison, entity: str) -> int:
    try:
        return read.count(c.s, Query(entity, ()), cap=MANY).value
    except NotFound:
        return 0


def filters(c: Comparison) -> list[str]:
    """Each field by a stored value, in two of four ways; unreadable fields as unknown ones."""
    found: list[str] = []
    for entity in c.entities:
        for name in c.fields(entity):
            stored = [v for row in c.world.data.rows[entity].values() if (v := c.reference.raw(entity, row, (name,))) is not None]
            if not stored or not c.ids(entity):
                continue
            value = c.random.choice(stored)
            for operator, expected in c.random.sample(_tests(value), c.tests):
                one = Filter((name,), operator, value if operator in ("eq", "ne", "gt") else None)
                found += _filtered(c, entity, name, one, expected)
        found += _filtered_by_many(c, entity)
    return found


def _filtered_by_many(c: Comparison, entity: str) -> list[str]:
    """Each many-to-many link by one of the records that some row links to, in every way."""
    found: list[str] = []
    for name in c.values(entity) if c.ids(entity) else ():
        if c.reference.kind(entity, name) != "links":
            continue
        stored = sorted({id for row in c.world.data.rows[entity].values() for id in row[name] or ()})
        for one, other in zip(stored[::8], stored[1::8], strict=False):
            tests: list[tuple[Filter, Callable[[Any], bool]]] = [
                (Filter((name,), "eq", one), lambda v, id=one: id in (v or ())),
                (Filter((name,), "ne", one), lambda v, id=one: id not in (v or ())),
                (Filter((name,), "in", (one, other)), lambda v, ids=frozenset((one, other)): not ids.isdisjoint(v or ())),
                (Filter((name,), "blank"), lambda v: v is None),
            ]
            for test, expected in tests:
                found += _filtered(c, entity, name, test, expected)
    return found


def _tests(value: Any) -> list[tuple[str, Callable[[Any], bool]]]:
    tests: list[tuple[str, Callable[[Any], bool]]] = [
        ("eq", lambda v: v == value), ("ne", lambda v: v != value), ("blank", lambda v: v is None),
    ]
    return tests if isinstance(value, bool) else [*tests, ("gt", lambda v: v is not None and v > value)]


def _filtered(c: Comparison, entity: str, name: str, one: Filter, expected: Callable[[Any], bool]) -> list[str]:
    what = f"filter {entity}.{name} {one.operator} {one.value!r}"
    if c.reference.unknown(entity, name):
        return c.differ(what, _unknown(lambda: read.page(c.s, Query(entity, (), filters=(one,)))), "unknown_field")
    page = _page(c, entity, filters=(one,), sort=(Sort(("id",)),))
    wanted = [
        row["id"] for row in c.reference.visible(entity) if expected(c.reference.value(entity, row, (name,)))
    ]
    return c.differ(what, _ids(page) if page else [], sorted(wanted))


def joined(c: Comparison) -> list[str]:
    """Filters over readable fields joined at random, groups within groups: a condition over what is blank does not hold."""
    found: list[str] = []
    for entity in c.entities:
        names = [name for name in c.fields(entity) if not c.reference.unknown(entity, name)]
        if not names or not c.ids(entity):
            continue
        for _ in range(3):
            one, holds = _group(c, entity, names, 3)
            shown = _page(c, entity, filters=(one,), sort=(Sort(("id",)),))
            wanted = sorted(row["id"] for row in c.reference.visible(entity) if holds(row))
            found += c.differ(f"joined {entity} {one}", _ids(shown) if shown else [], wanted)
    return found


Holds = Callable[[dict[str, Any]], bool]


def _group(c: Comparison, entity: str, names: list[str], depth: int) -> tuple[FilterGroup, Holds]:
    parts = [
        _group(c, entity, names, depth - 1) if depth > 1 and c.random.random() < 0.4 else _one(c, entity, c.random.choice(names))
        for _ in range(c.random.randint(1, 3))
    ]
    joining = c.random.choice(tuple(_JOINED))
    return FilterGroup(joining, tuple(one for one, _ in parts)), lambda row: _JOINED[joining]([holds(row) for _, holds in parts])


_JOINED: dict[Joining, Callable[[list[bool]], bool]] = {"all": all, "any": any, "none": lambda held: not any(held)}


def _one(c: Comparison, entity: str, name: str) -> tuple[Filter, Holds]:
    stored = [v for row in c.world.data.rows[entity].values() if (v := c.reference.raw(entity, row, (name,))) is not None]
    value = c.random.choice(stored) if stored else None
    operator, holds = c.random.choice(_tests(value) if stored else [("blank", lambda v: v is None)])
    one = Filter((name,), operator, value if operator in ("eq", "ne", "gt") else None)
    return one, lambda row: holds(c.reference.value(entity, row, (name,)))


def sorts(c: Comparison) -> list[str]:
    """Order by each field in one direction, links by their title; blanks first when ascending; ties by id."""
    found: list[str] = []
    for entity in c.entities:
        if not c.ids(entity):
            continue
        for name in c.fields(entity):
            found += _sorted(c, entity, name, c.random.random() < 0.5)
    return found


def _sorted(c: Comparison, entity: str, name: str, descending: bool) -> list[str]:
    what = f"sort {entity}.{name} {'desc' if descending else 'asc'}"
    query = Query(entity, (), sort=(Sort((name,), descending),), limit=MANY)
    if c.reference.unknown(entity, name):
        return c.differ(what, _unknown(lambda: read.page(c.s, query)), "unknown_field")

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        if c.reference.kind(entity, name) in LINKS:
            value = c.reference.linked_title(entity, row, name, order=True)
        else:
            value = c.reference.value(entity, row, (name,))
            value = collation_key(value) if isinstance(value, str) and c.reference.kind(entity, name) == "text" else value
        value = value.encode() if isinstance(value, str) else value
        return (0, b"", row["id"]) if value is None else (1, value, row["id"])

    rows = c.reference.visible(entity)
    blank = sorted((row for row in rows if key(row)[0] == 0), key=lambda row: row["id"], reverse=descending)
    filled = sorted((row for row in rows if key(row)[0] == 1), key=key, reverse=descending)
    ordered = filled + blank if descending else blank + filled
    return c.differ(what, _ids(read.page(c.s, query)), [row["id"] for row in ordered])


def groups(c: Comparison) -> list[str]:
    """Rows counted by each field."""
    found: list[str] = []
    for entity in c.entities:
        rows = c.reference.visible(entity)
        for name in c.fields(entity) if rows else ():
            query = GroupQuery(entity, (Grouping("g", (name,)),), (Measure("n", "count"),))
            what = f"group {entity}.{name}"
            if c.reference.unknown(entity, name):
                found += c.differ(what, _unknown(lambda query=query: read.group(c.s, query)), "unknown_field")
                continue
            expected = Counter(c.reference.value(entity, row, (name,)) for row in rows)
            found += c.differ(what, {row.keys[0]: row.measures[0] for row in read.group(c.s, query)}, dict(expected))
    return found


def searches(c: Comparison) -> list[str]:
    """Two Chinese characters, in the list, the count and the search over everything."""
    found: list[str] = []
    for text in ("华为", "海淀", "数据", "北京"):
        hits = read.search(c.s, text, limit=100)
        for entity in c.entities:
            names = c.world.spec.entities[entity].search
            expected = [
                row["id"] for row in c.reference.visible(entity)
                if any(text in str(c.reference.value(entity, row, (name,)) or "") for name in names)
            ]
            if not names:
                continue
            page = _page(c, entity, search=text, sort=(Sort(("id",)),))
            found += c.differ(f"list search {entity} {text}", _ids(page) if page else [], sorted(expected))
            shown = sorted(hit.id for hit in hits if hit.entity == entity)
            found += c.differ(f"search {entity} {text}", shown, sorted(sorted(expected)[-100:]))
    return found


def pickers(c: Comparison) -> list[str]:
    """The candidates of every link without a filter that the user may read."""
    found: list[str] = []
    for entity in c.entities:
        for name, field in c.world.spec.entities[entity].fields.items():
            if field.stored not in (*LINKS, "links") or (field.link and field.link.filter) or name not in _readable(c, entity):
                continue
            target = c.reference.target(entity, name)
            picked = {choice.id: choice.title for choice in read.pick(c.s, entity, name, "", {}, limit=100)}
            wanted = c.reference.visible(target)
            titles = {row["id"]: c.reference.title(target, row) for row in wanted}
            expected = titles if len(titles) <= 100 else {id: titles.get(id) for id in picked}
            found += c.differ(f"picker {entity}.{name}", picked, expected)
    return found


def histories(c: Comparison) -> list[str]:
    """The fields that the history of each record tells of; links in it with titles that may be read."""
    found: list[str] = []
    for entity in c.entities:
        for id, row in list(c.world.data.rows[entity].items())[::3]:
            if not c.reference.may("read", entity, row):
                found += c.differ(f"history {entity}/{id}", _unknown(lambda e=entity, i=id: read.history(c.s, e, i)), "not_found")
                continue
            try:
                events = read.history(c.s, entity, id)
            except NotFound:
                found.append(f"{c.login}: history {entity}/{id} is refused")
                continue
            told = {change.field: change.after for event in events for change in event.changes}
            expected = {}
            for name in c.values(entity):
                seen = c.reference.seen(entity, row, name)
                system = name in SYSTEM or name in ("owner", "dept", "approval")
                if told and seen.plain and not system and row.get(name) is not None:
                    expected[name] = getattr(seen.value, "id", seen.value)
            shown = {name: _chosen(value) for name, value in told.items()}
            found += c.differ(f"history {entity}/{id}", shown, expected)
    return found


def _chosen(value: object) -> object:
    """Ids in place of what is named."""
    if isinstance(value, tuple):
        return tuple(_chosen(one) for one in value if one is not None) or None
    return value.id if isinstance(value, Choice) else value


def verbs(c: Comparison) -> list[str]:
    """What else may be done to a record."""
    found: list[str] = []
    for entity in c.entities:
        for verb in ("update", "delete"):
            for id, row in list(c.world.data.rows[entity].items())[::3]:
                expected = c.reference.may("read", entity, row) and c.reference.may(verb, entity, row)
                found += c.differ(f"{verb} {entity}/{id}", access.allowed(c.s, entity, verb, id), expected)
    return found


def beyond_links(c: Comparison) -> list[str]:
    """Values, filters and sorts across one link."""
    found: list[str] = []
    for entity in c.entities:
        rows = c.reference.visible(entity)
        for name, field in c.world.spec.entities[entity].fields.items():
            if field.stored not in LINKS or not rows or c.reference.unknown(entity, name):
                continue
            target = c.reference.target(entity, name)
            for other in c.random.sample(c.fields(target), 4):
                found += _beyond(c, entity, rows, (name, other), target)
    return found


def _beyond(c: Comparison, entity: str, rows: list[dict[str, Any]], path: tuple[str, str], target: str) -> list[str]:
    what = f"{entity} {'.'.join(path)}"
    query = Query(entity, (path,), sort=(Sort(("id",)),), limit=MANY)
    if not c.reference.roles or not any(True for _ in c.reference._reading_roles(target)):
        return []
    if path[1] not in _readable(c, target):
        return c.differ(what, _unknown(lambda: read.page(c.s, query)), "unknown_field")
    page = read.page(c.s, query)
    index = page.columns[0].index
    expected = {row["id"]: c.reference.value(entity, row, path) for row in rows}
    found = c.differ(what, {row[0]: row[index] for row in page.rows}, expected)
    values = sorted((value for value in expected.values() if value is not None), key=str)
    value = c.random.choice(values) if values else None
    for operator, holds in c.random.sample(_tests(value), c.tests) if values else ():
        one = Filter(path, operator, value if operator in ("eq", "ne", "gt") else None)
        wanted = [id for id, held in expected.items() if holds(held)]
        shown = _page(c, entity, filters=(one,), sort=(Sort(("id",)),))
        found += c.differ(f"filter {what} {operator} {value!r}", _ids(shown) if shown else [], sorted(wanted))
    return found


def related(c: Comparison) -> list[str]:
    """Related lists: the rows of every back collection of some hosts."""
    found: list[str] = []
    for entity in c.entities:
        for name, field in c.world.spec.entities[entity].fields.items():
            if field.stored not in (*LINKS, "links") or not c.ids(entity) or c.reference.unknown(entity, name):
                continue
            target = c.reference.target(entity, name)
            for host in list(c.world.data.rows[target])[:8]:
                page = _page(c, entity, within=(name, host), sort=(Sort(("id",)),))
                expected = [
                    row["id"] for row in c.reference.visible(entity)
                    if leads(c.reference.value(entity, row, (name,)), target, host)
                ]
                found += c.differ(f"related {entity}.{name} of {host}", _ids(page) if page else [], sorted(expected))
    return found


def children(c: Comparison) -> list[str]:
    """Child rows of every record that may be read, with their fields."""
    found: list[str] = []
    for entity in c.entities:
        for name, field in c.world.spec.entities[entity].fields.items():
            if field.children is None:
                continue
            for row in c.reference.visible(entity)[:25]:
                try:
                    shown = read.get(c.s, entity, row["id"]).children.get(name, ())
                except NotFound:
                    found.append(f"{c.login}: {entity}/{row['id']} is refused")
                    continue
                found += _child_rows(c, (entity, name), field.children, row["id"], shown)
    return found


def _child_rows(c: Comparison, through: tuple[str, str], child: str, host: int, shown: Sequence[Any]) -> list[str]:
    what = f"children {'.'.join(through)} of {host}"
    rows = {
        id: row for id, row in c.world.data.rows[child].items()
        if row["$parent"] == through and row["parent_id"] == host and c.reference.may("read", child, row)
    }
    found = c.differ(what, sorted(record.id for record in shown), sorted(rows))
    for record in shown if not found else ():
        found += _record(c, child, rows[record.id], record)
    return found


PATHS: dict[str, Callable[[Comparison], list[str]]] = {
    "list": lists, "detail": details, "count": counts, "filter": filters, "joined": joined, "sort": sorts, "group": groups,
    "search": searches, "picker": pickers, "history": histories, "export": exports, "print": prints, "verbs": verbs,
    "linked": beyond_links, "related": related, "children": children,
}
"""Every read path that is compared."""
