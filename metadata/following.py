"""Problems that only follow from another one. A file that cannot be read takes with it what it declares: that its names
are unknown elsewhere is no fault of those places, and hides the one that there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from metadata.codes import expressions, layers, names
from metadata.problems import Problem

_UNKNOWN = frozenset(code.code for code in (
    names.UNKNOWN_ENTITY, names.UNKNOWN_FIELD, names.UNKNOWN_STATE, names.UNKNOWN_MOVE, names.UNKNOWN_ROLE,
    names.UNKNOWN_APPROVAL, names.UNKNOWN_CONVERT, names.UNKNOWN_COLLECTION, names.UNKNOWN_REPORT,
    expressions.UNKNOWN_NAME, expressions.UNKNOWN_OPTION, expressions.UNKNOWN_ROLE, layers.UNKNOWN_TARGET,
))
_WORD = re.compile(r"\w+")


def without_following(
    problems: Iterable[Problem], files: Mapping[str, str | bytes], unread: Iterable[str]
) -> list[Problem]:
    """`problems` but for names that are unknown only because they stand in one of the files `unread`. Those come back, if
    they are faults, as soon as these files can be read."""
    lost = {file: frozenset(_WORD.findall(_text(files[file]))) for file in unread}
    return [
        problem for problem in problems
        if problem.code.code not in _UNKNOWN or not _declared_elsewhere(problem, lost)
    ]


def _declared_elsewhere(problem: Problem, lost: Mapping[str, frozenset[str]]) -> bool:
    name = problem.values.get("name", "")
    return any(name in words for file, words in lost.items() if file != problem.place.file)


def _text(text: str | bytes) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
