"""A small application made by hand whose roles use every scope and every field right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metadata.expressions.check import check_expression
from metadata.expressions.scope import Scope
from metadata.problems import NOWHERE
from metadata.specs.access import GrantSpec
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression
from metadata.specs.entity import LinkSpec
from tests.records_read.world import BOOL, ENTITIES, PEOPLE, entity, field, grant, label, right, role

CONTRACT = next(one for one in ENTITIES if one.name == "contract")
MANY = field("partners", "links", link=LinkSpec(("customer",), back="courted"))
BACKS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "customer": {"contracts": ("contract", "customer"), "visits": ("visit", "about"), "courted": ("contract", "partners")},
    "contract": {"visits": ("visit", "about")},
}
"""The reverse collections by entity."""
VISIT = entity(
    "visit", "subject", field("subject", "text"), field("customer", "link", link=LinkSpec(("customer",))),
    field("at", "datetime"), field("guest", "user"), field("about", "any_link", link=LinkSpec(("customer", "contract"))),
    search=("subject",),
)
ALL = {
    one.name: replace(one, backs=BACKS.get(one.name, {}))
    for one in (*ENTITIES, VISIT, replace(CONTRACT, fields={**CONTRACT.fields, "partners": MANY}))
}
"""The entities; `visit` is owned by nobody, so that its own rows are those one made."""


def condition(text: str, entity: str) -> Expression:
    """A condition of a grant."""
    typed, _ = check_expression(text, NOWHERE, Scope(ALL, entity, frozenset({"user"})), BOOL)
    assert typed is not None
    return Expression(text, typed=typed)


PARTNERED = condition("any(partners, level == 'b')", "contract")
COURTED = condition("any(courted, amount > 6)", "customer")

ROLES = (
    role("sales", grant("customer", "read", "own", "members"), grant("customer", "update", "own", "members"),
         grant("customer", "print", "own", "members"), grant("customer", "export", "own", "pool", "members"),
         grant("customer", "create", "all"), grant("contract", "print", "own"), grant("contract", "read", "own"),
         grant("contract", "create", "all"), grant("visit", "read", "own"),
         fields=(right("customer.phone", mask=True, mask_scopes=("members",)), right("customer.credit", hide=True),
                 right("contract.margin", hide=True), right("contract_line.cost", hide=True),
                 right("user.phone", mask=True))),
    role("manager", grant("customer", "read", "own_and_reports", "pool"), grant("customer", "export", "own_and_reports"),
         grant("contract", "read", "own_and_reports"), grant("contract", "update", "own"),
         grant("contract", "export", "own"), grant("visit", "read", "own_and_reports"),
         fields=(right("customer.note", mask=True), right("contract.lines", hide=True))),
    role("desk", grant("customer", "read", "dept"), grant("customer", "print", "all"), grant("contract", "read", "involved"),
         grant("contract", "print", "all"), grant("contract", "update", "involved"),
         fields=(right("customer.name", mask=True, mask_scopes=("pool", "own")), right("contract.customer", hide=True),
                 right("contract.number", mask=True), right("contract.partners", hide=True)),
         denies=(GrantSpec("contract", "read", ("own",)),)),
    role("region", grant("customer", "read", "dept_tree"), grant("contract", "read", "dept_tree"),
         fields=(right("contract.amount", mask=True),), denied_fields=frozenset({("contract", "sign_date")})),
    role("agent", grant("customer", "read", "own"), grant("product", "read", "all"), outside=True,
         fields=(right("customer.name", read=True), right("customer.level", read=True), right("product.name", read=True))),
    role("partner", GrantSpec("contract", "read", ("all",), PARTNERED), grant("contract", "export", "all"),
         grant("contract", "print", "all"), GrantSpec("customer", "read", ("all",), COURTED),
         fields=(right("contract.partners", mask=True, mask_scopes=("own", "pool")),)),
    role("nobody"),
)

PERSONS = {
    "top": ("nobody",), "boss": ("employee", "manager"), "amy": ("employee", "sales"), "bob": ("employee", "sales", "desk"),
    "cat": ("employee", "desk"), "dan": ("employee", "region"), "eve": ("employee", "manager", "sales"),
    "fay": ("agent",), "gus": ("nobody",), "hal": ("employee", "sales"), "ian": ("employee", "region", "manager"),
    "joy": ("employee", "partner", "desk"), "kim": ("employee", "partner"),
}

def spec() -> AppSpec:
    """The application."""
    return AppSpec(
        "small", label("small"), "Asia/Shanghai", "CNY", ("en",), (),
        entities=ALL, roles={one.name: one for one in (*PEOPLE, *ROLES)},
        digest="small",
    )
