"""Commands that serve: demo, serve, worker."""

from __future__ import annotations

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
from loomwork.running import running, told_plainly
from loomwork.working import in_background, work
from metadata.loader import load, shipped_packs
from web.composition import compose
from web.settings import Settings

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
    for person in filled.people:
        typer.echo(f"    {person.login:<10} {person.name:<8} {person.roles[short]}")
    say(f"\n  所有账号的密码：{filled.password}    （Ctrl C 停止）\n",
        f"\n  Password of everyone: {filled.password}    (Ctrl C stops)\n")


def serve(
    folder: Folder, database: DatabaseOption = None, data: DataOption = None, port: PortOption = None,
    host: HostOption = None, workers: Annotated[int | None, typer.Option(help="Web processes · 进程数")] = None,
) -> None:
    """Runs the database's release; an empty database takes FOLDER first. · 启动服务"""
    loaded = load(existing(folder))
    if loaded.app is None:
        print_problems(loaded.problems)
    chosen = _placed(settings(database, data), host, port, workers)
    with running(chosen) as house:
        if loaded.app is None:
            if is_empty(house.runtime.database):
                stop("声明有错误，未启动。", "The declarations have errors; not started.")
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
    placed = replace(
        chosen, host=host or chosen.host, port=port or chosen.port, workers=workers or chosen.workers
    )
    if _taken(placed.host, placed.port):
        stop(f"端口 {placed.port} 已被占用；用 --port 选择其他端口。", f"Port {placed.port} is taken; choose another with --port.")
    return placed


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) == 0


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


