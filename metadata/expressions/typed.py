"""The typed tree of an expression: what the checker makes and every reader (closure, SQL, sentence) reads.

It names fields and entities by plain text and holds no spec, so that compiled code never reaches
declared metadata. Every node carries its `ValueType`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TypeName = Literal[
    "text", "bool", "int", "decimal", "date", "datetime", "duration", "choice", "choices",
    "link", "any_link", "user", "dept", "rich", "file", "files", "collection", "list", "id", "blank",
]


@dataclass(frozen=True, slots=True)
class ValueType:
    """`scale`: decimal digits of a decimal (percent and money are decimals; None = unbounded intermediate).

    `currency`: code of a money value where known. `entity`: target of a link or collection. `options`: names of a choice;
    `former`: its earlier names, each with the present one. `item`: the type of a list's members. `unit`: of a duration
    literal, days wd wh months hours.
    """

    name: TypeName
    scale: int | None = None
    currency: str | None = None
    entity: str | None = None
    options: tuple[str, ...] = ()
    item: ValueType | None = None
    unit: str | None = None
    former: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Literal_:
    """A literal: `value` is str, bool, int, Decimal, date, datetime, `Span` or None (blank)."""

    value: object
    type: ValueType


@dataclass(frozen=True, slots=True)
class Span:
    """A duration literal: `15d` days, `1mo` months, `360h` hours, `2wd` working days, `4wh` working hours."""

    amount: int
    unit: Literal["d", "mo", "h", "wd", "wh"]


@dataclass(frozen=True, slots=True)
class Hop:
    """Crossing link `field` (declared on `source`) to one record of `target`."""

    source: str
    field: str
    target: str


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the row looked at (`root` = row), of `$this`, `$old`, `$parent`, or of `$user`, after `hops`.

    `entity` owns `field`. System fields (`id owner dept created_at approval` ...) are ordinary names here.
    """

    root: Literal["row", "this", "old", "parent", "user", "new"]
    hops: tuple[Hop, ...]
    entity: str
    field: str
    type: ValueType
    new: str | None = None


@dataclass(frozen=True, slots=True)
class ContextRef:
    """`$user` (its id), `$this` (its id), `$now`, `$today`, `$setting.x` (`name` = x when `kind` is setting)."""

    kind: Literal["user", "this", "now", "today", "setting"]
    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class RoleCall:
    """`role(x)` on the right of `in`: true when the left user holds role x (directly or by inclusion)."""

    role: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Unary:
    operator: Literal["not", "-"]
    operand: TypedExpression
    type: ValueType


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Literal["+", "-", "*", "/", "and", "or", "==", "!=", "<", "<=", ">", ">="]
    left: TypedExpression
    right: TypedExpression
    type: ValueType


@dataclass(frozen=True, slots=True)
class In:
    """`left in items`: items is a list, a `choices`/`links` field, or `role(x)`; `negated` for `not in`."""

    left: TypedExpression
    items: TypedExpression
    negated: bool
    type: ValueType


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[TypedExpression, ...]
    type: ValueType


@dataclass(frozen=True, slots=True)
class Case:
    branches: tuple[tuple[TypedExpression, TypedExpression], ...]
    otherwise: TypedExpression | None
    type: ValueType


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the catalogue in `metadata.expressions.functions`."""

    function: str
    arguments: tuple[TypedExpression, ...]
    type: ValueType


@dataclass(frozen=True, slots=True)
class Collection:
    """Child rows or a back collection `name` of `entity` reached over `hops`; its rows are of `target`.

    `kind` children: rows of the child entity whose parent is the host; back: rows of `target` whose link
    `link_field` is the host; links: many-to-many through `link_field`.
    """

    root: Literal["row", "this", "old", "parent"]
    hops: tuple[Hop, ...]
    entity: str
    name: str
    kind: Literal["children", "back", "links"]
    target: str
    link_field: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`count any all sum min max avg` over a collection; bare names in `value` and `where` are the tested row's."""

    function: Literal["count", "any", "all", "sum", "min", "max", "avg"]
    collection: Collection
    value: TypedExpression | None
    where: TypedExpression | None
    type: ValueType


TypedExpression = (
    Literal_ | FieldRef | ContextRef | RoleCall | Unary | Binary | In | ListOf | Case | Call | Collection | Aggregate
)
