"""`loomwork user`: people from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from engine.refusals import Invalid, Refusal
from engine.runtime import Runtime
from loomwork import people
from loomwork.cli.terminal import DatabaseOption, DataOption, language, say, settings, stop
from loomwork.running import running

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="People · 人员")
Login = Annotated[str, typer.Argument(help="Log-in name · 登录名")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="A role; repeatable · 角色，可重复")]


def _done(database: str | None, data: Path | None, act: Callable[[Runtime], T]) -> T:
    with running(settings(database, data)) as house:
        try:
            return act(house.runtime)
        except Invalid as invalid:
            texts = {lang: "; ".join(f"{e.path}: {e.message.text(lang)}" for e in invalid.errors) for lang in ("zh", "en")}
            stop(texts["zh"], texts["en"])
        except Refusal as refusal:
            stop(refusal.message.text("zh"), refusal.message.text("en"))


@app.command()
def add(
    login: Login, name: Annotated[str | None, typer.Option(help="Full name · 姓名")] = None, role: Roles = None,
    database: DatabaseOption = None, data: DataOption = None,
) -> None:
    """Makes a person and prints a first password. · 新增人员"""
    password = _done(database, data, lambda runtime: people.add_person(runtime, login, login if name is None else name, role or ()))
    say(f"已创建 {login}，初始密码：{password}（{people.FIRST_PASSWORD_NOTE['zh']}）",
        f"Made {login}, first password: {password} ({people.FIRST_PASSWORD_NOTE['en']})")


@app.command()
def reset(
    login: Login,
    activate: Annotated[bool, typer.Option("--activate", help="Lets somebody inactive in again · 重新启用")] = False,
    database: DatabaseOption = None, data: DataOption = None,
) -> None:
    """Prints a new first password; all sessions of the person end. · 重置密码"""
    password = _done(database, data, lambda runtime: people.reset_password(runtime, login, activate))
    say(f"{login} 的新密码：{password}", f"New password of {login}: {password}")


@app.command()
def roles(
    login: Login, role: Roles = None,
    none: Annotated[bool, typer.Option("--none", help="Takes all roles away · 收回全部角色")] = False,
    database: DatabaseOption = None, data: DataOption = None,
) -> None:
    """The person's roles; with --role, makes these the roles. · 查看角色；用 --role 设置角色"""
    if role and none:
        stop("--role 与 --none 不能同时使用。", "--role and --none do not go together.")
    if role or none:
        _done(database, data, lambda runtime: people.set_roles(runtime, login, role or ()))
    held = _done(database, data, lambda runtime: people.roles_of(runtime, login))
    if (role or none) and not _done(database, data, people.administered):
        say("注意：现在没有任何启用的管理员。用 user roles 或 user reset --activate 设一位。",
            "Mind: there is no active administrator now. Make one with user roles, or with user reset --activate.")
    say(f"{login} 的角色：{'、'.join(held) or '无'}", f"Roles of {login}: {', '.join(held) or 'none'}")


@app.command("list")
def list_(database: DatabaseOption = None, data: DataOption = None) -> None:
    """Everybody with roles. · 人员列表"""
    for person in _done(database, data, people.list_people):
        state = "" if person.active else {"zh": "（停用）", "en": " (inactive)"}[language()]
        typer.echo(f"{person.login:<16} {person.name}{state}  {', '.join(person.roles)}")
