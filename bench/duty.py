"""The program of equal duty: by hand, for leads only, what Loomwork does for any entity.

Server-side sessions, one snapshot a page, navigation, filter form, keyset paging, capped count, state path, timeline from
history; writes leave a history row, an outbox row, a raised revision and a search entry in one transaction. It knows its
one table, so the ratio to it shows what metadata itself costs.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import orjson
import sqlalchemy as sa
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bench.bare import BIG, checked, engine_of, json, wants_json
from bench.rows import RATINGS, STATUSES, USERS, Lead, continue_series, leads, team_of

META = sa.MetaData()
TEXTS = ("name", "company", "phone", "email", "source", "rating", "status")
LEAD = sa.Table(
    "d_lead", META,
    sa.Column("id", BIG, primary_key=True), sa.Column("revision", sa.Integer, server_default="1"),
    *(sa.Column(name, sa.Text) for name in TEXTS),
    sa.Column("owner", sa.Integer), sa.Column("team", sa.Integer), sa.Column("amount", sa.BigInteger),
    sa.Column("created_at", sa.Text), sa.Column("next_follow_up_at", sa.Date),
    *(sa.Column(name, sa.Text) for name in ("notes", "city", "industry", "website", "title")),
    sa.Column("employees", sa.Integer), sa.Column("budget", sa.BigInteger), sa.Column("score", sa.Integer),
    sa.Column("last_contact_on", sa.Date), sa.Column("archived_at", sa.Text),
    sa.Index("d_lead_owner", "owner", "status", "rating", "next_follow_up_at"),
    sa.Index("d_lead_team", "team", "status", "rating", "next_follow_up_at"),
    sa.Index("d_lead_report", "team", "owner", "status", "archived_at", "amount"),
)
HISTORY = sa.Table(
    "d_history", META, sa.Column("id", BIG, primary_key=True), sa.Column("lead", BIG, index=True),
    sa.Column("at", sa.Text), sa.Column("actor", sa.Integer), sa.Column("kind", sa.Text), sa.Column("changes", sa.JSON),
)
OUTBOX = sa.Table(
    "d_outbox", META, sa.Column("id", BIG, primary_key=True), sa.Column("event", sa.Text), sa.Column("lead", BIG),
    sa.Column("at", sa.Text),
)
SESSION = sa.Table(
    "d_session", META, sa.Column("token", sa.Text, primary_key=True), sa.Column("user", sa.Integer),
    sa.Column("csrf", sa.Text), sa.Column("version", sa.Integer),
)
PEOPLE = sa.Table("d_user", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
LIST_PAGE, DETAIL_PAGE, REPORT_PAGE = (PAGES.get_template(f"duty_{name}.html") for name in ("list", "detail", "report"))
CAP = 1000


def bigrams(text: str) -> str:
    """Overlapping pairs of Chinese characters, other words as they are."""
    found: list[str] = []
    for run in re.findall(r"[\u4e00-\u9fff]+|[a-z0-9]+", text.lower()):
        chinese = "\u4e00" <= run[0] <= "\u9fff" and len(run) > 1
        found += [run[i:i + 2] for i in range(len(run) - 1)] if chinese else [run]
    return " ".join(found)


def create_search(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS d_search")
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE d_search USING fts5(company, content='', contentless_delete=1, tokenize='unicode61')"
        )
    else:
        connection.exec_driver_sql("DROP TABLE IF EXISTS d_search")
        connection.exec_driver_sql("CREATE TABLE d_search (id bigint PRIMARY KEY, company tsvector)")
        connection.exec_driver_sql("CREATE INDEX d_search_gin ON d_search USING gin (company)")


def index_rows(connection: sa.Connection, rows: Iterable[tuple[int, str]]) -> None:
    batch = [{"id": id_, "text": bigrams(company)} for id_, company in rows]
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("INSERT OR REPLACE INTO d_search(rowid, company) VALUES (:id, :text)"), batch)
    else:
        connection.execute(sa.text(
            "INSERT INTO d_search VALUES (:id, to_tsvector('simple', :text)) "
            "ON CONFLICT (id) DO UPDATE SET company = excluded.company"
        ), batch)


def fill(url: str, count: int) -> None:
    """Makes the tables with `count` leads, and history for the first thousand."""
    engine = engine_of(url)
    META.drop_all(engine)
    META.create_all(engine)
    with engine.begin() as connection:
        create_search(connection)
        connection.execute(PEOPLE.insert(), [{"id": i, "name": f"user {i}"} for i in range(1, USERS + 1)])
        rows = iter(leads(count))
        while batch := list(islice(rows, 5000)):
            connection.execute(LEAD.insert(), [_row(lead) for lead in batch])
            index_rows(connection, [(lead.id, lead.company) for lead in batch])
        connection.execute(HISTORY.insert(), [
            {"lead": lead, "at": "2026-05-01", "actor": 1, "kind": kind, "changes": {"status": [None, "new"]}}
            for lead in range(1, min(count, 1000) + 1) for kind in ("create", "update", "comment")
        ])
        continue_series(connection, LEAD)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _row(lead: Lead) -> dict[str, object]:
    return asdict(lead) | {"created_at": lead.created_at.isoformat(), "revision": 1}


def create(url: str) -> Starlette:
    """The ASGI application."""
    app = Starlette(routes=[
        Route("/login/{user:int}", login), Route("/leads", list_page), Route("/leads/{id:int}", detail),
        Route("/leads", add, methods=["POST"]), Route("/leads/{id:int}", change, methods=["POST"]),
        Route("/report", report),
    ])
    app.state.engine = engine_of(url)
    return app


def login(request: Request) -> Response:
    token = secrets.token_urlsafe(24)
    row = {"token": hashed(token), "user": request.path_params["user"], "csrf": secrets.token_hex(16), "version": 1}
    with request.app.state.engine.begin() as connection:
        connection.execute(SESSION.insert().values(row))
    response = RedirectResponse("/leads")
    response.set_cookie("session", token, httponly=True)
    return response


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


WHO = sa.select(SESSION.c.user, SESSION.c.csrf, PEOPLE.c.name).join(PEOPLE, PEOPLE.c.id == SESSION.c.user).where(
    SESSION.c.token == sa.bindparam("token")
)


def who(request: Request, connection: sa.Connection) -> sa.Row[tuple[int, str, str]]:
    found = connection.execute(WHO, {"token": hashed(request.cookies.get("session", ""))}).first()
    if found is None:
        raise PermissionError
    return found


def rule(user: int) -> sa.ColumnElement[bool]:
    """Managers see their team, sales their own; trash is hidden."""
    own = LEAD.c.team == team_of(user) if user % 10 == 1 else LEAD.c.owner == user
    return own & LEAD.c.archived_at.is_(None)


SHOWN = [LEAD.c[name] for name in (
    "id", "revision", "name", "company", "phone", "source", "rating", "status", "owner", "amount", "next_follow_up_at",
    "city", "score",
)]


def list_page(request: Request) -> Response:
    parameters = request.query_params
    with request.app.state.engine.connect() as connection:
        me = who(request, connection)
        condition = rule(me.user)
        for name in ("status", "rating"):
            if name in parameters:
                condition &= LEAD.c[name] == parameters[name]
        if "q" in parameters:
            condition &= LEAD.c.id.in_(matches(connection, parameters["q"]))
        query = (
            sa.select(*SHOWN, PEOPLE.c.name.label("owner_name")).outerjoin(PEOPLE, PEOPLE.c.id == LEAD.c.owner)
            .where(condition).order_by(LEAD.c.next_follow_up_at.desc(), LEAD.c.id.desc()).limit(51)
        )
        rows = connection.execute(query).all()
        inner = sa.select(sa.literal(1)).where(condition).limit(CAP + 1).subquery()
        total = connection.execute(sa.select(sa.func.count()).select_from(inner)).scalar() or 0
    shown = f"{CAP}+" if total > CAP else str(total)
    if wants_json(request):
        return json({"total": shown, "rows": [tuple(row) for row in rows[:50]]})
    return HTMLResponse(LIST_PAGE.render(
        rows=rows[:50], total=shown, more=len(rows) > 50, me=me, statuses=STATUSES, ratings=RATINGS, parameters=parameters,
    ))


def matches(connection: sa.Connection, text: str) -> sa.Select[tuple[int]]:
    words = bigrams(text)
    if connection.dialect.name == "sqlite":
        table = sa.table("d_search", sa.column("rowid"))
        return sa.select(table.c.rowid).where(sa.text("d_search MATCH :m").bindparams(m=f'"{words}"'))
    table = sa.table("d_search", sa.column("id"), sa.column("company"))
    return sa.select(table.c.id).where(table.c.company.op("@@")(sa.func.phraseto_tsquery("simple", words)))


def detail(request: Request) -> Response:
    id_ = request.path_params["id"]
    with request.app.state.engine.connect() as connection:
        me = who(request, connection)
        found = connection.execute(
            sa.select(LEAD, PEOPLE.c.name.label("owner_name")).outerjoin(PEOPLE, PEOPLE.c.id == LEAD.c.owner)
            .where(rule(me.user), LEAD.c.id == id_)
        ).first()
        if found is None:
            return Response(status_code=404)
        timeline = connection.execute(
            sa.select(HISTORY, PEOPLE.c.name).outerjoin(PEOPLE, PEOPLE.c.id == HISTORY.c.actor)
            .where(HISTORY.c.lead == id_).order_by(HISTORY.c.id.desc()).limit(50)
        ).all()
    if wants_json(request):
        return json({"lead": {str(k): v for k, v in found._mapping.items()}, "timeline": [tuple(t) for t in timeline]})
    return HTMLResponse(DETAIL_PAGE.render(lead=found, timeline=timeline, me=me, statuses=STATUSES))


async def add(request: Request) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        values = checked(form, partial=False)
    except ValueError:
        return Response(status_code=422)
    return json({"id": await run_in_threadpool(_insert, request, values)})


def _insert(request: Request, values: dict[str, object]) -> int:
    now = datetime.now(UTC).isoformat()
    with request.app.state.engine.begin() as connection:
        me = who(request, connection)
        values |= {"owner": me.user, "team": team_of(me.user), "created_at": now, "revision": 1, "status": "new"}
        id_ = int(connection.execute(LEAD.insert().values(values)).inserted_primary_key[0])  # type: ignore[index]
        _record(connection, id_, me.user, "create", {k: [None, str(v)] for k, v in values.items()})
        index_rows(connection, [(id_, str(values["company"]))])
    return id_


def _record(connection: sa.Connection, lead: int, user: int, kind: str, changes: dict[str, list[object]]) -> None:
    now = datetime.now(UTC).isoformat()
    connection.execute(HISTORY.insert().values(lead=lead, at=now, actor=user, kind=kind, changes=changes))
    connection.execute(OUTBOX.insert().values(event=f"lead.{kind}", lead=lead, at=now))


async def change(request: Request) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        values = checked(form, partial=True)
    except ValueError:
        return Response(status_code=422)
    return json({"ok": True}) if await run_in_threadpool(_update, request, values) else Response(status_code=404)


def _update(request: Request, values: dict[str, object]) -> bool:
    id_ = request.path_params["id"]
    with request.app.state.engine.begin() as connection:
        me = who(request, connection)
        before = connection.execute(sa.select(LEAD).where(rule(me.user), LEAD.c.id == id_)).mappings().first()
        if before is None:
            return False
        connection.execute(
            LEAD.update().where(LEAD.c.id == id_, LEAD.c.revision == before["revision"])
            .values({**values, "revision": before["revision"] + 1})
        )
        changes = {k: [str(before[k]), str(v)] for k, v in values.items() if before[k] != v}
        _record(connection, id_, me.user, "update", changes)
        if "company" in values:
            index_rows(connection, [(id_, str(values["company"]))])
    return True


def report(request: Request) -> Response:
    with request.app.state.engine.connect() as connection:
        me = who(request, connection)
        rows = connection.execute(
            sa.select(PEOPLE.c.name, LEAD.c.status, sa.func.sum(LEAD.c.amount), sa.func.count())
            .outerjoin(PEOPLE, PEOPLE.c.id == LEAD.c.owner)
            .where(rule(me.user)).group_by(LEAD.c.owner, PEOPLE.c.name, LEAD.c.status)
            .order_by(LEAD.c.owner, LEAD.c.status)
        ).all()
    chart = orjson.dumps([[r[0], r[1], int(r[2])] for r in rows]).decode()
    return HTMLResponse(REPORT_PAGE.render(rows=rows, me=me, chart=chart, total=sum(r[2] for r in rows)))
