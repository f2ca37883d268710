"""Fields that the rules of demo data (`generate:`) fill: they exist, and people enter them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata.checks.context import Checking
from metadata.specs.entity import EntitySpec

Path = tuple[str | int, ...]


def check_generated(c: Checking, data: str, rules: Mapping[str, Any], entity: EntitySpec) -> None:
    """The fields of the generated records, of their child rows, and of what the steps of `then` create and set."""
    _fields(c, data, entity, rules.get("fields"), ("generate", "fields"))
    for number, way in enumerate(_list(rules.get("then"))):
        for index, step in enumerate(_list(_map(way).get("do"))):
            _step(c, data, entity, _map(step), ("generate", "then", number, "do", index))


def _step(c: Checking, data: str, entity: EntitySpec, step: Mapping[str, Any], at: Path) -> None:
    _fields(c, data, entity, step.get("set"), (*at, "set"))
    made = step.get("create")
    target = c.entity(made, c.places.of("data", data, *at, "create")) if isinstance(made, str) else None
    if target is not None:
        _fields(c, data, target, step.get("fields"), (*at, "fields"))


def _fields(c: Checking, data: str, entity: EntitySpec, rules: object, at: Path) -> None:
    for name, rule in _map(rules).items():
        place = c.places.key("data", data, *at, name)
        found = c.field(entity, name, place)
        if found is None or not c.entered(found, place):
            continue
        rows = c.rows_of(entity, name) if found.field is not None and found.field.children else None
        if rows is not None and "rows" in _map(rule):
            _fields(c, data, rows, _map(rule).get("fields"), (*at, name, "fields"))


def _map(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def _list(node: object) -> list[Any]:
    return node if isinstance(node, list) else []
