"""Entities and their fields, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metadata.problems import NOWHERE, Place
from metadata.specs.common import Expression, Label, TitlePart, Value


@dataclass(frozen=True, slots=True)
class OptionSpec:
    name: str
    label: Label
    color: str | None = None
    retired: bool = False
    was: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class LinkSpec:
    """`link`, `any_link` (several targets) and `links` (many-to-many).

    `back` names the reverse collection on the target, `back_label` is what people call it.
    """

    to: tuple[str, ...]
    back: str | None = None
    back_label: Label | None = None
    filter: Expression | None = None
    on_delete: Literal["restrict", "clear", "cascade"] = "restrict"


@dataclass(frozen=True, slots=True)
class RollupSpec:
    """`{type: rollup, of: receipts, value: sum(amount), where: ...}`; `function` is count sum min max avg."""

    of: str
    function: Literal["count", "sum", "min", "max", "avg"]
    value: Expression | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class FetchSpec:
    """A value copied from a linked record: `path` is (link, field). `keep: if_blank` copies only into a blank."""

    path: tuple[str, str]
    keep: Literal["always", "if_blank"] = "always"


SERIAL_DATE_PARTS: Mapping[str, str] = {
    "yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "yyyyMM": "%Y%m", "yyyyMMdd": "%Y%m%d",
}
"""Parts of the date in the pattern of a serial, and how `strftime` writes them."""


@dataclass(frozen=True, slots=True)
class SerialSpec:
    """A document number: `pattern` such as `HT-{yyyy}-{00001}`; `reset` is never year month day."""

    pattern: str
    reset: Literal["never", "year", "month", "day"] = "never"
    gapless: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `kind` is the declared kind; `stored` is the kind whose column holds it (a `formula`, `rollup`
    or `fetch` field takes that of its value; `children` and back collections have none).

    `length` bounds text kinds (characters), `scale` is the count of decimal digits of decimal, money and percent
    (percent 25.5% is stored as the fraction 0.255: scale 4 by default). `options_from: roles` lets the resolver fill the
    options with the application's roles. `currency` is a fixed code, or a
    path expression in `currency_from`, else the application's currency. A formula that is `kept` reads `$today` and is
    stored, brought up to date every day.
    """

    name: str
    kind: str
    stored: str | None
    label: Label
    place: Place = NOWHERE
    help: Label | None = None
    required: bool = False
    required_if: Expression | None = None
    readonly: bool = False
    readonly_if: Expression | None = None
    visible_if: Expression | None = None
    hidden: bool = False
    default: Value | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    length: int | None = None
    pattern: str | None = None
    scale: int | None = None
    currency: str | None = None
    currency_from: Expression | None = None
    unique: bool = False
    index: bool = False
    set_once: bool = False
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    options_from: Literal["roles"] | None = None
    link: LinkSpec | None = None
    children: str | None = None
    formula: Expression | None = None
    kept: Literal["daily"] | None = None
    rollup: RollupSpec | None = None
    fetch: FetchSpec | None = None
    reveals: bool = False
    serial: SerialSpec | None = None
    was: tuple[str, ...] = ()
    retired: bool = False
    layer: str = ""


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A rule of the record: refused with `say` at `on_field` unless `must` is true or unknown."""

    name: str
    must: Expression
    say: Label
    on_field: str | None = None
    retired: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class UniqueSpec:
    name: str
    fields: tuple[str, ...]
    say: Label | None = None
    retired: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """`{same: tax_no}` or `{similar: name}`."""

    field: str
    how: Literal["same", "similar"]


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One entity. `child` marks a line-item entity that lives inside its parent and has no page of its own.

    `parents` (filled by the resolver) are the (entity, children field) pairs that use a child entity; `backs`
    are the reverse collections: name -> (entity, link field). `title` is over own fields only.
    """

    name: str
    label: Label
    plural: Label | None = None
    icon: str = "file"
    title: tuple[TitlePart, ...] = ()
    owned: bool = False
    history: bool = True
    child: bool = False
    search: tuple[str, ...] = ()
    fields: Mapping[str, FieldSpec] = field(default_factory=dict)
    checks: Mapping[str, CheckSpec] = field(default_factory=dict)
    unique: Mapping[str, UniqueSpec] = field(default_factory=dict)
    indexes: tuple[tuple[str, ...], ...] = ()
    duplicates: tuple[DuplicateRule, ...] = ()
    duplicates_then: Literal["warn", "block"] = "warn"
    parents: tuple[tuple[str, str], ...] = ()
    backs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    was: tuple[str, ...] = ()
    retired: bool = False
    layer: str = ""
    place: Place = NOWHERE


def filled_by_platform(field: FieldSpec) -> bool:
    """Whether nobody enters the field: a formula, a roll-up, a number, or a copy that follows its source."""
    follows = field.fetch is not None and field.fetch.keep == "always"
    return follows or field.formula is not None or field.rollup is not None or field.serial is not None


def live_fields(entity: EntitySpec) -> list[FieldSpec]:
    """The fields in use, in declared order; what is retired is parked as it is, whatever it says."""
    return [field for field in entity.fields.values() if not field.retired]


SYSTEM_FIELDS: Mapping[str, str] = {
    "id": "id",
    "revision": "int",
    "created_at": "datetime",
    "created_by": "user",
    "updated_at": "datetime",
    "updated_by": "user",
    "archived_at": "datetime",
}
"""System fields of every entity, readable in expressions, lists and reports: name -> stored kind."""

OWNED_FIELDS: Mapping[str, str] = {"owner": "user", "dept": "dept"}
"""Further system fields of `owned` entities; `owner` is writable with the verb assign."""

APPROVAL_FIELD: Mapping[str, str] = {"approval": "choice"}
"""Further system field of entities that have an approval; its options are the codes of `approvals.md` 2.0."""

APPROVAL_STATES = (
    "unsubmitted", "pending", "approved", "rejected", "returned", "recalled", "void", "not_required",
)
