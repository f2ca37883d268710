"""Full-text search that finds two Chinese characters: one tokeniser for both databases.

Runs of Chinese, Japanese and Korean characters become overlapping pairs and, for their last character, a token of its
own, so that one character finds too; other runs become lower-cased words, found by their beginning. The index of an
entity is a table `s{lineage}` with one column `f{field lineage}` per search field: FTS5 on SQLite, tsvector with GIN on
PostgreSQL. A query names only the columns that its principal may read (law 2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from engine.compiled import CompiledEntity

LONGEST = 20_000
"""Characters of a value that are indexed."""
MOST_TERMS = 8
"""Words of a query that count."""
_MOST_TOKENS = 16_000

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"([{_CJK}]+)|((?:(?![{_CJK}])[^\\W_])+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: `tokens` stand next to each other; the last may go on where `prefix`."""

    tokens: tuple[str, ...]
    prefix: bool


def tokens(text: str) -> list[str]:
    """The tokens that the index holds of `text`, in order."""
    found: list[str] = []
    for run, chinese in _runs(text[:LONGEST]):
        found += [*_pairs(run), run[-1]] if chinese else [run]
    return found[:_MOST_TOKENS]


def terms(text: str) -> tuple[Term, ...]:
    """What a query for `text` looks for; all must be found, each in any column. Empty when nothing in it can be."""
    found = []
    for run, chinese in _runs(text[:200]):
        single = not chinese or len(run) == 1
        found.append(Term((run,) if single else tuple(_pairs(run)), prefix=single))
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of one script each, in the one form that texts are compared in; whether they are Chinese."""
    decomposed = unicodedata.normalize("NFKD", text)
    folded = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).lower()
    for match in _RUN.finditer(unicodedata.normalize("NFKC", folded)):
        yield match.group(), match.group(1) is not None


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def table_name(lineage: int) -> str:
    """The index table of the entity with this lineage number."""
    return f"s{lineage}"


def create_statements(lineage: int, fields: Sequence[int], dialect: str) -> tuple[str, ...]:
    """DDL of the index of an entity over the field lineages `fields`; none for no fields."""
    if not fields:
        return ()
    name, columns = table_name(lineage), [f"f{field}" for field in fields]
    if dialect == "sqlite":
        options = "content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'"
        return (f"CREATE VIRTUAL TABLE {name} USING fts5({', '.join(columns)}, {options})",)
    body = ", ".join(["id BIGINT PRIMARY KEY", *(f"{column} tsvector" for column in columns)])
    indexes = [f"CREATE INDEX {name}_{column} ON {name} USING gin ({column})" for column in columns]
    return (f"CREATE TABLE {name} ({body})", *indexes)


def drop_statement(lineage: int) -> str:
    """DDL that removes the index of an entity; it can always be made anew from the rows."""
    return f"DROP TABLE IF EXISTS {table_name(lineage)}"


def index_row(connection: sa.Connection, entity: CompiledEntity, id: int, values: Mapping[str, object]) -> None:
    """Put the record into the index of its entity, in place of what was there. `values` are Python values of all search
    fields by name; what is missing counts as blank."""
    index_rows(connection, entity, [(id, values)])


def index_rows(
    connection: sa.Connection, entity: CompiledEntity, rows: Sequence[tuple[int, Mapping[str, object]]]
) -> None:
    """`index_row` for many records of one entity."""
    if not entity.search or not rows:
        return
    sqlite = connection.dialect.name == "sqlite"
    written = [
        {"id": id, **{f"f{entity.fields[name].lineage}": _indexed(entity, name, values, sqlite) for name in entity.search}}
        for id, values in rows
    ]
    connection.execute(_upsert(entity, sqlite), written)


def remove_row(connection: sa.Connection, entity: CompiledEntity, id: int) -> None:
    """Take the record out of the index."""
    if entity.search:
        key = "rowid" if connection.dialect.name == "sqlite" else "id"
        statement = sa.text(f"DELETE FROM {table_name(entity.lineage)} WHERE {key} = :id")
        connection.execute(statement, {"id": id})


def _indexed(entity: CompiledEntity, name: str, values: Mapping[str, object], sqlite: bool) -> str:
    value = values.get(name)
    field = entity.fields[name]
    found = tokens(field.type.search_text(value, field)) if value is not None else []
    if sqlite:
        return " ".join(found)
    return " ".join(f"'{token}':{position}" for position, token in enumerate(found, 1))


def _upsert(entity: CompiledEntity, sqlite: bool) -> sa.TextClause:
    name = table_name(entity.lineage)
    columns = [f"f{entity.fields[field].lineage}" for field in entity.search]
    if sqlite:
        slots = ", ".join(f":{column}" for column in columns)
        return sa.text(f"INSERT OR REPLACE INTO {name} (rowid, {', '.join(columns)}) VALUES (:id, {slots})")
    slots = ", ".join(f"CAST(:{column} AS tsvector)" for column in columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    insert = f"INSERT INTO {name} (id, {', '.join(columns)}) VALUES (:id, {slots})"
    return sa.text(f"{insert} ON CONFLICT (id) DO UPDATE SET {changes}")


def match_values(found: Sequence[Term], dialect: str) -> dict[str, object]:
    """The parameters `q0`, `q1` ... of a statement made with `match_clause` for as many terms."""
    return {f"q{number}": _written(term, dialect) for number, term in enumerate(found)}


def _written(term: Term, dialect: str) -> str:
    if dialect == "sqlite":
        return f'("{" ".join(term.tokens)}"{" *" if term.prefix else ""})'
    return " <-> ".join(f"'{token}'" for token in term.tokens) + (":*" if term.prefix else "")


def match_clause(
    lineage: int, columns: Sequence[int], number: int, dialect: str, id: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """Whether term `number` of the query is found in any of `columns` (field lineages) of the record `id`.

    The term's text is the parameter `q{number}`, see `match_values`.
    """
    name = table_name(lineage)
    term = sa.bindparam(f"q{number}", type_=sa.Text(), required=True)
    if dialect == "sqlite":
        wanted = sa.literal_column(f"'{{{' '.join(f'f{column}' for column in columns)}}} : '") + term
        found = sa.literal_column(name).op("MATCH", is_comparison=True)(wanted)
        return id.in_(sa.select(sa.literal_column("rowid")).select_from(sa.table(name)).where(found))
    table = sa.table(name, sa.column("id"), *(sa.column(f"f{column}") for column in columns))
    query = sa.cast(term, TSQUERY)
    hits = [table.c[f"f{column}"].op("@@", is_comparison=True)(query) for column in columns]
    return id.in_(sa.select(table.c.id).where(sa.or_(*hits)))
