"""What one rendering may spend: steps of loops, and characters of texts put together (T04).

The budget belongs to the rendering that runs in this context; what is computed when a template is compiled has one of
its own for each expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from jinja2.exceptions import SecurityError

MOST_STEPS = 100_000
MOST_BUILT = 10_000_000
"""Characters of all texts that expressions make, in one rendering."""
LONGEST_TEXT = 200_000
"""Characters of one such text."""


class OverBudget(SecurityError):
    """The template asked for more than a print may take."""


class Budget:
    """What is left of one rendering's steps and characters."""

    def __init__(self) -> None:
        self._steps = MOST_STEPS
        self._built = MOST_BUILT

    def step(self) -> None:
        """One turn of a loop. Raises `OverBudget`."""
        self._steps -= 1
        if self._steps < 0:
            raise OverBudget("too many steps")

    def build(self, length: int) -> None:
        """A text of `length` characters, before it is made where that is known. Raises `OverBudget`."""
        self._built -= length
        if length > LONGEST_TEXT or self._built < 0:
            raise OverBudget("too long a text")


_running: ContextVar[Budget | None] = ContextVar("print_budget", default=None)


@contextmanager
def budget() -> Iterator[Budget]:
    """A fresh budget for what is rendered inside the block."""
    token = _running.set(Budget())
    try:
        yield current()
    finally:
        _running.reset(token)


def current() -> Budget:
    """The budget of the rendering that runs; outside of one, a fresh one."""
    return _running.get() or Budget()
