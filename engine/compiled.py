"""The compiled application: what requests use. Immutable, holds no spec (law 5, R19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.caching import Bounded
from engine.field_groups import FieldGroups, grouped
from engine.languages import Language, understood
from metadata.expressions.typed import TypedExpression

if TYPE_CHECKING:
    from engine.access.matrix import AccessMatrix
    from engine.field_types.base import FieldType

Texts = Mapping[str, str]
"""A label: language (`zh`, `en`) -> text; always has both after compiling (fallbacks filled in)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled expression: `typed` for SQL and sentences, `call(environment)` the closure (value, or None =
    unknown)."""

    typed: TypedExpression
    call: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class CompiledOption:
    name: str
    label: Texts
    color: str | None
    retired: bool


@dataclass(frozen=True, slots=True)
class CompiledLink:
    """`to` target entities; `back` reverse name; `filter` limits the candidates; `table` the link table of `links`."""

    to: tuple[str, ...]
    back: str | None
    filter: Rule | None
    on_delete: Literal["restrict", "clear", "cascade"]
    table: sa.Table | None = None


@dataclass(frozen=True, slots=True)
class CompiledField:
    """One field ready for use. `stored` is the kind of its column (`type` its behaviour); `column` is None for children
    and for values computed in the SELECT. `computed` says how a derived value comes about:
    `row` formula stored in the same statement, `select` formula computed in the SELECT, `rollup`, `fetch`, `serial`,
    else None. A `row` formula that is `kept` changes with the day. `order` is the column with what a text sorts by, None where
    values sort by themselves.
    """

    name: str
    kind: str
    stored: str
    type: FieldType
    label: Texts
    help: Texts | None = None
    column: sa.Column[Any] | None = None
    order: sa.Column[Any] | None = None
    lineage: int = 0
    computed: Literal["row", "select", "rollup", "fetch", "serial"] | None = None
    system: bool = False
    required: bool = False
    required_if: Rule | None = None
    readonly: bool = False
    readonly_if: Rule | None = None
    visible_if: Rule | None = None
    hidden: bool = False
    default: object = None
    default_rule: Rule | None = None
    minimum: object = None
    minimum_rule: Rule | None = None
    maximum: object = None
    maximum_rule: Rule | None = None
    length: int | None = None
    pattern: str | None = None
    scale: int | None = None
    currency: str | None = None
    currency_from: Rule | None = None
    unique: bool = False
    set_once: bool = False
    options: Mapping[str, CompiledOption] = field(default_factory=dict)
    link: CompiledLink | None = None
    children: str | None = None
    formula: Rule | None = None
    kept: Literal["daily"] | None = None
    rollup: CompiledRollup | None = None
    fetch: tuple[str, str, str] | None = None
    serial: CompiledSerial | None = None

    @property
    def writable(self) -> bool:
        """Whether people may ever enter it (rules and rights decide about a given row)."""
        return self.computed is None and not self.system and not self.readonly


@dataclass(frozen=True, slots=True)
class CompiledRollup:
    """`source` entity whose rows count, `link` its link field to the host (None for children), `over` the collection
    name."""

    over: str
    source: str
    link: str | None
    function: Literal["count", "sum", "min", "max", "avg"]
    value: Rule | None
    where: Rule | None


@dataclass(frozen=True, slots=True)
class CompiledSerial:
    pattern: str
    reset: Literal["never", "year", "month", "day"]
    gapless: bool


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    name: str
    must: Rule
    say: Texts
    on_field: str | None


@dataclass(frozen=True, slots=True)
class CompiledUnique:
    name: str
    fields: tuple[str, ...]
    say: Texts | None


@dataclass(frozen=True, slots=True)
class CompiledBack:
    """A reverse collection: rows of `entity` whose link field `field` is the host."""

    name: str
    entity: str
    field: str
    label: Texts


@dataclass(frozen=True, slots=True)
class CompiledEntity:
    """One entity ready for use. `fields` in declared order, system fields last. `state_field` is the flow's (or None),
    `approvable` whether the entity has the system field `approval`, `groups` the fields by what writing does with them."""

    name: str
    label: Texts
    plural: Texts
    icon: str
    table: sa.Table
    lineage: int
    fields: Mapping[str, CompiledField]
    title: tuple[tuple[str, str], ...]
    """Parts of the title: ("text", literal) or ("field", own field name)."""
    owned: bool
    history: bool
    child: bool
    search: tuple[str, ...]
    checks: tuple[CompiledCheck, ...] = ()
    unique: tuple[CompiledUnique, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    duplicates_then: str = "warn"
    backs: Mapping[str, CompiledBack] = field(default_factory=dict)
    parents: tuple[tuple[str, str], ...] = ()
    state_field: str | None = None
    approvable: bool = False
    formulas: tuple[str, ...] = ()
    """Names of the formulas stored with the row, each after those it reads."""
    feeds: tuple[tuple[str, str], ...] = ()
    """(host entity, roll-up field) of every roll-up that counts rows of this entity."""
    unique_indexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of each unique index, as the database's error names it, and the fields it holds unique."""
    groups: FieldGroups = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", grouped(self.fields.values()))


@dataclass(frozen=True, slots=True)
class CompiledApp:
    """The engine's half of a compiled application; flows, screens and reports are compiled by their packages from the
    same `AppSpec` and put beside it by `web.application`."""

    release: int
    digest: str
    name: str
    label: Texts
    zone: ZoneInfo
    currency: str
    languages: tuple[str, ...]
    spoken: Mapping[str, Language]
    """The languages that people may choose, by their code."""
    settings: Mapping[str, object]
    entities: Mapping[str, CompiledEntity]
    roles: Mapping[str, Texts]
    access: AccessMatrix
    metadata: sa.MetaData
    statements: Bounded[Any] = field(default_factory=Bounded, compare=False, repr=False)
    """Statements built once per role set and shape of query; they live as long as the release does."""
    principals: Bounded[Any] = field(default_factory=Bounded, compare=False, repr=False)
    """Principals by (user id, access stamp)."""
    by_tag: Mapping[str, Language] = field(init=False, compare=False, repr=False)
    """The languages that people may choose, by what HTML and HTTP call them."""
    by_lineage: Mapping[int, CompiledEntity] = field(init=False, compare=False, repr=False)
    """The entities by what names them in the platform's tables."""

    def language(self, tags: str) -> Language:
        """The language to speak for a tag, or for those of an `Accept-Language` header."""
        return self.by_tag.get(tags) or understood(tags, self.spoken.values())

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_tag", {language.tag: language for language in self.spoken.values()})
        object.__setattr__(self, "by_lineage", {entity.lineage: entity for entity in self.entities.values()})
