"""Write units: one function in one transaction, run again from its start when another writer was in the way (law
15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from engine.clock import Clock
from engine.randomness import Randomness
from engine.refusals import Busy, Message
from engine.storage.database import Database, Unreachable

T = TypeVar("T")

ATTEMPTS = 6
"""The first run and five more."""
FIRST_PAUSE = 0.02
"""Seconds; each further pause is twice as long, and a random share of it is waited."""


def run_unit(
    database: Database, unit: Callable[[sa.Connection], T], clock: Clock, randomness: Randomness, repeatable: bool = False
) -> T:
    """Run `unit` in one write transaction and commit it; returns what it returns.

    `unit` may run several times, so it may do nothing outside the transaction. A `repeatable` one has the same effect
    when it was committed before, so it is also run again after a lost connection, when nobody knows whether the commit
    arrived (F25). Raises `Busy` when it did not get through in `ATTEMPTS` runs; anything else that it raises undoes the
    transaction and is passed on.
    """
    for attempt in range(ATTEMPTS):
        try:
            with database.write() as connection:
                return unit(connection)
        except Exception as error:
            if not (database.retryable(error) or (repeatable and isinstance(error, Unreachable))):
                raise
            clock.sleep(FIRST_PAUSE * 2**attempt * (0.5 + randomness.fraction() / 2))
    raise Busy(Message("busy"))
