"""The decision table and casbin's own enforcer say the same, and names of one kind never pass for another's (T35)."""

from __future__ import annotations

import random
from itertools import product

from engine.access.matrix import compile_matrix
from engine.access.policies import build_enforcer, decisions
from metadata.specs.app import AppSpec
from tests.records_read.world import grant, label, role

ROLES = ("rep", "boss", "x", "entity:a", "user:1")
ENTITIES = ("a", "b", "verb:read")
VERBS = ("read", "update", "move.submit")


def _matrix(*roles):
    return compile_matrix(AppSpec("t", label("t"), "UTC", "CNY", ("en",), (), roles={one.name: one for one in roles}))


def test_table_agrees_with_casbin_on_random_policies() -> None:
    chance = random.Random(1)
    for _ in range(40):
        policies = [
            (chance.choice(ROLES), chance.choice(ENTITIES), chance.choice(VERBS), chance.choice(("allow", "allow", "deny")))
            for _ in range(chance.randint(0, 12))
        ]
        enforcer = build_enforcer(policies)
        held = chance.sample(ROLES, chance.randint(0, 3))
        for name in held:
            enforcer.add_grouping_policy("user:7", f"role:{name}")
        table = decisions(enforcer)
        for entity, verb in product(ENTITIES, VERBS):
            found = {table.get((name, entity, verb)) for name in held}
            ours = "allow" in found and "deny" not in found
            plain = {effect for r, e, v, effect in policies if r in held and (e, v) == (entity, verb)}
            assert ours == enforcer.enforce("user:7", f"entity:{entity}", f"verb:{verb}")
            assert ours == ("allow" in plain and "deny" not in plain)


def test_nothing_is_allowed_by_default_or_by_pattern() -> None:
    matrix = _matrix(role("rep", grant("a", "read", "own")), role("a"))
    assert matrix.decide(frozenset({"rep"}), "a", "read")
    for roles, entity, verb in (({"rep"}, "a", "read "), ({"rep"}, "A", "read"), ({"rep"}, "a/", "read"), (set(), "a", "read"),
                                ({"a"}, "a", "read"), ({"rep"}, "*", "read"), ({"rep"}, "a", "update")):
        assert not matrix.decide(frozenset(roles), entity, verb)


def test_a_whole_deny_overrides_every_role() -> None:
    matrix = _matrix(role("rep", grant("a", "read", "own")), role("strict", denies=(grant("a", "read", "all"),)))
    assert matrix.decide(frozenset({"rep"}), "a", "read")
    assert not matrix.decide(frozenset({"rep", "strict"}), "a", "read")


def test_a_deny_of_some_rows_stays_a_matter_of_rows() -> None:
    matrix = _matrix(role("rep", grant("a", "read", "all")), role("strict", denies=(grant("a", "read", "own"),)))
    assert matrix.decide(frozenset({"rep", "strict"}), "a", "read")
    assert len(matrix.denials(frozenset({"rep", "strict"}), "a", "read")) == 1


def test_includes_are_flattened_and_unknown_roles_fall_away() -> None:
    matrix = _matrix(role("rep", includes=("rep", "staff")), role("staff"))
    assert matrix.flatten(["rep", "gone"]) == {"rep", "staff"}
