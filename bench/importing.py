"""The same file of leads imported by the bare program and by Loomwork, in turns, into databases of their own."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from bench import bare, filling
from bench.rows import leads
from engine.accounts.principals import principal_of_login
from engine.runtime import Runtime
from engine.storage.database import Database
from reports.exchange.importing import ImportRequest, import_table
from reports.exchange.tables import open_table
from workflows.compile import compile_flows
from workflows.port import Flows

COLUMNS: tuple[str, ...] = (
    "name", "company", "phone", "email", "source", "rating", "amount", "next_follow_up_at", "notes", "city", "industry",
    "website", "title",
)
ROUNDS = 5
STOCK = 1000
"""Leads that are there before."""


def seconds(fresh: Callable[[str], str], folder: Path, rows: int) -> tuple[float, float]:
    """Seconds that the bare program and Loomwork take to import `rows` rows; `fresh` gives the address of an empty
    database by name."""
    bare_url, loomwork_url = fresh("import-bare"), fresh("import-loomwork")
    bare.fill(bare_url, STOCK)
    filling.fill(loomwork_url, STOCK)
    database = Database(loomwork_url)
    runtime = Runtime(database, flows=Flows(), compilers={"flows": compile_flows})
    who = principal_of_login(runtime, "user2")
    assert who is not None
    spent = [0.0, 0.0]
    for file, count in _files(folder, rows):
        begun = time.perf_counter()
        done = bare.load(bare_url, file)
        middle = time.perf_counter()
        result = import_table(runtime, who, open_table(file), ImportRequest("lead"))
        spent = [spent[0] + middle - begun, spent[1] + time.perf_counter() - middle]
        if (done, result.created) != (count, count):
            raise RuntimeError(f"{count} rows, {done} and {result.created} imported; {result.errors[:1]}")
    database.close()
    return spent[0], spent[1]


def _files(folder: Path, rows: int) -> list[tuple[Path, int]]:
    """The rows in as many files as there are rounds, with the number of each."""
    source = leads(rows, seed=11)
    files: list[tuple[Path, int]] = []
    for number in range(ROUNDS):
        part = [asdict(lead) for lead in islice(source, max(1, rows // ROUNDS))]
        file = folder / f"import-{number}.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({**lead, "amount": lead["amount"] / 100} for lead in part)
        files.append((file, len(part)))
    return files
