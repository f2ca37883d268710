"""A tiny reading of the conditions that row rules use, for the reference evaluator. Python's own grammar parses them; three
values: True, False and None for unknown. It shares nothing with the product's expressions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

Lookup = Callable[[tuple[str, ...]], Any]

_COMPARE: Mapping[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}


def holds(text: str, lookup: Lookup, context: Mapping[str, Any]) -> bool | None:
    """Whether the condition `text` is true. `lookup` gives the value of a field path; `context` the values of `$names` and,
    under `role`, a function of a user id and a role name."""
    tree = ast.parse(text.replace("$", "ctx_").strip().replace("\n", " "), mode="eval").body
    return _value(tree, lookup, context)


def _value(node: ast.AST, lookup: Lookup, context: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.BoolOp):
        values = [_value(part, lookup, context) for part in node.values]
        return _all(values) if isinstance(node.op, ast.And) else _any(values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        value = _value(node.operand, lookup, context)
        return None if value is None else not value
    if isinstance(node, ast.Compare):
        return _comparison(node, lookup, context)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(item, lookup, context) for item in node.elts]
    if isinstance(node, ast.BinOp):
        return _sum(node, lookup, context)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _CALLS[node.func.id](node.args, lookup, context)
    if isinstance(node, ast.Name | ast.Attribute):
        return _named(_path(node), lookup, context)
    raise NotImplementedError(ast.dump(node))


def _path(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute):
        return (*_path(node.value), node.attr)
    assert isinstance(node, ast.Name)
    return (node.id,)


def _named(path: tuple[str, ...], lookup: Lookup, context: Mapping[str, Any]) -> Any:
    if path[0].startswith("ctx_"):
        return context[path[0].removeprefix("ctx_")]
    words = {"true": True, "false": False, "blank": None}
    return words[path[0]] if path[0] in words else lookup(path)


def _comparison(node: ast.Compare, lookup: Lookup, context: Mapping[str, Any]) -> bool | None:
    assert len(node.ops) == 1
    op, right_node = node.ops[0], node.comparators[0]
    left = _value(node.left, lookup, context)
    if isinstance(op, ast.In | ast.NotIn):
        found = _contained(left, right_node, lookup, context)
        return found if isinstance(op, ast.In) else not found
    right = _value(right_node, lookup, context)
    if isinstance(op, ast.Eq):
        return left == right
    if isinstance(op, ast.NotEq):
        return left != right
    return None if left is None or right is None else _COMPARE[type(op)](left, right)


def _contained(
    left: Any, node: ast.AST, lookup: Lookup, context: Mapping[str, Any]
) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "role":
        name = node.args[0]
        assert isinstance(name, ast.Name)
        return context["role"](left, name.id)
    return left in (_value(node, lookup, context) or ())


def _blank(arguments: list[ast.expr], lookup: Lookup, context: Mapping[str, Any]) -> bool:
    return _value(arguments[0], lookup, context) is None


def _case(arguments: list[ast.expr], lookup: Lookup, context: Mapping[str, Any]) -> Any:
    for condition, value in zip(arguments[::2], arguments[1::2], strict=False):
        if _value(condition, lookup, context) is True:
            return _value(value, lookup, context)
    return _value(arguments[-1], lookup, context) if len(arguments) % 2 else None


def _any_row(arguments: list[ast.expr], lookup: Lookup, context: Mapping[str, Any]) -> bool:
    """`any(collection, condition)`: the context's `rows` gives a lookup for each row of the collection."""
    rows = context["rows"](_path(arguments[0]))
    return any(_value(arguments[1], row, context) is True for row in rows)


def _sum(node: ast.BinOp, lookup: Lookup, context: Mapping[str, Any]) -> Any:
    left, right = _value(node.left, lookup, context), _value(node.right, lookup, context)
    return None if left is None or right is None else _ARITHMETIC[type(node.op)](left, right)


_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}
_CALLS: Mapping[str, Callable[[list[ast.expr], Lookup, Mapping[str, Any]], Any]] = {
    "blank": _blank, "case": _case, "any": _any_row,
}


def _all(values: list[Any]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: list[Any]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False
