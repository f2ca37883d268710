"""`make bench`: fills the three programs' databases, measures them in interleaved rounds, prints median ratios.

    python -m bench [--rows 1000000] [--rounds 5] [--database sqlite|postgresql|both] [--folder DIR]

Filled databases are kept in the folder and used again. The column `first` is the ratio to reach.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import bare, browsing, duty, filling, importing, pages
from bench.client import Act, Client, rate_of, time_one
from bench.programs import Program, bare_acts, duty_acts, hand_client, loomwork_acts, loomwork_client
from bench.rows import leads
from tests.databases import postgres_server

TARGETS: Mapping[str, float] = {
    "list page, HTML": 3.0, "list page, HTML, manager": 3.0, "list, JSON": 2.5, "record page, HTML": 6, "record, JSON": 6,
    "create": 4, "update one field": 5, "search, 2 Chinese characters": 0.2, "search, 2 Chinese characters, manager": 0.2,
    "grouped report": 1.3,
}
"""`first` of performance.md, against the bare program; against the one of equal duty it is 1.5 everywhere."""

IMPORT = 3.0
"""`first` of the import, against the bare program."""

Acts = Callable[[Mapping[str, int]], dict[str, tuple[int, Act]]]
SignIn = Callable[[Program, int], Client]


@dataclass(frozen=True)
class Contender:
    program: Program
    acts: dict[str, tuple[int, Act]]
    sign_in: SignIn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--folder", type=Path, default=Path("data") / "bench")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    lines = [f"# {datetime.now(UTC):%Y-%m-%d}, {chosen.rows:,} leads, {chosen.rounds} rounds", ""]
    for kind in ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,):
        lines += measured(kind, chosen.folder, chosen.rows, chosen.rounds)
    text = "\n".join(lines) + "\n"
    (chosen.folder / "results.md").write_text(text, encoding="utf-8")
    print(text)


Fresh = Callable[[str], str]
"""The address of an empty database by name."""


@contextmanager
def databases(kind: str, folder: Path, rows: int) -> Iterator[tuple[dict[str, str], Fresh]]:
    """URLs of the filled databases by program, and what makes empty ones."""
    fillers = {"bare": bare.fill, "duty": duty.fill, "loomwork": filling.fill}
    if kind == "sqlite":
        paths = {name: folder / f"{name}-{rows}.db" for name in fillers}
        urls = {name: f"sqlite:///{path}" for name, path in paths.items()}
        for name, path in paths.items():
            if not path.exists():
                filled(name, fillers[name], urls[name], rows)
        yield urls, lambda name: _empty_file(folder / f"{name}.db")
        return
    with postgres_server() as server:
        urls = {name: server.create() for name in fillers}
        for name, url in urls.items():
            filled(name, fillers[name], url, rows)
        yield urls, lambda name: server.create()


def _empty_file(path: Path) -> str:
    for beside in ("", "-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    return f"sqlite:///{path}"


def filled(name: str, fill: Callable[[str, int], None], url: str, rows: int) -> None:
    print(f"filling {name} with {rows:,} leads …", flush=True)
    fill(url, rows)


def measured(kind: str, folder: Path, rows: int, rounds: int, seconds: float = 2.0, visits: int = browsing.TIMES) -> list[str]:
    """The table of one database, as lines of Markdown; `seconds` are spent on each operation at 16 connections, `visits` paid to
    each page in a browser."""
    os.environ["BENCH_PASSWORD"] = filling.PASSWORD
    own = next(lead.id for lead in leads(1000) if lead.owner == 2 and lead.status in ("new", "contacting"))
    ids = {"own": own}
    with databases(kind, folder, rows) as (urls, fresh):
        contenders = [
            Contender(Program("bare", "bench.servers:bare_app", {"BENCH_DATABASE": urls["bare"]}), bare_acts(ids), hand_client),
            Contender(Program("duty", "bench.servers:duty_app", {"BENCH_DATABASE": urls["duty"]}), duty_acts(ids), hand_client),
            Contender(
                Program("loomwork", "web.asgi:create", {"LOOMWORK_DATABASE": urls["loomwork"], "LOOMWORK_DATA": str(folder)}),
                loomwork_acts(ids), loomwork_client,
            ),
        ]
        try:
            starts = {c.program.name: c.program.start() for c in contenders}
            times, rates, memory = rounds_of(contenders, rounds, seconds)
            slow = list(pages.slowest(contenders[-1].program))
            met = list(browsing.met(contenders[-1].program, own, visits))
        finally:
            for contender in contenders:
                contender.program.stop()
        imported = importing.seconds(fresh, folder, max(10, rows // 10))
    lines = table(kind, times, rates, starts, memory)
    return [*lines, *import_lines(imported, max(10, rows // 10)), *page_lines(slow, rows), *browser_lines(met)]


Times = dict[str, dict[str, list[float]]]


def rounds_of(
    contenders: list[Contender], rounds: int, seconds: float
) -> tuple[Times, dict[str, dict[str, float]], dict[str, tuple[float, float]]]:
    """Seconds per operation and program (concurrency 1), requests a second at concurrency 16, and resident megabytes after
    the first round and after all of it."""
    clients = {(c.program.name, user): c.sign_in(c.program, user) for c in contenders for user in (1, 2)}
    first: dict[str, float] = {}
    times: Times = {name: {c.program.name: [] for c in contenders} for name in TARGETS}
    rates: dict[str, dict[str, float]] = {name: {} for name in TARGETS}
    for round_ in range(rounds + 1):
        for name in TARGETS:
            for contender in contenders:
                user, act = contender.acts[name]
                found = time_one(clients[contender.program.name, user], act, 8)
                if round_:  # the first round only warms up
                    times[name][contender.program.name] += found
        if not round_:
            first = {c.program.name: c.program.memory() for c in contenders}
    for name in TARGETS:
        for contender in contenders:
            user, act = contender.acts[name]
            rates[name][contender.program.name] = rate_of(clients[contender.program.name, user], act, seconds)
    return times, rates, {c.program.name: (first[c.program.name], c.program.memory()) for c in contenders}


def table(
    kind: str, times: Times, rates: dict[str, dict[str, float]], starts: dict[str, float],
    memory: dict[str, tuple[float, float]],
) -> list[str]:
    head = "| operation | bare ms | Loomwork ms | to bare | first | to equal duty | first | at 16 connections, to bare |"
    lines = [f"## {kind}", "", head, "|--|--:|--:|--:|--:|--:|--:|--:|"]
    for name, target in TARGETS.items():
        median = {program: statistics.median(found) for program, found in times[name].items()}
        to_bare, to_duty = median["loomwork"] / median["bare"], median["loomwork"] / median["duty"]
        throughput = rates[name]["bare"] / rates[name]["loomwork"] if rates[name]["loomwork"] else float("inf")
        lines.append(
            f"| {name} | {median['bare'] * 1000:.1f} | {median['loomwork'] * 1000:.1f} | {mark(to_bare, target)} | {target} "
            f"| {mark(to_duty, 1.5)} | 1.5 | {throughput:.1f} |"
        )
    (light, heavy), (bare_light, bare_heavy) = memory["loomwork"], memory["bare"]
    return [*lines, "", f"ready after {starts['loomwork']:.1f} s (bare {starts['bare']:.1f} s); resident after the first round "
            f"{light:.0f} MB (bare {bare_light:.0f} MB), after 16 connections {heavy:.0f} MB (bare {bare_heavy:.0f} MB)", ""]


def import_lines(seconds: tuple[float, float], rows: int) -> list[str]:
    """The import, as a line of Markdown."""
    bare_seconds, own = seconds
    ratio = mark(own / bare_seconds, IMPORT)
    return [
        f"import of {rows:,} rows: bare {bare_seconds:.1f} s, Loomwork {own:.1f} s; to bare {ratio}, first {IMPORT}", ""
    ]


def page_lines(slow: list[tuple[str, float]], rows: int) -> list[str]:
    """The first pages of lists, as a table."""
    shown = [f"| {name} | {mark(seconds, pages.LIMIT, 1000)} |" for name, seconds in slow]
    return [f"| Loomwork's page at {rows:,} leads | p95 ms (first: {pages.LIMIT * 1000:.0f}) |", "|--|--:|", *shown, ""]


def browser_lines(met: list[tuple[str, browsing.Met]]) -> list[str]:
    """First visits in Chromium, as a table."""
    shown = [
        f"| {name} | {mark(one.interactive, browsing.INTERACTIVE)} | {mark(one.weight, browsing.WEIGHT)} "
        f"| {mark(one.shift, browsing.SHIFT)} |" for name, one in met
    ]
    head = (f"| first visit, Fast 4G, processor slowed 4 times | interactive after s (first: {browsing.INTERACTIVE}) "
            f"| script and style kB (first: {browsing.WEIGHT}) | layout shift (first: {browsing.SHIFT}) |")
    return [head, "|--|--:|--:|--:|", *shown, ""]


def mark(figure: float, target: float, unit: int = 1) -> str:
    """The figure, bold above the target; `unit` is how it is told (1000: seconds as whole milliseconds)."""
    text = f"{figure:.2f}" if unit == 1 else f"{figure * unit:.0f}"
    return text if figure <= target else f"**{text}**"


if __name__ == "__main__":
    main()
