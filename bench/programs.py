"""The three programs as servers of their own, and how each performs an operation."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote

from bench.client import Act, Client

SALES, MANAGER = 2, 1
"""Users: 2 sells in team 1, 1 manages it."""
WORD = "恒泰"
"""Two Chinese characters that about a seventh of a percent of all companies have."""
_fresh = count(1)


@dataclass
class Program:
    """A running server. `acts` are its operations by name, `login` the request that signs user n in."""

    name: str
    target: str
    environment: Mapping[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    clients: dict[int, Client] = field(default_factory=dict)

    def start(self) -> float:
        """Starts the server; returns the seconds to its first answer."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "--factory", self.target, "--port", str(self.port),
             "--log-level", "error", "--timeout-keep-alive", "600"],
            env={**os.environ, **self.environment},
        )
        while True:
            with suppress(OSError, http.client.HTTPException):
                Client(self.port).request("GET", "/healthz")
                return time.perf_counter() - begun
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)

    def memory(self) -> float:
        """Resident megabytes of the server process."""
        assert self.process is not None
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            found = re.search(r"VmRSS:\s+(\d+) kB", status.read())
        return int(found.group(1)) / 1024 if found else 0.0


def hand_client(program: Program, user: int) -> Client:
    """A signed-in client of one of the hand-written programs."""
    client = Client(program.port)
    client.request("GET", f"/login/{user}")
    return client


def loomwork_client(program: Program, user: int) -> Client:
    """A signed-in client of Loomwork; its token goes with every write."""
    client = Client(program.port, headers={"Sec-Fetch-Site": "same-origin"})
    client.request("GET", "/sign-in")
    status, _, _ = client.request("POST", "/sign-in", {"login": f"user{user}", "password": os.environ["BENCH_PASSWORD"]})
    if status >= 400:
        raise RuntimeError(f"sign-in answered {status}")
    _, page, _ = client.request("GET", "/e/lead/new")
    token = re.search(rb'name="_csrf" value="([^"]+)"', page)
    client.headers["X-CSRF-Token"] = token.group(1).decode() if token else ""
    return client


def _get(path: str, json: bool = False) -> Act:
    headers = {"Accept": "application/json"} if json else {"Accept": "text/html"}
    return lambda client: client.request("GET", path, headers=headers)[0]


def hand_acts(ids: Mapping[str, int]) -> dict[str, tuple[int, Act]]:
    """Operations of the hand-written programs: name -> (user, act)."""
    lead = ids["own"]

    def create(client: Client) -> int:
        form = {"name": "新客户", "company": f"测试{next(_fresh)}有限公司", "phone": "13800001111", "source": "web", "amount": "1200.50"}
        return client.request("POST", "/leads", form)[0]

    def update(client: Client) -> int:
        return client.request("POST", f"/leads/{lead}", {"notes": f"改 {next(_fresh)}"})[0]

    listed = "/leads?status=new&rating=A"
    return {
        "list page, HTML": (SALES, _get(listed)),
        "list page, HTML, manager": (MANAGER, _get(listed)),
        "list, JSON": (SALES, _get(listed, json=True)),
        "record page, HTML": (SALES, _get(f"/leads/{lead}")),
        "record, JSON": (SALES, _get(f"/leads/{lead}", json=True)),
        "create": (SALES, create),
        "update one field": (SALES, update),
        "grouped report": (MANAGER, _get("/report")),
    }


def bare_acts(ids: Mapping[str, int]) -> dict[str, tuple[int, Act]]:
    """The bare program searches by scanning."""
    path = f"/leads/search?q={quote(WORD)}"
    return hand_acts(ids) | {"search, 2 Chinese characters": (SALES, _get(path)),
                             "search, 2 Chinese characters, manager": (MANAGER, _get(path))}


def duty_acts(ids: Mapping[str, int]) -> dict[str, tuple[int, Act]]:
    """The program of equal duty searches by its bigram index."""
    path = f"/leads?q={quote(WORD)}"
    return hand_acts(ids) | {"search, 2 Chinese characters": (SALES, _get(path)),
                             "search, 2 Chinese characters, manager": (MANAGER, _get(path))}


def loomwork_acts(ids: Mapping[str, int]) -> dict[str, tuple[int, Act]]:
    """The same operations on Loomwork's generated pages and its JSON."""
    lead = ids["own"]
    listed = "f=status:eq:new&f=rating:eq:A&sort=-next_follow_up_at"

    def create(client: Client) -> int:
        form = {"name": "新客户", "company": f"测试{next(_fresh)}有限公司", "phone": "13800001111", "source": "web",
                "amount": "1200.50", "_csrf": client.headers["X-CSRF-Token"]}
        return client.request("POST", "/e/lead/new", form)[0]

    def update(client: Client) -> int:
        form = {"notes": f"改 {next(_fresh)}", "_csrf": client.headers["X-CSRF-Token"]}
        return client.request("POST", f"/e/lead/{lead}/edit", form)[0]

    return {
        "list page, HTML": (SALES, _get(f"/e/lead?{listed}")),
        "list page, HTML, manager": (MANAGER, _get(f"/e/lead?{listed}")),
        "list, JSON": (SALES, _get(f"/api/e/lead?{listed}", json=True)),
        "record page, HTML": (SALES, _get(f"/e/lead/{lead}")),
        "record, JSON": (SALES, _get(f"/api/e/lead/{lead}", json=True)),
        "create": (SALES, create),
        "update one field": (SALES, update),
        "grouped report": (MANAGER, _get("/reports/pipeline")),
        "search, 2 Chinese characters": (SALES, _get(f"/e/lead?q={quote(WORD)}")),
        "search, 2 Chinese characters, manager": (MANAGER, _get(f"/e/lead?q={quote(WORD)}")),
    }
