"""What a later program refuses in a stored release keeps nobody from working; what cannot run at all is named."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa

from engine.principal import OPERATOR
from engine.runtime import Runtime
from engine.storage import platform
from engine.storage.database import Database, Unusable
from engine.storage.verify import verify
from metadata.loader import load_files
from tests.storage.applications import CUSTOMER, ORDER, SHOP, publish, shop

ORDERS = "entities/order.entity.yaml"
ORDER_FLOW = """\
flow: order
entity: order
field: stage
states:
  open: {label: {zh: 进行中, en: Open}, start: true}
  done: {label: {zh: 完成, en: Done}, end: true}
moves:
  finish: {label: {zh: 完成, en: Finish}, from: open, to: done, by: [role(rep)]}
"""
REFUSED_TODAY = {
    "meaning": (ORDERS, ORDER.replace("reset: year", "reset: month"), "LW540"),
    "shape": (ORDERS, ORDER.replace("subject: {", "subject: {copied: true, "), "LW202"),
    "names": (ORDERS, ORDER.replace("search: [subject]", "search: [subjct]"), "LW302"),
}
CANNOT_RUN = {
    "no YAML": (ORDERS, ORDER.replace("fields:", "fields: ["), "LW1"),
    "no expression": (ORDERS, f"{ORDER}checks:\n  c: {{must: amount >, say: x}}\n", "LW4"),
    "no application": ("app.yaml", "layers: [.]\n", "LW2"),
    "a pack that is not there": ("app.yaml", f"{SHOP['app.yaml']}".replace("[.]", "[base@1.0.0, .]"), "LW80"),
    "a right that is not read": (
        "access/rep.role.yaml", "role: rep\nallow: {order: {read: all}}\ndeny: {order: [read]}\n", "LW2",
    ),
    "a right to nothing known": (
        "access/rep.role.yaml", "role: rep\nallow: {order: {read: all}}\nfields: {order.amont: {hide: true}}\n", "LW3",
    ),
    "people that are nobody": ("flows/order.flow.yaml", ORDER_FLOW.replace("role(rep)", "rolle(rep)"), "LW312"),
    "no table": ("entities/order.entity.yaml", ORDER + "  later: {type: text}\n", "KeyError"),
}


def stored_as(database: Database, file: str, text: str) -> Runtime:
    """A fresh process over a shop whose stored release has the file like that."""
    publish(database, shop())
    with database.write() as connection:
        connection.execute(platform.release.update().values(files={**SHOP, file: text}))
    return Runtime(database)


@pytest.mark.parametrize("case", REFUSED_TODAY)
def test_a_release_serves_on_with_what_is_refused_today(
    database: Database, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    file, text, code = REFUSED_TODAY[case]
    assert load_files({**SHOP, file: text}).app is None
    runtime = stored_as(database, file, text)
    with caplog.at_level(logging.WARNING, "loomwork.runtime"), runtime.reading(OPERATOR) as session:
        table = session.app.entities["order"].table
        assert session.connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
    (line,) = caplog.messages
    assert line.startswith("release 1 runs with what would be refused today: ")
    assert f"{file}:" in line
    assert f" {code} " in line
    assert verify(database) == []


@pytest.mark.parametrize("case", CANNOT_RUN)
def test_a_release_that_cannot_run_is_named(database: Database, case: str) -> None:
    file, text, named = CANNOT_RUN[case]
    runtime = stored_as(database, file, text)
    with pytest.raises(Unusable) as caught, runtime.reading(OPERATOR):
        pass
    en, zh = caught.value.message.text("en"), caught.value.message.text("zh")
    assert en.startswith("This program cannot run release 1: ")
    assert zh.startswith("本程序无法运行第 1 号发布：")
    assert named in en


def test_what_is_remarked_only_is_not_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    remarked = CUSTOMER.replace("label: {zh: 客户, en: Customer}", "label: {zh: 客户}")
    with caplog.at_level(logging.WARNING, "loomwork.runtime"):
        runtime = stored_as(database, "entities/customer.entity.yaml", remarked)
        with runtime.reading(OPERATOR) as session:
            assert "customer" in session.app.entities
    assert caplog.messages == []
