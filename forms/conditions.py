"""What a form asks for as it stands: which inputs are there, which must be filled, which may not be changed.

The same rules judge the write itself, in `engine.records`, over everything; here they only decide what is drawn (R25).
What the writer may not read counts as blank, on this record and on those it links to, and so do values that could not be
read. Unknown means: visible no, required no, read-only no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from engine.compiled import CompiledEntity, CompiledField, Rule
from engine.field_types.base import InvalidValue
from engine.records.derive import copies_into_blanks, formulas
from engine.records.detail import always_readable
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.prepare import bind, fill_in, new_draft
from engine.records.references import find_astray
from engine.records.seen import SeenEnvironment, Sight
from engine.records.stored import read_plain
from engine.records.unread import judged
from engine.refusals import NotFound
from forms.compiled import CompiledForm, CompiledSection

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class Judged:
    """One input: whether it is there, must be filled, may not be changed."""

    visible: bool = True
    required: bool = False
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class FormState:
    """`fields` by name, `rows` by children field and place, `sections` the names of those that are there, `open` those
    that are not collapsed; `values` what the record would hold (defaults filled in); `proposed` what is copied into blanks,
    by path (`price`, `lines.0.price`); `worked_out` the formulas of rows, by children field and place."""

    fields: Mapping[str, Judged]
    rows: Mapping[str, tuple[Mapping[str, Judged], ...]]
    sections: frozenset[str]
    open: frozenset[str]
    values: Mapping[str, object] = field(default_factory=dict)
    proposed: Mapping[str, object] = field(default_factory=dict)
    worked_out: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)


def judge(
    session: ReadSession, form: CompiledForm, record: int | None, values: Mapping[str, object], editable: frozenset[str]
) -> FormState:
    """The state of `form` for a record (None: a new one) with `values` typed into it. Reads only."""
    writer = cast("WriteSession", session)
    entity = session.app.entities[form.entity]
    draft = new_draft(writer, entity, False) if record is None else _stored(writer, entity, record)
    draft.rights = lambda: editable
    bind(writer, draft, {name: value for name, value in values.items() if name in editable})
    find_astray(writer, draft)
    sight = Sight(writer)
    if record is None:
        fill_in(writer, draft, lambda part: SeenEnvironment(writer, part, sight=sight))
    proposed: dict[str, object] = {}
    for part in draft.everything():
        copied = copies_into_blanks(part, SeenEnvironment(writer, part, sight=sight))
        part.values.update(copied)
        proposed |= {f"{part.path}{name}": value for name, value in copied.items()}
    environment = SeenEnvironment(writer, draft, sight=sight)
    locked = frozenset() if record is None else writer.runtime.flows.locked(writer, entity.name, draft.stored)
    return FormState(
        fields={item.name: _judge(item, environment, editable, locked) for item in entity.fields.values()},
        rows={name: tuple(_judge_row(environment, row) for row in rows) for name, rows in draft.children.items()},
        sections=frozenset(section.name for section in form.sections if holds(section.visible_if, environment, True)),
        open=frozenset(s.name for s in form.sections if not holds(s.collapsed_if, environment, False)),
        values=draft.values,
        proposed=proposed,
        worked_out={name: tuple(_worked_out(environment, row) for row in rows) for name, rows in draft.children.items()},
    )


def shown_sections(
    session: ReadSession, form: CompiledForm, record: int
) -> tuple[tuple[CompiledSection, ...], frozenset[str], frozenset[str]]:
    """The sections of a stored record's page, the names of its collapsed ones, and of its fields that are not there."""
    entity = session.app.entities[form.entity]
    hidden_if = entity.groups.conditional
    if not hidden_if and all(s.visible_if is None and s.collapsed_if is None for s in form.sections):
        return form.sections, frozenset(), frozenset()
    writer = cast("WriteSession", session)
    environment = SeenEnvironment(writer, _stored(writer, entity, record))
    shown = tuple(s for s in form.sections if holds(s.visible_if, environment, True))
    collapsed = frozenset(s.name for s in shown if holds(s.collapsed_if, environment, False))
    return shown, collapsed, frozenset(f.name for f in hidden_if if not holds(f.visible_if, environment, True))


def holds(rule: Rule | None, environment: Environment, absent: bool) -> bool:
    """Whether the rule is met (unknown is not); `absent` when there is no rule."""
    return absent if rule is None else rule.call(environment) is True


def _stored(session: WriteSession, entity: CompiledEntity, record: int) -> Draft:
    values = read_plain(session, entity, record)
    if values is None:
        raise NotFound()
    return Draft(entity, record, values, dict(values))


def _judge(
    item: CompiledField, environment: Environment, editable: frozenset[str], locked: frozenset[str] | str
) -> Judged:
    fixed = item.name not in editable or locked == "all" or item.name in locked or _set_already(item, environment)
    return Judged(
        visible=holds(item.visible_if, environment, True),
        required=item.required or holds(item.required_if, environment, False),
        readonly=fixed or (not environment.is_new and holds(item.readonly_if, environment, False)),
    )


def _set_already(item: CompiledField, environment: Environment) -> bool:
    return item.set_once and environment.row.stored.get(item.name) is not None


def _worked_out(around: SeenEnvironment, row: Draft) -> Mapping[str, object]:
    """The formulas of a row over what its reader may see of it; those that they may not read on every row are left out, and
    what asks for an input that could not be read is blank."""
    environment = SeenEnvironment(around.session, row, sight=around.sight)
    formulas(row, environment)
    known = always_readable(around.session, row.entity.name)
    return {
        item.name: _fitting(item, judged(item.formula, environment))
        for item in row.entity.fields.values() if is_formula(item) and item.formula is not None and item.name in known
    }


def _fitting(item: CompiledField, value: object) -> object:
    try:
        return item.type.assign(value, item)
    except InvalidValue:
        return None


def is_formula(item: CompiledField) -> bool:
    """Whether the field is worked out from its record as it stands."""
    return item.computed in ("row", "select")


def _judge_row(around: SeenEnvironment, row: Draft) -> Mapping[str, Judged]:
    environment = SeenEnvironment(around.session, row, sight=around.sight)
    return {item.name: _judge(item, environment, row.editable, frozenset()) for item in row.entity.fields.values()}
