"""Typing of the whole application: entities first, then everything that names them."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from metadata.problems import Problem
from metadata.read.reading import RawLiteral
from metadata.resolve.behaviour import type_approval, type_convert, type_flow, type_role
from metadata.resolve.entities import type_entities
from metadata.resolve.literals import Target, literal
from metadata.resolve.typist import NUMBER, Typist
from metadata.specs.app import AppSpec, SettingSpec
from metadata.specs.common import Value
from metadata.specs.screens import FormSpec, ListSpec, MeasureSpec, PrintSpec, ReportSpec


def typed(app: AppSpec) -> tuple[AppSpec, list[Problem]]:
    """The application with every expression typed and every literal read, and what does not fit."""
    t = Typist(app, dict(app.entities))
    settings = {name: _setting(t, setting) for name, setting in app.settings.items()}
    type_entities(t)
    app = replace(
        app,
        settings=settings,
        entities=t.entities,
        flows={name: type_flow(t, flow) for name, flow in app.flows.items()},
        approvals={name: type_approval(t, approval) for name, approval in app.approvals.items()},
        converts={name: type_convert(t, convert) for name, convert in app.converts.items()},
        roles={name: type_role(t, role) for name, role in app.roles.items()},
        forms={name: _form(t, form) for name, form in app.forms.items()},
        lists={name: _list(t, each) for name, each in app.lists.items()},
        reports={name: _report(t, report) for name, report in app.reports.items()},
        prints={name: _print(t, each) for name, each in app.prints.items()},
    )
    return app, t.problems


def _setting(t: Typist, setting: SettingSpec) -> SettingSpec:
    """A setting is a literal: an application starts with it before there is any record."""
    target = Target(setting.name, setting.kind, {})
    default = setting.default
    if default.expression is not None:
        default = Value(RawLiteral(f"={default.expression.text}"), None, default.place)
    value, problems = literal(default, target, ZoneInfo(t.app.zone))
    t.problems += problems
    return replace(setting, default=value)


def _form(t: Typist, form: FormSpec) -> FormSpec:
    scope = t.scope("rule", form.entity, form.entity)
    sections = {
        name: replace(
            section,
            visible_if=t.condition(section.visible_if, scope),
            collapsed_if=t.condition(section.collapsed_if, scope),
        )
        for name, section in form.sections.items()
    }
    return replace(form, sections=sections)


def _list(t: Typist, spec: ListSpec) -> ListSpec:
    return replace(spec, where=t.condition(spec.where, t.scope("list", spec.entity)))


def _report(t: Typist, report: ReportSpec) -> ReportSpec:
    measures = {name: _measure(t, report, measure) for name, measure in report.measures.items()}
    return replace(report, measures=measures, where=t.condition(report.where, t.scope("report", report.entity)))


def _measure(t: Typist, report: ReportSpec, measure: MeasureSpec) -> MeasureSpec:
    expected = NUMBER if measure.function in ("sum", "avg") else None
    return replace(measure, value=t.expression(measure.value, t.scope("measure", report.entity), expected))


def _print(t: Typist, spec: PrintSpec) -> PrintSpec:
    return replace(spec, condition=t.condition(spec.condition, t.scope("row_rule", spec.entity)))
