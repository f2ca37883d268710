"""What scenarios expect of named records: an expression whose first names are the records of the scenario."""

from __future__ import annotations

from collections.abc import Mapping

from metadata.checks.context import Checking
from metadata.codes import expressions as codes
from metadata.expressions.check import check_expression
from metadata.expressions.scope import PLACES, Scope
from metadata.problems import Place
from metadata.specs.app import AppSpec
from metadata.specs.common import Label
from metadata.specs.entity import EntitySpec, FieldSpec, LinkSpec

WORLD = "$names"
"""The pseudo entity whose fields are the named records of a scenario; no declared entity can be called so."""


def scope_of_names(app: AppSpec, names: Mapping[str, str]) -> Scope:
    """The scope of an expression over named records; `names` are name -> entity. What a conversion made is called like its
    entity, and like that was."""
    fields = {
        name: FieldSpec(
            name, "link", "link", Label({}), link=LinkSpec((entity,)), was=app.entities[entity].was if name == entity else (),
        )
        for name, entity in names.items()
    }
    return Scope(
        entities={**app.entities, WORLD: EntitySpec(WORLD, Label({}), fields=fields)},
        entity=WORLD,
        contexts=PLACES["scenario"],
        settings={name: setting.kind for name, setting in app.settings.items()},
        roles=frozenset(app.roles),
        former_roles=app.former_roles,
        approvable=frozenset(approval.entity for approval in app.approvals.values()),
        currency=app.currency,
    )


def check_expectation(c: Checking, text: str, place: Place, known: Mapping[str, str]) -> None:
    """Problems of `expect: text` over the records `known` so far (name -> entity). A record that only running makes known (what
    an effect converted) is left to the run."""
    names = {name: entity for name, entity in known.items() if entity in c.app.entities}
    problems = check_expression(text, place, scope_of_names(c.app, names))[1]
    if not any(problem.code is codes.UNKNOWN_NAME and problem.values["entity"] == WORLD for problem in problems):
        c.problems.extend(problems)
