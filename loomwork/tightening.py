"""Rules of fields that become stricter: how many stored records would break them. Nothing is refused for it; a record that
breaks a rule stays as it is until somebody saves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.principal import OPERATOR
from engine.records import read
from engine.records.queries import Filter, Query
from engine.runtime import ReadSession, Runtime
from engine.storage.field_shape import keeps_values
from metadata.patterns import matches
from metadata.problems import Language
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec, filled_by_platform, live_fields

T = TypeVar("T")
MOST = 1000
"""Records counted at most; more are told as that many or more."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """`count` records (`more`: or more) of `entity` break what `field` now says: `rule` is `required`, `min 5` and the like."""

    entity: str
    field: str
    rule: str
    count: int
    more: bool

    def text(self, language: Language) -> str:
        """One sentence without a full stop."""
        count = f"{self.count}{'+' if self.more else ''}"
        if language == "zh":
            return f"警告：{self.entity}.{self.field} 的新规则 {self.rule}：现有 {count} 条记录不符合，下次保存时须改正"
        return (f"warning: {self.entity}.{self.field}: stored records that break the new rule {self.rule}: {count}; "
                f"whoever saves them next has to mend it")


def broken_rules(runtime: Runtime, before: AppSpec, after: AppSpec) -> tuple[Broken, ...]:
    """What `after` asks of stored values beyond `before`, the running application, and how many live records break it."""
    with runtime.reading(OPERATOR) as session:
        return tuple(
            broken
            for entity in after.entities.values() if not entity.retired
            for old in (_formerly(before.entities, entity.name, entity.was),) if old is not None and not old.retired
            for field in live_fields(entity) if field.stored and field.kind != "children" and not filled_by_platform(field)
            for broken in _broken(session, entity, old, field)
        )


def _formerly(known: Mapping[str, T], name: str, was: tuple[str, ...]) -> T | None:
    return next((known[each] for each in (name, *was) if each in known), None)


def _broken(session: ReadSession, entity: EntitySpec, old: EntitySpec, field: FieldSpec) -> Iterator[Broken]:
    before = _formerly(old.fields, field.name, field.was)
    if before is None or before.retired or not keeps_values(before.stored or "", field.stored or ""):
        if field.required and field.default is None:
            yield from _counted(session, entity, old, field, "required", ())
        return
    path = (before.name,)
    if field.required and not before.required:
        yield from _counted(session, entity, old, field, "required", (Filter(path, "blank"),))
    for word, operator, now, then in (("min", "lt", field.minimum, before.minimum), ("max", "gt", field.maximum, before.maximum)):
        literal = now.literal if now is not None else None
        if literal is not None and literal != (then.literal if then is not None else None):
            yield from _counted(session, entity, old, field, f"{word} {literal}", (Filter(path, operator, literal),))
    length, pattern = field.length, field.pattern
    if length is not None and (before.length is None or length < before.length):
        yield from _looked_at(session, entity, old, field, before, f"max {length}", lambda text: len(text) <= length)
    if pattern is not None and pattern != before.pattern:
        yield from _looked_at(session, entity, old, field, before, f"pattern {pattern}", lambda text: matches(pattern, text))


def _counted(
    session: ReadSession, entity: EntitySpec, old: EntitySpec, field: FieldSpec, rule: str, filters: tuple[Filter, ...]
) -> Iterator[Broken]:
    found = read.count(session, Query(old.name, (("id",),), filters), MOST)
    if found.value:
        yield Broken(entity.name, field.name, rule, found.value, found.capped)


def _looked_at(
    session: ReadSession, entity: EntitySpec, old: EntitySpec, field: FieldSpec, before: FieldSpec, rule: str,
    holds: Callable[[str], bool],
) -> Iterator[Broken]:
    """What no query can judge is looked at, value by value."""
    query, count, after = Query(old.name, ((before.name,),), (Filter((before.name,), "not_blank"),), limit=_PAGE), 0, None
    while count < MOST:
        page = read.page(session, replace(query, after=after))
        index, after = page.columns[0].index, page.after
        count += sum(not holds(str(row[index])) for row in page.rows)
        if after is None:
            break
    if count:
        yield Broken(entity.name, field.name, rule, min(count, MOST), count >= MOST)
