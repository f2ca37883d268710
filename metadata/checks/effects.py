"""Effects and people places: that what they name exists and can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metadata.checks.context import Checking
from metadata.checks.copies import check_copies
from metadata.codes import flows as codes
from metadata.codes import names as name_codes
from metadata.near import unknown
from metadata.problems import Place
from metadata.specs.common import People, Value
from metadata.specs.entity import EntitySpec
from metadata.specs.flow import EffectSpec


def check_people(c: Checking, people: Iterable[People], entity: EntitySpec, initiator: bool = True) -> None:
    """Roles exist, paths lead to people, owner has an owner. `initiator`: whether there is a submitter here."""
    for who in people:
        if who.role is not None:
            c.role(who.role, who.place)
        if who.kind == "owner" and not entity.owned:
            zh, en = "给实体加 owned: true，或写 field(x)", "add owned: true to the entity, or use field(x)"
            _nobody(c, who, "owner", zh, en)
        if who.kind == "initiator" and not initiator:
            _nobody(c, who, "initiator", "改用 owner 或 role(x)", "use owner or role(x)")
        if who.kind == "field":
            found = c.path(entity, who.path, who.place)
            if found and found.stored != "user":
                _nobody(c, who, f"field({'.'.join(who.path)})", "应指向 user 字段", "name a field of type user")


def _nobody(c: Checking, who: People, text: str, zh: str, en: str) -> None:
    c.note(codes.NOBODY, who.place, who=text, fix_zh=zh, fix_en=en)


def check_effects(c: Checking, effects: Iterable[EffectSpec], entity: EntitySpec) -> None:
    for effect in effects:
        _CHECKS[effect.verb](c, effect, entity)


def check_values(c: Checking, values: Mapping[str, Value], target: EntitySpec, where: str) -> None:
    """Values name fields of the target that can be written, and copy nothing that is hidden; its state is the flow's."""
    check_copies(c, values, target)
    for name, value in values.items():
        found = c.field(target, name, value.place)
        if found is None:
            continue
        if name in c.state_fields(target.name):
            c.note(codes.SETS_STATE, value.place, field=name, place=where)
        elif c.entered(found, value.place):
            c.option(found.field, value.literal, value.place)


def lacking(c: Checking, values: Mapping[str, Value], target: EntitySpec) -> list[str]:
    """Required fields of the target that neither get a value here nor have one of their own."""
    return [
        field.name for field in target.fields.values()
        if field.required and field.name not in values and field.default is None and not field.formula
        and not field.fetch and field.kind not in ("serial", "children") and not field.retired
    ]


def _set(c: Checking, effect: EffectSpec, entity: EntitySpec) -> None:
    check_values(c, effect.values, entity, "set")


def _create(c: Checking, effect: EffectSpec, entity: EntitySpec) -> None:
    target = c.entity(effect.target or "", effect.place)
    if target is None:
        return
    check_values(c, effect.values, target, "create")
    lacks = lacking(c, effect.values, target)
    if lacks:
        c.note(codes.LACKS_REQUIRED, effect.place, entity=target.name, fields=", ".join(lacks))


def _linked(c: Checking, effect: EffectSpec, entity: EntitySpec, place: Place) -> EntitySpec | None:
    found = c.path(entity, effect.path, place)
    if found is None:
        return None
    target = c.target(found)
    if target is None:
        c.note(name_codes.NOT_A_LINK, place, name=".".join(effect.path))
    return target


def _update(c: Checking, effect: EffectSpec, entity: EntitySpec) -> None:
    target = _linked(c, effect, entity, effect.place)
    if target is not None:
        check_values(c, effect.values, target, "update")


def _move(c: Checking, effect: EffectSpec, entity: EntitySpec) -> None:
    target: EntitySpec | None = entity
    if effect.each and effect.path:
        c.note(codes.MOVE_TARGET, effect.place)
    if effect.where and not effect.each:
        c.note(codes.WHERE_WITHOUT_EACH, effect.where.place)
    if effect.each:
        target = c.collection(entity, effect.each, effect.place)
    elif effect.path:
        target = _linked(c, effect, entity, effect.place)
    if target is not None and effect.target not in c.moves(target.name):
        values = unknown(effect.target or "", c.moves(target.name))
        c.note(name_codes.UNKNOWN_MOVE, effect.place, entity=target.name, **values)


def _convert(c: Checking, effect: EffectSpec, entity: EntitySpec) -> None:
    name = effect.target or ""
    if c.one_of(c.app.converts, name, effect.place, name_codes.UNKNOWN_CONVERT):
        source = c.app.converts[name].source
        if source != entity.name:
            c.note(codes.OTHER_SOURCE, effect.place, convert=name, other=source, entity=entity.name)


def _notify(c: Checking, effect: EffectSpec, entity: EntitySpec) -> None:
    check_people(c, effect.people, entity)
    for text in effect.text.texts.values() if effect.text else ():
        for part in template_paths(text):
            found = c.path(entity, part, effect.place)
            if found and not found.sortable:
                c.note(codes.NO_TEXT, effect.place, path=".".join(part), kind=found.stored or "children")


def template_paths(text: str) -> list[tuple[str, ...]]:
    """The field paths in the braces of a text."""
    pieces = (piece.split("}")[0].strip() for piece in text.split("{")[1:] if "}" in piece)
    return [tuple(piece.split(".")) for piece in pieces if piece]


_CHECKS = {"set": _set, "create": _create, "update": _update, "move": _move, "convert": _convert, "notify": _notify}

