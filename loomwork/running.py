"""A runtime for the length of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.refusals import Message
from engine.runtime import Runtime
from engine.storage.database import Unreachable, Unusable
from loomwork.cli.terminal import stop
from web.composition import compose
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """What commands work with."""

    settings: Settings
    runtime: Runtime


@contextmanager
def running(settings: Settings, makes: bool = False) -> Iterator[House]:
    """The runtime over the database of `settings`; ends the command with a plain message when it cannot be used. Only where
    the command `makes` one does it make a database file, and the data folder, that are not there."""
    if makes:
        settings.data.mkdir(parents=True, exist_ok=True)
    elif (missing := missing_file(settings.database)) is not None:
        message = Message("database_missing", {"file": missing})
        stop(message.text("zh"), message.text("en"))
    with told_plainly(settings):
        runtime = compose(settings)
        try:
            yield House(settings, runtime)
        finally:
            runtime.database.close()


def missing_file(url: str) -> Path | None:
    """The file of the SQLite database `url` when it is not there."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None  # no address: opening it says so
    file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return None if not file or file.startswith("file:") or Path(file).exists() else Path(file)


@contextmanager
def told_plainly(settings: Settings) -> Iterator[None]:
    """Ends the command with a plain message when the database of `settings` cannot be used."""
    try:
        yield
    except (Unusable, Unreachable) as unusable:
        message = unusable_message(unusable, settings.database)
        stop(message.text("zh"), message.text("en"))


def unusable_message(unusable: Unusable | Unreachable, url: str) -> Message:
    """What the operator is told of a database that cannot be used: of one that is away its address and what the driver says,
    instead of what pages say to people."""
    if isinstance(unusable, Unusable):
        return unusable.message
    shown = make_url(url).set(query={}).render_as_string(hide_password=True)
    return Message("database_away", {"url": shown, "reason": unusable.reason})
