"""Commands that serve: demo, serve, worker."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from engine.refusals import Message
from loomwork.applying import apply_spec, is_empty, running_digest
from loomwork.cli.first_admin import ensure_admin
from loomwork.cli.terminal import (
    DatabaseOption,
    DataOption,
    Folder,
    existing,
    language,
    print_problems,
    say,
    settings,
    stop,
)
from loomwork.demo import Demo, prepare_demo
from loomwork.running import missing_file, running, told_plainly
from loomwork.working import in_background, work
from metadata.loader import load, shipped_packs
from web.composition import compose
from web.settings import MOST_PORT, MOST_WORKERS, BadSetting, Settings, whole

NOT_STARTED = ("声明有错误，未启动。", "The declarations have errors; not started.")
PortOption = Annotated[int | None, typer.Option("--port", help="Port · 端口")]
HostOption = Annotated[str | None, typer.Option("--host", help="Address to listen on · 监听地址")]


def register(app: typer.Typer) -> None:
    app.command()(demo)
    app.command()(serve)
    app.command()(worker)


def demo(
    pack: Annotated[str, typer.Argument(help="A shipped pack · 方案包")] = "b2b",
    data: DataOption = None, port: PortOption = None, host: HostOption = None,
) -> None:
    """A running, filled application on SQLite; prints its address and demo log-ins. · 运行演示"""
    if pack not in shipped_packs():
        stop(f"没有名为“{pack}”的方案包。可用：{', '.join(shipped_packs())}。",
             f"There is no pack '{pack}'. There are: {', '.join(shipped_packs())}.")
    chosen = _placed(settings(None, data or Path("data") / "demo"), host, port)
    say("正在准备演示数据……", "Preparing the demo …")
    with told_plainly(chosen):
        filled = prepare_demo(pack, chosen)
    _print_demo(chosen, filled)
    _serve(chosen)


def _print_demo(chosen: Settings, filled: Demo) -> None:
    say(f"\n  Loomwork 已就绪：{_address(chosen)}\n", f"\n  Loomwork is ready: {_address(chosen)}\n")
    short = language()
    for person in filter(lambda person: person.common, filled.people):
        typer.echo(f"    {person.login:<10} {person.name:<8} {person.roles[short]}")
    say(f"\n  以上账号的密码：{filled.password}    （Ctrl C 停止）\n",
        f"\n  Password of all these: {filled.password}    (Ctrl C stops)\n")
    others = [person.login for person in filled.people if not person.common]
    if others:
        say(f"  另有自设密码的账号：{'、'.join(others)}\n", f"  With passwords of their own: {', '.join(others)}\n")


def serve(
    folder: Folder, database: DatabaseOption = None, data: DataOption = None, port: PortOption = None,
    host: HostOption = None, workers: Annotated[int | None, typer.Option(help="Web processes · 进程数")] = None,
) -> None:
    """Runs the database's release; an empty database takes FOLDER first. · 启动服务"""
    loaded = load(existing(folder))
    if loaded.app is None:
        print_problems(loaded.problems)
    chosen = _placed(settings(database, data), host, port, workers)
    if loaded.app is None and missing_file(chosen.database) is not None:
        stop(*NOT_STARTED)
    with running(chosen, makes=True) as house:
        if loaded.app is None:
            if is_empty(house.runtime.database):
                stop(*NOT_STARTED)
            say(f"注意：{folder} 有错误，不能应用；继续运行数据库中的版本。",
                f"Note: {folder} has errors and cannot be applied; the release in the database runs on.")
        elif is_empty(house.runtime.database):
            apply_spec(house.runtime, loaded.app, author="operator", note="first release")
            ensure_admin(house)
        elif running_digest(house.runtime.database) != loaded.app.digest:
            say(f"注意：{folder} 与运行中的版本不同；用 loomwork apply {folder} 应用变更。",
                f"Note: {folder} differs from the running release; loomwork apply {folder} brings the changes.")
    say(f"Loomwork 已就绪：{_address(chosen)}", f"Loomwork is ready: {_address(chosen)}")
    _serve(chosen)


def worker(database: DatabaseOption = None, data: DataOption = None) -> None:
    """Runs jobs and timers until stopped. · 运行后台任务"""
    with running(settings(database, data)) as house:
        if is_empty(house.runtime.database):
            without = Message("database_empty")
            stop(without.text("zh"), without.text("en"))
        say("后台任务已启动。", "The worker is running.")
        work(house.runtime)


def _placed(chosen: Settings, host: str | None, port: int | None, workers: int | None = None) -> Settings:
    """The settings with what the command says. Ends the command where nobody could listen there."""
    try:
        placed = replace(
            chosen, host=host or chosen.host,
            port=chosen.port if port is None else whole("--port", str(port), MOST_PORT),
            workers=chosen.workers if workers is None else whole("--workers", str(workers), MOST_WORKERS),
        )
    except BadSetting as bad:
        stop(bad.message.text("zh"), bad.message.text("en"))
    try:
        _listen(placed.host, placed.port)
    except (OSError, UnicodeError) as error:  # a name that is none in the network's code is a UnicodeError
        stop(*_why_not(getattr(error, "errno", None), placed))
    return placed


def _listen(host: str, port: int) -> None:
    """Listen for a moment on every address that `host` means. Raises `OSError` where that cannot be done."""
    for family, kind, protocol, _, address in set(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)
            probe.listen()


def _why_not(reason: int | None, placed: Settings) -> tuple[str, str]:
    """What to say of a place where nobody can listen, in zh and en."""
    host, port = placed.host, placed.port
    if reason == errno.EADDRINUSE:
        other = port + 1 if port < MOST_PORT else port - 1
        return (f"端口 {port} 已被占用；用 --port 选择其他端口，或在命令前加 LOOMWORK_PORT={other}"
                f"（例如 LOOMWORK_PORT={other} make demo）。",
                f"Port {port} is taken; choose another with --port, or with LOOMWORK_PORT={other} before the command "
                f"(LOOMWORK_PORT={other} make demo).")
    if reason in (errno.EACCES, errno.EPERM):
        return (f"没有权限使用端口 {port}；用 --port 或 LOOMWORK_PORT 选择 1024 以上的端口。",
                f"This user lacks the right to port {port}; choose one above 1024 with --port or LOOMWORK_PORT.")
    return (f"本机不能在 {host} 上监听；用 --host 或 LOOMWORK_HOST 给出本机的地址，例如 127.0.0.1，或 0.0.0.0（所有地址）。",
            f"This machine cannot listen on {host}; give an address of its own with --host or LOOMWORK_HOST, such as 127.0.0.1, "
            "or 0.0.0.0 for all of them.")


def _address(chosen: Settings) -> str:
    return chosen.base_url or f"http://{chosen.host}:{chosen.port}"


def _serve(chosen: Settings) -> None:
    """Serves until stopped. Worker processes read their settings from the environment, so they are put there."""
    os.environ.update({
        "LOOMWORK_DATABASE": chosen.database, "LOOMWORK_DATA": str(chosen.data), "LOOMWORK_HOST": chosen.host,
        "LOOMWORK_PORT": str(chosen.port), "LOOMWORK_WORKERS": str(chosen.workers), "LOOMWORK_ADMIN": chosen.admin,
    })
    sys.stdout.flush()
    with _worker_beside(chosen):
        _run(chosen)


@contextmanager
def _worker_beside(chosen: Settings) -> Iterator[None]:
    """The worker in this process where there is one web process; several leave it to `loomwork worker`."""
    if chosen.workers > 1:
        yield
        return
    runtime = compose(chosen)
    stop = in_background(runtime)
    try:
        yield
    finally:
        stop.set()


def _run(chosen: Settings) -> None:
    uvicorn.run(
        "web.asgi:create", factory=True, host=chosen.host, port=chosen.port, workers=chosen.workers,
        log_level="warning", server_header=False, proxy_headers=False, timeout_graceful_shutdown=5,
    )


