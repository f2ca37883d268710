"""Faults of a form, at its inputs and above it: where each is told, in which words, and the way to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.compiled import CompiledEntity, CompiledField
from engine.refusals import FieldError, Message
from web.context import Context
from web.view_models.forms import FaultLink, FormSection

_CHOSEN = frozenset({"choice", "choices", "link", "links", "user", "dept", "any_link"})


def fault_text(field: CompiledField, message: Message, language: str) -> str:
    """What is wrong with an input of the field: what is chosen is not filled in."""
    chosen = message.code == "required" and field.stored in _CHOSEN
    return (Message("required_choice") if chosen else message).text(language)


def at_inputs(entity: CompiledEntity, errors: Iterable[FieldError], open_fields: Collection[str]) -> tuple[FieldError, ...]:
    """The errors, those of a rule over several fields at one that can be changed in this form (`open_fields`): rather one that is
    entered than a link, which says what the record belongs to."""
    return tuple(_at_input(entity, error, open_fields) for error in errors)


def _at_input(entity: CompiledEntity, error: FieldError, open_fields: Collection[str]) -> FieldError:
    ways = [path for path in (error.path, *error.others) if path in open_fields]
    if not error.others or not ways:
        return error
    entered = (path for path in ways if entity.fields[path].link is None)
    return FieldError(next(entered, ways[0]), error.message)


def fault_links(context: Context, sections: Iterable[FormSection]) -> tuple[FaultLink, ...]:
    """The faults at the inputs of a form, in its order: each with the name of its input and the way to it."""
    return tuple(link for section in sections for link in _links(context, section))


def _links(context: Context, section: FormSection) -> Iterable[FaultLink]:
    yield from (FaultLink(one.id, one.label, one.error) for one in section.inputs if one.error)
    if section.grid is None:
        return
    if section.grid.error:
        yield FaultLink(f"grid-{section.grid.name}", section.title, section.grid.error)
    for number, row in enumerate(section.grid.rows, 1):
        values: Mapping[str, str] = {"grid": section.title, "row": str(number)}
        if row.error:
            yield FaultLink(f"row-{section.grid.name}-{row.key}", context.texts("records.fault_row", **values), row.error)
        for one in row.inputs:
            if one.error:
                yield FaultLink(one.id, context.texts("records.fault_cell", field=one.label, **values), one.error)
