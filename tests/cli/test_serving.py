"""`serve` as processes that people reach: one and two web processes over one database."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
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


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_that_is_told_to_stop_does_not_wait_for_pages_that_listen(tmp_path: Path, workers: str) -> None:
    environment = {**os.environ, "LOOMWORK_LANGUAGE": "en", "LOOMWORK_DATA": str(tmp_path / "data")}
    told = ""
    for words in (
        ("new", "shop", "--from", "base"), ("apply", "shop", "--yes"),
        ("user", "add", "amy", "--name", "Amy", "--role", "employee"),
    ):
        told = subprocess.run(
            (*LOOMWORK, *words), cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout
    found = re.search(r"first password: (\S+)", told)
    assert found
    with serving(tmp_path, "--workers", workers) as address:
        own = choose_password(address, sign_in(address, "amy", found.group(1)), found.group(1))
        connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
        connection.request("GET", "/e/user/1/live?revision=1", headers={**own, "Accept": "text/event-stream"})
        stream = connection.getresponse()
        assert stream.status == 200 and any(line == b"event: record\n" for line in iter(stream.readline, b""))
    stream.read()
    connection.close()
    assert "graceful" not in (tmp_path / "serve.log").read_text()


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


KEEPER = """
role: keeper
label: {{zh: 库管, en: Keeper}}
allow:
  product: {{create: true, read: all, update: all}}
{more}
"""
SHELF = """
extend: entity/product
fields:
  shelf: {type: text, default: A1, label: {zh: 货架, en: Shelf}}
"""


def test_a_publish_bites_at_once_in_every_process(tmp_path: Path, database_url: str) -> None:
    """With its next request each of two servers over one database has the field that an apply added and has lost the right
    that it took away; a request whose second half comes after the apply ends whole (R42)."""
    environment = {
        **os.environ, "LOOMWORK_LANGUAGE": "en", "LOOMWORK_DATA": str(tmp_path / "data"), "LOOMWORK_DATABASE": database_url,
    }

    def command(*words: str) -> str:
        done = subprocess.run((*LOOMWORK, *words), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def publish(more: str) -> None:
        (tmp_path / "shop/access").mkdir(exist_ok=True)
        (tmp_path / "shop/access/keeper.role.yaml").write_text(KEEPER.format(more=more), encoding="utf-8")
        command("apply", "shop", "--yes")

    command("new", "shop", "--from", "base")
    publish("  department: {read: all}")
    told = command("user", "add", "amy", "--name", "Amy", "--role", "keeper")
    found = re.search(r"first password: (\S+)", told)
    assert found
    words = ("--database", database_url)
    with serving(tmp_path, *words) as one, serving(tmp_path, *words) as other:
        both = (one, other)
        headers = choose_password(one, sign_in(one, "amy", found[1]), found[1])
        assert begin(one, "/api/e/product", headers, product(0))()[0] == 201
        before = [begin(address, "/api/e/product", headers, product(number)) for number, address in enumerate(both, 1)]
        for address in both:
            assert ask(address, "GET", "/e/department", headers)[0] == 200
            assert '"shelf"' not in text(address, "/api/e/product/1", headers)
        (tmp_path / "shop/entities").mkdir(exist_ok=True)
        (tmp_path / "shop/entities/product.entity.yaml").write_text(SHELF, encoding="utf-8")
        publish("")
        for address in both:
            assert '"shelf"' in text(address, "/api/e/product/1", headers)
            assert ask(address, "GET", "/e/department", headers)[0] == 404
        made = [finish() for finish in before]
        assert [status for status, _ in made] == [201, 201]
        for address in both:
            rows = json.loads(text(address, "/api/e/product", headers))["rows"]
            assert sorted((row["code"], row["price"], row["shelf"]) for row in rows) == [
                ("P0", "12.50", None), ("P1", "12.50", "A1"), ("P2", "12.50", "A1"),
            ]


def choose_password(address: str, cookie: str, first: str) -> dict[str, str]:
    """Gives a person who signed in a password of their own. Returns the headers of the session that they have then."""
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    chosen = {"_csrf": csrf(address, cookie), "old": first, "new": "own-Passw0rd-77", "again": "own-Passw0rd-77"}
    status, given = ask(address, "POST", "/profile", form, urlencode(chosen))
    session = re.search(r"session=[^;]+", given)
    assert status == 303 and session
    return {"Cookie": session[0], "X-CSRF-Token": csrf(address, session[0])}


def csrf(address: str, cookie: str) -> str:
    """The token of a session's forms."""
    found = re.search(r'name="_csrf" value="([^"]+)"', text(address, "/profile", {"Cookie": cookie}))
    assert found
    return found[1]


def text(address: str, path: str, headers: Mapping[str, str]) -> str:
    """What a page says."""
    with urllib.request.urlopen(urllib.request.Request(address + path, headers=dict(headers)), timeout=20) as answer:
        return answer.read().decode()


def product(number: int) -> dict[str, str]:
    return {"code": f"P{number}", "name": f"Desk {number}", "price": "12.50"}


def begin(
    address: str, path: str, headers: Mapping[str, str], values: Mapping[str, str]
) -> Callable[[], tuple[int, str]]:
    """Sends the first half of a request; the function that is returned sends the rest and gives status and text."""
    body = json.dumps(values).encode()
    half = len(body) // 2
    connection = HTTPConnection(address.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", path)
    for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body[:half])

    def finish() -> tuple[int, str]:
        connection.send(body[half:])
        answer = connection.getresponse()
        told = answer.read().decode()
        connection.close()
        return answer.status, told

    return finish
