"""A file is readable by the right to the field that holds it; before that by its uploader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import files
from engine.clock import FixedClock
from engine.files import FileStore
from engine.principal import ANONYMOUS, OPERATOR, Principal
from engine.records import write
from engine.records.attachments import file_of
from engine.records.queries import ChildInput
from engine.refusals import NotFound
from engine.runtime import Runtime, WriteSession
from engine.storage.database import Database
from tests.storage.applications import ORDER, ORDER_LINE, SHOP, START, load_app, publish

ROLES = {
    "access/rep.role.yaml": """
role: rep
label: {zh: 销售, en: Rep}
allow:
  order: {create: true, read: own, update: own}
""",
    "access/clerk.role.yaml": """
role: clerk
label: {zh: 文员, en: Clerk}
allow:
  order: {read: all}
fields:
  order.scans: {hide: true}
""",
}
AMY = Principal(kind="user", user_id=1, login="amy", roles=frozenset({"rep"}))
BOB = Principal(kind="user", user_id=2, login="bob", roles=frozenset({"rep"}))
EVE = Principal(kind="user", user_id=3, login="eve", roles=frozenset({"clerk"}))


@dataclass(frozen=True)
class Attached:
    runtime: Runtime
    loose: int
    scan: int
    line_photo: int


@pytest.fixture
def attached(database: Database, tmp_path: Path) -> Attached:
    changed = {
        "entities/order.entity.yaml": ORDER + "  scans: {type: files}\n",
        "entities/order_line.entity.yaml": ORDER_LINE + "  photo: {type: file}\n",
    }
    publish(database, load_app({**SHOP, **ROLES, **changed}))
    runtime = Runtime(database, FileStore(tmp_path / "files"), clock=FixedClock(START))
    content = runtime.files.put([b"%PDF"])
    runtime.writing(OPERATOR, lambda s: [write.create(s, "user", {"login": name}) for name in ("amy", "bob", "eve")])

    def unit(session: WriteSession) -> Attached:
        loose, scan, photo = (files.register(session, content, f"{name}.pdf") for name in ("a", "b", "c"))
        lines = (ChildInput(None, {"product": "p", "photo": photo}),)
        write.create(session, "order", {"subject": "x", "scans": (scan,), "lines": lines})
        return Attached(runtime, loose, scan, photo)

    return runtime.writing(AMY, unit)


def readers(attached: Attached, number: int) -> list[str]:
    found = []
    for principal in (AMY, BOB, EVE, ANONYMOUS, OPERATOR):
        with attached.runtime.reading(principal) as session:
            try:
                assert file_of(session, number).id == number
                found.append(principal.login or principal.kind)
            except NotFound:
                pass
    return found


def test_a_loose_file_is_its_uploaders(attached: Attached) -> None:
    assert readers(attached, attached.loose) == ["amy", "operator"]


def test_a_file_follows_its_field(attached: Attached) -> None:
    """Eve reads every order, but not this field."""
    assert readers(attached, attached.scan) == ["amy", "operator"]


def test_a_file_on_a_line_follows_the_parent(attached: Attached) -> None:
    assert readers(attached, attached.line_photo) == ["amy", "eve", "operator"]


def test_unknown_files_are_not_found(attached: Attached) -> None:
    assert readers(attached, 99) == []
