"""Formulas that are kept by the day: they follow from their own row and the date, and nothing has to be unique in them."""

from __future__ import annotations

from metadata.checks.context import Checking
from metadata.codes import stored as codes
from metadata.formulas import formulas_of_the_day, read_beside, reads_today
from metadata.problems import Place
from metadata.specs.entity import EntitySpec, live_fields


def check_kept(c: Checking) -> None:
    """Every formula with `kept: daily`, and what is asked to be unique."""
    for entity in c.live_entities():
        for field in live_fields(entity):
            typed = field.formula.typed if field.formula else None
            if field.formula is None or typed is None or not field.kept:
                continue
            beside = next(read_beside(entity, field), None)
            if beside is not None:
                c.note(codes.KEPT_READS, field.formula.place, field=field.name, what=beside)
            elif not reads_today(typed):
                place = c.places.key("entity", entity.name, "fields", field.name, "kept")
                c.note(codes.KEPT_WITHOUT_DAY, place, field=field.name)
        _unique(c, entity)


def _unique(c: Checking, entity: EntitySpec) -> None:
    """A day that goes by refuses nothing, so it must not be able to make two values the same."""
    changing = formulas_of_the_day(entity)
    asked: list[tuple[str, Place]] = [
        (field.name, c.places.key("entity", entity.name, "fields", field.name, "unique"))
        for field in live_fields(entity) if field.unique
    ]
    for unique in (rule for rule in entity.unique.values() if not rule.retired):
        asked += [
            (name, c.places.of("entity", entity.name, "unique", unique.name, "fields", index))
            for index, name in enumerate(unique.fields)
        ]
    for name, place in asked:
        if name in changing:
            c.note(codes.KEPT_UNIQUE, place, field=name)
