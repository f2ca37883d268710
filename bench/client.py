"""A small keep-alive HTTP client for measuring: sign in once, then time requests, alone or sixteen at a time."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Client:
    """One keep-alive connection with its cookies and extra headers. Not thread-safe: one client a thread."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def twin(self) -> Client:
        """Another connection of the same signed-in user."""
        return Client(self.port, dict(self.cookies), dict(self.headers))

    def request(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers of one request; cookies that come back are kept."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        content = response.read()
        for header, value in response.getheaders():
            if header.lower() == "set-cookie":
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
        return response.status, content, dict(response.getheaders())


Act = Callable[[Client], int]
"""One request of an operation; returns its status."""


def time_one(client: Client, act: Act, times: int) -> list[float]:
    """Seconds of `times` requests, one after the other. Raises RuntimeError when one fails."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        status = act(client)
        found.append(time.perf_counter() - start)
        if status >= 400:
            raise RuntimeError(f"status {status}")
    return found


def rate_of(client: Client, act: Act, seconds: float, concurrency: int = 16) -> float:
    """Requests a second with `concurrency` connections over about `seconds`."""
    done: list[int] = []
    until = time.perf_counter() + seconds

    def work() -> None:
        mine, count = client.twin(), 0
        while time.perf_counter() < until:
            if act(mine) < 400:
                count += 1
        done.append(count)

    threads = [threading.Thread(target=work) for _ in range(concurrency)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - start)
