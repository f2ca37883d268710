"""The bare program: what one writes by hand for leads with row rules, exact counts and validation, and no more.

`create(url)` is the ASGI application; `fill(url, count)` makes its tables and rows. No history, outbox or navigation.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from itsdangerous import BadSignature, Signer
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bench.rows import RATINGS, SOURCES, STATUSES, USERS, continue_series, leads, team_of

META = sa.MetaData()
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEAD = sa.Table(
    "lead", META,
    sa.Column("id", BIG, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("name", "company", "phone", "email", "source", "rating", "status")),
    sa.Column("owner", sa.Integer), sa.Column("team", sa.Integer), sa.Column("amount", sa.BigInteger),
    sa.Column("created_at", sa.Text), sa.Column("next_follow_up_at", sa.Date),
    *(sa.Column(name, sa.Text) for name in ("notes", "city", "industry", "website", "title")),
    sa.Column("employees", sa.Integer), sa.Column("budget", sa.BigInteger), sa.Column("score", sa.Integer),
    sa.Column("last_contact_on", sa.Date),
    sa.Index("lead_owner", "owner", "status", "rating", "next_follow_up_at"),
    sa.Index("lead_team", "team", "status", "rating", "next_follow_up_at"),
    sa.Index("lead_report", "team", "owner", "status", "amount"),
)
ACTIVITY = sa.Table(
    "activity", META, sa.Column("id", BIG, primary_key=True), sa.Column("lead", BIG, index=True),
    sa.Column("kind", sa.Text), sa.Column("content", sa.Text), sa.Column("at", sa.Text),
)
SIGNER = Signer("bench")
PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
LIST_PAGE, DETAIL_PAGE, REPORT_PAGE = (PAGES.get_template(f"bare_{name}.html") for name in ("list", "detail", "report"))


def engine_of(url: str) -> sa.Engine:
    """An engine with the settings a careful author would choose; SQLite durable as ours is."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=40)
    import pysqlite3

    made = sa.create_engine(url, module=pysqlite3, pool_size=40)

    @sa.event.listens_for(made, "connect")
    def _settings(raw: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
            raw.execute("PRAGMA " + pragma)

    return made


def fill(url: str, count: int) -> None:
    """Makes the tables with `count` leads and three activities for each of the first thousand."""
    engine = engine_of(url)
    META.drop_all(engine)
    META.create_all(engine)
    with engine.begin() as connection:
        rows = (asdict(lead) | {"created_at": lead.created_at.isoformat()} for lead in leads(count))
        while batch := list(islice(rows, 5000)):
            connection.execute(LEAD.insert(), batch)
        connection.execute(ACTIVITY.insert(), list(_activities(min(count, 1000))))
        continue_series(connection, LEAD)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _activities(count: int) -> Iterator[dict[str, object]]:
    for lead in range(1, count + 1):
        for kind in ("call", "visit", "mail"):
            yield {"lead": lead, "kind": kind, "content": f"{kind} 跟进 {lead}", "at": "2026-05-01"}


def create(url: str) -> Starlette:
    """The ASGI application."""
    app = Starlette(routes=[
        Route("/login/{user:int}", login), Route("/leads", list_page), Route("/leads/search", search),
        Route("/leads/{id:int}", detail), Route("/leads", add, methods=["POST"]),
        Route("/leads/{id:int}", change, methods=["POST"]), Route("/report", report),
    ])
    app.state.engine = engine_of(url)
    return app


def login(request: Request) -> Response:
    response = RedirectResponse("/leads")
    response.set_cookie("user", SIGNER.sign(str(request.path_params["user"])).decode(), httponly=True)
    return response


def user_of(request: Request) -> int:
    try:
        user = int(SIGNER.unsign(request.cookies["user"]))
    except (KeyError, BadSignature, ValueError):
        raise PermissionError from None
    return user if 1 <= user <= USERS else 0


def rule(user: int) -> sa.ColumnElement[bool]:
    """Managers see their team, sales their own."""
    return LEAD.c.team == team_of(user) if user % 10 == 1 else LEAD.c.owner == user


def wants_json(request: Request) -> bool:
    return "json" in request.headers.get("accept", "")


def json(content: object) -> Response:
    return Response(orjson.dumps(content, default=str), media_type="application/json")


SHOWN = [LEAD.c[name] for name in (
    "id", "name", "company", "phone", "source", "rating", "status", "owner", "amount", "next_follow_up_at", "city", "score",
)]


def list_page(request: Request) -> Response:
    condition = rule(user_of(request))
    for name in ("status", "rating"):
        if name in request.query_params:
            condition &= LEAD.c[name] == request.query_params[name]
    query = sa.select(*SHOWN).where(condition).order_by(LEAD.c.next_follow_up_at.desc(), LEAD.c.id.desc()).limit(50)
    with request.app.state.engine.connect() as connection:
        rows = connection.execute(query).all()
        total = connection.execute(sa.select(sa.func.count()).select_from(LEAD).where(condition)).scalar()
    if wants_json(request):
        return json({"total": total, "rows": [tuple(row) for row in rows]})
    return HTMLResponse(LIST_PAGE.render(rows=rows, total=total))


def search(request: Request) -> Response:
    text = request.query_params["q"].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    condition = rule(user_of(request)) & LEAD.c.company.like(f"%{text}%", escape="\\")
    with request.app.state.engine.connect() as connection:
        rows = connection.execute(sa.select(*SHOWN).where(condition).order_by(LEAD.c.id.desc()).limit(50)).all()
        total = connection.execute(sa.select(sa.func.count()).select_from(LEAD).where(condition)).scalar()
    return HTMLResponse(LIST_PAGE.render(rows=rows, total=total))


def detail(request: Request) -> Response:
    id_ = request.path_params["id"]
    with request.app.state.engine.connect() as connection:
        found = connection.execute(sa.select(LEAD).where(rule(user_of(request)), LEAD.c.id == id_)).first()
        if found is None:
            return Response(status_code=404)
        acts = connection.execute(sa.select(ACTIVITY).where(ACTIVITY.c.lead == id_).order_by(ACTIVITY.c.id)).all()
    if wants_json(request):
        return json({"lead": {str(k): v for k, v in found._mapping.items()}, "activities": [tuple(a) for a in acts]})
    return HTMLResponse(DETAIL_PAGE.render(lead=found, activities=acts))


def checked(form: dict[str, str], partial: bool) -> dict[str, object]:
    """The values of a form, or ValueError: what a careful author checks by hand."""
    values: dict[str, object] = {}
    for name in ("name", "company", "phone", "email", "notes", "city", "industry", "website", "title"):
        if name in form:
            values[name] = form[name].strip()[:200]
    for name, allowed in (("source", SOURCES), ("rating", RATINGS), ("status", STATUSES)):
        if name in form:
            if form[name] not in allowed:
                raise ValueError(name)
            values[name] = form[name]
    if "amount" in form:
        try:
            values["amount"] = int(Decimal(form["amount"]) * 100)
        except InvalidOperation as error:
            raise ValueError("amount") from error
    if "next_follow_up_at" in form:
        values["next_follow_up_at"] = date.fromisoformat(form["next_follow_up_at"])
    if not partial and not (values.get("name") and values.get("company")):
        raise ValueError("name")
    return values


async def add(request: Request) -> Response:
    user = user_of(request)
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        values = checked(form, partial=False)
    except ValueError:
        return Response(status_code=422)
    values |= {"owner": user, "team": team_of(user), "created_at": datetime.now(UTC).isoformat()}
    from starlette.concurrency import run_in_threadpool

    return json({"id": await run_in_threadpool(_insert, request.app.state.engine, values)})


def _insert(engine: sa.Engine, values: dict[str, object]) -> int:
    with engine.begin() as connection:
        return int(connection.execute(LEAD.insert().values(values)).inserted_primary_key[0])  # type: ignore[index]


async def change(request: Request) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        values = checked(form, partial=True)
    except ValueError:
        return Response(status_code=422)
    from starlette.concurrency import run_in_threadpool

    condition = rule(user_of(request)) & (LEAD.c.id == request.path_params["id"])
    done = await run_in_threadpool(_update, request.app.state.engine, condition, values)
    return json({"ok": True}) if done else Response(status_code=404)


def _update(engine: sa.Engine, condition: sa.ColumnElement[bool], values: dict[str, object]) -> bool:
    with engine.begin() as connection:
        return bool(connection.execute(LEAD.update().where(condition).values(values)).rowcount)


def load(url: str, file: Path) -> int:
    """Imports a CSV file of leads for user 2: each row checked, all written in batches of one transaction. Returns how many."""
    engine, count = engine_of(url), 0
    with engine.begin() as connection, file.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        while batch := [checked(row, partial=False) for row in islice(rows, 5000)]:
            own = {"owner": 2, "team": team_of(2), "created_at": datetime.now(UTC).isoformat(), "status": "new"}
            connection.execute(LEAD.insert(), [{**values, **own} for values in batch])
            count += len(batch)
    engine.dispose()
    return count


def report(request: Request) -> Response:
    query = (
        sa.select(LEAD.c.owner, LEAD.c.status, sa.func.sum(LEAD.c.amount), sa.func.count())
        .where(LEAD.c.team == team_of(user_of(request))).group_by(LEAD.c.owner, LEAD.c.status)
        .order_by(LEAD.c.owner, LEAD.c.status)
    )
    with request.app.state.engine.connect() as connection:
        rows = connection.execute(query).all()
    return HTMLResponse(REPORT_PAGE.render(rows=rows))
