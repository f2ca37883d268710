"""The rows that all three programs work on: leads of 50 users in 5 teams, 70 % with Chinese names. Same seed, same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红建文斌"
PLACES = ["北京", "上海", "深圳", "广州", "杭州", "成都", "武汉", "南京", "苏州", "天津", "重庆", "西安", "青岛", "厦门", "长沙"]
TRADES = ["科技", "贸易", "电子", "机械", "建材", "食品", "医疗", "物流", "传媒", "教育", "能源", "化工", "服装", "软件", "智能"]
STEMS = ["华", "中", "金", "天", "海", "长", "大", "新", "东", "瑞", "恒", "盛", "泰", "鼎", "联", "创", "博", "远", "信", "达"]
ENGLISH = ("Alder", "Birch", "Cedar", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper")
SOURCES = ("web", "call", "expo", "referral", "ad", "import")
RATINGS = ("A", "B", "C")
STATUSES = ("new", "contacting", "qualified", "converted", "unqualified")
USERS, TEAMS = 50, 5
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead; amounts in cents. 22 columns with the id."""

    id: int
    name: str
    company: str
    phone: str
    email: str
    source: str
    rating: str
    status: str
    owner: int
    team: int
    amount: int
    created_at: datetime
    next_follow_up_at: date
    notes: str
    city: str
    industry: str
    website: str
    title: str
    employees: int
    budget: int
    score: int
    last_contact_on: date


def continue_series(connection: sa.Connection, *tables: sa.Table) -> None:
    """PostgreSQL counts ids on from the rows that were written with ids of their own; SQLite does so by itself."""
    for table in tables if connection.dialect.name == "postgresql" else ():
        last = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1).scalar_subquery()
        series = sa.func.pg_get_serial_sequence(table.name, "id")
        connection.execute(sa.select(sa.func.setval(series, last, False)))


def team_of(user: int) -> int:
    """Users 1..50 sit in teams 1..5; 1, 11, 21, 31 and 41 manage them."""
    return (user - 1) // 10 + 1


def leads(count: int, seed: int = 7) -> Iterator[Lead]:
    """`count` leads, the same ones for the same seed."""
    rng = random.Random(seed)
    for number in range(1, count + 1):
        yield _lead(rng, number)


def _lead(rng: random.Random, number: int) -> Lead:
    owner = rng.randrange(1, USERS + 1)
    chinese = rng.random() < 0.7
    trade, city = rng.choice(TRADES), rng.choice(PLACES)
    if chinese:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.6 else "")
        company = f"{city}{rng.choice(STEMS)}{rng.choice(STEMS)}{trade}有限公司"
    else:
        name = f"{rng.choice(ENGLISH)} {rng.choice(ENGLISH)}son"
        company = f"{rng.choice(ENGLISH)} {rng.choice(ENGLISH)} Ltd"
    return Lead(
        id=number, name=name, company=company, phone=f"1{rng.randrange(30, 100)}{rng.randrange(10**8):08d}",
        email=f"u{number}@example.com", source=rng.choice(SOURCES), rating=rng.choice(RATINGS),
        status=rng.choice(STATUSES), owner=owner, team=team_of(owner), amount=rng.randrange(100, 500_000_00),
        created_at=START + timedelta(seconds=rng.randrange(25_000_000)),
        next_follow_up_at=(START + timedelta(days=rng.randrange(400))).date(),
        notes=f"{trade}需求，第 {number} 条" if chinese else f"Interested in {trade}, no. {number}",
        city=city, industry=trade, website=f"https://c{number}.example.com",
        title=rng.choice(("经理", "总监", "采购", "CEO")), employees=rng.randrange(5, 5000),
        budget=rng.randrange(0, 900_000_00), score=rng.randrange(0, 100),
        last_contact_on=(START + timedelta(days=rng.randrange(300))).date(),
    )
