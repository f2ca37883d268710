"""Labels: each in every language of the application (warnings; missing ones fall back)."""

from __future__ import annotations

from collections.abc import Iterator

from metadata.checks.context import Checking, missing_languages
from metadata.codes import entities as codes
from metadata.problems import Place
from metadata.specs.app import AppSpec
from metadata.specs.common import Label


def check_labels(c: Checking) -> None:
    for what, label, place in _labels(c.app):
        for language in missing_languages(label, c.app.languages):
            c.note(codes.MISSING_LABEL, place, what=what, language=language)


def _labels(app: AppSpec) -> Iterator[tuple[str, Label | None, Place]]:
    """Everything people see, with its name for the text."""
    for entity in app.entities.values():
        yield entity.name, entity.label, entity.place
        yield f"{entity.name} plural", entity.plural, entity.place
        for field in entity.fields.values():
            yield f"{entity.name}.{field.name}", field.label, field.place
            yield f"{entity.name}.{field.name} back_label", field.link.back_label if field.link else None, field.place
            yield f"{entity.name}.{field.name}.help", field.help, field.place
            for option in field.options.values():
                yield f"{entity.name}.{field.name}.{option.name}", option.label, option.place
        for check in entity.checks.values():
            yield f"{entity.name}.{check.name}.say", check.say, check.place
    yield from _flow_labels(app)
    named = (
        ("role", app.roles), ("approval", app.approvals), ("list", app.lists), ("report", app.reports),
        ("print", app.prints), ("convert", app.converts),
    )
    for kind, objects in named:
        for each in objects.values():
            yield f"{kind} {each.name}", each.label, each.place
    for form in app.forms.values():
        for section in form.sections.values():
            yield f"{form.name}.{section.name}", section.label, section.place
            yield f"{form.name}.{section.name}", section.tab, section.place
    for home in app.homes.values():
        for number in home.numbers:
            yield f"home {home.name}", number.label, number.place
    for menu in app.menus.values():
        for item in menu.items:
            yield f"menu {menu.name}", item.label, item.place


def _flow_labels(app: AppSpec) -> Iterator[tuple[str, Label | None, Place]]:
    for flow in app.flows.values():
        for state in flow.states.values():
            yield f"{flow.name}.{state.name}", state.label, state.place
        for move in flow.moves.values():
            yield f"{flow.name}.{move.name}", move.label, move.place
            yield f"{flow.name}.{move.name}.confirm", move.confirm, move.place
            for ask in move.asks.values():
                yield f"{flow.name}.{move.name}.{ask.name}", ask.label, ask.place
    for approval in app.approvals.values():
        for step in approval.steps.values():
            yield f"{approval.name}.{step.name}", step.label, step.place
