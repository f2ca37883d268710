"""Syntax tree -> typed tree: every name found, every operator and function given what it can work with.

Never raises; problems name their place in the file. See `language.md` for what the words mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from metadata.codes import expressions as codes
from metadata.codes.names import OLD_NAME
from metadata.expressions import tree
from metadata.expressions.dependencies import parts
from metadata.expressions.functions import AGGREGATES, FUNCTIONS, GROUPS, OF_A_WRITE, Function
from metadata.expressions.lexer import place_at
from metadata.expressions.names import Names, scale_of_digits, type_words
from metadata.expressions.parser import parse
from metadata.expressions.scope import Scope
from metadata.expressions.typed import (
    Aggregate,
    Binary,
    Call,
    Case,
    Collection,
    FieldRef,
    In,
    ListOf,
    Literal_,
    RoleCall,
    Span,
    TypedExpression,
    Unary,
    ValueType,
)
from metadata.near import unknown
from metadata.problems import Code, Place, Problem
from metadata.specs.people import PEOPLE_TARGETS

BOOL = ValueType("bool")
INT = ValueType("int")
TEXT = ValueType("text")
BLANK = ValueType("blank")
NUMBERS = ("int", "decimal")
MOST_DIGITS = 18
MAX_WEIGHT = 2000
"""Most parts of an expression as SQL writes it out: what stands left of `in` once for each item that is no literal, and
what an aggregate gathers `GATHERED` times (an average is a sum in two halves and a count)."""

GATHERED = 3

DIVISION_SCALE = 10
"""Digits after the point of a quotient, rounded half-up; the same in every reader."""


class _Fault(Exception):
    def __init__(self, code: Code, at: int, values: dict[str, str]) -> None:
        super().__init__(code.code)
        self.code, self.at, self.values = code, at, values


def check_expression(
    text: str, place: Place, scope: Scope, expected: ValueType | None = None
) -> tuple[TypedExpression | None, list[Problem]]:
    """The typed tree of `text`, which begins at `place`, with a warning for each earlier name that it uses; (None, problems)
    when it does not hold.

    `expected` is the type the place wants: its `name` must fit (an int fits a decimal, a blank fits all).
    """
    node, problems = parse(text, place)
    if node is None:
        return None, problems
    names = Names(scope, _Fault)
    checker = _Checker(names)
    try:
        typed = checker.typed(node, expected)
        _refuse_bare_collection(typed, node.at)
        if weight(typed) > MAX_WEIGHT:
            raise _Fault(codes.TOO_LARGE, node.at, {"limit": str(MAX_WEIGHT)})
        _fits(typed, expected, tree.start(node))
    except _Fault as fault:
        return None, [Problem(fault.code, place_at(text, place, fault.at), fault.values)]
    return typed, [
        Problem(OLD_NAME, place_at(text, place, at), {"old": old, "name": present}) for old, present, at in dict.fromkeys(names.former)
    ]


def _refuse_bare_collection(typed: TypedExpression, at: int) -> None:
    if isinstance(typed, Collection):
        raise _Fault(codes.COLLECTION_ALONE, at, {"name": typed.name})


def _fits(typed: TypedExpression, expected: ValueType | None, at: int) -> None:
    if expected is None or typed.type.name == "blank" or fits(typed.type, expected):
        _one_currency(typed.type, expected or typed.type, at)
        return
    raise _Fault(codes.WRONG_RESULT, at, type_words("found", typed.type.name) | type_words("wanted", expected.name))


def weight(node: TypedExpression) -> int:
    """Parts of `node` as a reader has to write them out: a list of other than literals is a chain of equalities."""
    if isinstance(node, In) and isinstance(node.items, ListOf):
        items = [weight(item) for item in node.items.items]
        compared = sum(not isinstance(item, Literal_) or item.value is None for item in node.items.items)
        return weight(node.left) * (compared + 1) + sum(items)
    inside = sum(weight(part) for part in parts(node))
    return 1 + inside * (GATHERED if isinstance(node, Aggregate) else 1)


def fits(found: ValueType, wanted: ValueType) -> bool:
    """Whether a value of type `found` may be assigned where `wanted` is expected."""
    if found.name == wanted.name:
        return wanted.name not in ("link", "collection") or wanted.entity is None or found.entity == wanted.entity
    pairs = {
        ("int", "decimal"), ("choice", "text"), ("text", "choice"), ("link", "any_link"), ("link", "id"), ("id", "link"),
        ("user", "link"), ("link", "user"), ("dept", "link"), ("link", "dept"), ("id", "user"), ("choice", "choices"),
        ("decimal", "int"), ("file", "files"),
    }
    return (found.name, wanted.name) in pairs and (
        not {found.name, wanted.name} >= {"link", "user"} or "user" in (found.entity, wanted.entity)
    )


@dataclass(frozen=True)
class _Checker:
    names: Names

    def typed(self, node: tree.Node, hint: ValueType | None = None) -> TypedExpression:
        """The typed tree of `node`; `hint` is the type wanted, for literals that could be several things."""
        match node:
            case tree.NumberNode():
                return _number(node)
            case tree.TextNode():
                return self.text(node, hint)
            case tree.BoolNode():
                return Literal_(node.value, BOOL)
            case tree.BlankNode():
                return Literal_(None, BLANK)
            case tree.SpanNode():
                raise _Fault(codes.SPAN_ALONE, node.at, {"found": f"{node.amount}{node.unit}"})
            case tree.NameNode():
                return self.names.find(node)
            case tree.ListNode():
                return self.list(node, hint)
            case tree.UnaryNode():
                return self.unary(node)
            case tree.BinaryNode():
                return self.binary(node)
            case tree.InNode():
                return self.membership(node)
            case tree.CallNode():
                return self.call(node, hint)

    def text(self, node: tree.TextNode, hint: ValueType | None) -> Literal_:
        """A text; one of the options of a choice where a choice is wanted."""
        if hint is None or hint.name != "choice":
            return Literal_(node.value or None, TEXT)
        return Literal_(self.names.option(hint, node.value, node.at) or None, hint)

    def list(self, node: tree.ListNode, hint: ValueType | None) -> ListOf:
        items = tuple(self.typed(item, hint) for item in node.items)
        kind = next((i.type for i in items if i.type.name != "blank"), BLANK)
        for item, source in zip(items, node.items, strict=True):
            if item.type.name != "blank" and not _comparable(item.type, kind):
                raise self.not_comparable(item.type, kind, source.at)
        return ListOf(items, ValueType("list", item=kind))

    def unary(self, node: tree.UnaryNode) -> Unary:
        if node.operator == "not":
            return Unary("not", self.boolean(node.operand), BOOL)
        operand = self.number(node.operand)
        return Unary("-", operand, operand.type)

    def boolean(self, node: tree.Node) -> TypedExpression:
        return self.of(node, ("bool",), "bool")

    def number(self, node: tree.Node) -> TypedExpression:
        return self.of(node, NUMBERS, "decimal")

    def of(self, node: tree.Node, types: Sequence[str], wanted: str) -> TypedExpression:
        typed = self.typed(node)
        self.refuse_others(typed, node, types, wanted)
        return typed

    def refuse_others(self, typed: TypedExpression, node: tree.Node, types: Sequence[str], wanted: str) -> None:
        """Refuses what is neither blank nor of one of `types`."""
        if typed.type.name not in (*types, "blank"):
            self.refuse_collection(typed, node)
            words = type_words("found", typed.type.name) | type_words("wanted", wanted)
            raise _Fault(codes.WRONG_TYPE, tree.start(node), {"what": _words_of(node), **words})

    def refuse_collection(self, typed: TypedExpression, node: tree.Node) -> None:
        _refuse_bare_collection(typed, tree.start(node))

    def binary(self, node: tree.BinaryNode) -> TypedExpression:
        if node.operator in ("and", "or"):
            return Binary(node.operator, self.boolean(node.left), self.boolean(node.right), BOOL)  # type: ignore[arg-type]
        if node.operator in ("+", "-", "*", "/"):
            return self.arithmetic(node)
        return self.comparison(node)

    def comparison(self, node: tree.BinaryNode) -> Binary:
        left, right = self.pair(node.left, node.right)
        for side, source in ((left, node.left), (right, node.right)):
            self.refuse_collection(side, source)
        if not _comparable(left.type, right.type):
            raise self.not_comparable(left.type, right.type, node.at)
        ordered = node.operator in ("<", "<=", ">", ">=")
        if ordered and not {left.type.name, right.type.name} <= {"int", "decimal", "date", "datetime", "blank"}:
            raise self.not_comparable(left.type, right.type, node.at)
        _one_currency(left.type, right.type, node.at)
        return Binary(node.operator, left, right, BOOL)  # type: ignore[arg-type]

    def pair(self, left: tree.Node, right: tree.Node) -> tuple[TypedExpression, TypedExpression]:
        """Both sides; a text literal beside a choice is one of its options."""
        first = self.typed(left)
        second = self.typed(right, first.type)
        if second.type.name == "choice" and first.type.name == "text" and isinstance(first, Literal_):
            first = self.typed(left, second.type)
        self.options(first, second, right)
        self.options(second, first, left)
        return first, second

    def options(self, chosen: TypedExpression, other: TypedExpression, node: tree.Node) -> None:
        """Refuses a text literal that is no option of the choice it is compared with."""
        known = chosen.type.options
        if chosen.type.name not in ("choice", "choices") or not known or isinstance(chosen, Literal_):
            return
        literals = other.items if isinstance(other, ListOf) else (other,)
        nodes: Iterable[tree.Node] = node.items if isinstance(node, tree.ListNode) else (node,)
        for literal, source in zip(literals, nodes, strict=False):
            value = literal.value if isinstance(literal, Literal_) else None
            if isinstance(value, str) and value not in known:
                field = getattr(chosen, "field", "")
                raise _Fault(codes.UNKNOWN_OPTION, source.at, {**unknown(value, known), "field": field})

    def not_comparable(self, left: ValueType, right: ValueType, at: int) -> _Fault:
        if {left.name, right.name} == {"date", "datetime"}:
            return _Fault(codes.DATE_WITH_INSTANT, at, {})
        return _Fault(codes.NOT_COMPARABLE, at, type_words("left", left.name) | type_words("right", right.name))

    def arithmetic(self, node: tree.BinaryNode) -> TypedExpression:
        left, right = self.term(node, node.left), self.term(node, node.right)
        moment = self.moment(node, left, right)
        if moment is not None:
            return moment
        self.refuse_others(left, node.left, NUMBERS, "decimal")
        self.refuse_others(right, node.right, NUMBERS, "decimal")
        if node.operator in ("+", "-"):
            _one_currency(left.type, right.type, node.at)
        return Binary(node.operator, left, right, _arithmetic_type(node.operator, left.type, right.type))  # type: ignore[arg-type]

    def term(self, node: tree.BinaryNode, side: tree.Node) -> TypedExpression:
        """One side of an arithmetic operator; a duration may stand nowhere but here, beside a date or an instant."""
        if isinstance(side, tree.SpanNode) and node.operator in ("+", "-"):
            return Literal_(Span(side.amount, side.unit), ValueType("duration", unit=side.unit))
        return self.typed(side)

    def moment(self, node: tree.BinaryNode, left: TypedExpression, right: TypedExpression) -> Binary | None:
        """A date or instant plus or minus a duration; the days between two dates."""
        sign = node.operator
        if sign == "+" and left.type.name == "duration" and right.type.name in ("date", "datetime"):
            left, right = right, left
        if sign in ("+", "-") and left.type.name in ("date", "datetime"):
            if right.type.name == "duration":
                unit = right.type.unit
                if left.type.name == "date" and unit in ("h", "wh"):
                    raise self.not_comparable(left.type, right.type, node.at)
                return Binary(sign, left, right, left.type)  # type: ignore[arg-type]
            if sign == "-" and left.type.name == right.type.name == "date":
                return Binary("-", left, right, INT)
            raise self.not_comparable(left.type, right.type, node.at)
        return None

    def membership(self, node: tree.InNode) -> In:
        left = self.typed(node.left)
        self.refuse_collection(left, node.left)
        if isinstance(node.items, tree.CallNode) and node.items.function == "role":
            return In(left, self.role(node, left), node.negated, BOOL)
        items = self.typed(node.items, left.type)
        if items.type.name not in ("list", "choices", "collection", "files"):
            raise _Fault(codes.NOT_A_LIST, tree.start(node.items), type_words("found", items.type.name))
        kind = items.type.item or ValueType("link", entity=items.type.entity)
        if items.type.name == "choices":
            kind = ValueType("choice", options=items.type.options, former=items.type.former)
        if items.type.name != "files" and not _comparable(left.type, kind):
            raise self.not_comparable(left.type, kind, node.at)
        self.options(left, items, node.items)
        if items.type.name == "choices":
            left = self.typed(node.left, kind) if isinstance(left, Literal_) else left
            self.options(replace(items, type=kind), left, node.left)
        return In(left, items, node.negated, BOOL)

    def role(self, node: tree.InNode, left: TypedExpression) -> RoleCall:
        call = node.items
        assert isinstance(call, tree.CallNode)
        name = call.arguments[0] if len(call.arguments) == 1 else None
        if not isinstance(name, tree.NameNode) or name.context or len(name.parts) != 1:
            raise _Fault(codes.ARGUMENTS, call.at, _arguments("role", len(call.arguments), "1", "x in role(finance)"))
        if left.type.name not in ("user", "blank") and left.type.entity != "user":
            raise self.not_comparable(left.type, ValueType("user"), node.at)
        return RoleCall(self.names.role(name.parts[0], name.at), ValueType("list", item=ValueType("user")))

    def call(self, node: tree.CallNode, hint: ValueType | None) -> TypedExpression:
        if node.function == "case":
            return self.case(node, hint)
        if node.function in AGGREGATES:
            return self.aggregate(node)
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise _Fault(codes.UNKNOWN_FUNCTION, node.at, unknown(node.function, [*FUNCTIONS, *AGGREGATES, "case", "role"]))
        return self.function(node, function, hint)

    def function(self, node: tree.CallNode, function: Function, hint: ValueType | None) -> Call:
        found = len(node.arguments)
        if found < function.least or (found > len(function.parameters) and not function.many):
            most = "…" if function.many else str(len(function.parameters))
            wanted = str(function.least) if most == str(function.least) else f"{function.least}–{most}"
            raise _Fault(codes.ARGUMENTS, node.at, _arguments(function.name, found, wanted, function.usage))
        repeated = function.parameters[-1:] * (found - len(function.parameters))
        groups = [*function.parameters, *repeated]
        arguments = tuple(
            self.argument(argument, group, hint) for argument, group in zip(node.arguments, groups, strict=False)
        )
        self.special(node, function, arguments)
        return Call(function.name, arguments, self.result(node, function, arguments))

    def special(self, node: tree.CallNode, function: Function, arguments: Sequence[TypedExpression]) -> None:
        """What the types of a function's parameters do not say."""
        found, name = len(arguments), function.name
        if name in OF_A_WRITE and "old" not in self.names.scope.contexts:
            raise _Fault(codes.FUNCTION_NOT_HERE, node.at, {"name": name})
        if name == "changed" and not (isinstance(arguments[0], FieldRef) and arguments[0].root == "row" and not arguments[0].hops):
            raise _Fault(codes.ARGUMENTS, node.at, _arguments(name, found, "1", "changed(amount)"))
        if name == "round" and found == 2 and not _small(arguments[1]):
            raise _Fault(codes.ARGUMENTS, node.at, _arguments(name, found, f"-{MOST_DIGITS}…{MOST_DIGITS}", "round(amount, 1)"))

    def argument(self, node: tree.Node, group: str, hint: ValueType | None) -> TypedExpression:
        types = GROUPS[group]  # type: ignore[index]
        if group == "any":
            typed = self.typed(node, hint)
            self.refuse_collection(typed, node)
            return typed
        return self.of(node, types, types[-1] if group == "number" else types[0])

    def result(self, node: tree.CallNode, function: Function, arguments: Sequence[TypedExpression]) -> ValueType:
        if function.name == "round":
            return _rounded_type(arguments)
        if function.result == "number":
            return _joined_type([a.type for a in arguments])
        if function.result == "first":
            return self.one_type(node, arguments)
        return ValueType(function.result)

    def one_type(self, node: tree.CallNode, arguments: Sequence[TypedExpression]) -> ValueType:
        kinds = [a.type for a in arguments if a.type.name != "blank"]
        for kind in kinds[1:]:
            if not _comparable(kinds[0], kind):
                raise self.not_comparable(kinds[0], kind, node.at)
        if kinds and all(kind.name in NUMBERS for kind in kinds):
            return _joined_type(kinds)
        return kinds[0] if kinds else BLANK

    def case(self, node: tree.CallNode, hint: ValueType | None) -> Case:
        if len(node.arguments) < 2:
            raise _Fault(codes.ARGUMENTS, node.at, _arguments("case", len(node.arguments), "2–…", "case(cond, value, ..., else)"))
        pairs = len(node.arguments) // 2
        branches = tuple(
            (self.boolean(node.arguments[2 * i]), self.typed(node.arguments[2 * i + 1], hint)) for i in range(pairs)
        )
        otherwise = self.typed(node.arguments[-1], hint) if len(node.arguments) % 2 else None
        values = [value for _, value in branches] + ([otherwise] if otherwise is not None else [])
        return Case(branches, otherwise, self.one_type(node, values))

    def aggregate(self, node: tree.CallNode) -> Aggregate:
        least, most = {"count": (1, 2), "any": (1, 2), "all": (2, 2)}.get(node.function, (2, 3))
        if not least <= len(node.arguments) <= most:
            usage = {"count": "count(lines, qty > 1)", "any": "any(lines, qty > 1)", "all": "all(lines, qty > 1)"}
            raise _Fault(codes.ARGUMENTS, node.at, _arguments(
                node.function, len(node.arguments), f"{least}–{most}", usage.get(node.function, f"{node.function}(lines, amount, cond)"),
            ))
        collection = self.collection(node.arguments[0])
        inner = _Checker(self.names.inside(collection))
        if node.function in ("count", "any", "all"):
            where = inner.boolean(node.arguments[1]) if len(node.arguments) > 1 else None
            return Aggregate(node.function, collection, None, where, INT if node.function == "count" else BOOL)  # type: ignore[arg-type]
        value = inner.measured(node.arguments[1], node.function)
        where = inner.boolean(node.arguments[2]) if len(node.arguments) > 2 else None
        return Aggregate(node.function, collection, value, where, aggregate_type(node.function, value.type))  # type: ignore[arg-type]

    def measured(self, node: tree.Node, function: str) -> TypedExpression:
        if function in ("sum", "avg"):
            return self.number(node)
        return self.of(node, (*NUMBERS, "date", "datetime"), "decimal")

    def collection(self, node: tree.Node) -> Collection:
        typed = self.typed(node) if isinstance(node, tree.NameNode) else None
        if isinstance(typed, Collection):
            return typed
        name = ".".join(node.parts) if isinstance(node, tree.NameNode) else "…"
        raise _Fault(codes.NOT_A_COLLECTION, node.at, unknown(name, self.names.collections()))


def aggregate_type(function: str, value: ValueType) -> ValueType:
    """The type of sum, min, max or avg over values of type `value`."""
    if function == "avg":
        return ValueType("decimal", scale=DIVISION_SCALE, currency=value.currency)
    return value


def _number(node: tree.NumberNode) -> Literal_:
    if isinstance(node.value, int):
        return Literal_(node.value, INT)
    return Literal_(node.value, ValueType("decimal", scale=scale_of_digits(node.value)))


def _arithmetic_type(operator: str, left: ValueType, right: ValueType) -> ValueType:
    currency = left.currency or right.currency
    if operator == "/":
        same = left.currency is not None and right.currency is not None
        return ValueType("decimal", scale=DIVISION_SCALE, currency=None if same else currency)
    if left.name == right.name == "int":
        return INT
    if left.name == right.name == "blank":
        return INT
    scales = [t.scale if t.name == "decimal" else 0 for t in (left, right)]
    known = None if None in scales else (scales[0] or 0, scales[1] or 0)
    scale = None if known is None else (known[0] + known[1] if operator == "*" else max(known))
    return ValueType("decimal", scale=scale, currency=currency)


def _joined_type(kinds: Sequence[ValueType]) -> ValueType:
    numbers = [kind for kind in kinds if kind.name != "blank"]
    if all(kind.name == "int" for kind in numbers):
        return INT
    scales = [kind.scale if kind.name == "decimal" else 0 for kind in numbers]
    scale = None if None in scales else max(s or 0 for s in scales)
    return ValueType("decimal", scale=scale, currency=next((k.currency for k in numbers if k.currency), None))


def _rounded_type(arguments: Sequence[TypedExpression]) -> ValueType:
    value = arguments[0].type
    digits = _constant(arguments[1]) if len(arguments) > 1 else 0
    return ValueType("decimal", scale=max(0, digits or 0), currency=value.currency)


def _small(node: TypedExpression) -> bool:
    digits = _constant(node)
    return digits is not None and abs(digits) <= MOST_DIGITS


def _constant(node: TypedExpression) -> int | None:
    """The whole number that `node` spells out, with its sign; else None."""
    if isinstance(node, Unary) and node.operator == "-":
        value = _constant(node.operand)
        return None if value is None else -value
    return node.value if isinstance(node, Literal_) and isinstance(node.value, int) and node.type.name == "int" else None


def _comparable(left: ValueType, right: ValueType) -> bool:
    if "blank" in (left.name, right.name):
        return True
    families = (
        {"int", "decimal"}, {"text", "choice"}, {"link", "id", "any_link", "user", "dept"},
    )
    if left.name == right.name:
        return left.name not in ("link",) or left.entity == right.entity or None in (left.entity, right.entity)
    return any(left.name in family and right.name in family for family in families) and _one_target(left, right)


def _one_target(left: ValueType, right: ValueType) -> bool:
    ends = [PEOPLE_TARGETS.get(t.name, t.entity) for t in (left, right)]
    return None in ends or ends[0] == ends[1] or "any_link" in (left.name, right.name)


def _one_currency(left: ValueType, right: ValueType, at: int) -> None:
    if left.currency and right.currency and left.currency != right.currency:
        raise _Fault(codes.CURRENCY_MIX, at, {"left": left.currency, "right": right.currency})


def _arguments(name: str, found: int, wanted: str, usage: str) -> dict[str, str]:
    return {"name": name, "found": str(found), "wanted": wanted, "usage": usage}


def _words_of(node: tree.Node) -> str:
    if isinstance(node, tree.NameNode):
        return ("$" + node.context + "." if node.context else "") + ".".join(node.parts)
    if isinstance(node, tree.CallNode):
        return f"{node.function}(…)"
    if isinstance(node, tree.TextNode):
        return f"'{node.value}'"
    return "…"


