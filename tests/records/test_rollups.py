"""R52: after any sequence of writes every stored derived value equals a full recomputation.

The sequences are the same with every run. `LOOMWORK_SEQUENCES=2000 pytest tests/records/test_rollups.py` tries that many others
on each database.
"""

from __future__ import annotations

import os
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.records import rollups
from engine.records.queries import ChildInput, RecordRef
from engine.refusals import Refusal
from tests.records.company import World

AMOUNTS = st.decimals(min_value=0, max_value=500, places=2)
STEPS = st.lists(
    st.tuples(
        st.sampled_from((
            "customer", "contract", "receipt", "amount", "move", "confirm", "lines", "paid_up", "trash", "restore",
            "rehome", "category", "helpers", "payer", "about", "drop",
        )),
        st.integers(0, 5), st.integers(0, 5), AMOUNTS,
    ),
    min_size=8, max_size=24,
)
SEQUENCES = os.environ.get("LOOMWORK_SEQUENCES")


class Story:
    """Applies steps to a world; a step that a rule refuses changes nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ids: dict[str, list[int]] = {
            "customer": [world.customer(name="A"), world.customer(name="B")], "contract": [], "receipt": [],
        }
        self.ids["product"] = [world.create("product", {"name": n, "category": "hardware"}) for n in "xy"]
        self.ids["contract"] = [world.contract(self.ids["customer"][0]), world.contract(self.ids["customer"][1])]

    def one(self, entity: str, n: int) -> int:
        return self.ids[entity][n % len(self.ids[entity])]

    def step(self, kind: str, a: int, b: int, amount: Decimal) -> None:
        world = self.world
        if kind == "customer":
            self.ids["customer"].append(world.customer(name=f"C{len(self.ids['customer'])}"))
        elif kind == "contract":
            name = f"D{len(self.ids['contract'])}"
            made = world.contract(self.one("customer", a), name=name, amount=amount, paid_up=b > 3)
            self.ids["contract"].append(made)
        elif kind == "receipt" or not self.ids["receipt"]:
            self.ids["receipt"].append(world.receipt(self.one("contract", a), str(amount), confirmed=b > 1))
        elif kind == "amount":
            world.update("receipt", self.one("receipt", a), {"amount": amount})
        elif kind == "move":
            world.update("receipt", self.one("receipt", a), {"contract": self.one("contract", b) if b else None})
        elif kind == "confirm":
            world.update("receipt", self.one("receipt", a), {"confirmed": b > 2})
        elif kind == "rehome":
            world.update("contract", self.one("contract", a), {"customer": self.one("customer", b), "amount": amount})
        elif kind == "lines":
            rows = tuple(
                ChildInput(None, {"product": "x", "item": self.one("product", n), "qty": n + 1, "price": amount / 10})
                for n in range(b)
            )
            world.update("contract", self.one("contract", a), {"lines": rows})
        elif kind == "category":
            world.update("product", self.one("product", a), {"category": "hardware" if b > 2 else "service"})
        elif kind == "helpers":
            people = (world.amy.user_id, world.bob.user_id)
            world.update("contract", self.one("contract", a), {"helpers": people[:b % 3]})
        elif kind == "payer":
            world.update("receipt", self.one("receipt", a), {"payer": self.one("customer", b) if b else None})
        elif kind == "about":
            about = ("customer", "contract")[b % 2]
            values = {"about": RecordRef(about, self.one(about, b)), "amount": amount}
            world.update("contract", self.one("contract", a), values)
        elif kind == "drop":
            (world.trash if b > 3 else world.restore)("product", self.one("product", a))
        elif kind == "paid_up":
            world.update("contract", self.one("contract", a), {"paid_up": b > 2})
        else:
            entity = ("customer", "contract", "receipt")[b % 3]
            (world.trash if kind == "trash" else world.restore)(entity, self.one(entity, a))


@settings(
    max_examples=int(SEQUENCES or 100), derandomize=SEQUENCES is None, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(steps=STEPS)
def test_derived_values_equal_recomputation(world: World, steps: list[tuple[str, int, int, Decimal]]) -> None:
    story = Story(world)
    for step in steps:
        try:
            story.step(*step)
        except Refusal:
            continue
        finally:
            with world.runtime.database.read() as connection:
                assert rollups.verify_rollups(connection, world.app) == []
    for contract in story.ids["contract"]:
        stored = world.row("contract", contract)
        assert stored["open"] == Decimal(str(stored["amount"])) - Decimal(str(stored["received"]))


def test_recompute_mends_what_something_else_broke(world: World) -> None:
    contract = world.contract(world.customer())
    world.receipt(contract, 7)
    table = world.app.entities["contract"].table
    column = world.app.entities["contract"].fields["received"].column
    assert column is not None
    world.do(lambda s: s.connection.execute(table.update().values({column.key: Decimal(1)})) and None)
    with world.runtime.database.read() as connection:
        found = {(d.entity, d.field) for d in rollups.verify_rollups(connection, world.app)}
        assert found == {("contract", "received"), ("customer", "total")}
    world.do(lambda s: rollups.recompute(s, "contract", contract))
    with world.runtime.database.read() as connection:
        assert rollups.verify_rollups(connection, world.app) == []
