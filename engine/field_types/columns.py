"""Column types of kinds that hold more than one scalar. Text on both databases, so that both answer alike."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from engine.records.queries import RecordRef


class Several(TypeDecorator[Any]):
    """A small set of names or ids, stored as `,a,b,` in the given order; never an empty text (that is NULL).

    `has_item` is the SQL for membership.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, numbers: bool = False) -> None:
        super().__init__()
        self.numbers = numbers

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return f",{','.join(str(item) for item in value)}," if value else None

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        items = value[1:-1].split(",")
        return tuple(int(item) for item in items) if self.numbers else tuple(items)

    def coerce_compared_value(self, op: Any, value: Any) -> sa.types.TypeEngine[Any]:
        return sa.Text() if isinstance(value, str) else self


def has_item(column: sa.ColumnElement[Any], item: Any) -> sa.ColumnElement[bool]:
    """SQL: whether the set in `column` (of type `Several`) holds `item`, a value or a column; false when blank."""
    text = sa.type_coerce(column, sa.Text)
    wanted = sa.literal(",") + sa.cast(item, sa.Text) + sa.literal(",")
    return sa.func.coalesce(sa.func.replace(text, wanted, "") != text, sa.false())


class Reference(TypeDecorator[RecordRef]):
    """A record of any entity, stored as `entity:id`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return f"{value.entity}:{value.id}" if isinstance(value, RecordRef) else value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> RecordRef | None:
        if value is None:
            return None
        entity, _, number = value.partition(":")
        return RecordRef(entity, int(number))
