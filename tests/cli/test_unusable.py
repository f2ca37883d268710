"""Settings and databases that cannot be used: every command says so in its own words and ends, without a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from loomwork.cli import app
from tests.ports import free_port

MAKERS = (("apply", "shop", "--yes"), ("serve", "shop"), ("demo", "base"))
"""Commands that make a database where there is none."""
READERS = (
    ("verify",), ("worker",), ("user", "list"), ("user", "reset", "amy"), ("user", "add", "amy"), ("export", "product", "out.csv"),
    ("import", "product", "in.csv"), ("explain", "--user", "amy", "--action", "read", "--record", "product/1"),
)
COMMANDS = (*READERS, *MAKERS)


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
        ("LOOMWORK_BASE_URL", "crm.example.com", "LOOMWORK_BASE_URL 应为以 http:// 或 https:// 开头的地址，现为“crm.example.com”。",
         "LOOMWORK_BASE_URL should be an address that begins with http:// or https://; it is “crm.example.com”."),
        ("LOOMWORK_TRUSTED_PROXIES", "10.0.0.0/8 10.0.0.0/33",
         "LOOMWORK_TRUSTED_PROXIES 应为地址或网段，例如 10.0.0.0/8，现为“10.0.0.0/33”。",
         "LOOMWORK_TRUSTED_PROXIES should be addresses or networks such as 10.0.0.0/8; it is “10.0.0.0/33”."),
        *(
            ("LOOMWORK_MAP_TILES", value,
             f"LOOMWORK_MAP_TILES 应为地图图块的地址，各含一次 {{z}}、{{x}}、{{y}}，例如 https://tiles.example.com/{{z}}/{{x}}/{{y}}.png，现为“{value}”。",
             "LOOMWORK_MAP_TILES should be the address of map tiles with {z}, {x} and {y} once each, such as "
             f"https://tiles.example.com/{{z}}/{{x}}/{{y}}.png; it is “{value}”.")
            for value in (
                "https://tiles.example.com/", "https://{s}.example.com/{z}/{x}/{y}.png", "https://a.example.com/{z}/{x}/{y}/{r}.png",
                "https://a.example.com;script-src *;/{z}/{x}/{y}.png", "javascript:{z}{x}{y}",
            )
        ),
        ("LOOMWORK_ALLOW_SUPERUSER", "yes", "LOOMWORK_ALLOW_SUPERUSER 应为 1（开）或 0（关），现为“yes”。",
         "LOOMWORK_ALLOW_SUPERUSER should be 1 (on) or 0 (off); it is “yes”."),
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


@pytest.mark.parametrize("words", [*MAKERS, ("doctor",)])
def test_a_database_file_that_cannot_be_opened_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LOOMWORK_DATABASE", "sqlite:///nowhere/x.db")
    told = run(*words).output
    assert "The database sqlite:///nowhere/x.db cannot be reached: unable to open database file." in told
    assert ("ls -ld nowhere" in told) == (words == ("doctor",))


@pytest.mark.parametrize("words", READERS)
def test_no_database_is_made_by_a_command_that_reads(folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    before = sorted(folder.rglob("*"))
    told = run(*words, "--data", "far/away").output
    assert "There is no database far/away/loomwork.db yet. loomwork apply FOLDER (or serve) makes it; " in told
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
    assert "还没有数据库 x.db。loomwork apply 文件夹（或 serve）会建立它；" in run(*words, "--database", "sqlite:///x.db").output
    assert sorted(folder.rglob("*")) == before


def test_a_faulty_folder_makes_no_database(folder: Path) -> None:
    (folder / "shop/entities/product.entity.yaml").write_text("extend: entity/nothing\n", encoding="utf-8")
    for words in MAKERS[:2]:
        assert "LW" in run(*words).output
    assert not (folder / "data").exists()


@pytest.mark.parametrize("words", [*COMMANDS, ("doctor",)])
def test_what_is_no_database_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    (folder / "notes.txt").write_text("no database, " * 100, encoding="utf-8")
    for address, en, zh in (
        ("foo", "This is no database address that is known here: foo. Write sqlite:///path/loomwork.db or postgresql://user@host/name.",
         "无法识别的数据库地址：foo。应为 sqlite:///路径/loomwork.db 或 postgresql://用户@主机/名称。"),
        ("sqlite:///notes.txt", "notes.txt is no SQLite database; name another one with --database or LOOMWORK_DATABASE.",
         "notes.txt 不是 SQLite 数据库；请用 --database 或 LOOMWORK_DATABASE 指明另一个。"),
    ):
        monkeypatch.setenv("LOOMWORK_DATABASE", address)
        for language, told in (("en", en), ("zh", zh)):
            monkeypatch.setenv("LOOMWORK_LANGUAGE", language)
            assert told in run(*words).output
    assert not (folder / "foo").exists()


def test_a_damaged_file_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(app, ["apply", "shop", "--yes"]).exit_code == 0
    file = folder / "data/loomwork.db"
    whole = file.read_bytes()
    for damaged in (whole[:4096] + b"\xff" * (len(whole) - 4096), whole[:-4096]):
        file.write_bytes(damaged)
        for language, told in (
            ("en", "The database file data/loomwork.db is damaged; put a backup in its place.\n"),
            ("zh", "数据库文件 data/loomwork.db 已损坏；请用备份替换它。\n"),
        ):
            monkeypatch.setenv("LOOMWORK_LANGUAGE", language)
            assert {run("verify").output, run("user", "list").output} == {told}


@pytest.mark.parametrize("words", [("check", "shop"), ("user", "list"), ("new", "other", "--from", "base")])
def test_a_language_that_is_none_here_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "fr")
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert run(*words).output == "LOOMWORK_LANGUAGE should be zh or en; it is “fr”.\n"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(*words).output == "LOOMWORK_LANGUAGE 应为 zh 或 en，现为“fr”。\n"


PATHS = (
    (("export", "product", "nowhere/x.csv"), "There is no folder nowhere; make it first", "找不到文件夹 nowhere；请先建立它"),
    (("export", "product", "note/x.xlsx"), "There is no folder note; make it first", "找不到文件夹 note；请先建立它"),
    *((("export", "product", f"folder.{end}"), f"folder.{end} cannot be used: it is a folder.", f"无法使用 folder.{end}：它是文件夹。")
      for end in ("csv", "xlsx")),
    (("import", "product", "nowhere.csv"), "There is no file nowhere.csv.", "找不到文件 nowhere.csv。"),
    (("import", "product", "folder.csv"), "There is no file folder.csv.", "找不到文件 folder.csv。"),
    (("import", "product", "bytes.csv"), "The file should be in UTF-8 or GB18030.", "文件编码应为 UTF-8 或 GB18030。"),
    (("import", "product", "in.csv", "--map", "folder.csv"), "folder.csv should be a JSON file.", "folder.csv 应为 JSON 文件。"),
    (("import", "product", "in.csv", "--map", "bytes.csv"), "bytes.csv should be a JSON file.", "bytes.csv 应为 JSON 文件。"),
    (("import", "product", "in.csv"), "in.errors.csv cannot be used: it is a folder.", "无法使用 in.errors.csv：它是文件夹。"),
    (("check", "note"), "There is no folder note.", "找不到文件夹 note。"),
    (("new", "note/other", "--from", "base"), "note/other", "note/other"),
    (("new", "note", "--from", "base"), "note cannot be used: a part of the path is no folder.", "无法使用 note：路径中有一段不是文件夹。"),
    (("apply", "shop", "--data", "note"), "note cannot be used: there is a file of this name.", "无法使用 note：已有同名的文件。"),
    (("serve", "shop", "--data", "note/x"), "note/x cannot be used: a part of the path is no folder.",
     "无法使用 note/x：路径中有一段不是文件夹。"),
    (("demo", "base", "--data", "note"), "note cannot be used: there is a file of this name.", "无法使用 note：已有同名的文件。"),
    (("doctor", "--data", "note"), "The data folder cannot be written to: note", "数据文件夹不可写：note"),
    (("doctor", "--data", "note/x"), "The data folder cannot be made: note/x", "数据文件夹无法建立：note/x"),
    (("serve", "shop", "--host", "999.1.1.1"), "This machine cannot listen on 999.1.1.1; ", "本机不能在 999.1.1.1 上监听；"),
    (("serve", "shop", "--host", "x" * 300), "This machine cannot listen on xxx", "本机不能在 xxx"),
    (("serve", "shop", "--host", "192.0.2.1"), "This machine cannot listen on 192.0.2.1; ", "本机不能在 192.0.2.1 上监听；"),
    (("serve", "shop", "--port", "0"), "--port should be a whole number from 1 to 65535; it is “0”.",
     "--port 应为 1 至 65535 的整数，现为“0”。"),
    (("serve", "shop", "--workers", "0"), "--workers should be a whole number from 1", "--workers 应为 1 至 256 的整数，现为“0”。"),
    (("demo", "base", "--port", "70000"), "--port should be a whole number from 1 to 65535", "--port 应为 1 至 65535 的整数"),
)


@pytest.mark.parametrize(("words", "en", "zh"), PATHS)
def test_what_cannot_be_read_or_written_or_served_is_told_in_a_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], en: str, zh: str
) -> None:
    (folder / "note").write_text("", encoding="utf-8")
    (folder / "bytes.csv").write_bytes(b"\xff\xfe\x00\xd8")
    (folder / "in.csv").write_text("code,name\nP1,\n", encoding="utf-8")
    for name in ("folder.csv", "folder.xlsx", "in.errors.csv"):
        (folder / name).mkdir()
    assert CliRunner().invoke(app, ["apply", "shop", "--yes"]).exit_code == 0
    assert en in run(*words).output
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
    assert zh in run(*words).output
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_port_that_is_taken_is_told_with_what_make_passes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("LOOMWORK_PORT", str(port))
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):
            told = run("demo", "base", "--host", host).output
            assert f"Port {port} is taken; choose another with --port, or with LOOMWORK_PORT=" in told and "make demo" in told
        monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
        assert f"端口 {port} 已被占用；用 --port 选择其他端口，或在命令前加 LOOMWORK_PORT=" in run("serve", "shop").output


def test_doctor_advises_what_mends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOMWORK_DATABASE", "mysql://h/x")
    told = run("doctor").output
    assert "    export LOOMWORK_DATABASE=postgresql://USER@HOST/DATABASE" in told and "pip install" not in told


def test_a_worker_without_an_application_says_so_and_ends(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/loomwork.db").touch()
    assert "No application has been released in this database yet." in run("worker").output
