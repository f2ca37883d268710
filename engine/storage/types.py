"""Column types that hold the same bytes of meaning on SQLite and PostgreSQL (law 13)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An instant. Python side: aware UTC datetime with microseconds. SQLite: integer microseconds since 1970 UTC;
    PostgreSQL: timestamptz."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        delta = value - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC)
        seconds, micro = divmod(value, 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)


class Day(TypeDecorator[Any]):
    """A calendar date without zone. SQLite: ISO text (sorts as dates); PostgreSQL: date."""

    impl = sa.Date
    cache_ok = True


class Exact(TypeDecorator[Decimal]):
    """An exact decimal of at most 18 digits, `scale` of them after the point. SQLite: integer scaled by 10**scale;
    PostgreSQL: numeric(18, scale). Values are rounded half-up to the scale when bound."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__(18, scale)
        self.scale = scale
        self._beyond = Decimal(10) ** (18 - scale)

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Numeric(18, self.scale))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value)
        if abs(exact) >= self._beyond:  # to compare with only: nothing stored reaches it, so that it stands for all beyond
            exact = self._beyond.copy_sign(exact)
        rounded = exact.quantize(Decimal(1).scaleb(-self.scale), ROUND_HALF_UP)
        return rounded if dialect.name == "postgresql" else int(rounded.scaleb(self.scale))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value) if dialect.name == "postgresql" else Decimal(value).scaleb(-self.scale)
