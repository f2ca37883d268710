"""Specs of reports and prints to their compiled forms."""

from __future__ import annotations

from engine.compile_fields import texts
from engine.compiled import CompiledApp, Texts
from engine.languages import InLanguages, LabelTexts
from engine.messages import MESSAGES
from engine.records.paths import fields_along
from engine.records.queries import Grouping, Measure
from engine.refusals import Message
from metadata.expressions.typed import FieldRef, TypedExpression, ValueType
from metadata.specs.app import AppSpec
from metadata.specs.screens import GroupingSpec, MeasureSpec, PrintSpec, ReportSpec
from reports.compiled import (
    CompiledChart,
    CompiledGrouping,
    CompiledMeasure,
    CompiledPrint,
    CompiledReport,
    CompiledReports,
)
from reports.sandbox import record_paths, sandbox


def compile_reports(spec: AppSpec, app: CompiledApp) -> CompiledReports:
    """All reports and prints of `spec`, over the compiled entities of `app`."""
    return CompiledReports(
        reports={name: _report(report, app) for name, report in spec.reports.items()},
        prints={name: _print(one, app) for name, one in spec.prints.items()},
    )


def _report(spec: ReportSpec, app: CompiledApp) -> CompiledReport:
    measures = tuple(_measure(m, app) for m in spec.measures.values())
    chart = None
    if spec.chart is not None:
        drawn = spec.chart.measure or measures[0].measure.name
        chart = CompiledChart(spec.chart.kind, spec.chart.stack, drawn)
    return CompiledReport(
        name=spec.name,
        entity=spec.entity,
        label=texts(spec.label),
        groupings=tuple(_grouping(g, spec.entity, app) for g in spec.rows),
        measures=measures,
        where=spec.where.typed if spec.where else None,
        chart=chart,
    )


def _grouping(spec: GroupingSpec, entity: str, app: CompiledApp) -> CompiledGrouping:
    owner, field = fields_along(app, entity, spec.path)[-1]
    label = texts(spec.label) if spec.label else _bucket_label(field.label, spec.bucket)
    return CompiledGrouping(
        grouping=Grouping(spec.name, spec.path, spec.bucket),
        label=label,
        entity=owner,
        field=field.name,
        stored="date" if spec.bucket else field.stored,
    )


def _bucket_label(label: Texts, bucket: str | None) -> Texts:
    if bucket is None:
        return label
    return InLanguages(Message("in_period", {"field": label, "period": MESSAGES[bucket]}).text)


def _measure(spec: MeasureSpec, app: CompiledApp) -> CompiledMeasure:
    typed = spec.value.typed if spec.value else None
    result = ValueType("int") if spec.function == "count" or typed is None else typed.type
    label = texts(spec.label) if spec.label else (MESSAGES["count"] if spec.function == "count" else _plain(spec.name))
    return CompiledMeasure(Measure(spec.name, spec.function, typed), label, result, _lasts(spec, typed, app))


def _lasts(spec: MeasureSpec, typed: TypedExpression | None, app: CompiledApp) -> bool:
    """Whether the measure is a duration, because it is of a field that holds one."""
    if spec.function == "count" or not isinstance(typed, FieldRef):
        return False
    field = app.entities[typed.entity].fields.get(typed.field)
    return field is not None and field.stored == "duration"


def _print(spec: PrintSpec, app: CompiledApp) -> CompiledPrint:
    children = frozenset(name for name, field in app.entities[spec.entity].fields.items() if field.children)
    return CompiledPrint(
        name=spec.name,
        entity=spec.entity,
        label=texts(spec.label),
        template=sandbox().from_string(spec.template),
        paths=record_paths(spec.template, children),
        paper=spec.paper,
        condition=spec.condition.typed if spec.condition else None,
    )


def _plain(name: str) -> Texts:
    return LabelTexts({"zh": name, "en": name.replace("_", " ").capitalize()})
