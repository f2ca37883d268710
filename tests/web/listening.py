"""Servers and pages that listen: applications behind real sockets, and the streams that browsers hold to them."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

import uvicorn

from tests.ports import free_port
from tests.web.conftest import BROWSER, Visitor

PATIENCE = 20.0
"""Seconds until something that should happen counts as missing; generous because tests share a busy machine."""
KIND = {"accept": "text/event-stream"}


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application behind a socket; its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(PATIENCE)


def until(true: Callable[[], object]) -> None:
    """Waits until that is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.02)


@dataclass
class Listener:
    """An open stream: what it was told, the latest last, and whether it has ended."""

    status: int = 0
    told: list[Mapping[str, str]] = field(default_factory=list)
    ended: bool = False

    def hears(self, *wanted: str, part: str = "here") -> str:
        """Waits until the latest that it was told says all of that; returns it."""
        until(lambda: self.told and all(text in self.told[-1][part] for text in wanted))
        return self.told[-1][part]

    def hears_nobody(self) -> None:
        """Waits until nobody else is here."""
        until(lambda: self.told and not self.told[-1]["here"].strip())


@contextmanager
def listening(address: str, visitor: Visitor, path: str) -> Iterator[Listener]:
    """A page of the visitor that listens at `path`; it is closed at the end."""
    cookies = "; ".join(f"{name}={value}" for name, value in dict(visitor.client.cookies).items())
    connection = HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE * 3)
    connection.request("GET", path, headers={**BROWSER, **KIND, "cookie": cookies})
    answer = connection.getresponse()
    heard = Listener(answer.status)

    def read() -> None:
        with suppress(OSError, HTTPException, ValueError):
            while line := answer.readline():
                if line.startswith(b"data: "):
                    heard.told.append(json.loads(line.removeprefix(b"data: ")))
        heard.ended = True

    threading.Thread(target=read, daemon=True).start()
    yield heard
    if connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)
    until(lambda: heard.ended)
    connection.close()
