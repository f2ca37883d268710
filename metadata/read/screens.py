"""Form, list, menu, home, report and print trees -> specs."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from metadata.codes import screens as codes
from metadata.read.entities import aggregate, named_place
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
    text,
)
from metadata.specs.screens import (
    WAY_NAMES,
    ChartSpec,
    FormSpec,
    GroupingSpec,
    HomeListSpec,
    HomeNumberSpec,
    HomeSpec,
    ListSpec,
    MeasureSpec,
    MenuItemSpec,
    MenuSpec,
    PrintSpec,
    ReportSpec,
    SectionSpec,
    Way,
)
from metadata.yaml.nodes import Entry, ListNode, MapNode, Node

_AUDIENCE = re.compile(r"\s*(role|state)\s*\(\s*([a-z][a-z0-9_]*)\s*\)\s*")
_GROUPING = re.compile(r"\s*(?:(day|week|month|quarter|year)\s*\(\s*([a-z][a-z0-9_.]*)\s*\)|([a-z][a-z0-9_.]*))\s*")
_SIDE = ("timeline", "approvals", "related")


def _audience(node: Node | None, reading: Reading) -> dict[str, str]:
    """`role(x)`, `state(x)` or both."""
    found: dict[str, str] = {}
    for item in items(node):
        said = _AUDIENCE.fullmatch(text(item))
        if said:
            found[said[1]] = said[2]
        else:
            reading.note(codes.NOT_AN_AUDIENCE, item.place, text=text(item))
    return found


def read_form(node: MapNode, name: str, reading: Reading) -> FormSpec:
    audience = _audience(node.get("for"), reading)
    side, related = _side(node.get("side"))
    return FormSpec(
        name=name,
        entity=text(node.get("entity")),
        sections={entry.key.text: _section(entry) for entry in entries(node.get("sections"))},
        role=audience.get("role"),
        state=audience.get("state"),
        side=side,
        related=related,
        place=named_place(node, "form"),
        layer=reading.layer_of(node.place.file),
    )


def _side(node: Node | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if node is None:
        return _SIDE, ()
    side: list[str] = []
    related: tuple[str, ...] = ()
    for item in items(node):
        if isinstance(item, MapNode):
            related = names(item.get("related"))
            side.append("related")
        elif text(item) in _SIDE:
            side.append(text(item))
    return tuple(dict.fromkeys(side)), related


def _section(entry: Entry) -> SectionSpec:
    node = entry.value if isinstance(entry.value, MapNode) else MapNode({}, entry.value.place)
    return SectionSpec(
        name=entry.key.text,
        label=label(node.get("label")),
        rows=tuple(names(line) for line in items(node.get("fields"))),
        visible_if=expression(node.get("visible_if")),
        collapsed_if=expression(node.get("collapsed_if")),
        children=optional_text(node.get("children")),
        columns=names(node.get("columns")),
        totals=names(node.get("total")),
        tab=label(node.get("tab")),
        retired=flag(node.get("retired")),
        place=entry.key.place,
    )


def read_list(node: MapNode, name: str, reading: Reading) -> ListSpec:
    return ListSpec(
        name=name,
        entity=text(node.get("entity")),
        label=label_or_name(node.get("label"), name),
        columns=names(node.get("columns")),
        sort=names(node.get("sort")),
        where=expression(node.get("where")),
        filters=names(node.get("filters")),
        role=_audience(node.get("for"), reading).get("role"),
        default=flag(node.get("default")),
        show=_way(text(node.get("show"))),
        by=optional_text(node.get("by")),
        total=optional_text(node.get("total")),
        until=optional_text(node.get("until")),
        due=optional_text(node.get("due")),
        place=named_place(node, "list"),
        layer=reading.layer_of(node.place.file),
    )


def _way(said: str) -> Way:
    """How a list is shown; a word that is none (already a problem) means a table."""
    return WAY_NAMES.get(said, "table")


def read_menu(node: MapNode, name: str, reading: Reading) -> MenuSpec:
    return MenuSpec(
        name, menu_items(node.get("items")), _audience(node.get("for"), reading).get("role"), named_place(node, "menu"),
        reading.layer_of(node.place.file),
    )


def menu_items(node: Node | None) -> tuple[MenuItemSpec, ...]:
    return tuple(_menu_item(item) for item in items(node) if not isinstance(item, ListNode))


def _menu_item(node: Node) -> MenuItemSpec:
    if isinstance(node, MapNode):
        return MenuItemSpec(
            optional_text(node.get("to")), label(node.get("label")), optional_text(node.get("icon")),
            menu_items(node.get("items")), node.place,
        )
    return MenuItemSpec(text(node), place=node.place)


def read_home(node: MapNode, name: str, reading: Reading) -> HomeSpec:
    return HomeSpec(
        name,
        tuple(_home_number(item) for item in items(node.get("numbers")) if not isinstance(item, ListNode)),
        tuple(_home_list(item) for item in items(node.get("lists")) if not isinstance(item, ListNode)),
        _audience(node.get("for"), reading).get("role"),
        named_place(node, "home"),
        reading.layer_of(node.place.file),
    )


def _home_number(node: Node) -> HomeNumberSpec:
    if not isinstance(node, MapNode):
        return HomeNumberSpec(text(node), place=node.place)
    return HomeNumberSpec(
        text(node.get("list")), optional_text(node.get("total")), label(node.get("label")), optional_text(node.get("icon")), node.place,
    )


def _home_list(node: Node) -> HomeListSpec:
    if not isinstance(node, MapNode):
        return HomeListSpec(text(node), place=node.place)
    return HomeListSpec(text(node.get("list")), optional_text(node.get("due")), node.place)


def read_report(node: MapNode, name: str, reading: Reading) -> ReportSpec:
    rows = (_grouping(item, reading) for item in items(node.get("rows")))
    measures = (_measure(entry, reading) for entry in entries(node.get("measures")))
    return ReportSpec(
        name=name,
        entity=text(node.get("entity")),
        label=label_or_name(node.get("label"), name),
        rows=tuple(row for row in rows if row is not None),
        measures={measure.name: measure for measure in measures if measure is not None},
        where=expression(node.get("where")),
        chart=_chart(node.get("chart")),
        was=names(node.get("was")),
        place=named_place(node, "report"),
        layer=reading.layer_of(node.place.file),
    )


def _grouping(node: Node, reading: Reading) -> GroupingSpec | None:
    said = node.get("by") if isinstance(node, MapNode) else node
    heading = label(node.get("label")) if isinstance(node, MapNode) else None
    found = _GROUPING.fullmatch(text(said))
    if found is None:
        reading.note(codes.NOT_A_GROUPING, node.place, text=text(said))
        return None
    bucket: Any = found[1]
    dotted = found[2] or found[3]
    return GroupingSpec(dotted.replace(".", "_"), tuple(dotted.split(".")), bucket, heading, node.place)


def _measure(entry: Entry, reading: Reading) -> MeasureSpec | None:
    node = entry.value
    heading = label(node.get("label")) if isinstance(node, MapNode) else None
    if isinstance(node, MapNode) and flag(node.get("retired")):
        return None
    read = aggregate(node.get("value") if isinstance(node, MapNode) else node, reading)
    return MeasureSpec(entry.key.text, read[0], read[1], heading, entry.key.place) if read else None


def _chart(node: Node | None) -> ChartSpec | None:
    kind: Any = text(node.get("kind")) if isinstance(node, MapNode) else ""
    if not isinstance(node, MapNode) or kind not in ("column", "bar", "line", "pie"):
        return None
    return ChartSpec(kind, optional_text(node.get("stack")), optional_text(node.get("measure")))


def read_print(node: MapNode, name: str, reading: Reading) -> PrintSpec:
    """The template is the file beside the declaration; a missing one is a problem (LW961)."""
    place = named_place(node, "print")
    said = node.get("template")
    file = text(said, f"{name}.html")
    folder = posixpath.dirname(said.place.file if said is not None else place.file)
    full = posixpath.normpath(posixpath.join(folder, file))
    if full not in reading.files:
        reading.note(codes.NO_TEMPLATE, said.place if said is not None else place, file=full)
    return PrintSpec(
        name=name,
        entity=text(node.get("entity")),
        label=label_or_name(node.get("label"), name),
        template=reading.files.get(full, ""),
        template_file=full,
        paper=text(node.get("paper"), "A4"),
        condition=expression(node.get("if")),
        place=place,
        layer=reading.layer_of(node.place.file),
    )


