"""Settings and databases that cannot be used: every command says so in its own words and ends, without a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from loomwork.cli import app
from tests.ports import free_port

COMMANDS = (
    ("verify",), ("worker",), ("user", "list"), ("export", "product", "out.csv"), ("apply", "shop", "--yes"), ("serve", "shop"),
    ("demo", "base"),
    ("explain", "--user", "amy", "--action", "read", "--record", "product/1"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an application `shop`; the terminal speaks English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "en")
    monkeypatch.setenv("LOOMWORK_PORT", str(free_port()))
    assert CliRunner().invoke(app, ["new", "shop", "--from", "base"]).exit_code == 0
    return tmp_path


def run(*words: str) -> Result:
    """The command's result; whatever it raised but an exit is a failure."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 1, (words, result.output)
    assert isinstance(result.exception, SystemExit), (words, result.exception)
    return result


@pytest.mark.parametrize("words", [*COMMANDS, ("doctor",)])
@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("LOOMWORK_DATABASE", "mysql://amy:secret@h/x", "无法识别的数据库地址：mysql://", "no database address that is known here: mysql://"),
        ("LOOMWORK_DATABASE", "://amy:secret@h", "无法识别的数据库地址", "This is no database address"),
        ("LOOMWORK_DATABASE", "postgresql://amy:secret@h:port/x", "无法识别的数据库地址", "This is no database address"),
        ("LOOMWORK_PORT", "abc", "LOOMWORK_PORT 应为 1 至 65535 的整数，现为“abc”。",
         "LOOMWORK_PORT should be a whole number from 1 to 65535; it is “abc”."),
        ("LOOMWORK_PORT", "65536", "LOOMWORK_PORT 应为 1 至 65535 的整数，现为“65536”。",
         "LOOMWORK_PORT should be a whole number from 1 to 65535; it is “65536”."),
        ("LOOMWORK_WORKERS", "²", "LOOMWORK_WORKERS 应为 1 至 256 的整数，现为“²”。",
         "LOOMWORK_WORKERS should be a whole number from 1 to 256; it is “²”."),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], name: str, value: str, zh: str, en: str
) -> None:
    monkeypatch.setenv(name, value)
    told = run(*words).output
    assert en in told and "secret" not in told
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
    assert zh in run(*words).output


@pytest.mark.parametrize("words", [*COMMANDS, ("doctor",)])
def test_a_database_that_does_not_answer_is_told_for_the_one_who_runs_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    port = free_port()
    monkeypatch.setenv("LOOMWORK_DATABASE", f"postgresql://amy:secret@127.0.0.1:{port}/crm")
    told = run(*words).output
    assert f"The database postgresql+psycopg://amy:***@127.0.0.1:{port}/crm cannot be reached: " in told
    assert "refused" in told.lower() and "saving" not in told and "secret" not in told and "pip install" not in told
    assert (f"pg_isready -h 127.0.0.1 -p {port}" in told) == (words == ("doctor",))
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
    assert f"连接不上数据库 postgresql+psycopg://amy:***@127.0.0.1:{port}/crm：" in run(*words).output


@pytest.mark.parametrize("words", [*COMMANDS, ("doctor",)])
def test_a_database_file_that_cannot_be_opened_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LOOMWORK_DATABASE", "sqlite:///nowhere/x.db")
    told = run(*words).output
    assert "The database sqlite:///nowhere/x.db cannot be reached: unable to open database file." in told
    assert ("ls -ld nowhere" in told) == (words == ("doctor",))


def test_doctor_advises_what_mends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOMWORK_DATABASE", "mysql://h/x")
    told = run("doctor").output
    assert "    export LOOMWORK_DATABASE=postgresql://USER@HOST/DATABASE" in told and "pip install" not in told


def test_a_worker_without_an_application_says_so_and_ends(folder: Path) -> None:
    assert "No application has been released in this database yet." in run("worker").output
