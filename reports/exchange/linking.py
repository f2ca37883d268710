"""Links in cells: records by the titles that an export writes for them, and the other way round (R17).

`Acme` is the record of a link titled so, `#12` one that shows no title; records of several are separated as the export
separates them; a record of one of several entities is named with its entity: `Customer:Acme`.
"""

from __future__ import annotations

from functools import cache

from engine.compiled import CompiledEntity, CompiledField
from engine.field_types.base import InvalidValue
from engine.numerals import number_of
from engine.records import read
from engine.records.queries import Choice, RecordRef
from engine.records.several import SEPARATOR
from engine.refusals import FieldError, Invalid, Message
from engine.runtime import ReadSession

MOST_CHOICES = 50
_MARKS = (":", "：")


def reference_text(target: CompiledEntity, title: str, language: str) -> str:
    """The cell of a link that may lead to several entities."""
    return f"{target.label[language]}:{title}"


def linked(session: ReadSession, entity: str, column: CompiledField, cell: str) -> object:
    """The value of the link `column` that `cell` means. Raises `InvalidValue` for what is no title, and for one that
    several records have."""
    if column.stored == "links":
        return _several(session, entity, column, cell)
    if column.stored == "any_link":
        return _of_any(session, entity, column, cell)
    return _only(_named(session, entity, column, cell), cell).id


def _several(session: ReadSession, entity: str, column: CompiledField, cell: str) -> tuple[int, ...]:
    """Titles may hold the separator themselves: the one way to read the cell counts."""
    parts = [part.strip() for part in cell.split(SEPARATOR)]

    @cache
    def named(first: int, last: int) -> list[Choice]:
        return _named(session, entity, column, SEPARATOR.join(parts[first:last]))

    @cache
    def readings(first: int) -> list[tuple[int, ...]]:
        if first == len(parts):
            return [()]
        found: list[tuple[int, ...]] = []
        for last in range(first + 1, len(parts) + 1):
            rest = readings(last) if named(first, last) else []
            found += [(choice.id, *others) for choice in named(first, last) for others in rest]
            if len(found) > 1:
                break
        return found

    found = readings(0)
    if len(found) == 1:
        return tuple(sorted(set(found[0])))
    unknown = next((part for place, part in enumerate(parts) if not named(place, place + 1)), cell)
    raise InvalidValue("link_ambiguous", {"text": cell}) if found else InvalidValue("link_not_found", {"text": unknown})


def _of_any(session: ReadSession, entity: str, column: CompiledField, cell: str) -> RecordRef:
    targets = [session.app.entities[name] for name in (column.link.to if column.link else ())]
    meant = [(target.name, rest) for target in targets if (rest := _rest(target, cell))]
    if not meant:
        known = "、".join(f"{target.label['zh']}（{target.name}）" for target in targets)
        plain = ", ".join(f"{target.label['en']} ({target.name})" for target in targets)
        raise InvalidValue("link_of_what", {"text": cell, "known": {"zh": known, "en": plain}})
    found = [c for target, title in meant for c in _named(session, entity, column, title) if c.entity in (target, "")]
    choice = _only(found, cell)
    return RecordRef(choice.entity or meant[0][0], choice.id)


def _rest(target: CompiledEntity, cell: str) -> str:
    """What follows the name or a label of `target` and a colon; "" where the cell does not begin so."""
    heads = [head + mark for head in (target.name, *target.label.values()) for mark in _MARKS]
    return next((cell[len(head) :].strip() for head in heads if cell.casefold().startswith(head.casefold())), "")


def _named(session: ReadSession, entity: str, column: CompiledField, title: str) -> list[Choice]:
    """The candidates of the link that show exactly `title`, at most two. A number is judged when it is written."""
    try:
        found = read.pick(session, entity, column.name, title, {}, limit=MOST_CHOICES)
    except Invalid as refusal:
        raise _at_cell(refusal.errors[0]) from None
    same = [choice for choice in found if choice.title == title]
    number = number_of(title.removeprefix("#")) if title.startswith("#") else None
    return same[:2] if same or number is None else [Choice(number, title, entity="")]


def _at_cell(error: FieldError) -> InvalidValue:
    message: Message = error.message
    return InvalidValue(message.code, message.values)


def _only(found: list[Choice], cell: str) -> Choice:
    if len(found) != 1:
        raise InvalidValue("link_not_found" if not found else "link_ambiguous", {"text": cell})
    return found[0]
