"""Which demo records are made, when, and how far each goes: planned before anything is written, the same for a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from loomwork.data_rules import RuleRefused, Scene, draw, number

Steps = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One record to make: its place in the order of time, what it is made for, when, and what happens to it then."""

    index: int
    source: Mapping[str, object]
    moment: datetime
    steps: Steps = ()


def plan(generate: Mapping[str, Any], sources: Sequence[Mapping[str, object]], scene: Scene) -> list[Planned]:
    """The records of a `generate:` block, oldest first. `sources` are the records of `each` (one blank for `count`)."""
    chosen = _chosen(generate, sources, scene.random)
    moments = [_moment(generate.get("moment"), replace(scene, source=source)) for source in chosen]
    order = sorted(range(len(chosen)), key=lambda i: moments[i])
    planned = [Planned(place, chosen[i], moments[i]) for place, i in enumerate(order)]
    steps = _assign(generate.get("then", ()), len(planned), scene.random)
    return [replace(record, steps=steps[record.index]) for record in planned]


def _chosen(
    generate: Mapping[str, Any], sources: Sequence[Mapping[str, object]], random: Random
) -> list[Mapping[str, object]]:
    """Which sources get a record: without `each` the blank one `count` times, else a sample, `repeat` times each."""
    if "each" not in generate:
        return [{}] * int(number(generate["count"]))
    low, high = (int(number(bound)) for bound in generate.get("repeat", (1, 1)))
    wanted = [source for source in sources for _ in range(random.randint(low, high))]
    if "share" in generate:
        return random.sample(wanted, round(len(wanted) * percent(generate["share"])))
    return random.sample(wanted, min(int(number(generate["count"])), len(wanted))) if "count" in generate else wanted


def percent(value: object) -> float:
    """`80%` as 0.8."""
    return float(number(str(value).removesuffix("%"))) / 100


def _moment(rule: Any, scene: Scene) -> datetime:
    """A moment in working hours that is not in the future."""
    drawn = draw(rule or {"days": [0, 0]}, scene)
    if not isinstance(drawn, date):
        raise RuleRefused(f"no moment: {rule}")
    when = drawn if isinstance(drawn, datetime) else datetime.combine(drawn, scene.moment.timetz())
    opened = when.astimezone(scene.moment.tzinfo).replace(hour=9, minute=0, second=0, microsecond=0)
    return min(opened + timedelta(minutes=scene.random.randint(0, 9 * 60)), scene.moment)


def _assign(paths: Sequence[Mapping[str, Any]], total: int, random: Random) -> list[list[Mapping[str, Any]]]:
    """The steps of each record. `every` goes for all; the others take from those not yet taken."""
    steps: list[list[Mapping[str, Any]]] = [[] for _ in range(total)]
    free = list(range(total))
    for path in paths:
        taken = range(total) if path.get("every") == "true" else _take(path, free, total, random)
        free = free if path.get("every") == "true" else [i for i in free if i not in set(taken)]
        for i in taken:
            steps[i] += path["do"]
    return steps


def _take(path: Mapping[str, Any], free: Sequence[int], total: int, random: Random) -> Sequence[int]:
    count = len(free) if path.get("rest") == "true" else _count(path, total)
    count = min(count, len(free))
    start = {"oldest": 0, "newest": len(free) - count, "middle": (len(free) - count) // 2}.get(path.get("from", ""))
    return random.sample(free, count) if start is None else free[start:start + count]


def _count(path: Mapping[str, Any], total: int) -> int:
    if "share" in path:
        return round(total * percent(path["share"]))
    if "count" not in path:
        raise RuleRefused("a path says count, share, every or rest")
    return int(number(path["count"]))
