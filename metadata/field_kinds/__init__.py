"""The registry of field kinds, in the order in which real systems need them."""

from __future__ import annotations

from collections.abc import Mapping

from metadata.field_kinds.base import EVERY_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.field_kinds.choices import CHOICE_KINDS, OPTION, OPTIONS
from metadata.field_kinds.derived import DERIVED_KINDS
from metadata.field_kinds.links import LINK_KINDS
from metadata.field_kinds.numbers import NUMBER_KINDS
from metadata.field_kinds.texts import TEXT_KINDS
from metadata.field_kinds.times import TIME_KINDS

__all__ = ["EVERY_FIELD", "FIELD_KINDS", "OPTION", "OPTIONS", "FieldKind", "LiteralContext", "NotALiteral"]

_ORDER = (
    "text", "bool", "link", "choice", "int", "money", "long", "decimal", "date", "datetime", "children", "formula",
    "rollup", "fetch", "serial", "percent", "email", "phone", "url", "file", "files", "choices", "user", "dept",
    "any_link", "links", "rating", "time", "duration",
    "color", "geo", "tags", "image", "images", "signature",
    "rich",
)
_KINDS = {
    kind.name: kind
    for family in (TEXT_KINDS, NUMBER_KINDS, TIME_KINDS, CHOICE_KINDS, LINK_KINDS, DERIVED_KINDS)
    for kind in family
}

FIELD_KINDS: Mapping[str, FieldKind] = {name: _KINDS[name] for name in _ORDER}
"""name -> kind, all 36."""
