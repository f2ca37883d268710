"""Entity trees -> EntitySpec."""

from __future__ import annotations

from typing import Literal, cast

from metadata.codes import entities as codes
from metadata.expressions.parser import parse_measure
from metadata.field_kinds import FIELD_KINDS
from metadata.field_kinds.numbers import USUAL_STARS
from metadata.problems import Place
from metadata.read.reading import (
    Reading,
    entries,
    expression,
    flag,
    items,
    label,
    label_or_name,
    names,
    optional_text,
    path,
    text,
    value,
    whole,
)
from metadata.read.templates import title
from metadata.specs.common import Expression, Label, Value
from metadata.specs.entity import (
    CheckSpec,
    DuplicateRule,
    EntitySpec,
    FetchSpec,
    FieldSpec,
    LinkSpec,
    OptionSpec,
    RollupSpec,
    SerialSpec,
    UniqueSpec,
)
from metadata.yaml.nodes import Entry, ListNode, MapNode, Node, TextNode

AggregateFunction = Literal["count", "sum", "min", "max", "avg"]
TEXT_KINDS = ("text", "long", "rich", "email", "phone", "url")
"""Kinds whose `max` is a count of characters."""
NOWHERE_TO = ("",)
"""Target of a link that names none (already a problem), so that a link always has one."""
UNSAID = ""
"""Kind of a question that says no type, until it is joined with the field of its name."""
_OPTION_WORDS = {"label", "color", "was", "retired"}


def read_entity(node: MapNode, name: str, reading: Reading) -> EntitySpec:
    """The entity as declared; what the resolver fills (stored kinds, backs, parents) is still empty."""
    duplicates = node.get("duplicates")
    return EntitySpec(
        name=name,
        label=label_or_name(node.get("label"), name),
        plural=label(node.get("plural")),
        icon=text(node.get("icon"), "file"),
        title=title(node.get("title"), reading),
        owned=flag(node.get("owned")),
        history=flag(node.get("history"), True),
        child=flag(node.get("child")),
        search=names(node.get("search")),
        fields={entry.key.text: read_field(entry, reading) for entry in entries(node.get("fields"))},
        checks={entry.key.text: _check(entry) for entry in entries(node.get("checks"))},
        unique={entry.key.text: _unique(entry) for entry in entries(node.get("unique"))},
        indexes=tuple(names(item) for item in items(node.get("indexes"))),
        duplicates=_duplicates(duplicates, reading),
        duplicates_then="block" if _inside(duplicates, "then") == "block" else "warn",
        was=names(node.get("was")),
        retired=flag(node.get("retired")),
        layer=reading.layer_of(node.place.file),
        place=named_place(node, "entity"),
    )


def named_place(node: MapNode, kind: str) -> Place:
    """Where the object says its name."""
    entry = node.entries.get(kind)
    return entry.value.place if entry else node.place


def _inside(node: Node | None, name: str) -> str:
    return text(node.get(name)) if isinstance(node, MapNode) else ""


def read_field(entry: Entry, reading: Reading, untyped: str = "text") -> FieldSpec:
    """One field; its kind is a registered one (else `text`, the shape check has told), `untyped` when it says none."""
    name = entry.key.text
    node = entry.value if isinstance(entry.value, MapNode) else MapNode({}, entry.value.place)
    kind = text(node.get("type"), untyped)
    kind = kind if kind in FIELD_KINDS or kind == UNSAID else "text"
    known = FIELD_KINDS.get(kind, FIELD_KINDS["text"])
    currency = text(node.get("currency"))
    bounded = kind not in TEXT_KINDS
    return FieldSpec(
        name=name,
        kind=kind,
        stored=known.stored,
        label=label_or_name(node.get("label"), name),
        place=entry.key.place,
        help=label(node.get("help")),
        required=flag(node.get("required")),
        required_if=expression(node.get("required_if")),
        readonly=flag(node.get("readonly")),
        readonly_if=expression(node.get("readonly_if")),
        visible_if=expression(node.get("visible_if")),
        hidden=flag(node.get("hidden")),
        default=value(node.get("default")),
        minimum=value(node.get("min")) if bounded else None,
        maximum=_maximum(node, kind) if bounded else None,
        length=None if bounded else whole(node.get("max")),
        pattern=None if kind == "serial" else optional_text(node.get("pattern")),
        scale=whole(node.get("scale")) if node.get("scale") is not None else known.scale,
        currency=currency if currency and not currency.startswith("=") else None,
        currency_from=_currency_from(node.get("currency")),
        unique=flag(node.get("unique")),
        index=flag(node.get("index")),
        set_once=flag(node.get("set_once")),
        options=_options(node.get("options")),
        options_from="roles" if text(node.get("options_from")) == "roles" else None,
        link=_link(node, kind),
        children=text(node.get("of")) if kind == "children" else None,
        formula=expression(node.get("formula")),
        kept="daily" if text(node.get("kept")) == "daily" else None,
        rollup=_rollup(node, kind, reading),
        fetch=_fetch(node, reading),
        reveals=flag(node.get("reveals")),
        serial=_serial(node, kind),
        was=names(node.get("was")),
        retired=flag(node.get("retired")),
        layer=reading.layer_of(entry.key.place.file),
    )


def _maximum(node: MapNode, kind: str) -> Value | None:
    """The largest value; a rating that says none has the usual stars."""
    return value(node.get("max")) or (Value(USUAL_STARS) if kind == "rating" else None)


def _currency_from(node: Node | None) -> Expression | None:
    read = value(node)
    return read.expression if read else None


def _options(node: Node | None) -> dict[str, OptionSpec]:
    """A list of names, or names with their labels (`{zh, en}`, a text, or the long form)."""
    if isinstance(node, ListNode):
        return {item.text: OptionSpec(item.text, Label({"": item.text}), place=item.place)
                for item in node.items if isinstance(item, TextNode)}
    return {entry.key.text: _option(entry) for entry in entries(node)}


def _option(entry: Entry) -> OptionSpec:
    name, node = entry.key.text, entry.value
    if not isinstance(node, MapNode) or not _OPTION_WORDS & node.entries.keys():
        return OptionSpec(name, label_or_name(node, name), place=entry.key.place)
    return OptionSpec(
        name, label_or_name(node.get("label"), name), optional_text(node.get("color")), flag(node.get("retired")),
        names(node.get("was")), entry.key.place,
    )


def _link(node: MapNode, kind: str) -> LinkSpec | None:
    fixed = {"user": ("user",), "dept": ("department",)}
    if kind not in ("link", "links", "any_link", *fixed):
        return None
    said = text(node.get("on_delete"), "restrict")
    return LinkSpec(
        to=fixed.get(kind) or names(node.get("to")) or NOWHERE_TO,
        back=optional_text(node.get("back")),
        back_label=label(node.get("back_label")),
        filter=expression(node.get("filter")),
        on_delete=said if said in ("clear", "cascade") else "restrict",
    )


def aggregate(node: Node | None, reading: Reading) -> tuple[AggregateFunction, Expression | None] | None:
    """`sum(amount)` -> function and the expression inside; None, with a problem, when it is no measure."""
    if not isinstance(node, TextNode):
        return None
    measure, problems = parse_measure(node.text, node.start)
    reading.problems += problems
    if measure is None:
        return None
    inner = Expression(measure.text, measure.place) if measure.text is not None else None
    return cast(AggregateFunction, measure.function), inner


def _rollup(node: MapNode, kind: str, reading: Reading) -> RollupSpec | None:
    if kind != "rollup":
        return None
    read = aggregate(node.get("value"), reading)
    function, inner = read or ("count", None)
    return RollupSpec(text(node.get("of")), function, inner, expression(node.get("where")))


def _fetch(node: MapNode, reading: Reading) -> FetchSpec | None:
    source = node.get("fetch")
    if not isinstance(source, TextNode):
        return None
    parts = path(source)
    if len(parts) != 2:
        reading.note(codes.FETCH_PATH, source.place, text=source.text)
        return None
    return FetchSpec((parts[0], parts[1]), "if_blank" if text(node.get("keep")) == "if_blank" else "always")


def _serial(node: MapNode, kind: str) -> SerialSpec | None:
    if kind != "serial":
        return None
    reset = text(node.get("reset"), "never")
    known: Literal["never", "year", "month", "day"] = reset if reset in ("year", "month", "day") else "never"
    return SerialSpec(text(node.get("pattern")), known, flag(node.get("gapless")))


def _check(entry: Entry) -> CheckSpec:
    node = entry.value if isinstance(entry.value, MapNode) else MapNode({}, entry.value.place)
    return CheckSpec(
        entry.key.text, expression(node.get("must")) or Expression("true", entry.key.place),
        label_or_name(node.get("say"), entry.key.text), optional_text(node.get("on_field")), flag(node.get("retired")),
        entry.key.place,
    )


def _unique(entry: Entry) -> UniqueSpec:
    node = entry.value if isinstance(entry.value, MapNode) else MapNode({}, entry.value.place)
    return UniqueSpec(
        entry.key.text, names(node.get("fields")), label(node.get("say")), flag(node.get("retired")), entry.key.place
    )


def _duplicates(node: Node | None, reading: Reading) -> tuple[DuplicateRule, ...]:
    """Each rule has exactly one of `same` and `similar`."""
    rules = []
    for item in items(node.get("match")) if isinstance(node, MapNode) else ():
        found = list(entries(item))
        if len(found) != 1:
            reading.note(codes.EMPTY_DUPLICATE, item.place)
            continue
        how = "similar" if found[0].key.text == "similar" else "same"
        rules.append(DuplicateRule(text(found[0].value), how))
    return tuple(rules)
