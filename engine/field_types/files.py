"""Kinds that hold files by the id of their `lw_file` row. Whose file it is, is judged by `engine.records.validate`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledField
from engine.field_types.base import InvalidValue
from engine.field_types.columns import Several
from engine.field_types.links import LinksType, LinkType

MOST_FILES = 100


class FileType(LinkType):
    """One file."""

    kind = "file"


class FilesType(LinksType):
    """Any number of files, in the order of their ids; none is blank."""

    kind = "files"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Several(numbers=True)

    def check(self, value: object, field: CompiledField) -> None:
        super().check(value, field)
        if isinstance(value, tuple) and len(value) > MOST_FILES:
            raise InvalidValue("too_many", {"limit": MOST_FILES})
