"""A list as a tree by a link to its own entity: roots first, children when their parent is opened. What is filtered shows with
the records above it that its reader may read; who may not read a parent sees a root, and is told nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.numerals import number_of
from engine.records import read
from engine.records.queries import Count, Filter, Grouping, GroupQuery, Measure, Page, Query
from engine.refusals import NotFound
from forms.cards import CardText, card_columns, draw_cards
from forms.compiled import ListColumn
from forms.lists import ListRequest
from forms.rows import paired
from web.context import Context
from web.pages.lists.request import asked, seen
from web.view_models.ways import Branch, Tree, TreeNode

BRANCH = 100
"""Records of a branch at once."""
MATCHES = 200
"""Records found at once, with those above them."""
DEEPEST = 30
"""Levels above a record that are looked up; who stands in a circle ends there as well."""


@dataclass(frozen=True, slots=True)
class _Stem:
    """What all of a tree share."""

    context: Context
    entity: CompiledEntity
    request: ListRequest
    columns: tuple[ListColumn, ...]
    by: ListColumn


def tree_of(context: Context, entity: CompiledEntity, request: ListRequest) -> tuple[Tree, Count]:
    """The list as a tree, and how many of its records are seen: all of them are counted where nothing narrows it."""
    stem = _stem(context, entity, request)
    if not _narrowed(request):
        return Tree(_branch(stem, None)), read.count(context.session, request.query(), 1000)
    found = _page(stem, request.query(MATCHES))
    records = _records(stem, found)
    matches = frozenset(records)
    above = _above(stem, records)
    branch = _grown(stem, {**records, **above}, matches)
    cut = context.texts("modes.cut", most=context.formats.number(MATCHES)) if found.after else ""
    return Tree(branch, cut), Count(len(matches), found.after is not None)


def branch(context: Context) -> Response:
    """The records below one (`of`), or those that follow the ones already there (`after`)."""
    entity = context.entity()
    request = asked(context, entity)
    if request.shown.way != "tree":
        raise NotFound()
    parent = number_of(context.query("of")) if context.query("of") else None
    if context.query("of") and parent is None:
        raise NotFound()
    return context.piece("pieces/branch.html", branch=_branch(_stem(context, entity, request), parent))


def _stem(context: Context, entity: CompiledEntity, request: ListRequest) -> _Stem:
    by = request.shown.by
    assert by is not None
    return _Stem(context, entity, request, card_columns(seen(context, request.columns), {by.path}), by)


def _narrowed(request: ListRequest) -> bool:
    query = request.query()
    return bool(query.filters or query.where or query.search or query.starred or query.shared)


@dataclass(frozen=True, slots=True)
class _Record:
    text: CardText
    parent: int | None


def _page(stem: _Stem, query: Query) -> Page:
    paths = dict.fromkeys([*(column.path for column in stem.columns), stem.by.path])
    return read.page(stem.context.session, replace(query, columns=tuple(paths), before=None))


def _records(stem: _Stem, page: Page) -> dict[int, _Record]:
    """The records of a page by number, with the parents that their reader may read."""
    found = next(column for column in page.columns if column.path == stem.by.path)
    texts = draw_cards(paired(stem.columns, page.columns), page.rows, stem.context.app, stem.context.formats)
    parents = [row[found.index] for row in page.rows]
    return {
        text.id: _Record(text, parent if isinstance(parent, int) else None)
        for text, parent in zip(texts, parents, strict=True)
    }


def _branch(stem: _Stem, parent: int | None) -> Branch:
    """The records right below one, or the roots."""
    below = Filter(stem.by.path, "blank") if parent is None else Filter(stem.by.path, "eq", parent)
    query = stem.request.query(BRANCH)
    page = _page(stem, replace(query, filters=(*query.filters, below)))
    records = _records(stem, page)
    bearing = _bearing(stem, records)
    nodes = tuple(
        _node(stem, record, load=_address(stem, of=str(id)) if id in bearing else "")
        for id, record in records.items()
    )
    return Branch(nodes, _address(stem, of=str(parent or ""), after=page.after) if page.after else "")


def _bearing(stem: _Stem, ids: Iterable[int]) -> frozenset[int]:
    """Those of the records below which there are others that the reader may read; one statement for all."""
    wanted = tuple(ids)
    if not wanted:
        return frozenset()
    path = stem.by.path
    query = GroupQuery(
        stem.entity.name, (Grouping("parent", path),), (Measure("count", "count"),), (Filter(path, "in", wanted),),
        limit=len(wanted),
    )
    return frozenset(int(str(row.keys[0])) for row in read.group(stem.context.session, query) if row.keys[0] is not None)


def _above(stem: _Stem, records: Mapping[int, _Record]) -> dict[int, _Record]:
    """The records above these, level by level: a statement for each level, however many records there are."""
    above: dict[int, _Record] = {}
    level = {record.parent for record in records.values()} - {None} - records.keys()
    for _ in range(DEEPEST):
        if not level:
            break
        query = Query(stem.entity.name, (), (Filter(("id",), "in", tuple(level)),), limit=len(level))
        found = _records(stem, _page(stem, query))
        above |= found
        level = {record.parent for record in found.values()} - {None} - records.keys() - above.keys()
    return above


def _grown(stem: _Stem, records: Mapping[int, _Record], matches: frozenset[int]) -> Branch:
    """The records as a tree that is open; those that stand in a circle begin anywhere in it."""
    children: dict[int | None, list[int]] = {}
    for id, record in records.items():
        children.setdefault(record.parent if record.parent in records else None, []).append(id)
    grown: set[int] = set()

    def nodes(ids: Sequence[int]) -> tuple[TreeNode, ...]:
        made: list[TreeNode] = []
        for id in ids:
            if id not in grown:
                grown.add(id)
                made.append(_node(stem, records[id], nodes(children.get(id, [])), found=id in matches))
        return tuple(made)

    roots = nodes(children.get(None, []))
    return Branch(roots + nodes([id for id in records if id not in grown]))


def _node(
    stem: _Stem, record: _Record, nodes: tuple[TreeNode, ...] = (), load: str = "", found: bool = False
) -> TreeNode:
    text = record.text
    return TreeNode(text.id, f"/e/{stem.entity.name}/{text.id}", text.title, text.facts, nodes, load, found)


def _address(stem: _Stem, **more: str) -> str:
    """Where a branch is loaded from."""
    pairs = [pair for pair in stem.request.parameters() if pair[0] not in ("as", "by", "after", "before")]
    named = [pair for pair in more.items() if pair[1]]
    return f"/e/{stem.entity.name}/branch?{urlencode([*pairs, *stem.request.shown.parameters(), *named])}"
