"""Group keys as text, for addresses: a JSON list, one entry per grouping."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.field_types import FIELD_TYPES
from engine.field_types.base import FieldType
from engine.outside import comparable, parse_json
from engine.refusals import NotFound
from reports.compiled import CompiledReport


def keys_text(report: CompiledReport, keys: Sequence[object]) -> str:
    """The text form of the keys of one group."""
    coded = [
        None if key is None else FIELD_TYPES[grouped.stored].json(key)
        for grouped, key in zip(report.groupings, keys, strict=True)
    ]
    return json.dumps(coded, ensure_ascii=False, separators=(",", ":"))


def parse_keys(report: CompiledReport, text: str) -> tuple[object, ...]:
    """The keys that `keys_text` wrote; raises `NotFound` for anything else."""
    try:
        coded = parse_json(text)
        if not isinstance(coded, list) or len(coded) != len(report.groupings):
            raise NotFound()
        return tuple(
            None if one is None else _key(FIELD_TYPES[grouped.stored], one)
            for grouped, one in zip(report.groupings, coded, strict=True)
        )
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise NotFound() from error


def _key(kind: FieldType, coded: object) -> object:
    """The key that `coded` stands for; raises for what `keys_text` never writes."""
    key = kind.from_json(coded)
    if not comparable(key) or kind.json(key) != coded:
        raise ValueError
    return key
