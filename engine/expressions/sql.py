"""Typed tree -> SQLAlchemy clause, with the meaning of the closure on SQLite and PostgreSQL.

`to_clause` gives the three-valued value; `truth` a condition for WHERE in which unknown counts as false. Both keep plain
comparisons plain, so that indexes serve them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import Null

from engine.compiled import CompiledField
from engine.expressions import sql_dates
from engine.expressions.sql_context import Bound, SqlContext, form_path
from engine.expressions.sql_functions import TEXT_FUNCTIONS
from engine.expressions.sql_numbers import Clause, Number, Numbers
from engine.expressions.sql_rows import Way, collection_rows, holders, linked_row, role_names, way_from
from engine.field_types.columns import has_item
from engine.storage.types import Day, Instant
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
    ValueType,
)
from metadata.specs.people import PEOPLE_TARGETS

NUMERIC = ("int", "decimal")
_TYPES: dict[str, Callable[[], sa.types.TypeEngine[Any]]] = {
    "text": sa.Text, "choice": sa.Text, "bool": sa.Boolean, "date": Day, "datetime": Instant, "link": sa.BigInteger,
    "user": sa.BigInteger, "dept": sa.BigInteger, "id": sa.BigInteger, "file": sa.BigInteger, "rich": sa.Text,
}


def to_clause(typed: TypedExpression, context: SqlContext) -> Clause:
    """The value of `typed` over the context's row, typed so that fetching it gives the value the closure gives."""
    return _Compiler(context).result(typed)


def truth(typed: TypedExpression, context: SqlContext) -> sa.ColumnElement[bool]:
    """`typed` as a condition that holds only when it is certainly true."""
    return _Compiler(context).holds(typed)


def falsity(typed: TypedExpression, context: SqlContext) -> sa.ColumnElement[bool]:
    """A condition that holds only when `typed` is certainly false."""
    return _Compiler(context).fails(typed)


def fitted_clause(typed: TypedExpression, context: SqlContext, field: CompiledField) -> Clause:
    """The value of a formula as its `field` holds it: a number is rounded half-up to the field's scale."""
    compiler = _Compiler(context)
    if typed.type.name not in NUMERIC or field.stored == "int":
        return compiler.result(typed)
    return compiler.numbers.result(replace(compiler.fitted(compiler.number(typed), field), whole=False))


class _Compiler:
    def __init__(self, context: SqlContext) -> None:
        self.context = context
        self.app = context.around.app
        self.dialect = context.around.dialect
        self.numbers = Numbers(self.dialect)
        self.dates = sql_dates.Dates(self.dialect, str(self.app.zone))

    def result(self, node: TypedExpression) -> Clause:
        if node.type.name in NUMERIC:
            return self.numbers.result(self.number(node))
        return sa.type_coerce(self.value(node), sa.Boolean()) if node.type.name == "bool" else self.value(node)

    # Conditions in which unknown does not hold.

    def holds(self, node: TypedExpression) -> sa.ColumnElement[bool]:
        if isinstance(node, Binary) and node.operator in ("and", "or"):
            join = sa.and_ if node.operator == "and" else sa.or_
            return join(self.holds(node.left), self.holds(node.right))
        if isinstance(node, Unary) and node.operator == "not":
            return self.fails(node.operand)
        if isinstance(node, Binary) and node.operator == "==":
            return self.equal(node, certain=True)
        if isinstance(node, In) and isinstance(node.items, ListOf) and not node.negated:
            return self.among(node, certain=True)
        return self.value(node)

    def fails(self, node: TypedExpression) -> sa.ColumnElement[bool]:
        if isinstance(node, Binary) and node.operator in ("and", "or"):
            join = sa.or_ if node.operator == "and" else sa.and_
            return join(self.fails(node.left), self.fails(node.right))
        if isinstance(node, Unary) and node.operator == "not":
            return self.holds(node.operand)
        if isinstance(node, Binary) and node.operator == "!=":
            return self.equal(node, certain=True)
        return sa.not_(self.value(node))

    # Values.

    def value(self, node: TypedExpression) -> Clause:
        if node.type.name in NUMERIC:
            return self.number(node).clause
        if node.type.name == "blank":
            return sa.null()
        return _VALUES[type(node)](self, node)

    def literal(self, node: Literal_) -> Clause:
        value = node.value
        if value is None:
            return sa.null()
        if isinstance(value, bool):
            return self.typed_literal(value, sa.Boolean())
        kind = Instant() if isinstance(value, datetime) else Day() if isinstance(value, date) else sa.Text()
        return self.typed_literal(value, kind)

    def typed_literal(self, value: object, kind: sa.types.TypeEngine[Any]) -> Clause:
        bound = sa.literal(value, kind)
        return sa.cast(bound, kind) if self.dialect == "postgresql" else bound

    def field(self, node: FieldRef) -> Clause:
        if self.of_form(node):
            return self.form_value(node)
        way = way_from(self.context, node.root, node.hops, node.entity)
        if way.host is not None and not way.hops:
            return self.column(way.host, node.field)
        return linked_row(self.context, way, lambda last: self.inside(last).column(last, node.field))

    def inside(self, row: Bound) -> _Compiler:
        return _Compiler(SqlContext(self.context.around, row, self.context.this, self.context.parent, self.context.form_values))

    def of_form(self, node: FieldRef) -> bool:
        """Whether the field is one of a form that is being filled in, `$this` or `$parent`."""
        return node.root in ("this", "parent") and self.context.form_values is not None

    def form_value(self, node: FieldRef) -> Clause:
        """A field of the form, or of a record that it links to."""
        values = self.context.form_values or {}
        path = form_path(node)
        if node.hops and path in values:
            return self.given(values[path], node.type)
        if node.hops:
            first = form_path(replace(node, hops=(), field=node.hops[0].field))
            way = Way(None, node.hops, sa.literal(values.get(first), sa.BigInteger))
            return linked_row(self.context, way, lambda last: self.inside(last).column(last, node.field))
        return self.given(values.get(path), node.type)

    def given(self, value: object, kind: ValueType) -> Clause:
        """A value of the right type that is known now."""
        if value is None:
            return sa.null()
        if isinstance(value, Decimal | int) and not isinstance(value, bool) and kind.name in NUMERIC:
            return self.numbers.literal(value).clause
        if isinstance(value, bool):
            return sa.true() if value else sa.false()
        return self.typed_literal(value, _TYPES.get(kind.name, sa.Text)())

    def column(self, bound: Bound, name: str) -> Clause:
        field = self.app.entities[bound.entity].fields[name]
        if field.column is not None:
            return bound.row.c[field.column.name]
        if field.formula is not None:
            return self.formula(bound, field)
        raise ValueError(f"{bound.entity}.{name} has no column")

    def formula(self, bound: Bound, field: CompiledField) -> Clause:
        """A formula that is computed in the SELECT."""
        assert field.formula is not None
        compiler = _Compiler(SqlContext(self.context.around, bound))
        return compiler.value(field.formula.typed)

    def context_value(self, node: ContextRef) -> Clause:
        if node.kind == "this":
            if self.context.form_values is not None:
                return self.given(self.context.form_values.get("id"), node.type)
            return (self.context.this or self.context.row).row.c.id
        if node.kind == "setting":
            return self.given(self.app.settings[node.name], node.type)
        return self.context.around.bind(f"lw_{node.kind}")

    def unary(self, node: Unary) -> Clause:
        return sa.not_(self.boolean(node.operand))

    def boolean(self, node: TypedExpression) -> Clause:
        clause = self.value(node)
        return sa.cast(clause, sa.Boolean) if isinstance(clause, Null) else clause

    def binary(self, node: Binary) -> Clause:
        operator = node.operator
        if operator in ("and", "or"):
            join = sa.and_ if operator == "and" else sa.or_
            return join(self.boolean(node.left), self.boolean(node.right))
        if operator == "==":
            return self.equal(node, certain=False)
        if operator == "!=":
            return sa.not_(self.equal(node, certain=False))
        if operator in ("<", "<=", ">", ">="):
            return self.ordered(node)
        return self.moved(node)

    def ordered(self, node: Binary) -> Clause:
        names = {node.left.type.name, node.right.type.name}
        if names <= {*NUMERIC, "blank"}:
            return self.numbers.compare(node.operator, self.number(node.left), self.number(node.right))
        if "blank" in names:
            return sa.cast(sa.null(), sa.Boolean())
        left, right = self.value(node.left), self.value(node.right)
        plain = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
        return plain[node.operator]

    def moved(self, node: Binary) -> Clause:
        """A date or instant and a duration."""
        span = node.right.value if isinstance(node.right, Literal_) else None
        if not isinstance(span, Span):
            return sa.null()
        sign = -1 if node.operator == "-" else 1
        return self.dates.add(self.value(node.left), node.left.type.name, span, sign)

    def equal(self, node: Binary, certain: bool) -> sa.ColumnElement[bool]:
        """Two-valued equality. `certain`: may be unknown where it does not hold (what WHERE wants, and indexes serve)."""
        left, right = node.left, node.right
        if isinstance(left, Literal_) and not isinstance(right, Literal_):
            left, right = right, left
        if isinstance(right, Literal_) and right.value is None:
            return self.is_blank(left)
        first, second = self.alike(left, right)
        if _never_blank(left) or _never_blank(right):
            return first == second if certain else sa.func.coalesce(first == second, sa.false())
        return first.is_not_distinct_from(second)

    def alike(self, left: TypedExpression, right: TypedExpression) -> tuple[Clause, Clause]:
        """Both sides in a form in which equal values are the same value. Each is written once, or a chain of equalities
        would double with every link."""
        if {left.type.name, right.type.name} <= {*NUMERIC, "blank"}:
            first, second = self.numbers.alike([self.number(left), self.number(right)])
            return first.clause, second.clause
        if "any_link" in (left.type.name, right.type.name) and left.type.name != right.type.name:
            return self.reference(left), self.reference(right)
        return self.value(left), self.value(right)

    def reference(self, node: TypedExpression) -> Clause:
        """A record as an `any_link` column holds it."""
        if node.type.name == "any_link":
            return sa.type_coerce(self.value(node), sa.Text)
        target = PEOPLE_TARGETS.get(node.type.name, node.type.entity or "")
        return sa.literal(f"{target}:") + sa.cast(self.value(node), sa.Text)

    def is_blank(self, node: TypedExpression) -> sa.ColumnElement[bool]:
        if isinstance(node, Literal_):
            return sa.true() if node.value is None else sa.false()
        if _never_blank(node):
            return sa.false()
        return self.value(node).is_(sa.null())

    def among(self, node: In, certain: bool) -> sa.ColumnElement[bool]:
        """Membership in a list of expressions."""
        assert isinstance(node.items, ListOf)
        if not node.items.items:
            return sa.false()
        literals = [i for i in node.items.items if isinstance(i, Literal_) and i.value is not None]
        if len(literals) == len(node.items.items) and node.left.type.name != "any_link":
            plain = self.among_literals(node.left, literals)
            return plain if certain else sa.func.coalesce(plain, sa.false())
        equals = [self.equal(Binary("==", node.left, item, node.type), certain) for item in node.items.items]
        return sa.or_(*equals)

    def among_literals(self, left: TypedExpression, literals: Sequence[Literal_]) -> sa.ColumnElement[bool]:
        if left.type.name not in NUMERIC:
            return self.value(left).in_([literal.value for literal in literals])
        first, *others = self.numbers.alike([self.number(left), *(self.number(literal) for literal in literals)])
        return first.clause.in_([other.clause for other in others])

    def membership(self, node: In) -> Clause:
        found = self.member(node)
        return sa.not_(found) if node.negated else found

    def member(self, node: In) -> sa.ColumnElement[bool]:
        items = node.items
        if isinstance(items, ListOf):
            return self.among(node, certain=False)
        if isinstance(items, RoleCall):
            return self.holds_role(node.left, items.role)
        if isinstance(items, Collection):
            rows, inner = collection_rows(self.context, items)
            return sa.exists(rows.where(inner.row.row.c.id == self.value(node.left)))
        return has_item(self.value(items), self.value(node.left))

    def holds_role(self, person: TypedExpression, role: str) -> sa.ColumnElement[bool]:
        if isinstance(person, ContextRef) and person.kind == "user":
            return sa.true() if role in self.context.around.roles else sa.false()
        return holders(self.context, self.value(person), role_names(self.app, role))

    def case(self, node: Case) -> Clause:
        branches = [(self.holds(condition), self.value(value)) for condition, value in node.branches]
        otherwise = self.value(node.otherwise) if node.otherwise is not None else sa.null()
        return sa.case(*branches, else_=otherwise)

    def call(self, node: Call) -> Clause:
        name = node.function
        if name in ("is_blank", "is_set"):
            blank = self.is_blank(node.arguments[0])
            return blank if name == "is_blank" else sa.not_(blank)
        if name == "coalesce":
            return sa.func.coalesce(*(self.value(a) for a in node.arguments))
        if name in ("date", "month_start", "month_end"):
            return self.dates.day(name, self.value(node.arguments[0]))
        if name in TEXT_FUNCTIONS:
            arguments = [self.number(a).clause if a.type.name == "int" else self.value(a) for a in node.arguments]
            return TEXT_FUNCTIONS[name](self.dialect, arguments)
        raise ValueError(f"{name}() has no meaning in SQL")

    def tested(self, node: Aggregate) -> sa.ColumnElement[bool]:
        rows, inner = collection_rows(self.context, node.collection)
        if node.where is None:
            return sa.exists(rows)
        holds = _Compiler(inner).holds(node.where)
        if node.function == "any":
            return sa.exists(rows.where(holds))
        return sa.not_(sa.exists(rows.where(sa.not_(sa.func.coalesce(holds, sa.false())))))

    def measured(self, node: Aggregate) -> Clause:
        """min or max of dates and instants."""
        assert node.value is not None
        rows, inner = collection_rows(self.context, node.collection)
        compiler = _Compiler(inner)
        value = _of_row(inner, compiler.value(node.value))
        chosen = getattr(sa.func, node.function)(value, type_=value.type)
        return self.selected(rows, compiler, node, chosen)

    def selected(self, rows: sa.Select[Any], compiler: _Compiler, node: Aggregate, chosen: Clause) -> Clause:
        query = rows.with_only_columns(chosen)
        if node.where is not None:
            query = query.where(compiler.holds(node.where))
        return query.scalar_subquery()

    # Numbers.

    def number(self, node: TypedExpression) -> Number:
        if node.type.name == "blank":
            return self.numbers.blank()
        return _NUMBERS[type(node)](self, node)

    def number_literal(self, node: Literal_) -> Number:
        value = node.value
        return self.numbers.literal(value) if isinstance(value, int | Decimal) else self.numbers.blank()

    def number_field(self, node: FieldRef) -> Number:
        field = self.app.entities[node.entity].fields[node.field]
        values, path = self.context.form_values or {}, form_path(node)
        if self.of_form(node) and (not node.hops or path in values):
            value = values.get(path)
            return self.numbers.literal(value) if isinstance(value, int | Decimal) else self.numbers.blank()
        way = way_from(self.context, node.root, node.hops, node.entity)
        if field.column is None and field.formula is not None and way.host is not None and not way.hops:
            return self.fitted(_Compiler(SqlContext(self.context.around, way.host)).number(field.formula.typed), field)
        if field.column is None and field.formula is not None:
            return self.distant_formula(way, field)
        return self.stored(self.field(node), field)

    def stored(self, clause: Clause, field: CompiledField) -> Number:
        scale = getattr(field.column.type, "scale", 0) if field.column is not None else 0
        return self.numbers.column(clause, int(scale or 0), field.stored == "int")

    def fitted(self, number: Number, field: CompiledField) -> Number:
        """A formula's number as its field would hold it: rounded half-up to its scale."""
        kind = field.type.column_type(field.scale)
        return self.numbers.fitted(number, int(getattr(kind, "scale", 0) or 0))

    def distant_formula(self, way: Way, field: CompiledField) -> Number:
        """A formula of a linked row: its one form of number has to leave the subquery, so it is read back as such."""
        shapes: list[Number] = []

        def chosen(last: Bound) -> Clause:
            assert field.formula is not None
            inner = _Compiler(SqlContext(self.context.around, last))
            shapes.append(self.fitted(inner.number(field.formula.typed), field))
            return shapes[-1].clause

        clause = linked_row(self.context, way, chosen)
        return Number(clause, shapes[-1].scale, shapes[-1].bound, shapes[-1].whole)

    def number_context(self, node: ContextRef) -> Number:
        value = self.app.settings[node.name] if node.kind == "setting" else None
        return self.numbers.literal(value) if isinstance(value, int | Decimal) else self.numbers.blank()

    def number_unary(self, node: Unary) -> Number:
        return self.numbers.negate(self.number(node.operand))

    def number_binary(self, node: Binary) -> Number:
        if node.left.type.name == "date":
            days = self.dates.days_between(self.value(node.right), self.value(node.left))
            return self.numbers.counted(days)
        left, right = self.number(node.left), self.number(node.right)
        if node.operator == "*":
            return self.numbers.multiply(left, right)
        if node.operator == "/":
            return self.numbers.divide(left, right)
        return self.numbers.add(left, right, 1 if node.operator == "+" else -1)

    def number_case(self, node: Case) -> Number:
        values = [value for _, value in node.branches] + ([node.otherwise] if node.otherwise is not None else [])
        forms = self.numbers.alike([self.number(value) for value in values])
        otherwise = forms[-1].clause if node.otherwise is not None else sa.null()
        pairs = [(self.holds(condition), form.clause) for (condition, _), form in zip(node.branches, forms, strict=False)]
        return self.joined(forms, sa.case(*pairs, else_=otherwise), node.type)

    def joined(self, forms: Sequence[Number], clause: Clause, kind: ValueType) -> Number:
        scale = None if any(f.scale is None for f in forms) else max(f.scale or 0 for f in forms)
        return Number(clause, scale, max(f.bound for f in forms), kind.name == "int")

    def number_call(self, node: Call) -> Number:
        name = node.function
        if name in ("coalesce", "least", "greatest"):
            forms = self.numbers.alike([self.number(a) for a in node.arguments])
            clause = sa.func.coalesce(*(f.clause for f in forms)) if name == "coalesce" else self.numbers.chosen(name, forms)
            return self.joined(forms, clause, node.type)
        if name in ("round", "floor", "ceil", "abs"):
            return self.rounding(node)
        if name == "len":
            return self.numbers.counted(sa.func.length(self.value(node.arguments[0])))
        days = [self.value(a) for a in node.arguments]
        return self.numbers.counted(self.dates.number(name, days))

    def rounding(self, node: Call) -> Number:
        number = self.number(node.arguments[0])
        if node.function == "abs":
            return self.numbers.absolute(number)
        if node.function in ("floor", "ceil"):
            return self.numbers.whole(node.function, number)
        if len(node.arguments) == 1:
            return self.numbers.rounded(number, sa.literal_column("0"), 0)
        digits = node.arguments[1]
        known = digits.value if isinstance(digits, Literal_) and isinstance(digits.value, int) else None
        return self.numbers.rounded(number, self.number(digits).clause, max(0, known) if known is not None else None)

    def number_aggregate(self, node: Aggregate) -> Number:
        rows, inner = collection_rows(self.context, node.collection)
        compiler = _Compiler(inner)
        if node.function == "count":
            return self.numbers.counted(self.selected(rows, compiler, node, sa.func.count()))
        assert node.value is not None
        value = compiler.number(node.value)
        value = replace(value, clause=_of_row(inner, value.clause))
        if node.function == "sum":
            total = self.numbers.total(value)
            return Number(self.selected(rows, compiler, node, total.clause), total.scale, total.bound, value.whole)
        if node.function == "avg":
            total, amount = self.numbers.total(value), self.numbers.counted(sa.func.count(value.clause))
            quotient = self.numbers.divide(total, Number(sa.func.nullif(amount.clause, 0), 0, amount.bound, True))
            return Number(self.selected(rows, compiler, node, quotient.clause), quotient.scale, quotient.bound)
        return self.extreme(rows, compiler, node, value)

    def extreme(self, rows: sa.Select[Any], compiler: _Compiler, node: Aggregate, value: Number) -> Number:
        if value.scale is not None or self.dialect == "postgresql":
            chosen = getattr(sa.func, node.function)(value.clause, type_=value.clause.type)
            return Number(self.selected(rows, compiler, node, chosen), value.scale, value.bound, value.whole)
        name = sa.func.lw_min if node.function == "min" else sa.func.lw_max
        return Number(self.selected(rows, compiler, node, name(value.clause, type_=sa.Text())), None, 0)


_VALUES: dict[type, Callable[[_Compiler, Any], Clause]] = {
    Literal_: _Compiler.literal, FieldRef: _Compiler.field, ContextRef: _Compiler.context_value, Unary: _Compiler.unary,
    Binary: _Compiler.binary, In: _Compiler.membership, Case: _Compiler.case, Call: _Compiler.call,
}
_NUMBERS: dict[type, Callable[[_Compiler, Any], Number]] = {
    Literal_: _Compiler.number_literal, FieldRef: _Compiler.number_field, ContextRef: _Compiler.number_context,
    Unary: _Compiler.number_unary, Binary: _Compiler.number_binary, Case: _Compiler.number_case,
    Call: _Compiler.number_call, Aggregate: _Compiler.number_aggregate,
}


def _aggregate(compiler: _Compiler, node: Aggregate) -> Clause:
    return compiler.tested(node) if node.function in ("any", "all") else compiler.measured(node)


_VALUES[Aggregate] = _aggregate


def _of_row(inner: SqlContext, value: Clause) -> Clause:
    """`value` as something of the collection's row. SQL counts an aggregate over nothing but outer columns among the
    outer query's, where it would make one row of all."""
    return sa.case((inner.row.row.c.id.is_not(None), value))


def _never_blank(node: TypedExpression) -> bool:
    if isinstance(node, Literal_):
        return node.value is not None
    if isinstance(node, ContextRef):
        return node.kind in ("user", "now", "today")
    if isinstance(node, Binary):
        return node.operator in ("==", "!=")
    if isinstance(node, Call):
        return node.function in ("is_blank", "is_set")
    return isinstance(node, In) or (isinstance(node, Aggregate) and node.function in ("count", "sum", "any", "all"))

