"""Entities and their fields: names, links, bounds, serials, what may stand together."""

from __future__ import annotations

import re

from metadata import currencies
from metadata.checks.context import Checking
from metadata.codes import entities as codes
from metadata.codes import names as name_codes
from metadata.expressions.lexer import RESERVED
from metadata.field_kinds.numbers import FEWEST_STARS, MOST_STARS
from metadata.near import shortened
from metadata.read.reading import RawLiteral
from metadata.specs.common import Value
from metadata.specs.entity import (
    SERIAL_DATE_PARTS,
    SYSTEM_FIELDS,
    DuplicateRule,
    EntitySpec,
    FieldSpec,
    filled_by_platform,
    live_fields,
)

SEARCHABLE = ("text", "long", "phone", "email", "url", "serial", "tags", "rich")
MOST_FIELDS = 500
_UNTOLD = ("bool", "choices", "tags", "rich", "datetime", "time", "duration", "geo")
"""Kinds whose stored value is no text that people read."""
_TOKEN = re.compile(r"\{([^{}]*)\}")
_COUNTER = re.compile(r"0*1|0+")
_OF_PERIOD = {"never": (), "year": ("yy",), "month": ("yy", "MM"), "day": ("yy", "MM", "dd")}
"""Date parts without which the numbers of two periods look alike."""
_LARGEST_SCALE = 12
_TAKEN = {*SYSTEM_FIELDS, "parent_id", "parent_field", "position"}
_ASKED_OF_INPUT = ("required", "required_if", "default", "readonly_if", "set_once", "pattern")
_OF_A_COLUMN = ("unique", "index")
_HOW = {"formula": ("公式", "formula"), "rollup": ("汇总", "roll-up"), "fetch": ("取值", "fetch")}


def check_entities(c: Checking) -> None:
    """Every entity and field by itself."""
    for entity in c.live_entities():
        _entity(c, entity)
        for field in live_fields(entity):
            declared = c.places.has("entity", entity.name, "fields", field.name)
            if declared or field.name not in c.state_fields(entity.name):
                _field(c, entity, field)
    _serials(c)


def _entity(c: Checking, entity: EntitySpec) -> None:
    name = entity.name
    if len(entity.fields) > MOST_FIELDS:
        c.note(codes.TOO_MANY_FIELDS, entity.place, entity=name, count=str(len(entity.fields)), limit=str(MOST_FIELDS))
    if entity.child and not entity.parents:
        c.note(codes.ORPHAN_CHILD, entity.place, entity=name)
    if entity.child and entity.owned:
        c.note(codes.CHILD_OWNED, c.places.key("entity", name, "owned"), entity=name, word="owned")
    for flow in c.flows(name):
        if c.places.has("entity", name, "fields", flow.field):
            place = c.places.key("entity", name, "fields", flow.field)
            c.note(codes.STATE_FIELD_DECLARED, place, field=flow.field, flow=flow.name)
    _title(c, entity)
    _search(c, entity)
    _combinations(c, entity)
    _was(c, entity)


def _title(c: Checking, entity: EntitySpec) -> None:
    place = c.places.of("entity", entity.name, "title")
    for path in (part.path for part in entity.title if part.path):
        found = c.field(entity, path[0], place)
        if len(path) > 1:
            c.note(codes.TITLE_CROSSES_LINK, place, path=".".join(path))
        elif found and not found.sortable:
            c.note(codes.NO_COLUMN, place, field=found.name, place="title")
        elif found and found.stored in _UNTOLD:
            c.note(codes.TITLE_KIND, place, field=found.name, kind=str(found.stored))
    if not entity.title and not entity.child and not {"name", "title", "number", "subject"} & entity.fields.keys():
        c.note(codes.NO_TITLE, entity.place, entity=entity.name)


def _search(c: Checking, entity: EntitySpec) -> None:
    for index, name in enumerate(entity.search):
        place = c.places.of("entity", entity.name, "search", index)
        found = c.field(entity, name, place)
        if found and found.stored not in SEARCHABLE:
            c.note(codes.NOT_SEARCHABLE, place, field=name, kind=found.stored or "children", place="search")
        elif found and c.computed_when_read(entity, name):
            c.note(codes.NO_COLUMN, place, field=name, place="search")
    _each_once(c, entity, entity.search, ("search",))


def _combinations(c: Checking, entity: EntitySpec) -> None:
    """unique, indexes, checks and duplicates name fields that suit them."""
    for unique in (rule for rule in entity.unique.values() if not rule.retired):
        for index, name in enumerate(unique.fields):
            _column(c, entity, name, ("unique", unique.name, "fields", index))
        _each_once(c, entity, unique.fields, ("unique", unique.name, "fields"))
    for number, names in enumerate(entity.indexes):
        for index, name in enumerate(names):
            _column(c, entity, name, ("indexes", number, index))
        _each_once(c, entity, names, ("indexes", number))
    for check in (check for check in entity.checks.values() if not check.retired):
        if check.on_field:
            c.field(entity, check.on_field, c.places.of("entity", entity.name, "checks", check.name, "on_field"))
    for index, rule in enumerate(entity.duplicates):
        _duplicate(c, entity, rule, ("duplicates", "match", index, rule.how))


def _duplicate(c: Checking, entity: EntitySpec, rule: DuplicateRule, path: tuple[str | int, ...]) -> None:
    """What is the same has a column; what is similar is searched for."""
    place = c.places.of("entity", entity.name, *path)
    if rule.how == "same":
        _column(c, entity, rule.field, path)
        return
    found = c.field(entity, rule.field, place)
    if found and found.stored not in SEARCHABLE:
        c.note(codes.NOTHING_TO_SIMILAR, place, field=rule.field, kind=found.stored or "children")
    elif found and rule.field not in entity.search:
        c.note(codes.SIMILAR_UNSEARCHED, place, field=rule.field)


def _column(c: Checking, entity: EntitySpec, name: str, path: tuple[str | int, ...]) -> None:
    place = c.places.of("entity", entity.name, *path)
    found = c.field(entity, name, place)
    if found and (not found.sortable or c.computed_when_read(entity, name)):
        c.note(codes.NO_COLUMN, place, field=name, place=str(path[0]))


def _each_once(c: Checking, entity: EntitySpec, names: tuple[str, ...], path: tuple[str | int, ...]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            c.note(codes.NAMED_TWICE, c.places.of("entity", entity.name, *path, index), field=name, place=str(path[0]))


def _was(c: Checking, entity: EntitySpec) -> None:
    """A name found in any `was` is not in use again, unless the present holder says it is fresh."""
    for other in entity.was:
        if other in c.app.entities and not c.places.has("entity", other, "fresh"):
            place = c.places.of("entity", entity.name, "was")
            c.note(codes.WAS_TAKEN, place, name=other, what_zh="实体", what_en="entity")
    for field in entity.fields.values():
        for other in field.was:
            if other in entity.fields and not c.places.has("entity", entity.name, "fields", other, "fresh"):
                place = c.places.of("entity", entity.name, "fields", field.name, "was")
                c.note(codes.WAS_TAKEN, place, name=other, what_zh="字段", what_en="field")


def _field(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    if field.name in RESERVED:
        c.note(name_codes.RESERVED_NAME, field.place, name=field.name)
    if field.name in _TAKEN or field.name in c.system_fields(entity):
        c.note(name_codes.SYSTEM_NAME, field.place, name=field.name)
    _derived(c, entity, field)
    if field.default is not None:
        c.option(field, field.default.literal, c.places.of("entity", entity.name, "fields", field.name, "default"))
    _bounds(c, entity, field)
    _links(c, entity, field)
    if field.children:
        _children(c, entity, field)
    if field.kind == "serial":
        _serial(c, entity, field)
    if field.scale is not None and field.scale > _LARGEST_SCALE:
        place = c.places.of("entity", entity.name, "fields", field.name, "scale")
        c.note(codes.SCALE_TOO_LARGE, place, field=field.name, scale=str(field.scale), limit=str(_LARGEST_SCALE))
    if field.currency is not None and field.currency not in currencies.codes():
        place = c.places.of("entity", entity.name, "fields", field.name, "currency")
        c.note(codes.UNKNOWN_CURRENCY, place, text=shortened(field.currency), **currencies.fix(field.currency))


def _derived(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    """A derived field takes no input, so nothing is asked of one; a required read-only one needs a default."""
    how = "formula" if field.formula else "rollup" if field.rollup else None
    if how is None and filled_by_platform(field) and field.fetch:
        how = "fetch"
    path = ("entity", entity.name, "fields", field.name)
    if how:
        bounds = ("min", "max") if field.minimum or field.maximum else ()
        asked = (*_ASKED_OF_INPUT, *bounds, *(("fetch",) if how != "fetch" else ()))
        words = [word for word in asked if c.places.has(*path, word)]
        if words:
            zh, en = _HOW[how]
            place = c.places.key(*path, words[0])
            c.note(codes.INPUT_ON_DERIVED, place, field=field.name, how_zh=zh, how_en=en, words=", ".join(words))
        for word in _OF_A_COLUMN if c.computed_when_read(entity, field.name) else ():
            if c.places.has(*path, word):
                c.note(codes.NO_COLUMN, c.places.key(*path, word), field=field.name, place=word)
    elif field.required and field.readonly and field.default is None and not field.fetch and field.kind != "serial":
        c.note(codes.REQUIRED_BUT_READONLY, c.places.key(*path, "required"), field=field.name)


def _bounds(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    low, high = _literal(field.minimum), _literal(field.maximum)
    if field.kind == "rating":
        _stars(c, entity, field, high)
    if low is None or high is None:
        return
    try:
        crossed = low > high  # pyright: ignore[reportOperatorIssue]
    except TypeError:
        return
    if crossed:
        place = c.places.of("entity", entity.name, "fields", field.name, "min")
        c.note(codes.BOUNDS_CROSSED, place, field=field.name, low=str(low), high=str(high))


def _stars(c: Checking, entity: EntitySpec, field: FieldSpec, most: object) -> None:
    """As many stars as people can tell apart, and a default among them."""
    path = ("entity", entity.name, "fields", field.name)
    if not isinstance(most, int):
        return
    if not FEWEST_STARS <= most <= MOST_STARS:
        values = {"field": field.name, "fewest": str(FEWEST_STARS), "most": str(MOST_STARS)}
        c.note(codes.RATING_STARS, c.places.of(*path, "max"), **values)
        return
    first = _literal(field.default)
    if isinstance(first, int) and first > most:
        c.note(codes.RATING_DEFAULT, c.places.of(*path, "default"), field=field.name, found=str(first), most=str(most))


def _literal(value: Value | None) -> object:
    return None if value is None or isinstance(value.literal, RawLiteral) else value.literal


def _links(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    link = field.link
    if link is None:
        return
    path = ("entity", entity.name, "fields", field.name)
    for index, name in enumerate(link.to):
        place = c.places.of(*path, "to", index) if c.places.has(*path, "to") else field.place
        target = c.entity(name, place)
        if target is None:
            continue
        if target.child:
            c.note(codes.LINK_TO_CHILD, place, entity=name)
        if link.back and target.backs.get(link.back) != (entity.name, field.name):
            c.note(name_codes.BACK_TAKEN, c.places.of(*path, "back"), entity=name, name=link.back)


def _children(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    place = c.places.of("entity", entity.name, "fields", field.name, "of")
    target = c.entity(field.children or "", place)
    if target is not None and not target.child:
        c.note(codes.CHILDREN_OF_ENTITY, place, entity=target.name)
    if entity.child:
        c.note(codes.CHILD_IN_CHILD, field.place, entity=entity.name, field=field.name)


def _serial(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    """One counter, known date parts, and those that its reset needs."""
    pattern = field.serial.pattern if field.serial else ""
    place = c.places.of("entity", entity.name, "fields", field.name, "pattern")
    parts = _TOKEN.findall(pattern)
    counters = [part for part in parts if _COUNTER.fullmatch(part)]
    strange = [part for part in parts if part not in SERIAL_DATE_PARTS and part not in counters]
    rest = _TOKEN.sub("", pattern)
    if strange or len(counters) != 1 or "{" in rest or "}" in rest:
        wrong = strange[0] if strange else rest if "{" in rest or "}" in rest else ", ".join(counters) or "{}"
        c.note(codes.SERIAL_PATTERN, place, text=pattern, part=wrong)
        return
    reset = field.serial.reset if field.serial else "never"
    lacks = [part for part in _OF_PERIOD[reset] if not any(part in each for each in parts)]
    if lacks:
        place = c.places.of("entity", entity.name, "fields", field.name, "reset")
        c.note(codes.SERIAL_REPEATS, place, text=pattern, reset=reset, parts=" ".join(f"{{{part}}}" for part in lacks))


def _serials(c: Checking) -> None:
    """No two serial fields give numbers that look alike."""
    seen: dict[str, str] = {}
    for entity in c.live_entities():
        for field in live_fields(entity):
            if field.serial is None:
                continue
            full = f"{entity.name}.{field.name}"
            other = seen.setdefault(field.serial.pattern, full)
            if other != full:
                place = c.places.of("entity", entity.name, "fields", field.name, "pattern")
                c.note(codes.SERIAL_TWICE, place, text=field.serial.pattern, other=other)
