"""How much of the data each user sees: where that is everything or nothing, a comparison of rows proves nothing."""

from __future__ import annotations

from tests.oracle.generate import World
from tests.oracle.reference import Reference

LEAST, MOST = 0.05, 0.6


def narrow(world: World) -> dict[tuple[str, str], float]:
    """The share of the live rows that a user sees, for each user and entity of which some but not all rows are declared to be
    theirs. Left out are pairs whose declaration means all (a grant of every row without a condition, and no denial), or none
    (no grant); child rows are seen with their parents.
    """
    found: dict[tuple[str, str], float] = {}
    for login, user in world.people.items():
        reference = Reference(world.spec, world.data, user)
        for entity in world.spec.entities.values():
            if not entity.child and _in_part(reference, entity.name):
                rows = [row for row in world.data.rows[entity.name].values() if row["archived_at"] is None]
                found[login, entity.name] = len(reference.visible(entity.name)) / len(rows)
    return found


def out_of_bounds(world: World) -> dict[tuple[str, str], float]:
    """The pairs of `narrow` of which the user sees too little or too much."""
    return {pair: share for pair, share in narrow(world).items() if not LEAST <= share <= MOST}


def unheld(world: World) -> set[str]:
    """The roles that nobody holds."""
    held = set[str]()
    for user in world.people.values():
        held |= Reference(world.spec, world.data, user).roles
    return set(world.spec.roles) - held


def _in_part(reference: Reference, entity: str) -> bool:
    roles = [reference.spec.roles[name] for name in reference.roles]
    grants = [grant for role in roles for grant in role.grants if (grant.entity, grant.verb) == (entity, "read")]
    denied = any((denial.entity, denial.verb) == (entity, "read") for role in roles for denial in role.denies)
    return bool(grants) and (denied or not any("all" in grant.scopes and grant.condition is None for grant in grants))
