"""Possible duplicates of a record about to be saved, looked for among all rows of its entity.

A duplicate found is one of the few things that is said about records one may not read: that there is one, and whose it
is. Its title and id are given to those only who may read it, and the value by which it looks the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access import readable, readable_on_each
from engine.access.views import Statement
from engine.compiled import CompiledEntity
from engine.records.detail import titles
from engine.search import match_clause, match_values, terms

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_DUPLICATES = 10
_CANDIDATES = 200
_NOISE = re.compile(r"[\W_]+")
_ENDINGS = ("股份有限公司", "有限责任公司", "有限公司", "公司", "coltd", "ltd", "inc", "llc", "gmbh")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that looks the same by `field` (`how`: same or similar). `id` and `title` are None when it may not be
    read, or that field of it: which record holds a masked value is not found out by trying. `owner` is the name of
    whoever it belongs to ("" in the pool), `pooled` whether nobody owns it.
    """

    field: str
    how: str
    id: int | None
    title: str | None
    owner: str
    pooled: bool


def duplicates(s: ReadSession, entity: str, values: Mapping[str, object], but: int | None = None) -> list[Duplicate]:
    """Records that the duplicate rules of `entity` find for `values`, `but` the record itself. Fields that the principal
    reads nowhere are not asked about (T18)."""
    compiled = s.app.entities[entity]
    found: dict[int, tuple[str, str, Any]] = {}
    rights = readable(s, entity)
    for field, how in compiled.duplicates:
        if values.get(field) is None or not rights[field].shown:
            continue
        rows = _same(s, compiled, field, values[field]) if how == "same" else _similar(s, compiled, field, values[field])
        for id, owner in rows:
            if id != but:
                found.setdefault(id, (field, how, owner))
    kept = dict(list(found.items())[:MOST_DUPLICATES])
    names, owners = titles(s, entity, kept), _owners(s, [owner for *_, owner in kept.values() if owner is not None])
    shown = readable_on_each(s, entity, [id for id in kept if id in names])
    told = {id: names[id] for id, (field, *_) in kept.items() if id in names and field in shown.get(id, ())}
    return [
        Duplicate(field, how, id if id in told else None, told.get(id), owners.get(owner, ""), compiled.owned and owner is None)
        for id, (field, how, owner) in kept.items()
    ]


def _same(s: ReadSession, entity: CompiledEntity, field: str, value: object) -> list[tuple[int, Any]]:
    column = entity.fields[field].column
    if column is None:
        return []
    statement = _live(entity, []).where(column == sa.bindparam(None, value, type_=column.type, unique=True))
    return [(row[0], row[1]) for row in s.connection.execute(statement.limit(MOST_DUPLICATES + 1))]


def _similar(s: ReadSession, entity: CompiledEntity, field: str, value: object) -> list[tuple[int, Any]]:
    """Rows whose text is the same but for spaces, signs, case and the legal form of a company."""
    column, wanted = entity.fields[field].column, _core(str(value))
    words = terms(wanted)
    if column is None or not words or field not in entity.search:
        return []
    dialect = s.connection.dialect.name
    statement = _live(entity, [column])
    for number in range(len(words)):
        lineage = entity.fields[field].lineage
        statement = statement.where(match_clause(entity.lineage, [lineage], number, dialect, entity.table.c.id))
    rows = s.connection.execute(statement.limit(_CANDIDATES), match_values(words, dialect))
    return [(row[0], row[1]) for row in rows if _core(str(row[2])) == wanted]


def _live(entity: CompiledEntity, columns: list[sa.Column[Any]]) -> Statement:
    table = entity.table
    owner = table.c.owner if entity.owned else sa.null()
    return sa.select(table.c.id, owner, *columns).where(table.c.archived_at.is_(None)).order_by(table.c.id)


def _core(text: str) -> str:
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) > len(ending) + 1:
            return plain.removesuffix(ending)
    return plain


def _owners(s: ReadSession, ids: list[int]) -> dict[int, str]:
    people = s.app.entities["user"]
    name = people.fields["name"].column
    if not ids or name is None:
        return {}
    rows = s.connection.execute(sa.select(people.table.c.id, name).where(people.table.c.id.in_(ids)))
    return {row[0]: row[1] or "" for row in rows}
