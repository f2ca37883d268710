"""What a field kind is to the language: its properties, its literal and the kind of column it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from metadata.problems import Language
from metadata.shapes.model import EXPRESSION, FLAG, LABEL, NAME_OR_NAMES, PATH, VALUE, Prop, props, word


class NotALiteral(Exception):
    """The text is no literal of the kind; `expected` says in zh and en what would be."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.expected: Mapping[Language, str] = {"zh": zh, "en": en}


_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class LiteralContext:
    """What reading a literal depends on: names of the options, digits after the point, the application's zone."""

    options: tuple[str, ...] = ()
    scale: int | None = None
    zone: ZoneInfo = _UTC


Literal_ = Callable[[str, LiteralContext], object]
"""text as typed, context -> Python value; raises `NotALiteral`."""


def no_literal(text: str, context: LiteralContext) -> object:
    """Kinds that have no literal take expressions only."""
    raise NotALiteral("应为以 = 开头的表达式", "expected an expression that begins with =")


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One kind. `stored` is the kind of its column, None where the value decides or there is no column.

    `properties` are those beyond the common ones; of each group in `one_of` at least one is said; `reserved` are words
    kept for later versions. `scale` is the default count of decimal digits.
    """

    name: str
    stored: str | None
    doc: str
    literal: Literal_
    properties: Mapping[str, Prop] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    scale: int | None = None
    one_of: tuple[tuple[str, ...], ...] = ()
    reserved: frozenset[str] = frozenset()


EVERY_FIELD = props(
    type=(word(), "What the field holds."),
    label=(LABEL, "What people see; a text, or one per language."),
    help=(LABEL, "A sentence below the input."),
    visible_if=(EXPRESSION, "Shown only while this is true."),
    hidden=(FLAG, "Never shown on pages; still readable by rules and the API."),
    was=(NAME_OR_NAMES, "Earlier names; the column stays the same."),
    fresh=(FLAG, "A new field although an earlier field had this name."),
    retired=(FLAG, "Hidden and parked; nothing is dropped."),
)
"""Properties of every field."""

STORED_FIELD = props(
    required=(FLAG, "Must have a value."),
    required_if=(EXPRESSION, "Must have a value while this is true."),
    readonly=(FLAG, "People cannot change it."),
    readonly_if=(EXPRESSION, "People cannot change it while this is true."),
    default=(VALUE, "Value of a new record: a literal, or `=` and an expression."),
    unique=(FLAG, "No two records have the same value."),
    index=(FLAG, "Indexed for filters and sorting."),
    set_once=(FLAG, "Cannot be changed once it has a value."),
    formula=(EXPRESSION, "Computed; people cannot enter it."),
    fetch=(PATH, "Copied from a linked record: `customer.tax_no`. Who may read this field may read the copy."),
    kept=(word("daily"), "The formula reads `$today`: its value is stored all the same, and brought up to date every day."),
    keep=(word("always", "if_blank"), "Whether a fetched value replaces what was entered."),
    reveals=(FLAG, "Meant to show what comes of values that not all of its readers may read."),
)
"""Properties of fields that have a value of their own."""
