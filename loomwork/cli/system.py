"""Commands that look: verify, explain, doctor."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from engine.accounts.principals import principal_of_login
from engine.numerals import number_of
from engine.refusals import Refusal
from engine.storage.database import Database, Unreachable, Unusable
from engine.storage.faults import Fault
from engine.storage.verify import verify as verify_database
from loomwork.cli.terminal import DatabaseOption, DataOption, JsonOption, language, say, settings, stop
from loomwork.running import missing_file, running, unusable_message
from web.settings import Settings
from web.static_files import STATIC
from workflows.explaining import explain as explain_action

OLDEST_PYTHON = (3, 11)
FRONT_END = ("htmx.js", "idiomorph-ext.js", "echarts.js", "icons.svg")


def register(app: typer.Typer) -> None:
    app.command()(verify)
    app.command()(explain)
    app.command()(doctor)


def verify(database: DatabaseOption = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Whether catalogue, tables, references, numbering, flows, files and history agree; exit 1 on faults. · 校验"""
    with running(settings(database, data)) as house:
        faults = verify_database(house.runtime.database, house.runtime.files, house.runtime.clock)
    if as_json:
        typer.echo(json.dumps([_fault_json(fault) for fault in faults], ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            typer.echo(fault.text(language()))
        if not faults:
            say("一切正常。", "All is well.")
    if faults:
        raise typer.Exit(1)


def _fault_json(fault: Fault) -> dict[str, object]:
    return {"code": fault.code, "message": {"zh": fault.text("zh"), "en": fault.text("en")}}


def explain(
    user: Annotated[str, typer.Option("--user", help="Log-in · 登录名")],
    action: Annotated[str, typer.Option("--action", help="read, update, print, move.submit … · 动作")],
    record: Annotated[str, typer.Option("--record", help="entity/id · 实体/编号")],
    field: Annotated[str | None, typer.Option("--field", help="A field · 字段")] = None,
    database: DatabaseOption = None, data: DataOption = None,
) -> None:
    """Why a person may or may not do something with a record. · 解释权限"""
    entity, _, digits = record.partition("/")
    number = number_of(digits)
    if number is None:
        stop("--record 应为 实体/编号，例如 contract/12。", "--record should be entity/id, for example contract/12.")
    with running(settings(database, data)) as house:
        principal = principal_of_login(house.runtime, user)
        if principal is None:
            stop(f"没有可用的用户“{user}”。", f"There is no active user '{user}'.")
        try:
            with house.runtime.reading(principal) as session:
                answer = explain_action(session, entity, number, action, field)
        except Refusal as refusal:
            stop(refusal.message.text("zh"), refusal.message.text("en"))
    typer.echo(answer.text(language()))
    if not answer.allowed:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` is the command that mends it, "" when it is well."""

    good: bool
    zh: str
    en: str
    mend: str = ""


def doctor(database: DatabaseOption = None, data: DataOption = None) -> None:
    """What this machine lacks, and the command that mends it. · 环境检查"""
    chosen = settings(database, data)
    findings = [*_machine(), _front_end(), _writable(chosen.data), _database(chosen)]
    for finding in findings:
        say(f"{'✓' if finding.good else '✗'} {finding.zh}", f"{'✓' if finding.good else '✗'} {finding.en}")
        if finding.mend:
            typer.echo(f"    {finding.mend}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def _machine() -> list[Finding]:
    version = platform.python_version()
    free = shutil.disk_usage(".").free // 2**30
    modern = sys.version_info >= OLDEST_PYTHON
    return [
        Finding(modern, f"Python {version}", f"Python {version}", "" if modern else "apt-get install python3.11"),
        Finding(free >= 1, f"可用磁盘空间 {free} GB", f"{free} GB of disk are free", "" if free >= 1 else "df -h ."),
    ]


def _front_end() -> Finding:
    """The scripts and icons that pages load; a wheel brings them, a checkout fetches them."""
    missing = [name for name in FRONT_END if not (STATIC / "vendor" / name).is_file()]
    if missing:
        listed = ", ".join(missing)
        return Finding(False, f"缺少前端文件：{listed}", f"Front-end files are missing: {listed}",
                       "python3 scripts/setup.py demo")
    return Finding(True, "前端文件齐全", "The front-end files are there")


def _writable(folder: Path) -> Finding:
    if not folder.exists():
        above = next((one for one in folder.absolute().parents if one.exists()), Path("/"))
        good = above.is_dir() and os.access(above, os.W_OK)
        return Finding(
            good, f"数据文件夹{'将在首次使用时建立' if good else '无法建立'}：{folder}",
            f"The data folder {'is made when it is first needed' if good else 'cannot be made'}: {folder}",
            "" if good else f"ls -ld {above}",
        )
    good = folder.is_dir() and os.access(folder, os.W_OK)
    return Finding(
        good, f"数据文件夹{'可写' if good else '不可写'}：{folder}",
        f"The data folder {'can' if good else 'cannot'} be written to: {folder}", "" if good else f"chown $USER {folder}",
    )


def _database(chosen: Settings) -> Finding:
    url = chosen.database
    missing = missing_file(url)
    if missing is not None and (missing.parent == chosen.data or missing.parent.is_dir()):
        return Finding(True, f"还没有数据库；loomwork apply 或 serve 会建立 {missing}",
                       f"There is no database yet; loomwork apply or serve makes {missing}")
    try:
        opened = Database(url)
        opened.close()
    except (Unusable, Unreachable) as unusable:
        message = unusable_message(unusable, url)
        return Finding(False, message.text("zh"), message.text("en"), _database_mend(message.code, url))
    except (OSError, ImportError) as error:
        return Finding(False, f"无法打开数据库：{error}", f"The database cannot be opened: {error}",
                       "pip install 'loomwork[postgresql]'")
    shown = url.split("@")[-1]
    return Finding(True, f"数据库可用：{shown}", f"The database can be used: {shown}")


def _database_mend(code: str, url: str) -> str:
    """The command that mends, or shows, what keeps a database from being used."""
    if code == "database_unknown":
        return "export LOOMWORK_DATABASE=postgresql://USER@HOST/DATABASE"
    if code == "database_superuser":
        return "createuser loomwork && createdb --owner loomwork loomwork"
    if code == "database_away":
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return f"ls -ld {Path(parsed.database or '.').parent}"
        return f"pg_isready -h {parsed.host or 'localhost'} -p {parsed.port or 5432}"
    return "pip install --upgrade loomwork"
