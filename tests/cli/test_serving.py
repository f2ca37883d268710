"""`serve` as processes that people reach: one and two web processes over one database."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

import pytest

from tests.ports import free_port

LOOMWORK = (sys.executable, "-m", "loomwork")


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[str]:
    """The address of `loomwork serve shop` with `words`, until the block ends."""
    port = free_port()
    environment = {**os.environ, "LOOMWORK_LANGUAGE": "en", "LOOMWORK_DATA": str(folder / "data")}
    command = (*LOOMWORK, "serve", "shop", "--port", str(port), *words)
    with open(folder / "serve.log", "ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "serve.log").read_text()
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=5)
                break
            except URLError:
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_people_sign_in_and_are_shut_out_in_every_process(tmp_path: Path, workers: str) -> None:
    """A session made in one process counts in the others, and ends in all of them at once (R42)."""
    environment = {**os.environ, "LOOMWORK_LANGUAGE": "en", "LOOMWORK_DATA": str(tmp_path / "data")}

    def command(*words: str) -> str:
        done = subprocess.run(
            (*LOOMWORK, *words), cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    command("new", "shop", "--from", "base")
    command("apply", "shop", "--yes")
    told = command("user", "add", "amy", "--name", "Amy", "--role", "employee")
    found = re.search(r"first password: (\S+)", told)
    assert found
    with serving(tmp_path, "--workers", workers) as address:
        cookie = {"Cookie": sign_in(address, "amy", found.group(1))}
        assert {ask(address, "GET", "/profile", cookie)[0] for _ in range(20)} == {200}
        command("user", "reset", "amy")
        assert {ask(address, "GET", "/profile", cookie)[0] for _ in range(20)} == {303}


def test_a_release_runs_on_beside_a_faulty_folder(tmp_path: Path) -> None:
    environment = {**os.environ, "LOOMWORK_LANGUAGE": "en", "LOOMWORK_DATA": str(tmp_path / "data")}
    for words in (("new", "shop", "--from", "base"), ("apply", "shop", "--yes")):
        subprocess.run((*LOOMWORK, *words), cwd=tmp_path, env=environment, capture_output=True, check=True)
    (tmp_path / "shop/entities/product.entity.yaml").write_text("extend: entity/nothing\n", encoding="utf-8")
    with serving(tmp_path) as address:
        assert ask(address, "GET", "/sign-in", {})[0] == 200
    told = (tmp_path / "serve.log").read_text()
    assert "entities/product.entity.yaml:1:9 LW" in told
    assert "Note: shop has errors and cannot be applied; the release in the database runs on." in told


def sign_in(address: str, login: str, password: str) -> str:
    """The session cookie, as a browser sends it back."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, cookie = ask(address, "POST", "/sign-in", form, urlencode({"login": login, "password": password}))
    assert status == 303
    return cookie.partition(";")[0]


def ask(address: str, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> tuple[int, str]:
    """Status and cookie of one request over a connection of its own, which any of the processes may take."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=20)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("Set-Cookie") or ""
    finally:
        connection.close()
