"""Typed tree -> Python closure over an `Environment`. Blank and unknown are None; `and or not` are three-valued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from engine.expressions import values
from engine.expressions.environment import Environment
from engine.expressions.functions import BLANK_AWARE, PLAIN
from metadata.expressions.typed import (
    Aggregate,
    Binary,
    Call,
    Case,
    Collection,
    ContextRef,
    FieldRef,
    In,
    ListOf,
    Literal_,
    RoleCall,
    Span,
    TypedExpression,
    Unary,
)

Closure = Callable[[Any], Any]
_ORDER = {"<": lt, "<=": le, ">": gt, ">=": ge}


def compile_closure(typed: TypedExpression) -> Closure:
    """A function of an `Environment` that gives the expression's value, or None for blank or unknown."""
    return _COMPILERS[type(typed)](typed)


def _literal(node: Literal_) -> Closure:
    value = node.value
    return lambda env: value


def _field(node: FieldRef) -> Closure:
    return lambda env: env.field(node)


def _context(node: ContextRef) -> Closure:
    return lambda env: env.context(node)


def _unary(node: Unary) -> Closure:
    operand = compile_closure(node.operand)
    if node.operator == "not":
        def negation(env: Environment) -> bool | None:
            value = operand(env)
            return None if value is None else not value
        return negation

    def minus(env: Environment) -> Any:
        value = operand(env)
        return None if value is None else values.negate(value)
    return minus


def _binary(node: Binary) -> Closure:
    left, right = compile_closure(node.left), compile_closure(node.right)
    if node.operator == "and":
        return lambda env: _and(left(env), lambda: right(env))
    if node.operator == "or":
        return lambda env: _or(left(env), lambda: right(env))
    if node.operator in ("==", "!="):
        equal = _equality(node.left, node.right)
        return equal if node.operator == "==" else lambda env: not equal(env)
    if node.operator in _ORDER:
        return _comparison(node.operator, left, right)
    if node.type.name in ("date", "datetime") or _is_day_difference(node):
        return _moment(node, left, right)
    return _arithmetic(node.operator, left, right)


def _and(left: bool | None, right: Callable[[], bool | None]) -> bool | None:
    if left is False:
        return False
    other = right()
    if other is False:
        return False
    return None if left is None or other is None else True


def _or(left: bool | None, right: Callable[[], bool | None]) -> bool | None:
    if left is True:
        return True
    other = right()
    if other is True:
        return True
    return None if left is None or other is None else False


def same(left: object, right: object) -> bool:
    """Two-valued equality: blank equals blank and nothing else; values of an `any_link` equal ids by record."""
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, tuple) and isinstance(right, tuple):
        return set(left) == set(right)
    for one, other in ((left, right), (right, left)):
        if isinstance(other, int) and not isinstance(other, bool) and hasattr(one, "entity"):
            return getattr(one, "id", None) == other
    return left == right


def _equality(first: TypedExpression, second: TypedExpression) -> Closure:
    left, right = compile_closure(first), compile_closure(second)
    if not (_is_user(first) or _is_user(second)):
        return lambda env: same(left(env), right(env))

    def is_person(env: Environment) -> bool:
        # Nobody is signed in: nobody equals a blank field as little as anyone else.
        person = left(env)
        return person is not None and same(person, right(env))
    return is_person


def _is_user(node: TypedExpression) -> bool:
    return isinstance(node, ContextRef) and node.kind == "user"


def _comparison(operator: str, left: Closure, right: Closure) -> Closure:
    compare = _ORDER[operator]

    def compared(env: Environment) -> bool | None:
        first = left(env)
        if first is None:
            return None
        second = right(env)
        return None if second is None else compare(first, second)
    return compared


def _is_day_difference(node: Binary) -> bool:
    return node.operator == "-" and node.left.type.name == "date" and node.right.type.name == "date"


def _moment(node: Binary, left: Closure, right: Closure) -> Closure:
    if _is_day_difference(node):
        def difference(env: Environment) -> int | None:
            first, second = left(env), right(env)
            return None if first is None or second is None else (first - second).days
        return difference
    sign = -1 if node.operator == "-" else 1

    def moved(env: Environment) -> date | datetime | None:
        moment, span = left(env), right(env)
        if moment is None or not isinstance(span, Span):
            return None
        return values.add_span(moment, span, env.zone, sign)
    return moved


def _arithmetic(operator: str, left: Closure, right: Closure) -> Closure:
    def computed(env: Environment) -> Any:
        first, second = left(env), right(env)
        if first is None or second is None:
            return None
        if operator == "+":
            return _exact(values.EXACT.add, first, second) if _decimals(first, second) else first + second
        if operator == "-":
            return _exact(values.EXACT.subtract, first, second) if _decimals(first, second) else first - second
        if operator == "*":
            return _exact(values.EXACT.multiply, first, second) if _decimals(first, second) else first * second
        return values.divide(first, second)
    return computed


def _decimals(first: object, second: object) -> bool:
    return isinstance(first, Decimal) or isinstance(second, Decimal)


def _exact(operation: Callable[[Decimal, Decimal], Decimal], first: values.Number, second: values.Number) -> Decimal:
    return operation(values.decimal(first), values.decimal(second))


def _in(node: In) -> Closure:
    left = compile_closure(node.left)
    negated = node.negated
    if isinstance(node.items, RoleCall):
        role = node.items.role
        return lambda env: env.holds(left(env), role) is not negated
    if isinstance(node.items, Collection):
        collection = node.items

        def among(env: Environment) -> bool:
            record = left(env)
            found = any(same(row.field(_identity(collection)), record) for row in env.rows(collection))
            return found is not negated
        return among
    if isinstance(node.items, ListOf):
        equal = [_equality(node.left, item) for item in node.items.items]
        return lambda env: any(one(env) for one in equal) is not negated
    items = compile_closure(node.items)

    def contained(env: Environment) -> bool:
        value = left(env)
        return any(same(value, item) for item in items(env) or ()) is not negated
    return contained


def _identity(collection: Collection) -> FieldRef:
    return FieldRef("row", (), collection.target, "id", collection.type)


def _list(node: ListOf) -> Closure:
    items = [compile_closure(item) for item in node.items]
    return lambda env: tuple(item(env) for item in items)


def _case(node: Case) -> Closure:
    branches = [(compile_closure(condition), compile_closure(value)) for condition, value in node.branches]
    otherwise = compile_closure(node.otherwise) if node.otherwise is not None else None

    def chosen(env: Environment) -> Any:
        for condition, value in branches:
            if condition(env) is True:
                return value(env)
        return otherwise(env) if otherwise is not None else None
    return chosen


def _call(node: Call) -> Closure:
    name = node.function
    if name == "changed":
        ref = node.arguments[0]
        assert isinstance(ref, FieldRef)
        return lambda env: env.changed(ref.field)
    if name == "is_new":
        return lambda env: env.is_new
    if name in ("is_blank", "is_set") and _is_user(node.arguments[0]):
        return lambda env: name == "is_set"  # even when nobody is signed in
    arguments = [compile_closure(argument) for argument in node.arguments]
    if name == "date":
        return lambda env: None if (m := arguments[0](env)) is None else values.local_date(m, env.zone)
    if name in BLANK_AWARE:
        aware = BLANK_AWARE[name]
        return lambda env: aware([argument(env) for argument in arguments])
    plain = PLAIN[name]

    def called(env: Environment) -> Any:
        found = [argument(env) for argument in arguments]
        return None if any(value is None for value in found) else plain(*found)
    return called


def _aggregate(node: Aggregate) -> Closure:
    where = compile_closure(node.where) if node.where is not None else None
    value = compile_closure(node.value) if node.value is not None else None
    collection, function = node.collection, node.function

    def tested(env: Environment) -> list[Any]:
        return [row for row in env.rows(collection) if where is None or where(row) is True]

    if function == "count":
        return lambda env: len(tested(env))
    if function == "any":
        return lambda env: bool(tested(env))
    if function == "all":
        return lambda env: all(where is None or where(row) is True for row in env.rows(collection))
    assert value is not None
    gather = _GATHER[function]
    return lambda env: gather([v for row in tested(env) if (v := value(row)) is not None])


def _sum(found: Sequence[Any]) -> Any:
    total: Any = 0
    for value in found:
        total = _exact(values.EXACT.add, total, value) if _decimals(total, value) else total + value
    return total


_GATHER: dict[str, Callable[[Sequence[Any]], Any]] = {
    "sum": _sum,
    "min": lambda found: min(found, default=None),
    "max": lambda found: max(found, default=None),
    "avg": lambda found: values.divide(_sum(found), len(found)) if found else None,
}


def _alone(node: Any) -> Closure:
    raise ValueError(f"{type(node).__name__} has no value of its own")


_COMPILERS: dict[type, Callable[[Any], Closure]] = {
    Literal_: _literal, FieldRef: _field, ContextRef: _context, Unary: _unary, Binary: _binary, In: _in, ListOf: _list,
    Case: _case, Call: _call, Aggregate: _aggregate, Collection: _alone, RoleCall: _alone,
}
