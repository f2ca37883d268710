"""Compares what leaves the application with what the reference evaluator says: files of exports cell by cell, and prints by
a template that says every field of a record, of its rows, of what it links to and of what links to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from markupsafe import escape

from engine.records.queries import Query
from engine.refusals import NotFound
from metadata.specs.common import Label
from metadata.specs.screens import PrintSpec
from reports.compile import compile_reports
from reports.compiled import CompiledReports
from reports.exchange.exporting import export_rows, exportable
from reports.prints import render_print
from tests.oracle.generate import World
from tests.oracle.reference import LINKING, LINKS, leads

if TYPE_CHECKING:
    from tests.oracle.compare import Comparison

Row = dict[str, Any]


def exports(c: Comparison) -> list[str]:
    """The columns offered, every cell of every row that may be read and exported, and fields that are unknown."""
    found: list[str] = []
    for entity in c.entities:
        expected = c.reference.visible(entity, "export")
        columns = [name for name in _exported(c, entity) if c.reference.shown_somewhere(entity, name)]
        found += c.differ(f"columns of {entity}", _columns(c, entity), sorted(columns))
        told = [[_cell(c, entity, row, name) for name in columns] for row in sorted(expected, key=lambda row: row["id"])]
        found += _compared(c, f"export {entity}", _exporting(c, entity, columns) if columns else [], told)
        for name in set(_exported(c, entity)) - set(columns) if expected else ():
            found += c.differ(f"export {entity}.{name}", _exporting(c, entity, [name]), "unknown_field")
    return found


def _exported(c: Comparison, entity: str) -> list[str]:
    """What an export holds where everything may be read."""
    fields = c.world.app.entities[entity].fields.values()
    return [field.name for field in fields if not field.children and (not field.system or field.name in ("id", "owner"))]


def _columns(c: Comparison, entity: str) -> list[str]:
    try:
        return sorted(name for name, in exportable(c.s, entity))
    except NotFound:
        return []


def _exporting(c: Comparison, entity: str, columns: Sequence[str]) -> list[tuple[str, ...]] | str:
    """The rows without the header; none where nothing may be exported, `unknown_field` where a column is."""
    try:
        _, *rows = export_rows(c.s, Query(entity, tuple((name,) for name in columns)))
    except NotFound as refusal:
        return "unknown_field" if refusal.message.code == "unknown_field" else []
    return rows


def _compared(c: Comparison, what: str, rows: list[tuple[str, ...]] | str, expected: list[list[str]]) -> list[str]:
    if isinstance(rows, str) or len(rows) != len(expected):
        return c.differ(what, rows, expected)
    pairs = zip(rows, expected, strict=True)
    return [text for row, told in pairs for text in c.differ(what, list(row), told)]


def _cell(c: Comparison, entity: str, row: Row, name: str) -> str:
    seen = c.reference.seen(entity, row, name)
    if not seen.plain or seen.value is None:
        return seen.masked or ""
    kind, value = c.reference.kind(entity, name), seen.value
    if kind in (*LINKS, "links"):
        return c.reference.linked_title(entity, row, name) or ""
    if kind == "any_link":
        return f"{c.world.spec.entities[value.entity].label.text('en')}:{c.reference.linked_title(entity, row, name)}"
    if kind in ("choice", "choices"):
        return ",".join(_option(c, entity, name, one) for one in ([value] if kind == "choice" else value))
    if kind == "tags":
        return ", ".join(value)
    if kind in ("time", "duration"):
        hours, minutes = divmod(value if kind == "time" else value // 60, 60)
        return f"{hours:02}:{minutes:02}" if kind == "time" else f"{hours}:{minutes:02}"
    if kind == "percent":
        return f"{(value * 100).normalize():f}%"
    if kind == "bool":
        return "yes" if value else "no"
    if kind == "datetime":
        local = value.astimezone(ZoneInfo(c.world.spec.zone))
        return f"{local:%Y-%m-%dT%H:%M}"
    return _number(c, entity, name, value) if isinstance(value, Decimal) else str(value)


def _option(c: Comparison, entity: str, name: str, option: str) -> str:
    return c.world.app.entities[entity].fields[name].options[option].label["en"]


def _number(c: Comparison, entity: str, name: str, value: Decimal) -> str:
    """With the decimals that its field has."""
    return f"{value:.{c.world.app.entities[entity].fields[name].scale}f}"


def prints(c: Comparison) -> list[str]:
    """Every second record, seen or not: what a print of it says, or that there is none."""
    reports = everything_printed(c.world)
    found: list[str] = []
    for entity in c.entities:
        for id, row in list(c.world.data.rows[entity].items())[::2]:
            expected = None
            if c.reference.may("read", entity, row) and c.reference.may("print", entity, row):
                expected = "".join(_printed(c, entity, row))
            found += c.differ(f"print {entity}/{id}", _print(c, reports, entity, id), expected)
    return found


def _print(c: Comparison, reports: CompiledReports, entity: str, id: int) -> str | None:
    try:
        return str(render_print(c.s, reports, entity, id, ()).body)
    except NotFound:
        return None


def everything_printed(world: World) -> CompiledReports:
    """For each entity a print, named like it, that says all there is."""
    made = {
        name: PrintSpec(name, name, Label({"zh": name, "en": name}), "".join(_template(world, name)), "")
        for name, entity in world.spec.entities.items() if not entity.child
    }
    return compile_reports(replace(world.spec, prints=made, reports={}), world.app)


def _template(world: World, entity: str) -> Iterator[str]:
    for name in _values(world, entity):
        yield f"[{name}={{{{ record.{name} }}}}]"
    for name, other in _beyond(world, entity):
        yield f"[{name}.{other}={{{{ record.{name}.{other} }}}}]"
    for name, other in _rows(world, entity).items():
        says = "".join(f"[{field}={{{{ row.{field} }}}}]" for field in _values(world, other))
        yield f"({name}{{% for row in record.{name} %}}/{says}{{% endfor %}})"


def _printed(c: Comparison, entity: str, row: Row) -> Iterator[str]:
    crossed = {name for name, other in _beyond(c.world, entity) if _shown_beyond(c, entity, name, other)}
    for name in _values(c.world, entity):
        said = _said(c, entity, row, name)
        yield f"[{name}={'' if said == 'None' and name in crossed else said}]"
    for name, other in _beyond(c.world, entity):
        yield f"[{name}.{other}={_said_beyond(c, entity, row, name, other)}]"
    for name, other in _rows(c.world, entity).items():
        column = name in c.world.spec.entities[entity].backs
        said = [
            "".join(f"[{field}={_said(c, other, one, field, column)}]" for field in _values(c.world, other))
            for one in _rows_seen(c, entity, row, name)
        ]
        rows = "".join(f"/{one}" for one in said)
        yield f"({name}{rows})"


def _values(world: World, entity: str) -> list[str]:
    fields = world.app.entities[entity].fields.values()
    return [field.name for field in fields if field.stored not in ("children", "file", "files")]


def _beyond(world: World, entity: str) -> list[tuple[str, str]]:
    """The first three declared fields of what each link leads to."""
    return [
        (field.name, other)
        for field in world.spec.entities[entity].fields.values() if field.stored in LINKS and field.link
        for other in _declared(world, field.link.to[0])[:3]
    ]


def _declared(world: World, entity: str) -> list[str]:
    return [name for name in world.spec.entities[entity].fields if name in _values(world, entity)]


def _rows(world: World, entity: str) -> Mapping[str, str]:
    """The child rows and reverse collections of an entity: name and entity of the rows."""
    spec = world.spec.entities[entity]
    below = {field.name: field.children for field in spec.fields.values() if field.children is not None}
    return below | {name: source for name, (source, _) in spec.backs.items()}


def _said(c: Comparison, entity: str, row: Row, name: str, column: bool = False) -> str:
    """What `{{ name }}` of a record says; as a `column` of a list, where a field that some row shows is blank elsewhere."""
    seen = c.reference.seen(entity, row, name)
    if seen.masked is not None:
        return str(escape(seen.masked))
    if not seen.plain:
        return "None" if column and c.reference.shown_somewhere(entity, name) else ""
    if seen.value is None:
        return "None"
    kind, value = c.reference.kind(entity, name), seen.value
    if kind in LINKING:
        return str(escape(c.reference.linked_title(entity, row, name) or ""))
    if kind in ("choice", "choices"):
        return str(escape("、".join(_option(c, entity, name, one) for one in ([value] if kind == "choice" else value))))
    if kind == "tags":
        return "、".join(value)
    if kind == "time":
        return f"{value // 60:02}:{value % 60:02}"
    if kind == "duration":
        hours, minutes = divmod(value // 60, 60)
        return " ".join([f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0))
    return _number(c, entity, name, value) if isinstance(value, Decimal) else str(escape(value))


def _said_beyond(c: Comparison, entity: str, row: Row, name: str, other: str) -> str:
    target = c.reference.target(entity, name)
    if not _shown_beyond(c, entity, name, other):
        return ""
    linked = c.reference.value(entity, row, (name,))
    return "None" if linked is None else _said(c, target, c.row(target, linked), other, column=True)


def _shown_beyond(c: Comparison, entity: str, name: str, other: str) -> bool:
    return not c.reference.unknown(entity, name) and c.reference.shown_somewhere(c.reference.target(entity, name), other)


def _rows_seen(c: Comparison, entity: str, row: Row, name: str) -> list[Row]:
    """The child rows, or the rows that link to the record, as far as they may be read; by number."""
    field = c.world.spec.entities[entity].fields.get(name)
    if field is not None and field.children is not None:
        rows = c.world.data.rows[field.children].values()
        own = [one for one in rows if one["$parent"] == (entity, name) and one["parent_id"] == row["id"]]
        return [one for one in own if c.reference.may("read", field.children, one)]
    source, link = c.world.spec.entities[entity].backs[name]
    if c.reference.unknown(source, link):
        return []
    return [one for one in c.reference.visible(source) if leads(c.reference.value(source, one, (link,)), entity, row["id"])]
