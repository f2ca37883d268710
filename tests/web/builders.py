"""Hand-built compiled fields for tests of binding and drawing."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.compiled import CompiledEntity, CompiledField, CompiledLink, CompiledOption
from engine.field_types import FIELD_TYPES
from engine.field_types.base import TextContext

SHANGHAI = TextContext(ZoneInfo("Asia/Shanghai"), "zh")


def field(name: str, kind: str, **more: Any) -> CompiledField:
    """A field of `kind` labelled by its name."""
    return CompiledField(name, kind, kind, FIELD_TYPES[kind], {"zh": name, "en": name}, **more)


def option(name: str, label: str, color: str | None = None) -> CompiledOption:
    return CompiledOption(name, {"zh": label, "en": label}, color, False)


def link(to: str) -> CompiledLink:
    return CompiledLink((to,), None, None, "restrict")


def entity(name: str, *fields: CompiledField, child: bool = False) -> CompiledEntity:
    """An entity with these fields and nothing else."""
    table = sa.Table(f"t_{name}", sa.MetaData(), sa.Column("id", sa.Integer))
    label = {"zh": name, "en": name}
    return CompiledEntity(
        name, label, label, "file", table, 1, {f.name: f for f in fields}, (("field", fields[0].name),),
        False, False, child, (),
    )
