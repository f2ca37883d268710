"""What stands beside texts that tests write past the service."""

from __future__ import annotations

from collections.abc import Mapping

from engine.collation import collation_key
from engine.compiled import CompiledEntity


def order_values(entity: CompiledEntity, values: Mapping[str, object]) -> dict[str, object]:
    """Column -> what a text among `values` (by field name) sorts by."""
    found = ((key, values[name]) for name, key in entity.groups.ordered if name in values)
    return {key: collation_key(value) if isinstance(value, str) else None for key, value in found}
