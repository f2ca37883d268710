"""Home pages count and show lists that there are."""

from __future__ import annotations

from collections.abc import Collection

from metadata.checks.context import Checking
from metadata.codes import screens as codes
from metadata.near import listed, unknown
from metadata.problems import Place
from metadata.specs.entity import EntitySpec, live_fields
from metadata.specs.screens import TOTALLED, WAYS


def check_homes(c: Checking) -> None:
    for home in c.app.homes.values():
        if home.role:
            c.role(home.role, c.places.of("home", home.name, "for"))
        for number in home.numbers:
            _item(c, number.list, "total", number.total, TOTALLED, number.place)
        for shown in home.lists:
            _item(c, shown.list, "due", shown.due, WAYS["calendar"], shown.place)


def _item(c: Checking, name: str, word: str, field: str | None, kinds: Collection[str], place: Place) -> None:
    """The list is there, and the field of its records that `word` names is of one of `kinds`."""
    spec = c.app.lists.get(name)
    if spec is None:
        c.note(codes.UNKNOWN_LIST, place, **unknown(name, c.app.lists))
        return
    entity = c.app.entities.get(spec.entity)
    if entity is not None:
        check_suited(c, entity, word, field, kinds, place)


def check_suited(c: Checking, entity: EntitySpec, word: str, field: str | None, kinds: Collection[str], place: Place) -> None:
    """The field of the entity that `word` names (None: it is not said) is its own and of one of `kinds`."""
    found = c.field(entity, field, place) if field is not None else None
    if found is None or (found.field is not None and found.stored in kinds):
        return
    fits = [one.name for one in live_fields(entity) if one.stored in kinds and not one.hidden]
    values = {"known_zh": f"可用：{listed(fits)}", "known_en": f"expected one of: {listed(fits)}"} if fits else {
        "known_zh": f"{entity.name} 没有可用的字段", "known_en": f"no field of {entity.name} would do"}
    kind = found.field.kind if found.field is not None else found.stored or ""
    c.note(codes.NOT_SUITED, place, word=word, name=found.name, kind=kind, **values)
