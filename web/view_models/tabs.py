"""Tabs of a form and of the page of a record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from forms.compiled import CompiledForm


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; a `faulty` one holds a field that was refused."""

    name: str
    label: str
    faulty: bool = False


def tabs_of(layout: CompiledForm, shown: Collection[str], faulty: Collection[str], language: str) -> tuple[Tab, ...]:
    """The tabs of `layout` that have sections to show, `shown` and `faulty` being the tabs of those."""
    return tuple(Tab(name, label[language], name in faulty) for name, label in layout.tabs.items() if name in shown)
