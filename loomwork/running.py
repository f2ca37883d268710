"""A runtime for the length of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.runtime import Runtime
from engine.storage.database import Unusable
from loomwork.cli.terminal import stop
from web.composition import compose
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """What commands work with."""

    settings: Settings
    runtime: Runtime


@contextmanager
def running(settings: Settings) -> Iterator[House]:
    """The runtime over the database of `settings`; ends the command with a plain message when it cannot be used."""
    runtime = compose(settings)
    try:
        yield House(settings, runtime)
    except Unusable as unusable:
        stop(unusable.message.text("zh"), unusable.message.text("en"))
    finally:
        runtime.database.close()
