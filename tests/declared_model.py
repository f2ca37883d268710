"""The declared model out of reach: proves that nothing reads metadata once an application is compiled (law 5, R19)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import pytest

from metadata.specs import access, app, common, entity, flow, screens

SPECS: tuple[type, ...] = tuple(
    found
    for module in (access, app, common, entity, flow, screens)
    for found in vars(module).values()
    if isinstance(found, type) and is_dataclass(found) and found.__module__ == module.__name__
)
"""Every class of the declared model."""


@contextmanager
def out_of_reach() -> Iterator[None]:
    """While inside, touching any attribute of any object of the declared model raises."""

    def touched(self: object, name: str) -> object:
        raise AssertionError(f"{type(self).__name__}.{name} was read after compiling")

    with pytest.MonkeyPatch.context() as patch:
        for spec in SPECS:
            patch.setattr(spec, "__getattribute__", touched)
        yield


def specs_held_by(root: object) -> set[str]:
    """Names of the declared classes of which objects can be reached from `root`."""
    seen: set[int] = set()
    pending: list[object] = [root]
    found: set[str] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen or isinstance(current, ModuleType | type | BuiltinFunctionType):
            continue
        seen.add(id(current))
        if type(current) in SPECS:
            found.add(type(current).__name__)
            continue
        pending += _parts(current)
    return found


def _parts(value: object) -> list[object]:
    """What `value` holds: of a function what it closes over, not the module it was written in."""
    if isinstance(value, FunctionType):
        return [cell.cell_contents for cell in value.__closure__ or ()] + list(value.__defaults__ or ())
    if isinstance(value, MethodType):
        return [value.__self__, value.__func__]
    return list(gc.get_referents(value))
