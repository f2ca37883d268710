"""Problems that only follow from another one. A file that cannot be read takes with it what it declares, fields that are no map
all of them, a field whose type is no type what it holds: that others do not fit it is no fault of theirs, and hides the one that
there is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

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
_NAME = re.compile(r"(?P<dot>\.\s*)?\b(?P<name>\w+)")


def without_following(
    problems: Iterable[Problem], files: Mapping[str, str | bytes], unread: Iterable[str], documents: Iterable[Document],
    app: AppSpec,
) -> list[Problem]:
    """`problems` but for names that are unknown only because they stand in one of the files `unread`, and for what does
    not fit a field of `documents` only because its type is unknown. Those come back, if they are faults, as soon as
    these files can be read and these types are known."""
    used = list(documents)
    without_fields = {document.file for document in used if _without_fields(document)}
    lost = {file: frozenset(_WORD.findall(_text(files[file]))) for file in {*unread, *without_fields}}
    untyped, about = _untyped(used, app), {document.file: _entity_of(document) for document in used}
    return [
        problem for problem in problems
        if not (
            problem.code.code in _UNKNOWN
            and (_declared_elsewhere(problem, lost, without_fields) or untyped.named(problem.values.get("name")))
        )
        and not (
            problem.code.code in _UNFIT and untyped.read_in(_line(problem.place, files), about.get(problem.place.file, ""))
        )
    ]


def _declared_elsewhere(problem: Problem, lost: Mapping[str, frozenset[str]], without_fields: Collection[str]) -> bool:
    """Whether the unknown name may be declared in a file that is lost, or among the fields that a file meant to declare."""
    name, own = problem.values.get("name", ""), problem.place.file
    return own in without_fields or any(name in words for file, words in lost.items() if file != own)


def _without_fields(document: Document) -> bool:
    """Whether the fields of an entity are written so that none of them is read."""
    fields = document.node.get("fields") if document.kind == "entity" else None
    return fields is not None and not isinstance(fields, MapNode)


@dataclass
class _Untyped:
    """Fields whose type is no type, and what is derived from them, as (entity, name); `backs` are their reverse collections,
    by whatever entity they lead from."""

    fields: set[tuple[str, str]] = field(default_factory=set)
    backs: set[str] = field(default_factory=set)

    def named(self, name: object) -> bool:
        """Whether anything of any entity is called so."""
        return name in self.backs or any(name == own for _, own in self.fields)

    def read_in(self, text: str, entity: str) -> bool:
        """Whether a text about records of `entity` ("" where that is not said) reads any of them: by its name alone those of
        that entity, after a dot those of others."""
        return any(
            self.named(match["name"]) if match["dot"] or not entity
            else (entity, match["name"]) in self.fields or match["name"] in self.backs
            for match in _NAME.finditer(text)
        )


def _untyped(documents: Iterable[Document], app: AppSpec) -> _Untyped:
    found = _Untyped()
    for document in documents:
        fields = document.node.get("fields") if document.kind == "entity" else None
        for entry in fields if isinstance(fields, MapNode) else ():
            kind = entry.value.get("type") if isinstance(entry.value, MapNode) else None
            if isinstance(entry.value, MapNode) and isinstance(kind, TextNode) and kind.text not in FIELD_KINDS:
                back = entry.value.get("back")
                found.fields.add((document.name, entry.key.text))
                found.backs |= {back.text} if isinstance(back, TextNode) else set()
    derived = [(name, own) for name, entity in app.entities.items() for own in entity.fields.values()] if found.fields else []
    while further := {(name, own.name) for name, own in derived if _derived_of(found, name, own)} - found.fields:
        found.fields |= further
    return found


def _derived_of(untyped: _Untyped, entity: str, own: FieldSpec) -> bool:
    """Whether a field is derived from one of them: rules of a roll-up are about the rows that it counts."""
    rollup, fetch = own.rollup, own.fetch
    counted = [said.text for said in (rollup.value, rollup.where) if said] if rollup else []
    words = _WORD.findall(" ".join([*counted, *(fetch.path if fetch else ()), rollup.of if rollup else ""]))
    return any(untyped.named(word) for word in words) or (own.formula is not None and untyped.read_in(own.formula.text, entity))


def _entity_of(document: Document) -> str:
    """The entity that a declaration is of or about."""
    said = document.node.get("entity")
    return document.name if document.kind == "entity" else said.text if isinstance(said, TextNode) else ""


def _line(place: Place, files: Mapping[str, str | bytes]) -> str:
    """The line at `place`."""
    lines = _text(files.get(place.file, "")).splitlines()
    return lines[place.line - 1] if 0 < place.line <= len(lines) else ""


def _text(text: str | bytes) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
