"""Loomwork's database with the bench rows: the application is applied as always, the rows are written in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from bench.rows import TEAMS, USERS, Lead, continue_series, leads, team_of
from engine import search
from engine.accounts.credentials import hash_password
from engine.clock import SystemClock
from engine.compile import compile_app
from engine.compiled import CompiledApp, CompiledEntity
from engine.records.stored import order_values
from engine.storage import catalogue, platform
from engine.storage.apply import apply
from engine.storage.database import Database
from metadata.folders import pack_files, read_folder
from metadata.loader import load_files

APPLICATION = Path(__file__).parent / "application"
PASSWORD = "bench-password"
BATCH = 2000
AUDITOR = USERS + 1
"""Sees a few of all leads: those shared with this person."""
SHARED = 20


def fill(url: str, count: int) -> None:
    """Applies the bench application and writes people and `count` leads. The database must be empty."""
    database = Database(url)
    loaded = load_files({**read_folder(APPLICATION), **pack_files("base")})
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    applied = apply(database, loaded.app, "bench", "", SystemClock())
    with database.write() as connection:
        app = compile_app(loaded.app, catalogue.load(connection), applied.release)
        _people(connection, app, count)
    for batch in _batches(leads(count)):
        with database.write() as connection:
            _leads(connection, app.entities["lead"], batch)
    with database.write() as connection:
        names = ("lead", "department", "user", "role_assignment")
        continue_series(connection, *(app.entities[name].table for name in names))
        connection.exec_driver_sql("ANALYZE")
    database.close()


def _batches(rows: Iterator[Lead]) -> Iterator[list[Lead]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _row(entity: CompiledEntity, id_: int, values: Mapping[str, object]) -> dict[str, object]:
    now = SystemClock().now()
    row: dict[str, object] = {"id": id_, "created_at": now, "updated_at": now, "revision": 1}
    for name, value in values.items():
        column = entity.fields[name].column
        assert column is not None, name
        row[column.name] = value
    return row | order_values(entity, values)


def _people(connection: sa.Connection, app: CompiledApp, count: int) -> None:
    departments, users, roles = (app.entities[name] for name in ("department", "user", "role_assignment"))
    connection.execute(departments.table.insert(), [_row(departments, i, {"name": f"销售{i}部"}) for i in range(1, TEAMS + 1)])
    people = range(1, AUDITOR + 1)
    connection.execute(users.table.insert(), [
        _row(users, i, {"login": f"user{i}", "name": f"用户{i}", "dept": team_of(i), "active": True}) for i in people
    ])
    connection.execute(roles.table.insert(), [_row(roles, i, {"user": i, "role": _role(i)}) for i in people])
    hashed, now = hash_password(PASSWORD), SystemClock().now()
    connection.execute(platform.credential.insert(), [
        {"user_id": i, "password_hash": hashed, "changed_at": now, "must_change": False} for i in people
    ])
    connection.execute(platform.member.insert(), [
        {"entity_id": app.entities["lead"].lineage, "record_id": lead, "user_id": AUDITOR, "level": "read"}
        for lead in range(1, count, max(1, count // SHARED))
    ])


def _role(user: int) -> str:
    return "auditor" if user == AUDITOR else "manager" if user % 10 == 1 else "sales"


def _leads(connection: sa.Connection, entity: CompiledEntity, batch: list[Lead]) -> None:
    connection.execute(entity.table.insert(), [_row(entity, lead.id, _values(lead)) for lead in batch])
    search.index_rows(connection, entity, [(lead.id, {"company": lead.company}) for lead in batch])


def _values(lead: Lead) -> dict[str, object]:
    plain = ("name", "company", "phone", "email", "source", "rating", "status", "owner", "notes", "city", "industry",
             "website", "title", "employees", "score", "next_follow_up_at", "last_contact_on")
    values: dict[str, object] = {name: getattr(lead, name) for name in plain}
    money = {"amount": Decimal(lead.amount).scaleb(-2), "budget": Decimal(lead.budget).scaleb(-2)}
    return {**values, **money, "dept": lead.team, "created_at": lead.created_at}
