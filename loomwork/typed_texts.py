"""Expressions outside the declared places: the conditions of data files, and what scenarios expect of named records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from engine.expressions.closure import compile_closure
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.queries import RecordRef
from engine.records.stored import read_plain
from engine.runtime import ReadSession, WriteSession
from metadata.checks.expectations import WORLD, scope_of_names
from metadata.expressions.check import check_expression
from metadata.expressions.dependencies import walk
from metadata.expressions.scope import PLACES, Scope
from metadata.expressions.typed import Collection, FieldRef, TypedExpression, ValueType
from metadata.problems import Place, Problem
from metadata.specs.app import AppSpec

_HERE = Place("")


class TextRefused(Exception):
    """An expression does not hold; the texts are those of its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message("en"))
        self.zh = f"{problem.code.code} {problem.message('zh')}"
        self.en = f"{problem.code.code} {problem.message('en')}"


def typed_condition(app: AppSpec, entity: str, text: str) -> TypedExpression:
    """The typed condition `text` over rows of `entity`. Raises `TextRefused`."""
    return _checked(text, _list_scope(app, entity), ValueType("bool"))


def evaluate(app: AppSpec, session: ReadSession, names: Mapping[str, RecordRef], text: str) -> object:
    """The value of `text` over the named records as they are stored now; None is unknown. Raises `TextRefused`."""
    return compile_closure(_typed(app, names, text))(_NamedRecords(session, names))


def explain(app: AppSpec, session: ReadSession, names: Mapping[str, RecordRef], text: str) -> str:
    """What the fields that `text` reads hold: `c.status = review, c.received = 0`."""
    surroundings = _NamedRecords(session, names)
    reads = {
        ".".join((*(hop.field for hop in node.hops), node.field)): surroundings.field(node)
        for node in walk(_typed(app, names, text)) if isinstance(node, FieldRef) and node.root == "row" and node.hops
        and node.hops[0].source == WORLD
    }
    return ", ".join(f"{path} = {'blank' if value is None else value}" for path, value in reads.items())


def _typed(app: AppSpec, names: Mapping[str, RecordRef], text: str) -> TypedExpression:
    return _checked(text, scope_of_names(app, {name: ref.entity for name, ref in names.items()}))


def _list_scope(app: AppSpec, entity: str) -> Scope:
    return Scope(
        entities=app.entities,
        entity=entity,
        contexts=PLACES["list"],
        settings={name: setting.kind for name, setting in app.settings.items()},
        roles=frozenset(app.roles),
        former_roles=app.former_roles,
        approvable=frozenset(approval.entity for approval in app.approvals.values()),
        currency=app.currency,
    )


def _checked(text: str, scope: Scope, expected: ValueType | None = None) -> TypedExpression:
    typed, problems = check_expression(text, _HERE, scope, expected)
    if typed is None:
        raise TextRefused(problems[0])
    return typed


class _NamedRecords(Environment):
    """Surroundings in which the first step of every path is a named record."""

    def __init__(self, session: ReadSession, names: Mapping[str, RecordRef]) -> None:
        # An environment asks of its session only what read and write sessions share.
        super().__init__(cast(WriteSession, session), Draft(next(iter(session.app.entities.values())), None, {}, {}))
        self._names = names

    def field(self, ref: FieldRef) -> object:
        if ref.root != "row" or not ref.hops:
            return self._names[ref.field].id if ref.root == "row" else super().field(ref)
        return self._record(ref.hops[0].field).field(replace(ref, hops=ref.hops[1:]))

    def rows(self, collection: Collection) -> list[Environment]:
        return self._record(collection.hops[0].field).rows(replace(collection, hops=collection.hops[1:]))

    def _record(self, name: str) -> Environment:
        ref = self._names[name]
        entity = self.session.app.entities[ref.entity]
        values = read_plain(self.session, entity, ref.id) or {}
        return Environment(self.session, Draft(entity, ref.id, values, dict(values)))
