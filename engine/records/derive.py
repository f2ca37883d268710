"""Derived values of a record that lie in its own row: fetched copies and stored formulas. Roll-ups are in
`engine.records.rollups`; formulas that cross a link or read the clock are computed by whoever reads.

A fetched value is copied whenever its record is written: `always` follows the link, `if_blank` only fills a blank.
"""

from __future__ import annotations

from contextlib import suppress

from engine.compiled import CompiledField, Rule
from engine.field_types.base import InvalidValue
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.refusals import FieldError


def fetch(draft: Draft, environment: Environment) -> list[FieldError]:
    """Copy what the record fetches from the records it links to (read over all rows: a right to the copy is a right of
    its own). Returns what does not fit its field."""
    errors: list[FieldError] = []
    for field in draft.entity.groups.fetched:
        assert field.fetch is not None
        link, source, keep = field.fetch
        if keep == "if_blank" and draft.values.get(field.name) is not None:
            continue
        try:
            draft.values[field.name] = field.type.assign(environment.across(link, source), field)
        except InvalidValue as invalid:
            draft.values[field.name] = field.type.blank
            errors.append(FieldError(f"{draft.path}{field.name}", invalid.message))
    return errors


def copies_into_blanks(draft: Draft, environment: Environment) -> dict[str, object]:
    """What `keep: if_blank` will copy into fields that are blank and may be entered, as far as `environment` holds it: a
    form shows it before the record is saved. What does not fit its field is left out."""
    found: dict[str, object] = {}
    for field in draft.entity.groups.fetched:
        if field.fetch is None or field.fetch[2] != "if_blank" or field.name not in draft.editable:
            continue
        if draft.values.get(field.name) is not None or field.name in draft.unread:
            continue
        with suppress(InvalidValue):
            found[field.name] = field.type.assign(environment.across(*field.fetch[:2]), field)
    return {name: value for name, value in found.items() if value is not None}


def formulas(draft: Draft, environment: Environment) -> list[FieldError]:
    """Bring the stored formulas of the record's own row up to date; formulas over formulas settle in their order.
    Returns what does not fit its field."""
    errors: list[FieldError] = []
    for field, rule in stored_formulas(draft):
        try:
            draft.values[field.name] = field.type.assign(rule.call(environment), field)
        except InvalidValue as invalid:
            draft.values[field.name] = None
            errors.append(FieldError(f"{draft.path}{field.name}", invalid.message))
    return errors


def stored_formulas(draft: Draft) -> list[tuple[CompiledField, Rule]]:
    """The stored formulas of a record, each after those it reads."""
    fields = [draft.entity.fields[name] for name in draft.entity.formulas]
    return [(field, field.formula) for field in fields if field.formula is not None]
