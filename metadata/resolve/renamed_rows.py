"""Old names in scenarios and in data: entities, fields, options, roles, moves and steps mean their present owners."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from metadata.resolve.former import At, Former, Renaming
from metadata.specs.screens import RECORD_WORDS, DataSpec, ScenarioSpec, ScenarioStep

_ROLE = re.compile(r"(\s*(?:chain\s*\(\s*)?role\s*\(\s*)([a-z][a-z0-9_]*)(.*)", re.DOTALL)
"""A role in a people place, and what stands around its name."""
_BESIDE_GIVEN = ("by", "owner")
"""What stands beside the entity of something given."""


def renamed_scenario(r: Renaming, scenario: ScenarioSpec) -> ScenarioSpec:
    """The scenario in present names. What it expects is an expression, and those resolve old names themselves."""
    at = ("scenario", scenario.name)
    known: dict[str, str] = {}
    given = {name: _given(r, content, (*at, "given", name)) for name, content in scenario.given.items()}
    known |= {name: next((word for word in content if word not in _BESIDE_GIVEN), "") for name, content in given.items()}
    steps = tuple(_step(r, step, (*at, "steps", i), known) for i, step in enumerate(scenario.steps))
    return replace(scenario, given=given, steps=steps)


def _given(r: Renaming, content: Mapping[str, object], at: At) -> Mapping[str, object]:
    present: dict[str, object] = {}
    for word, said in content.items():
        entity = word if word in _BESIDE_GIVEN else r.entity(word, (*at, word), key=True)
        values = _values(r, entity, said, (*at, word))
        present[entity] = _person(r, values, (*at, word)) if entity == "user" else values
    return present


def _person(r: Renaming, said: object, at: At) -> object:
    """The roles of somebody are words of scenarios, not fields."""
    if not isinstance(said, Mapping):
        return said
    values = cast("Mapping[str, object]", said)
    roles = {word: _each(values[word], (*at, word), _told_of(r, r.roles)) for word in ("role", "roles") if word in values}
    return {**values, **roles}


def _step(r: Renaming, step: ScenarioStep, at: At, known: dict[str, str]) -> ScenarioStep:
    """The step in present names; what it makes is `known` from then on."""
    content = dict(step.content)
    for word in RECORD_WORDS:
        if content.get(word) not in known and r.entities.get(str(content.get(word)), "") in known:
            content[word] = r.told(r.entities, str(content[word]), (*at, word))
    made = next((word for word in ("create", "find") if isinstance(content.get(word), str)), None)
    if made is not None:
        content[made] = r.entity(str(content[made]), (*at, made))
    about = next((known.get(str(content[word]), "") for word in RECORD_WORDS if word in content), "")
    entity = str(content[made]) if made is not None else about
    for word in ("set", "answers"):
        if word in content:
            content[word] = _values(r, entity, content[word], (*at, word))
    for word in ("move", "can", "cannot"):
        if isinstance(content.get(word), str):
            content[word] = r.move(entity, str(content[word]), (*at, word))
    if isinstance(content.get("field"), str):
        content["field"] = r.field(entity, str(content["field"]), (*at, "field"))
    if "for" in content:
        content["for"] = _each(content["for"], (*at, "for"), lambda text, place: _role_in(r, text, place))
    if "return" in content and isinstance(content.get("to"), str):
        content["to"] = r.told(r.steps, str(content["to"]), (*at, "to"))
    if made is not None and isinstance(content.get("name"), str):
        known[str(content["name"])] = entity
    convert = r.app.converts.get(str(content.get("convert")))
    for name in convert.targets if convert else ():
        known.setdefault(r.entities.get(name, name), r.entities.get(name, name))
    return replace(step, content=content)


def _role_in(r: Renaming, text: str, at: At) -> str:
    found = _ROLE.fullmatch(text)
    return f"{found[1]}{r.told(r.roles, found[2], at)}{found[3]}" if found else text


def renamed_data(r: Renaming, data: DataSpec) -> DataSpec:
    """The records in present names; what stands in a file beside the declaration is told where that is named."""
    at = ("data", data.name)
    entity = r.entity(data.entity, (*at, "entity"))
    key = r.names(entity, data.key, (*at, "key"))
    if data.file is not None:
        place = (*at, "file")
        columns = tuple(r.field(entity, name, place) for name in data.file.columns)
        present = dict(zip(data.file.columns, columns, strict=True))
        rows = tuple(
            {present[name]: _value(r, (entity, present[name]), value, place) for name, value in row.items()} for row in data.rows
        )
        return replace(data, entity=entity, key=key, rows=rows, file=replace(data.file, columns=columns))
    rows = tuple(_row(r, entity, row, (*at, "rows", i)) for i, row in enumerate(data.rows))
    return replace(data, entity=entity, key=key, rows=rows)


def _row(r: Renaming, entity: str, row: Mapping[str, object], at: At) -> dict[str, object]:
    """The fields of a record, their options and roles, and those of its child rows."""
    present: dict[str, object] = {}
    for name, said in row.items():
        field = r.field(entity, name, (*at, name), key=True)
        present[field] = _value(r, (entity, field), said, (*at, name))
    return present


def _values(r: Renaming, entity: str, said: object, at: At) -> object:
    return _row(r, entity, cast("Mapping[str, object]", said), at) if isinstance(said, Mapping) else said


def _value(r: Renaming, of: tuple[str, str], said: object, at: At) -> object:
    """What is said of the field `of` (entity, name)."""
    spec = r.declared(*of)
    if spec is not None and spec.children and isinstance(said, list):
        child = r.rows_of(*of)
        return [_values(r, child, row, (*at, i)) for i, row in enumerate(cast("list[object]", said))]
    options = r.options.get(of)
    if options is None:
        return said
    if spec is not None and spec.stored == "choices" and isinstance(said, str):
        return ", ".join(r.told(options, part.strip(), at) for part in said.split(","))
    return _each(said, at, _told_of(r, options))


def _told_of(r: Renaming, former: Former) -> Callable[[str, At], str]:
    return lambda name, at: r.told(former, name, at)


def _each(said: object, at: At, present: Callable[[str, At], str]) -> object:
    """A text, or each text of a list, under its present name."""
    if isinstance(said, list | tuple):
        items = cast("Sequence[object]", said)
        return [present(item, (*at, i)) if isinstance(item, str) else item for i, item in enumerate(items)]
    return present(said, at) if isinstance(said, str) else said
