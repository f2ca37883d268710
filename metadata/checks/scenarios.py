"""Scenarios: every step does something, by somebody, to something that is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metadata.checks.context import Checking
from metadata.checks.expectations import check_expectation
from metadata.codes import names as name_codes
from metadata.codes import screens as codes
from metadata.near import unknown
from metadata.problems import Place
from metadata.specs.screens import RECORD_WORDS, ScenarioSpec, ScenarioStep

ACTIONS = (
    "expect", "move", "create", "update", "convert", "find", "approve", "reject", "return", "recall", "transfer",
    "assign", "delete", "cannot", "can", "waiting", "not_waiting", "wait", "comment",
)
_OF_NOBODY = ("expect", "waiting", "not_waiting", "wait")
_MAKES = ("create", "find")
_BESIDE_GIVEN = ("by", "owner")


def check_scenarios(c: Checking) -> None:
    for scenario in c.app.scenarios.values():
        known = _given(c, scenario)
        for number, step in enumerate(scenario.steps):
            _step(c, scenario, step, (number, known))


def _given(c: Checking, scenario: ScenarioSpec) -> dict[str, str]:
    """Names of people and records -> entity, and what is wrong with them."""
    known: dict[str, str] = {}
    for name, content in scenario.given.items():
        entities = [word for word in content if word not in _BESIDE_GIVEN]
        place = c.places.key("scenario", scenario.name, "given", name)
        for entity in entities[:1]:
            found = c.entity(entity, c.places.key("scenario", scenario.name, "given", name, entity))
            values = content[entity]
            if found and isinstance(values, Mapping):
                _fields(c, found.name, values, ("scenario", scenario.name, "given", name, entity))
            if found and found.name == "user" and isinstance(values, Mapping):
                _person(c, values, known, ("given", name, entity), scenario.name)
        by = content.get("by")
        if isinstance(by, str) and by not in known:
            c.note(codes.UNKNOWN_GIVEN, place, **unknown(by, known))
        known[name] = entities[0] if entities else ""
    return known


def _person(
    c: Checking, values: Mapping[str, object], known: Mapping[str, str], path: tuple[str, ...], scenario: str
) -> None:
    """The roles of a person exist, and whom they report to is given before."""
    for word in ("role", "roles"):
        said = values.get(word)
        for number, role in enumerate(said if isinstance(said, list | tuple) else (said,)):
            if isinstance(role, str):
                rest = (number,) if isinstance(said, list | tuple) else ()
                c.role(role, c.places.of("scenario", scenario, *path, word, *rest))
    above = values.get("reports_to")
    if isinstance(above, str) and above not in known:
        c.note(codes.UNKNOWN_GIVEN, c.places.of("scenario", scenario, *path, "reports_to"), **unknown(above, known))


def _fields(
    c: Checking, entity: str, values: Mapping[str, object], path: tuple[str | int, ...], entered: bool = True
) -> None:
    """Values name fields of the entity, and where they are `entered`, none that the platform fills."""
    extra = {"role", "roles", "reports_to", "login", "dept"} if entity == "user" else set()
    kind, name, *rest = path
    for field in values:
        place = c.places.key(str(kind), str(name), *rest, field)
        found = c.field(c.app.entities[entity], field, place) if field not in extra else None
        if found is not None and entered:
            c.entered(found, place)


def _step(c: Checking, scenario: ScenarioSpec, step: ScenarioStep, at: tuple[int, dict[str, str]]) -> None:
    number, known = at
    content = step.content
    actions = [word for word in ACTIONS if word in content]
    if not actions:
        c.note(codes.STEP_WITHOUT_ACTION, step.place, expected=", ".join(ACTIONS))
        return
    if "as" not in content and actions[0] not in _OF_NOBODY:
        c.note(codes.STEP_WITHOUT_PERSON, step.place)
    for word in ("as", *RECORD_WORDS):
        said = content.get(word)
        if isinstance(said, str) and said not in known:
            place = c.places.of("scenario", scenario.name, "steps", number, word)
            c.note(codes.UNKNOWN_GIVEN, place, **unknown(said, known))
    if isinstance(content.get("expect"), str):
        check_expectation(c, str(content["expect"]), c.places.text("scenario", scenario.name, "steps", number, "expect"), known)
    _meaning(c, content, known, lambda word: c.places.of("scenario", scenario.name, "steps", number, word))
    path = ("scenario", scenario.name, "steps", number, "set")
    entered = "find" not in content and "refused" not in content  # to look for a number, or to show that none is taken
    made = next((content[word] for word in _MAKES if isinstance(content.get(word), str)), None)
    if made is not None and isinstance(content.get("name"), str):
        known[str(content["name"])] = str(made)
    entity = str(made) if made is not None else known.get(str(content.get("update")), "")
    values = content.get("set")
    if isinstance(values, Mapping) and entity in c.app.entities:
        _fields(c, entity, values, path, entered)


def _meaning(
    c: Checking, content: Mapping[str, object], known: dict[str, str], place: Callable[[str], Place]
) -> None:
    """Moves belong to the flow of the record, created things are entities, conversions exist; what they make is `known` by the
    name of its entity from then on."""
    entity = known.get(str(content.get("record")), "")
    move = content.get("move")
    if isinstance(move, str) and entity in c.app.entities and move not in c.moves(entity):
        c.note(name_codes.UNKNOWN_MOVE, place("move"), entity=entity, **unknown(move, c.moves(entity)))
    for word in _MAKES:
        if isinstance(content.get(word), str):
            c.entity(str(content[word]), place(word))
    convert = content.get("convert")
    if isinstance(convert, str) and c.one_of(c.app.converts, convert, place("convert"), name_codes.UNKNOWN_CONVERT):
        known |= {made: made for made in c.app.converts[convert].targets if made not in known}
