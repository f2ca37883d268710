"""Approval definitions as JSON and back: running instances keep theirs while the application moves on (approvals.md
26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from metadata.expressions import typed
from workflows.compiled import CompiledApproval, CompiledStep, Selector

_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        typed.ValueType, typed.Literal_, typed.Span, typed.Hop, typed.FieldRef, typed.ContextRef, typed.RoleCall,
        typed.Unary, typed.Binary, typed.In, typed.ListOf, typed.Case, typed.Call, typed.Collection, typed.Aggregate,
        Selector, CompiledStep, CompiledApproval,
    )
}

_SCALARS: Mapping[str, tuple[type[Any], Callable[[Any], str], Callable[[str], Any]]] = {
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "decimal": (Decimal, str, Decimal),
}
"""Scalars that JSON lacks; datetime stands before date because it is one."""


def encode(value: object) -> Any:
    """`value` (a definition, a typed expression or a part of one) as plain JSON values."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {"=": "map", "items": [[str(name), encode(item)] for name, item in value.items()]}
    if is_dataclass(value) and type(value).__name__ in _KINDS:
        parts = {part.name: encode(getattr(value, part.name)) for part in fields(value)}
        return {"=": type(value).__name__, **parts}
    return _encode_scalar(value)


def _encode_scalar(value: object) -> Any:
    for name, (kind, write, _) in _SCALARS.items():
        if isinstance(value, kind):
            return {"=": name, "text": write(value)}
    raise TypeError(f"a definition cannot hold {type(value).__name__}")


def decode(value: Any) -> Any:
    """The opposite of `encode`; lists come back as tuples. Properties that this version does not know are refused."""
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    kind = value["="]
    if kind == "map":
        return {name: decode(item) for name, item in value["items"]}
    if kind in _SCALARS:
        return _SCALARS[kind][2](value["text"])
    return _KINDS[kind](**{name: decode(item) for name, item in value.items() if name != "="})


def walk(value: object, visit: Callable[[Any], Any]) -> Any:
    """`value` rebuilt from its leaves up, each dataclass replaced by what `visit` makes of it."""
    if isinstance(value, tuple):
        return tuple(walk(item, visit) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: walk(getattr(value, part.name), visit) for part in fields(value)}
        return visit(type(value)(**parts))
    return value
