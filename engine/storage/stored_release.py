"""A stored release as it is to run: a later program takes nobody's work away because it has learnt to refuse something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from engine.refusals import Message
from engine.storage import releases
from engine.storage.database import Unusable
from metadata.loader import Stored, Unreadable, load_release
from metadata.problems import Problem

UNCOMPILABLE = (LookupError, TypeError, ValueError, AttributeError, AssertionError)
"""What compilers raise for a declaration that they cannot make."""


def load(connection: sa.Connection, release: int) -> Stored:
    """The declared application of a release, with what this program would refuse if it were published today. Raises
    `Unusable` when there is no such release, or no whole application can be made of its files."""
    try:
        return load_release(releases.files_of(connection, release))
    except Unreadable as unreadable:
        raise _unusable(release, unreadable.problems, "") from unreadable


@contextmanager
def compiling(release: int, problems: Sequence[Problem]) -> Iterator[None]:
    """Compiling a stored release: raises `Unusable`, naming the first of `problems`, when it fails."""
    try:
        yield
    except UNCOMPILABLE as error:
        raise _unusable(release, problems, f"{type(error).__name__}: {error}"[:300]) from error


def _unusable(release: int, problems: Sequence[Problem], reason: str) -> Unusable:
    first = next((problem for problem in problems if problem.severity == "error"), None)
    problem = first.line("en") if first else reason
    return Unusable(Message("release_unreadable", {"release": release, "problem": problem}))
