"""Reports and prints ready for use; no spec is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jinja2 import Template

from engine.compiled import Texts
from engine.records.queries import Grouping, Measure, Path
from metadata.expressions.typed import TypedExpression, ValueType


@dataclass(frozen=True, slots=True)
class CompiledGrouping:
    """One row grouping; `stored` is the kind of the value grouped by (dates for buckets)."""

    grouping: Grouping
    label: Texts
    entity: str
    field: str
    stored: str


@dataclass(frozen=True, slots=True)
class CompiledMeasure:
    """What is counted; a `duration` is seconds that people read in hours and minutes."""

    measure: Measure
    label: Texts
    type: ValueType
    duration: bool = False

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers, also where a database gives a sum of none as a decimal."""
        return self.measure.function == "count" or (self.type.name == "int" and self.measure.function != "avg")


@dataclass(frozen=True, slots=True)
class CompiledChart:
    """`kind` of drawing; `stack` names the grouping that makes the series, `measure` the one drawn."""

    kind: Literal["column", "bar", "line", "pie"]
    stack: str | None
    measure: str


@dataclass(frozen=True, slots=True)
class CompiledReport:
    name: str
    entity: str
    label: Texts
    groupings: tuple[CompiledGrouping, ...]
    measures: tuple[CompiledMeasure, ...]
    where: TypedExpression | None
    chart: CompiledChart | None


@dataclass(frozen=True, slots=True)
class CompiledPrint:
    """A print template. `paths` are the field paths of `record` that the template names: only they are read."""

    name: str
    entity: str
    label: Texts
    template: Template
    paths: tuple[Path, ...]
    paper: str
    condition: TypedExpression | None


@dataclass(frozen=True, slots=True)
class CompiledReports:
    """The reports' half of a compiled application."""

    reports: Mapping[str, CompiledReport]
    prints: Mapping[str, CompiledPrint]

    def prints_of(self, entity: str) -> tuple[CompiledPrint, ...]:
        """The prints of one entity, in declared order."""
        return tuple(p for p in self.prints.values() if p.entity == entity)
