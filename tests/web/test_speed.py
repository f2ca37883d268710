"""What makes pages quick, without a clock: constant statements, and no declared model within reach (R18, R19)."""

from __future__ import annotations

import gc
import re
from types import FunctionType, ModuleType

import sqlalchemy as sa

from engine.principal import OPERATOR
from engine.records import write
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec
from metadata.specs.screens import FormSpec, ListSpec, SectionSpec
from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_pages import lead_values

SPECS = (AppSpec, EntitySpec, FieldSpec, FormSpec, ListSpec, SectionSpec)


def test_a_list_page_is_four_statements_however_long(world: World) -> None:
    amy = world.visitor("amy")
    world.make("amy", "lead", **lead_values(title="语句"))
    amy.get("/e/lead?q=语句")
    with counted() as few:
        amy.get("/e/lead?q=语句")
    for _ in range(20):
        world.make("amy", "lead", **lead_values(title="语句"))
    with counted() as many:
        amy.get("/e/lead?q=语句")
    assert len(few) == len(many) <= 4, many


def test_a_record_page_has_a_constant_number_of_statements(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())
    amy.get(f"/e/lead/{id}")
    with counted() as few:
        amy.get(f"/e/lead/{id}")
    for number in range(5):
        amy.send(f"/e/lead/{id}/comment", {"text": f"第 {number} 次"})
    with counted() as many:
        amy.get(f"/e/lead/{id}")
    assert len(many) <= len(few) + 1 and len(many) <= 25, many


def test_a_timeline_of_files_has_a_constant_number_of_statements(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())

    def attach(count: int) -> None:
        held: tuple[int, ...] = ()
        for number in range(count):
            sent = amy.client.post(
                "/files?field=files", data={"_csrf": amy.token()}, files={"_upload.files": (f"{number}.txt", b"x", "text/plain")}
            )
            held = (*held, int(re.findall(r'name="files" value="(\d+)"', sent.text)[0]))
            world.runtime.writing(world.principal("amy"), lambda s, held=held: write.update(s, "lead", id, {"files": held}))

    attach(2)
    amy.get(f"/e/lead/{id}")
    with counted() as few:
        amy.get(f"/e/lead/{id}")
    attach(8)
    with counted() as many:
        amy.get(f"/e/lead/{id}")
    assert len(many) <= len(few), many[len(few):]


def test_judging_a_form_has_a_constant_number_of_statements(world: World) -> None:
    """However many rows its grid has, each with a product of its own."""
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="逐行判断有限公司", kind="company")
    products = [world.runtime.writing(OPERATOR, lambda s, n=n: write.create(
        s, "product", {"code": f"JR{n}", "name": f"逐行 {n}", "price": 5, "unit": "set"})) for n in range(12)]

    def statements(rows: int) -> list[str]:
        form = {"name": "甲", "customer": str(customer), "lines._rows": "1"}
        for number, product in enumerate(products[:rows]):
            form |= {f"lines.new{number}.product": str(product), f"lines.new{number}.qty": "1", f"lines.new{number}.price": "5"}
        amy.send("/e/contract/judge", {**form}, headers={"hx-request": "true"})
        with counted() as seen:
            amy.send("/e/contract/judge", {**form}, headers={"hx-request": "true"})
        return seen

    few, many = statements(2), statements(12)
    assert len(many) == len(few), many


def test_no_declared_model_is_within_reach_of_a_request(world: World) -> None:
    world.visitor("amy").get("/e/lead")
    with world.runtime.database.read() as connection:
        release = connection.execute(sa.text("select release from lw_version")).scalar_one()
        application = world.runtime.application(connection, release)
    seen: set[int] = set()
    waiting: list[object] = [application.app, application.parts]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, ModuleType | type):
            continue
        seen.add(id(one))
        assert not isinstance(one, SPECS), type(one)
        waiting.extend([*(one.__closure__ or ())] if isinstance(one, FunctionType) else gc.get_referents(one))
