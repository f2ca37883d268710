"""Problems that only follow from another one. A file that cannot be read takes with it what it declares, a field whose type
is no type what it holds: that others do not fit it is no fault of theirs, and hides the one that there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from metadata.codes import entities, expressions, layers, names, screens
from metadata.documents import Document
from metadata.field_kinds import FIELD_KINDS
from metadata.problems import Place, Problem
from metadata.specs.app import AppSpec
from metadata.specs.entity import FieldSpec
from metadata.yaml.nodes import MapNode, TextNode

_UNKNOWN = frozenset(code.code for code in (
    names.UNKNOWN_ENTITY, names.UNKNOWN_FIELD, names.UNKNOWN_STATE, names.UNKNOWN_MOVE, names.UNKNOWN_ROLE,
    names.UNKNOWN_APPROVAL, names.UNKNOWN_CONVERT, names.UNKNOWN_COLLECTION, names.UNKNOWN_REPORT,
    expressions.UNKNOWN_NAME, expressions.UNKNOWN_OPTION, expressions.UNKNOWN_ROLE, layers.UNKNOWN_TARGET,
))
_UNFIT = frozenset(code.code for code in (
    expressions.WRONG_TYPE, expressions.NOT_COMPARABLE, expressions.DATE_WITH_INSTANT, expressions.NOT_A_LINK,
    expressions.NOT_A_COLLECTION, expressions.COLLECTION_ALONE, expressions.NOT_A_LIST, expressions.WRONG_RESULT,
    names.NOT_A_LINK, entities.NOT_A_LITERAL, entities.NO_COLUMN,
    entities.NOT_SEARCHABLE, entities.FORMULA_KIND, entities.FETCH_LINK, entities.FETCH_SOURCE, entities.FETCH_KIND,
    entities.NOTHING_TO_SIMILAR, screens.NOT_CHILDREN, screens.NOT_SORTABLE, screens.NOT_A_DATE,
    screens.NOT_GROUPABLE, screens.DATA_VALUE,
))
"""What is said of a name that does not hold what its place needs."""
_WORD = re.compile(r"\w+")


def without_following(
    problems: Iterable[Problem], files: Mapping[str, str | bytes], unread: Iterable[str], documents: Iterable[Document],
    app: AppSpec,
) -> list[Problem]:
    """`problems` but for names that are unknown only because they stand in one of the files `unread`, and for what does
    not fit a field of `documents` only because its type is unknown. Those come back, if they are faults, as soon as
    these files can be read and these types are known."""
    lost = {file: frozenset(_WORD.findall(_text(files[file]))) for file in unread}
    untyped = _untyped(documents, app)
    return [
        problem for problem in problems
        if not (problem.code.code in _UNKNOWN and (_declared_elsewhere(problem, lost) or problem.values.get("name") in untyped))
        and not (problem.code.code in _UNFIT and _stands_at(problem.place, files) & untyped)
    ]


def _declared_elsewhere(problem: Problem, lost: Mapping[str, frozenset[str]]) -> bool:
    name = problem.values.get("name", "")
    return any(name in words for file, words in lost.items() if file != problem.place.file)


def _untyped(documents: Iterable[Document], app: AppSpec) -> frozenset[str]:
    """Names of the fields whose type is no type, of their reverse collections, and of what is derived from them."""
    found: set[str] = set()
    for document in documents:
        fields = document.node.get("fields") if document.kind == "entity" else None
        for entry in fields if isinstance(fields, MapNode) else ():
            kind = entry.value.get("type") if isinstance(entry.value, MapNode) else None
            if isinstance(entry.value, MapNode) and isinstance(kind, TextNode) and kind.text not in FIELD_KINDS:
                back = entry.value.get("back")
                found |= {entry.key.text} | ({back.text} if isinstance(back, TextNode) else set())
    derived = [field for entity in app.entities.values() for field in entity.fields.values()] if found else []
    while further := {field.name for field in derived if _reads(field) & found} - found:
        found |= further
    return frozenset(found)


def _reads(field: FieldSpec) -> frozenset[str]:
    """The words of what the field is derived from."""
    rollup, fetch = field.rollup, field.fetch
    said = [field.formula, rollup.value if rollup else None, rollup.where if rollup else None]
    texts = [expression.text for expression in said if expression]
    texts += [rollup.of] if rollup else []
    return frozenset(_WORD.findall(" ".join([*texts, *(fetch.path if fetch else ())])))


def _stands_at(place: Place, files: Mapping[str, str | bytes]) -> frozenset[str]:
    """The words of the line at `place`."""
    lines = _text(files.get(place.file, "")).splitlines()
    return frozenset(_WORD.findall(lines[place.line - 1])) if 0 < place.line <= len(lines) else frozenset()


def _text(text: str | bytes) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
