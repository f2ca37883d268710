"""Links in cells: records by the titles that an export writes for them, and the other way round (R17).

`Acme` is the record of a link titled so, else the one of which a unique field, such as a code, holds `Acme`; `#12` is one that shows
no title; records of several are separated as the export separates them; a record of one of several entities is named with its
entity: `Customer:Acme`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from engine.compiled import CompiledEntity, CompiledField
from engine.field_types.base import InvalidValue
from engine.field_types.characters import shorten
from engine.field_types.links import MOST_LINKS
from engine.languages import names_in
from engine.numerals import number_of
from engine.records import read
from engine.records.queries import Filter, Query, RecordRef
from engine.records.several import SEPARATOR
from engine.refusals import NotFound
from engine.runtime import ReadSession

MOST_PARTS = 2 * MOST_LINKS
"""Parts of a cell of several links; a title may hold a separator itself."""
Meant = TypeVar("Meant", int, RecordRef)

_MARKS = (":", "：")
_KEYS = frozenset({"text", "serial", "email", "phone"})
"""Stored kinds of unique fields by which people name a record."""


def reference_text(target: CompiledEntity, title: str, language: str) -> str:
    """The cell of a link that may lead to several entities."""
    return f"{target.label[language]}:{title}"


class Linking:
    """Reads the links of one row of a table. `values` are what the row is known to hold, which the filter of a link may
    need to tell records of equal titles apart; they may grow while the row is read."""

    def __init__(self, session: ReadSession, entity: str, values: Mapping[str, object]) -> None:
        self._session = session
        self._entity = entity
        self._values = values

    def linked(self, column: CompiledField, cell: str) -> object:
        """The value of the link `column` that `cell` means. Raises `InvalidValue` for what is no title, and for one that
        several records have."""
        if column.stored == "links":
            return self._several(column, cell)
        if column.stored == "any_link":
            return self._of_any(column, cell)
        target = column.link.to[0] if column.link else ""
        found = self._titled(column, target, [cell], "").get(cell, ())
        if not found:
            raise self._absent(column, target, cell)
        return _only(found, cell)

    def _several(self, column: CompiledField, cell: str) -> tuple[int, ...]:
        """Titles may hold the separator themselves: the one way to read the cell counts."""
        parts = cell.split(SEPARATOR)
        if len(parts) > MOST_PARTS:
            raise InvalidValue("too_many", {"limit": MOST_LINKS})
        target = column.link.to[0] if column.link else ""
        found = self._titled(column, target, [part.strip() for part in parts], cell)
        readings = _readings(parts, found)
        if len(readings) == 1:
            return tuple(sorted(set(readings[0])))
        if readings:
            raise InvalidValue("link_ambiguous", {"text": shorten(cell)})
        unknown = next((text for part in parts if (text := part.strip()) not in found), cell)
        raise self._absent(column, target, unknown)

    def _of_any(self, column: CompiledField, cell: str) -> RecordRef:
        targets = [self._session.app.entities[name] for name in (column.link.to if column.link else ())]
        meant = [(target.name, rest) for target in targets if (rest := _rest(target, cell, self._session.language))]
        if not meant:
            known = "、".join(f"{target.label['zh']}（{target.name}）" for target in targets)
            plain = ", ".join(f"{target.label['en']} ({target.name})" for target in targets)
            raise InvalidValue("link_of_what", {"text": shorten(cell), "known": {"zh": known, "en": plain}})
        found = [
            RecordRef(target, id) for target, title in meant
            for id in self._titled(column, target, [title], "").get(title, ())
        ]
        if not found:
            raise self._absent(column, *meant[0], cell)
        return _only(found, cell)

    def _absent(self, column: CompiledField, target: str, title: str, cell: str = "") -> InvalidValue:
        """What to say of the title of no live record: whoever may read one in the trash is told of that."""
        gone = read.titled(self._session, self._entity, column.name, target, [title], trashed=True)
        return InvalidValue("link_trashed" if gone else "link_not_found", {"text": shorten(cell or title)})

    def _titled(self, column: CompiledField, target: str, titles: Collection[str], joined: str) -> read.Titled:
        """Ids by title. Of equal titles those count that the filter of the link admits; a number stands for itself, and
        is judged when it is written."""
        found = read.titled(self._session, self._entity, column.name, target, titles, joined)
        several = [title for title, ids in found.items() if len(ids) > 1]
        if several and column.link is not None and column.link.filter is not None:
            kept = read.titled(self._session, self._entity, column.name, target, several, values=self._values)
            found = {**found, **kept}
        found = {**found, **self._keyed(target, [title for title in titles if title and title not in found])}
        numbers = {title: number for title in titles if title not in found and (number := _number(title)) is not None}
        return {**found, **{title: (number,) for title, number in numbers.items()}}

    def _keyed(self, target: str, texts: Sequence[str]) -> read.Titled:
        """Ids of live records by what a unique field of theirs holds, which the reader may read on every one; two where several have
        it. A statement for each such field."""
        entity = self._session.app.entities.get(target)
        if entity is None or not texts:
            return {}
        names = {fields[0] for fields in entity.unique_indexes.values() if len(fields) == 1}
        found: dict[str, set[int]] = {}
        try:
            known = read.always_readable(self._session, target)
            for name in sorted(name for name in names if name in known and entity.fields[name].stored in _KEYS):
                query = Query(target, ((name,),), (Filter((name,), "in", tuple(texts)),), limit=2 * len(texts))
                page = read.page(self._session, query)
                for row in page.rows:
                    found.setdefault(str(row[page.columns[0].index]), set()).add(int(str(row[0])))
        except NotFound:
            return {}
        return {text: tuple(sorted(found[text])[:2]) for text in texts if text in found}


def _readings(parts: list[str], found: read.Titled) -> list[tuple[int, ...]]:
    """The ways to read `parts` as titles, at most two of them, from the last part to the first."""
    lengths = sorted({title.count(SEPARATOR) + 1 for title in found})
    after: list[list[tuple[int, ...]]] = [[()]]
    for first in reversed(range(len(parts))):
        ways = (
            (id, *rest)
            for length in lengths if first + length <= len(parts)
            for id in found.get(SEPARATOR.join(parts[first : first + length]).strip(), ())
            for rest in after[-length]
        )
        after.append([way for way, _ in zip(ways, range(2), strict=False)])
    return after[-1]


def _number(title: str) -> int | None:
    return number_of(title.removeprefix("#")) if title.startswith("#") else None


def _rest(target: CompiledEntity, cell: str, language: str) -> str:
    """What follows the name or a label of `target` and a colon; "" where the cell does not begin so."""
    heads = [head + mark for head in (target.name, *names_in(target.label, language)) for mark in _MARKS]
    return next((cell[len(head) :].strip() for head in heads if cell.casefold().startswith(head.casefold())), "")


def _only(found: Sequence[Meant], cell: str) -> Meant:
    if len(found) != 1:
        raise InvalidValue("link_ambiguous", {"text": shorten(cell)})
    return found[0]
