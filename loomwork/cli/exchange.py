"""Commands that move records between files and the database: import, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from engine import access
from engine.accounts.principals import principal_of_login
from engine.principal import OPERATOR, Principal
from engine.records.queries import Query
from engine.refusals import Denied, Refusal
from engine.runtime import Runtime
from loomwork.cli.terminal import DatabaseOption, DataOption, language, say, settings, stop
from loomwork.running import running
from reports.exchange.exporting import export_rows, exportable, write_csv, write_xlsx
from reports.exchange.importing import ImportRequest, Mode, import_table, write_errors
from reports.exchange.tables import TableRefused, open_table

Entity = Annotated[str, typer.Argument(help="Name of the entity · 实体名称")]
File = Annotated[Path, typer.Argument(help=".csv or .xlsx")]
AsOption = Annotated[str | None, typer.Option("--as", help="Act as this user · 以此用户身份")]


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("export")(export)


def acting(runtime: Runtime, login: str | None) -> Principal:
    """The user called `login`, or the operator when none is named."""
    if login is None:
        return OPERATOR
    found = principal_of_login(runtime, login)
    if found is None:
        stop(f"没有可用的用户“{login}”。", f"There is no active user '{login}'.")
    return found


def import_(
    entity: Entity, file: File, who: AsOption = None,
    mode: Annotated[str, typer.Option(help="insert, update or upsert")] = "insert",
    match: Annotated[str | None, typer.Option(help="Key field of update and upsert · 匹配字段")] = None,
    mapping: Annotated[Path | None, typer.Option("--map", help='JSON file: {"column": "field"}')] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing · 仅预演")] = False,
    database: DatabaseOption = None, data: DataOption = None,
) -> None:
    """Imports records; refused rows of NAME.csv go to NAME.errors.csv. · 导入记录；NAME.csv 中被拒绝的行写入 NAME.errors.csv"""
    if mode not in ("insert", "update", "upsert"):
        stop("--mode 应为 insert、update 或 upsert。", "--mode should be insert, update or upsert.")
    request = ImportRequest(entity, _mode(mode), match, _mapping(mapping), dry_run, language())
    with running(settings(database, data)) as house:
        try:
            table = open_table(file)
            result = import_table(house.runtime, acting(house.runtime, who), table, request)
        except TableRefused as refused:
            stop(refused.zh, refused.en)
        except Denied:
            _without_right(who, "import", entity)
        except Refusal as refusal:
            stop(refusal.message.text("zh"), refusal.message.text("en"))
    for error in result.errors[:10]:
        typer.echo(f"  {file}:{error.line} {'; '.join(error.reasons)}")
    say(f"新建 {result.created}，更新 {result.updated}，未变 {result.unchanged}，拒绝 {len(result.errors)}。",
        f"created {result.created}, updated {result.updated}, unchanged {result.unchanged}, "
        f"refused {len(result.errors)}.")
    if result.errors:
        write_errors(file.with_suffix(".errors.csv"), table.header, result.errors)
        say(f"被拒绝的行已写入 {file.with_suffix('.errors.csv')}。",
            f"The refused rows are in {file.with_suffix('.errors.csv')}.")
        raise typer.Exit(1)


def _without_right(who: str | None, verb: str, entity: str) -> NoReturn:
    """Says who lacks which right; the operator, who asks, may know of everything."""
    stop(f"“{who}”没有权限 {verb} {entity}；可在其角色中加入 allow: {{{entity}: {{{verb}: all}}}}，或换一个用户。",
         f"'{who}' may not {verb} {entity}; add allow: {{{entity}: {{{verb}: all}}}} to one of their roles, or act as another.")


def _mode(text: str) -> Mode:
    return "update" if text == "update" else "upsert" if text == "upsert" else "insert"


def _mapping(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stop(f"{path} 应为 JSON 文件。", f"{path} should be a JSON file.")
    if not isinstance(content, dict):
        stop(f"{path} 应为 JSON 对象。", f"{path} should hold a JSON object.")
    return {str(key): str(value) for key, value in content.items()}


def export(
    entity: Entity, file: File, who: AsOption = None,
    columns: Annotated[str | None, typer.Option(help="a,b,c.d")] = None,
    database: DatabaseOption = None, data: DataOption = None,
) -> None:
    """Exports the records that the acting user may export, as .csv or .xlsx. · 导出记录（.csv 或 .xlsx）"""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        stop(f"{file} 应以 .csv 或 .xlsx 结尾。", f"{file} should end in .csv or .xlsx.")
    if not file.parent.is_dir():
        stop(f"找不到文件夹 {file.parent}；请先建立它，或换一个路径。",
             f"There is no folder {file.parent}; make it first, or give another path.")
    with running(settings(database, data)) as house:
        try:
            with house.runtime.reading(acting(house.runtime, who)) as session:
                if entity not in session.app.entities:
                    stop(f"没有名为“{entity}”的实体。", f"There is no entity '{entity}'.")
                if not access.may(session, entity, "export"):
                    _without_right(who, "export", entity)
                paths = (
                    tuple(tuple(c.strip().split(".")) for c in columns.split(",")) if columns
                    else exportable(session, entity)
                )
                rows = export_rows(session, Query(entity, tuple(paths)))
                with _replacing(file) as fresh:
                    count = _write(fresh, rows)
        except Refusal as refusal:
            stop(refusal.message.text("zh"), refusal.message.text("en"))
    say(f"已导出 {count} 行到 {file}。", f"Exported {count} rows to {file}.")


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A file beside `file` that takes its place when the block ends well; after a refusal `file` is as it was."""
    fresh = file.with_name(f".{file.stem}.part{file.suffix}")
    try:
        yield fresh
        fresh.replace(file)
    except OSError as error:
        error.filename, error.filename2 = str(file), None  # people know nothing of the other one
        raise
    finally:
        fresh.unlink(missing_ok=True)


def _write(file: Path, rows: Iterator[tuple[str, ...]]) -> int:
    if file.suffix.lower() == ".xlsx":
        return write_xlsx(file, rows)
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        return write_csv(stream, rows)
