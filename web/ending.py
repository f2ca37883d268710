"""The signals that stop a server, heard before the server waits for its open connections."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_ending(act: Callable[[], None]) -> Iterator[None]:
    """Runs `act` in the event loop as soon as the process is told to stop; whoever listened before is told as before. Streams that never
    end by themselves would hold a server up. A loop beside the main thread hears no signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        listened = before[signal.Signals(number)]
        if callable(listened):
            listened(number, frame)

    for number in SIGNALS:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, listened in before.items():
            signal.signal(number, listened)
