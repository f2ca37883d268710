"""casbin policies of a matrix: role × entity × verb with typed prefixes, so that no name of one kind can pass for one of
another (T35). Only what needs no row to decide becomes a policy; scopes and conditions are the SQL predicate's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import casbin

Effect = Literal["allow", "deny"]
Policy = tuple[str, str, str, Effect]
"""(role, entity, verb, effect), without prefixes."""

Decisions = dict[tuple[str, str, str], Effect]

_MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
"""


def build_enforcer(policies: Iterable[Policy]) -> casbin.Enforcer:
    """A casbin enforcer that holds `policies`; deny overrides allow, and names match exactly, never as patterns."""
    model = casbin.Model()
    model.load_model_from_text(_MODEL)
    enforcer = casbin.Enforcer(model)
    rules = [[f"role:{role}", f"entity:{entity}", f"verb:{verb}", effect] for role, entity, verb, effect in policies]
    if rules:
        enforcer.add_policies(rules)
    return enforcer


def decisions(enforcer: casbin.Enforcer) -> Decisions:
    """The decision table of what `enforcer` holds. Requests are answered from it: `enforce` is slow and not safe in
    threads. Where one role both allows and denies, deny stands."""
    table: Decisions = {}
    for role, entity, verb, effect in enforcer.get_policy():
        key = (role.removeprefix("role:"), entity.removeprefix("entity:"), verb.removeprefix("verb:"))
        if effect == "deny" or key not in table:
            table[key] = "deny" if effect == "deny" else "allow"
    return table
