"""Contents in the store."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import files
from engine.clock import SystemClock
from engine.files import FileStore, TooLarge, clean_name
from engine.principal import OPERATOR
from engine.refusals import NotFound
from engine.runtime import Runtime, WriteSession
from engine.storage.platform import file


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files", limit=1000)


def test_put_and_open(store: FileStore) -> None:
    content = store.put(io.BytesIO("合同".encode()))
    assert content.size == 6
    assert store.digest(content.storage) == content.digest
    with store.open(content.storage) as stream:
        assert stream.read() == "合同".encode()


def test_too_large_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(TooLarge):
        store.put([b"x" * 600, b"x" * 600])
    assert not [path for path in store.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("storage", ["", "../../etc/passwd", "a" * 15, "a/b" * 8, "..%2f" * 5, "x" * 65, "\x00" * 20])
def test_names_that_were_never_given_are_not_found(store: FileStore, storage: str) -> None:
    with pytest.raises(NotFound):
        store.open(storage)


def test_sweep_keeps_what_is_used_or_young(store: FileStore) -> None:
    used, unused = store.put([b"1"]), store.put([b"2"])
    now = SystemClock().now()
    assert store.sweep([used.storage], now - timedelta(days=1)) == 0
    assert store.sweep([used.storage], now + timedelta(days=1)) == 1
    assert store.digest(used.storage) == used.digest
    assert store.digest(unused.storage) is None


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("合同 (终稿).pdf", "合同 (终稿).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\work\\a.docx", "a.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\x00\x07", "file"),
        ("..", "file"),
        ("", "file"),
        ("很" * 300 + ".pdf", "很" * 196 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, clean: str) -> None:
    assert clean_name(given) == clean


def test_registered_files(runtime: Runtime) -> None:
    content = runtime.files.put([b"%PDF"])

    def unit(session: WriteSession) -> int:
        return files.register(session, content, "报价.pdf", "text/html; charset=x\r\n")

    number = runtime.writing(OPERATOR, unit)
    with runtime.database.read() as connection:
        found = files.find(connection, number)
        assert found is not None
        assert (found.name, found.media_type, found.size, found.record_id) == ("报价.pdf", "text/html", 4, None)
        assert files.find(connection, number + 1) is None
        assert connection.execute(sa.select(file.c.digest)).scalar_one() == content.digest
