"""What every command shares: the language of the terminal, plain output, and the options for the database."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from engine.languages import short
from metadata.problems import Language, Problem
from web.settings import BadSetting, Settings

KNOWN_LANGUAGES: tuple[Language, ...] = ("zh", "en")
MANY_WARNINGS = 10
"""Warnings of one code that are all shown."""
SHOWN_WARNINGS = 3
"""Warnings of one code that are shown where there are more than `MANY_WARNINGS`."""

Folder = Annotated[Path, typer.Argument(help="The folder of an application or a pack · 应用或方案包的文件夹")]
DatabaseOption = Annotated[str | None, typer.Option("--database", help="Database URL · 数据库地址")]
DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder · 数据文件夹")]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output · 机器可读输出")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask · 不再询问")]


def language() -> Language:
    """The language people's output is written in: the one that is set, else that of the locale."""
    chosen = os.environ.get("LOOMWORK_LANGUAGE", "")
    if chosen not in KNOWN_LANGUAGES:
        chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "en")
    return short(chosen).base


def say(zh: str, en: str) -> None:
    """One line for people, in their language."""
    typer.echo(zh if language() == "zh" else en)


def stop(zh: str, en: str, code: int = 1) -> NoReturn:
    """Ends the command with a message on the error stream."""
    typer.echo(zh if language() == "zh" else en, err=True)
    raise typer.Exit(code)


def confirm(zh: str, en: str) -> bool:
    """Asks a yes/no question; without a terminal the answer is no."""
    return sys.stdin.isatty() and typer.confirm(zh if language() == "zh" else en)


def print_problems(problems: Iterable[Problem], every: bool = False) -> None:
    """Every problem on a line of its own, in file order: warnings first, so that errors stand where people look, above the
    count. Unless `every` is asked for, of many warnings of one code only the first few are shown, how many more there are,
    and what lists them."""
    told = sorted(problems, key=lambda problem: problem.severity == "error")
    counts = Counter(problem.code.code for problem in told if problem.severity == "warning")
    shown: Counter[str] = Counter()
    for problem in told:
        code = problem.code.code
        shown[code] += 1
        many = counts[code] > MANY_WARNINGS and not every
        if not many or shown[code] <= SHOWN_WARNINGS:
            typer.echo(problem.line(language()))
        elif shown[code] == counts[code]:
            more = counts[code] - SHOWN_WARNINGS
            say(f"{code} 警告：同类还有 {more} 处；loomwork check --all 列出全部",
                f"{code} warning: {more} more like these; loomwork check --all lists them")


def existing(folder: Path) -> Path:
    """`folder` when it is one, else a message and exit code 1."""
    if not folder.is_dir():
        stop(f"找不到文件夹 {folder}。", f"There is no folder {folder}.")
    return folder


def settings(database: str | None, data: Path | None) -> Settings:
    """The settings of this command. Ends it with a message where the environment holds a setting that cannot be used."""
    try:
        return Settings.from_environment(database=database, data=data)
    except BadSetting as bad:
        stop(bad.message.text("zh"), bad.message.text("en"))
