"""check: what a resolved application means, all problems at once. Nothing here raises or changes anything."""

from __future__ import annotations

from metadata.checks.amounts import check_amounts
from metadata.checks.approvals import check_approvals
from metadata.checks.colors import check_colors
from metadata.checks.context import Check, Checking
from metadata.checks.converts import check_converts
from metadata.checks.data import check_data
from metadata.checks.derived import check_derived
from metadata.checks.fields import check_entities
from metadata.checks.flows import check_flows
from metadata.checks.homes import check_homes
from metadata.checks.kept import check_kept
from metadata.checks.labels import check_labels
from metadata.checks.people import check_people
from metadata.checks.prints import check_prints
from metadata.checks.roles import check_roles
from metadata.checks.rollups import check_rollups
from metadata.checks.scenarios import check_scenarios
from metadata.checks.screens import check_forms, check_lists, check_menus, check_reports, check_shown
from metadata.checks.translations import check_translations
from metadata.places import Places
from metadata.problems import Problem
from metadata.specs.app import AppSpec

CHECKS: tuple[Check, ...] = (
    check_entities, check_people, check_derived, check_kept, check_rollups, check_amounts, check_flows, check_approvals,
    check_converts, check_roles, check_forms, check_shown, check_lists, check_menus, check_homes, check_reports, check_prints,
    check_data, check_scenarios, check_labels, check_translations, check_colors,
)


def check_app(app: AppSpec, places: Places | None = None) -> list[Problem]:
    """Every problem of meaning. `places` gives single values their positions; without it objects' own are used."""
    checking = Checking(app, places or Places())
    for check in CHECKS:
        check(checking)
    return checking.problems
