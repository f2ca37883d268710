"""How lists are shown: by a field that makes a board of them, with an amount that can be summed."""

from __future__ import annotations

from collections.abc import Collection, Set

from metadata.checks.context import Checking, Found
from metadata.codes import screens as codes
from metadata.near import listed
from metadata.specs.entity import EntitySpec, live_fields
from metadata.specs.people import PEOPLE_TARGETS
from metadata.specs.screens import TOTALLED, WAYS, ListSpec


def check_way(c: Checking, spec: ListSpec, entity: EntitySpec) -> None:
    """Every field that a list is shown by or with is the entity's own, and of a kind that the way can use."""
    kinds = WAYS[spec.show]
    called = f"link (to: {entity.name})" if spec.show == "tree" else listed(sorted(kinds))
    said = {"entity": entity.name, "show": spec.show, "kinds": called}
    would_do = [name for name in _named(entity, kinds) if spec.show != "tree" or _leads_home(entity, name)]
    if spec.by is not None and kinds:
        place = c.places.of("list", spec.name, "by")
        found = c.field(entity, spec.by, place)
        if found is not None and not (_usable(found, kinds) and (spec.show != "tree" or _leads_home(entity, found.name))):
            c.note(codes.NOT_SHOWN_BY, place, name=found.name, kind=_kind(found), **said, **_advice(would_do))
    elif spec.by is not None:
        _astray(c, spec, "by", spec.by, ())
    elif kinds and not would_do:
        c.note(codes.NOT_SHOWABLE, c.places.of("list", spec.name, "show"), **said)
    _beside(c, spec, entity, "total", spec.total, TOTALLED if spec.show == "board" else frozenset())
    _beside(c, spec, entity, "until", spec.until, _like(entity, spec.by or next(iter(would_do), "")) & WAYS["calendar"])


def _beside(
    c: Checking, spec: ListSpec, entity: EntitySpec, word: str, name: str | None, kinds: Set[str]
) -> None:
    """A field that a way uses besides `by` is of one of `kinds`."""
    found = c.field(entity, name, c.places.of("list", spec.name, word)) if name is not None else None
    if found is not None and not _usable(found, kinds):
        _astray(c, spec, word, found.name, [one for one in _named(entity, kinds) if one != spec.by])


def _like(entity: EntitySpec, name: str) -> frozenset[str]:
    """The stored kind of the field, so that the two can be compared."""
    field = entity.fields.get(name)
    return frozenset({field.stored}) if field is not None and field.stored is not None else frozenset()


def _named(entity: EntitySpec, kinds: Set[str]) -> list[str]:
    """The fields in use of these kinds."""
    return [field.name for field in live_fields(entity) if not kinds.isdisjoint((field.kind, field.stored or "")) and not field.hidden]


def _usable(found: Found, kinds: Set[str]) -> bool:
    return found.field is not None and not kinds.isdisjoint((found.field.kind, found.stored or ""))


def _leads_home(entity: EntitySpec, name: str) -> bool:
    """Whether the link leads to its own entity and to no other."""
    field = entity.fields[name]
    targets = field.link.to if field.link is not None and field.stored == "link" else (PEOPLE_TARGETS.get(field.stored or ""),)
    return targets == (entity.name,)


def _kind(found: Found) -> str:
    return found.field.kind if found.field is not None else found.stored or ""


def _advice(would_do: list[str]) -> dict[str, str]:
    if not would_do:
        return {"fix_zh": "去掉 show，或加上这样的字段", "fix_en": "take out show, or give the entity such a field"}
    return {"fix_zh": f"可用：{listed(would_do)}", "fix_en": f"these would do: {listed(would_do)}"}


def _astray(c: Checking, spec: ListSpec, word: str, name: str, known: Collection[str]) -> None:
    values = {"known_zh": "这里没有可用的字段", "known_en": "no field would do here"}
    if known:
        values = {"known_zh": f"可用：{listed(known)}", "known_en": f"expected one of: {listed(known)}"}
    c.note(codes.NOT_OF_THE_WAY, c.places.of("list", spec.name, word), word=word, name=name, show=spec.show, **values)
