"""The entities that the platform itself reads: there, with the fields it reads of them."""

from __future__ import annotations

from metadata.checks.context import Checking
from metadata.codes import entities as codes
from metadata.specs.entity import EntitySpec
from metadata.specs.people import PEOPLE


def check_people(c: Checking) -> None:
    """Where roles can be given to people, people are whole; a model without that is one nobody signs in to."""
    given = c.app.entities.get("role_assignment")
    if given is None:
        return
    for name, fields in PEOPLE.items():
        entity = c.app.entities.get(name)
        if entity is None or entity.retired:
            c.note(codes.PEOPLE_ENTITY, given.place, entity=name, names=", ".join(PEOPLE))
            continue
        for field, kinds in fields.items():
            _field(c, entity, field, kinds)


def _field(c: Checking, entity: EntitySpec, name: str, kinds: tuple[str, ...]) -> None:
    declared = entity.fields.get(name)
    if declared is None or declared.retired or declared.stored not in kinds:
        place = entity.place if declared is None else declared.place
        c.note(codes.PEOPLE_FIELD, place, entity=entity.name, name=name, kinds=", ".join(kinds))
