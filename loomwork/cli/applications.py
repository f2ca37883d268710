"""Commands over folders of declarations: check, test, new, translate, apply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.refusals import Refusal
from loomwork.applying import apply_spec, plan_folder
from loomwork.cli.first_admin import ensure_admin
from loomwork.cli.terminal import (
    DatabaseOption,
    DataOption,
    Folder,
    JsonOption,
    YesOption,
    confirm,
    existing,
    language,
    print_problems,
    say,
    settings,
    stop,
)
from loomwork.creating import NameRefused, create_application
from loomwork.running import running
from loomwork.scenarios import run_scenarios
from metadata.loader import Loaded, load
from metadata.specs.app import TranslationSpec
from metadata.translating import outline


def register(app: typer.Typer) -> None:
    app.command()(check)
    app.command()(test)
    app.command()(new)
    app.command()(apply)
    app.command()(translate)


def check(
    folder: Folder, as_json: JsonOption = False,
    every: Annotated[bool, typer.Option("--all", help="Every warning, however many are alike · 列出全部同类警告")] = False,
) -> None:
    """Problems of a pack or application folder; exit 1 on errors. · 检查文件夹中的声明"""
    loaded = load(existing(folder))
    if as_json:
        typer.echo(json.dumps({"problems": [p.as_json() for p in loaded.problems]}, ensure_ascii=False, indent=2))
    else:
        print_problems(loaded.problems, every)
        _sum_up(loaded)
    if _errors(loaded):
        raise typer.Exit(1)


def test(folder: Folder, as_json: JsonOption = False) -> None:
    """Runs the scenarios on a throw-away database; exit 1 on failure. · 运行场景测试"""
    loaded = _loaded_or_stop(folder)
    results = run_scenarios(folder)
    failed = [r for r in results if not r.passed]
    if as_json:
        typer.echo(json.dumps([r.as_json() for r in results], ensure_ascii=False, indent=2))
    else:
        for result in results:
            typer.echo(f"{'✓' if result.passed else '✗'} {result.name}")
            if not result.passed:
                typer.echo(f"  {result.message(language())}")
        say(f"{len(results) - len(failed)} 个场景通过，{len(failed)} 个失败。",
            f"{len(results) - len(failed)} scenarios passed, {len(failed)} failed.")
    if not loaded.app or failed:
        raise typer.Exit(1)


def new(
    name: Annotated[str, typer.Argument(help="Folder and name of the application · 应用的文件夹与名称")],
    pack: Annotated[str, typer.Option("--from", help="The shipped pack to build on · 所基于的方案包")],
) -> None:
    """A new application folder: a layer of one's own on top of a shipped pack. · 新建应用"""
    try:
        folder = create_application(Path(name), pack)
    except NameRefused as refused:
        stop(refused.zh, refused.en)
    say(f"已创建 {folder}。下一步：loomwork check {folder}，然后 loomwork serve {folder}。",
        f"Created {folder}. Next: loomwork check {folder}, then loomwork serve {folder}.")


def translate(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="LANGUAGE", help="The language: fr, pt_br · 语言代码")],
    title: Annotated[str, typer.Option("--name", help="What the language calls itself · 该语言的自称")] = "",
    like: Annotated[str, typer.Option("--like", help="The language to translate from: zh or en · 译自 zh 或 en")] = "en",
) -> None:
    """Prints what a language still lacks, to be filled in and kept as FOLDER/LANGUAGE.translation.yaml. · 列出待翻译的文字"""
    spec = _loaded_or_stop(folder).app
    assert spec is not None
    if like not in ("zh", "en"):
        stop(f"--like 应为 zh 或 en，而不是 {like}。", f"--like takes zh or en, not {like}.")
    known = spec.translations.get(name)
    typer.echo(outline(spec, known or TranslationSpec(name, title or name, "zh" if like == "zh" else "en")), nl=False)


def apply(
    folder: Folder, database: DatabaseOption = None, data: DataOption = None, yes: YesOption = False,
    note: Annotated[str, typer.Option("--note", help="What this release is for · 发布说明")] = "",
) -> None:
    """Shows what would change, asks, and makes it the running release. · 应用变更"""
    spec = _loaded_or_stop(folder).app
    assert spec is not None
    with running(settings(database, data), makes=True) as house:
        plan = plan_folder(house.runtime, spec)
        print_problems(plan.problems)
        if plan.problems:
            raise typer.Exit(1)
        if plan.empty:
            say("没有需要变更的内容。", "Nothing to do.")
            return
        for line in plan.sentences(language()):
            typer.echo(f"  {line}")
        if not yes and not confirm("要应用这些变更吗？", "Apply these changes?"):
            stop("未应用。加 --yes 可不经询问。", "Not applied. Use --yes to apply without being asked.")
        try:
            applied = apply_spec(house.runtime, spec, author="operator", note=note)
        except Refusal as refused:
            stop(refused.message.text("zh"), refused.message.text("en"))
        ensure_admin(house)
    say(f"已发布第 {applied.release} 版。", f"Release {applied.release} is live.")


def _loaded_or_stop(folder: Path) -> Loaded:
    loaded = load(existing(folder))
    if _errors(loaded):
        print_problems(loaded.problems)
        _sum_up(loaded)
        raise typer.Exit(1)
    return loaded


def _errors(loaded: Loaded) -> int:
    return sum(p.severity == "error" for p in loaded.problems)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _sum_up(loaded: Loaded) -> None:
    errors = _errors(loaded)
    warnings = len(loaded.problems) - errors
    if not loaded.problems:
        say("没有发现问题。", "No problems.")
    else:
        say(f"{errors} 个错误，{warnings} 个警告。", f"{_count(errors, 'error')}, {_count(warnings, 'warning')}.")
