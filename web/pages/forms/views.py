"""From a layout, what is typed and what the rules say to a form ready to draw. Nothing typed is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine import access
from engine.compiled import CompiledEntity, CompiledField
from engine.numerals import number_of
from engine.records import read
from engine.records.queries import Record, RecordRef
from engine.refusals import FieldError
from forms.binding import Bound, BoundRow
from forms.compiled import CompiledForm, CompiledSection
from forms.conditions import FormState, Judged, is_formula, judge
from forms.layout import grid_columns
from forms.proposals import standing
from forms.widgets import WIDE, Content, Drawing, Input, draw, text_of
from metadata.specs.people import PEOPLE_TARGETS
from web.context import Context
from web.pages.file_names import file_names
from web.pages.forms.faults import at_inputs, fault_links, fault_text
from web.pages.forms.grid_totals import totals_of
from web.view_models.forms import FormSection, FormView, GridInput, GridRow
from web.view_models.tabs import tabs_of

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form holds: `texts` by field, `rows` by children field, `values` as the engine judges them (`Unread` where
    a text is none), and the faults found in them."""

    texts: Mapping[str, str]
    rows: Mapping[str, tuple[BoundRow, ...]]
    values: Mapping[str, object]
    errors: tuple[FieldError, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a form: its title, the words on its button, and addresses: `action` takes it, below `base` it is
    judged and its links are searched, `back` leaves it. `scope` is part of the ids of its inputs."""

    title: str
    submit: str
    action: str
    base: str
    back: str
    hidden: tuple[tuple[str, str], ...] = ()
    scope: str = ""


@dataclass(slots=True)
class _Making:
    """What the parts of one form share while it is made."""

    context: Context
    entity: CompiledEntity
    layout: CompiledForm
    record: Record | None
    typed: Typed
    state: FormState
    drawing: Drawing
    names: Mapping[tuple[str, int], str]
    shown: set[str] = field(default_factory=set)


def stored_texts(context: Context, entity: CompiledEntity, record: Record) -> Typed:
    """What the form of a stored record holds before anybody types."""
    texts = {name: text_of(entity.fields[name], value, context.reading) for name, value in record.values.items()}
    rows = {
        name: tuple(_stored_row(context, context.app.entities[entity.fields[name].children or ""], row) for row in found)
        for name, found in record.children.items()
    }
    return Typed(texts, rows, {})


def posted_texts(bound: Bound, errors: Iterable[FieldError]) -> Typed:
    """What a posted form holds: exactly what was typed, with all that is wrong."""
    found: dict[str, FieldError] = {}
    for error in (*bound.errors, *errors):
        found.setdefault(error.path, error)
    return Typed(bound.texts, bound.rows, bound.inputs, tuple(found.values()))


def flat(entity: CompiledEntity, typed: Typed, names: Iterable[str]) -> str:
    """The texts of the inputs `names` as a form would post them, as JSON: what the writer saw (R22)."""
    pairs: dict[str, str] = {name: typed.texts.get(name, "") for name in names if not entity.fields[name].children}
    for name in names:
        if entity.fields[name].children:
            pairs[f"{name}._rows"] = "1"
            for row in typed.rows.get(name, ()):
                pairs[f"{name}.{row.key}.id"] = str(row.id or "")
                pairs.update({f"{name}.{row.key}.{part}": text for part, text in row.texts.items()})
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))


def make_form(
    context: Context, entity: CompiledEntity, layout: CompiledForm, record: Record | None, typed: Typed, frame: Frame
) -> FormView:
    """The whole form. Fields that one may not read are not there; those one may not write can be seen."""
    editable = writable(context, entity, record)
    state = judge(context.session, layout, None if record is None else record.id, typed.values, editable)
    if record is None:
        typed = _with_defaults(context, entity, typed, state)
    else:
        stored = stored_texts(context, entity, record)  # what was not sent is as it is stored
        typed = replace(typed, texts={**stored.texts, **typed.texts}, rows={**stored.rows, **typed.rows})
    typed, proposed = _with_proposals(context, entity, typed, state)
    open_fields = {name for name in layout.fields if name in editable and state.fields[name].visible and not state.fields[name].readonly}
    typed = replace(typed, errors=at_inputs(entity, typed.errors, open_fields))
    drawing = Drawing(context.app, context.language, context.reading, f"{frame.base}/pick", frame.scope)
    making = _Making(context, entity, layout, record, typed, state, drawing, _names(context, entity, typed))
    sections = tuple(made for section in layout.sections if (made := _section(making, section, editable)) is not None)
    faults = _faults(making)
    return FormView(
        title=frame.title,
        action=frame.action,
        judge=f"{frame.base}/judge",
        back=frame.back,
        submit=frame.submit,
        sections=sections,
        hidden=(*frame.hidden, *typed.hidden),
        faults=faults,
        links=fault_links(context, sections),
        errors=len(typed.errors),
        conditional=layout.conditional,
        proposed=tuple({**(standing(context.typed) if context.form else {}), **proposed}.items()),
        alike=f"{frame.base}/alike",
        alike_at=_alike_at(entity, sections) if record is None else "",
        tabs=tabs_of(
            layout, {one.tab for one in sections}, {s.tab for s in layout.sections if _has_fault(making, s)}, context.language,
        ),
    )


def _alike_at(entity: CompiledEntity, sections: Iterable[FormSection]) -> str:
    """The first section in which something is typed by which records look alike; "" for none."""
    told = {name for name, _ in entity.duplicates}
    return next((one.name for one in sections if any(input.name in told for input in one.inputs)), "")


def writable(context: Context, entity: CompiledEntity, record: Record | None) -> frozenset[str]:
    """The fields that rights let one write; the owner of a new record belongs to whoever may assign."""
    names = access.editable(context.session, entity.name, record)
    if record is None and entity.owned and access.may(context.session, entity.name, "assign"):
        return names | {OWNER}
    return names


def blank_row(context: Context, entity: CompiledEntity, section: CompiledSection, key: str) -> tuple[GridInput, GridRow]:
    """A new row of a child grid, with its defaults."""
    name = section.children or ""
    child = context.app.entities[entity.fields[name].children or ""]
    columns = shown_columns(context, child, section)
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{entity.name}/pick")
    inputs = tuple(
        draw(column, Judged(True, column.required, not column.writable), Content(_default_text(context, column)), drawing,
             f"{name}.{key}.")
        for column in columns
    )
    grid = GridInput(name, (), (), "")
    return grid, GridRow(key, None, inputs)


def _stored_row(context: Context, child: CompiledEntity, row: Record) -> BoundRow:
    texts = {name: text_of(child.fields[name], value, context.reading) for name, value in row.values.items()}
    return BoundRow(f"r{row.id}", row.id, texts, dict(row.values))


def _with_defaults(context: Context, entity: CompiledEntity, typed: Typed, state: FormState) -> Typed:
    """A new record's form shows its defaults where nobody typed."""
    filled = {
        name: text_of(entity.fields[name], value, context.reading)
        for name, value in state.values.items()
        if name in entity.fields and name not in typed.texts and name not in state.proposed and value is not None
    }
    return replace(typed, texts={**filled, **typed.texts})


def _with_proposals(
    context: Context, entity: CompiledEntity, typed: Typed, state: FormState
) -> tuple[Typed, dict[str, str]]:
    """The form with what is copied into blanks, and that by the name of its input."""
    texts, rows, proposed = dict(typed.texts), {name: list(found) for name, found in typed.rows.items()}, dict[str, str]()
    for path, value in state.proposed.items():
        name, _, rest = path.partition(".")
        if not rest and texts.get(name):
            continue  # what is typed and cannot be read is no blank
        if not rest:
            texts[name] = proposed[name] = text_of(entity.fields[name], value, context.reading)
            continue
        place, _, column = rest.partition(".")
        row = rows[name][int(place)]
        if row.texts.get(column):
            continue
        child = context.app.entities[entity.fields[name].children or ""]
        text = proposed[f"{name}.{row.key}.{column}"] = text_of(child.fields[column], value, context.reading)
        rows[name][int(place)] = replace(row, texts={**row.texts, column: text})
    return replace(typed, texts=texts, rows={name: tuple(found) for name, found in rows.items()}), proposed


def _section(making: _Making, section: CompiledSection, editable: frozenset[str]) -> FormSection | None:
    if section.name not in making.state.sections:
        return None
    title = making.layout.title(section, making.context.language)
    is_open = section.name in making.state.open or _has_fault(making, section)
    if section.children:
        grid = _grid(making, section, section.children, editable)
        return FormSection(section.name, title, (), grid, is_open, section.tab) if grid else None
    inputs = tuple(_row_inputs(making, section, editable))
    return FormSection(section.name, title, inputs, None, is_open, section.tab) if inputs else None


def _row_inputs(making: _Making, section: CompiledSection, editable: frozenset[str]) -> Iterable[Input]:
    for row in section.rows:
        present = [name for name in row if _is_there(making, name, editable)]
        for name in present:
            one = _input(making, name)
            yield replace(one, span=12 if one.widget in WIDE and len(present) == 1 else 12 // max(len(present), 1))


def _is_there(making: _Making, name: str, editable: frozenset[str]) -> bool:
    """A new record's form shows what one can enter; a stored one's also what one can only see."""
    declared = making.entity.fields.get(name)
    if declared is None or not making.state.fields[name].visible:
        return False
    if name in editable:
        return True
    return making.record is not None and (name in making.record.values or name in making.record.masked)


def _input(making: _Making, name: str) -> Input:
    making.shown.add(name)
    declared = making.entity.fields[name]
    text = making.typed.texts.get(name, "")
    if making.record is not None and name not in making.record.values and name in making.record.masked:
        text = making.record.masked[name]
    content = Content(text, _title(making, declared, text), _titles(making, declared, text), _error(making, name, declared))
    return draw(declared, making.state.fields[name], content, making.drawing)


def _grid(making: _Making, section: CompiledSection, name: str, editable: frozenset[str]) -> GridInput | None:
    declared = making.entity.fields[name]
    readonly = name not in editable or making.state.fields[name].readonly
    if not making.state.fields[name].visible or (making.record is None and readonly):
        return None
    making.shown.add(name)
    child = making.context.app.entities[declared.children or ""]
    columns = shown_columns(making.context, child, section)
    labels = tuple((column.label[making.context.language], column.required) for column in columns)
    rows = tuple(
        _grid_row(making, name, place, row, columns, readonly) for place, row in enumerate(making.typed.rows.get(name, ()))
    )
    own = "" if making.record is None else f"/{making.record.id}"
    add, paste = f"/e/{making.entity.name}/rows/{section.name}", f"/e/{making.entity.name}{own}/paste/{section.name}"
    known = [{**row.values, **_worked_out(making, name, place, row)} for place, row in enumerate(making.typed.rows.get(name, ()))]
    return GridInput(
        name, labels, rows, add, totals_of(making.context, columns, section, known), readonly, _error(making, name), paste,
    )


def shown_columns(context: Context, child: CompiledEntity, section: CompiledSection) -> tuple[CompiledField, ...]:
    """The columns of a grid that people fill in, and the formulas that follow from them as far as they are for the reader; what
    else is computed is seen on the record's page."""
    known = read.always_readable(context.session, child.name)
    columns = grid_columns(child, section)
    return tuple(c for c in columns if c.computed is None or (is_formula(c) and c.name in known))


def _worked_out(making: _Making, name: str, place: int, row: BoundRow) -> Mapping[str, object]:
    """The formulas of a row as it stands; of one that was not sent, as it is stored."""
    judged = making.state.worked_out.get(name, ())
    return judged[place] if place < len(judged) else row.values


def _grid_row(
    making: _Making, name: str, place: int, row: BoundRow, columns: Sequence[CompiledField], readonly: bool
) -> GridRow:
    judged = making.state.rows.get(name, ())
    rules = judged[place] if place < len(judged) else {}
    worked_out = _worked_out(making, name, place, row)
    inputs = []
    for column in columns:
        if is_formula(column):
            text = text_of(column, worked_out.get(column.name), making.context.reading)
            inputs.append(draw(column, Judged(True, False, True), Content(text), making.drawing, f"{name}.{row.key}."))
            continue
        rule = rules.get(column.name, Judged(True, column.required, not column.writable))
        rule = replace(rule, readonly=rule.readonly or readonly or not column.writable)
        text = row.texts.get(column.name, "")
        error = _error(making, f"{name}.{place}.{column.name}", column)
        content = Content(text, _title(making, column, text), _titles(making, column, text), error)
        inputs.append(draw(column, rule, content, making.drawing, f"{name}.{row.key}."))
    return GridRow(row.key, row.id, tuple(inputs), _error(making, f"{name}.{place}"))


def _error(making: _Making, path: str, field: CompiledField | None = None) -> str:
    for error in making.typed.errors:
        if error.path == path:
            making.shown.add(path)
            language = making.context.language
            return error.message.text(language) if field is None else fault_text(field, error.message, language)
    return ""


def _has_fault(making: _Making, section: CompiledSection) -> bool:
    names = {name for row in section.rows for name in row} | ({section.children} if section.children else set())
    return any(error.path.partition(".")[0] in names for error in making.typed.errors)


def _faults(making: _Making) -> tuple[str, ...]:
    """Faults that stand at no input of this form: told above it, with the name of their field."""
    language = making.context.language
    told: list[str] = []
    for error in making.typed.errors:
        if error.path in making.shown:
            continue
        declared = making.entity.fields.get(error.path.partition(".")[0])
        text = error.message.text(language)
        mark = "：" if language.base == "zh" else ": "
        told.append(f"{declared.label[language]}{mark}{text}" if declared else text)
    return tuple(told)


def _default_text(context: Context, column: CompiledField) -> str:
    return text_of(column, column.default, context.reading)


def _title(making: _Making, declared: CompiledField, text: str) -> str:
    """What a picker shows for the linked record."""
    if not text or declared.stored not in ("link", "user", "dept", "any_link"):
        return ""
    reference = _reference(declared, text)
    return "" if reference is None else making.names.get((reference.entity, reference.id), "")


def _titles(making: _Making, declared: CompiledField, text: str) -> Mapping[str, str]:
    if declared.stored == "links" and declared.link:
        target = declared.link.to[0]
        return _named(making, target, text)
    if declared.stored in ("file", "files"):
        return _named(making, "", text)
    return {}


def _named(making: _Making, target: str, text: str) -> Mapping[str, str]:
    """The names of the records of `target` whose numbers stand in `text`, by number; files where it is ""."""
    numbers = {part: number for part in text.split(",") if (number := number_of(part)) is not None}
    return {part: making.names.get((target, number), f"#{part}") for part, number in numbers.items()}


def _reference(declared: CompiledField, text: str) -> RecordRef | None:
    entity, _, digits = text.rpartition(":")
    number = number_of(digits)
    if number is None:
        return None
    target = entity or (declared.link.to[0] if declared.link else PEOPLE_TARGETS[declared.stored])
    return RecordRef(target, number)


def _names(context: Context, entity: CompiledEntity, typed: Typed) -> Mapping[tuple[str, int], str]:
    """The titles of everything that the form links to: one statement per entity linked to."""
    wanted: dict[str, list[int]] = {}
    files: list[int] = []
    for declared, text in _all_texts(context, entity, typed):
        for part in text.split(","):
            if not part:
                continue
            if declared.stored in ("file", "files"):
                number = number_of(part)
                files += [number] if number is not None else []
            elif declared.stored in ("link", "user", "dept", "any_link", "links"):
                reference = _reference(declared, part)
                if reference is not None and reference.entity in context.app.entities:
                    wanted.setdefault(reference.entity, []).append(reference.id)
    names = {
        (target, id): title for target, ids in wanted.items() for id, title in read.titles(context.session, target, ids).items()
    }
    return {**names, **{("", id): name for id, name in file_names(context.session, files).items()}}


def _all_texts(
    context: Context, entity: CompiledEntity, typed: Typed
) -> Iterable[tuple[CompiledField, str]]:
    for name, text in typed.texts.items():
        if text:
            yield entity.fields[name], text
    for name, rows in typed.rows.items():
        child = context.app.entities[entity.fields[name].children or ""]
        for row in rows:
            yield from ((child.fields[part], text) for part, text in row.texts.items() if text)
