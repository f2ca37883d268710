"""What every check shares: the application, the places, the problems, and looking names up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from metadata.codes import flows as flow_codes
from metadata.codes import names as codes
from metadata.codes import stored as stored_codes
from metadata.formulas import stored_formulas
from metadata.near import NAME, unknown
from metadata.places import Places
from metadata.problems import Code, Place, Problem
from metadata.specs.app import AppSpec
from metadata.specs.common import Label
from metadata.specs.entity import (
    APPROVAL_FIELD,
    OWNED_FIELDS,
    SYSTEM_FIELDS,
    EntitySpec,
    FieldSpec,
    filled_by_platform,
    live_fields,
)
from metadata.specs.flow import FlowSpec
from metadata.specs.people import PEOPLE_TARGETS

_NO_COLUMN = (None, "children", "links", "files", "any_link")


@dataclass(frozen=True, slots=True)
class Found:
    """What a field path leads to: the kind whose column holds it, and the declared field (None for system fields)."""

    entity: EntitySpec
    name: str
    stored: str | None
    field: FieldSpec | None = None

    @property
    def sortable(self) -> bool:
        """Whether it has one comparable column."""
        return self.stored not in _NO_COLUMN


@dataclass(slots=True)
class Checking:
    """One run of all checks over an application."""

    app: AppSpec
    places: Places = field(default_factory=Places)
    problems: list[Problem] = field(default_factory=list)
    _stored: dict[str, frozenset[str]] = field(default_factory=dict)
    """Stored formulas by entity, worked out once for all that ask."""

    def note(self, code: Code, place: Place, /, **values: str) -> None:
        self.problems.append(Problem(code, place, values))

    def entity(self, name: str, place: Place) -> EntitySpec | None:
        """The entity called so, or None with a problem; an old name is told and obeyed. (What is no name at all is a
        problem of shape, told already.)"""
        found = self.app.entities.get(name)
        if found is not None:
            if found.retired:
                self.note(codes.RETIRED_USED, place, name=name)
            return found
        for entity in self.app.entities.values():
            if name in entity.was:
                self.note(codes.OLD_NAME, place, old=name, name=entity.name)
                return entity
        if NAME.fullmatch(name):
            self.note(codes.UNKNOWN_ENTITY, place, **unknown(name, self.app.entities))
        return None

    def live_entities(self) -> list[EntitySpec]:
        """The entities in use."""
        return [entity for entity in self.app.entities.values() if not entity.retired]

    def one_of(self, known: Mapping[str, object], name: str, place: Place, code: Code, **more: str) -> bool:
        """Whether the name is known; else a problem with the nearest one."""
        if name in known:
            return True
        self.note(code, place, **unknown(name, known), **more)
        return False

    def approvable(self, entity: str) -> bool:
        return any(approval.entity == entity for approval in self.app.approvals.values())

    def system_fields(self, entity: EntitySpec) -> dict[str, str]:
        """System fields of an entity: name -> stored kind."""
        owned = OWNED_FIELDS if entity.owned else {}
        return {**SYSTEM_FIELDS, **owned, **(APPROVAL_FIELD if self.approvable(entity.name) else {})}

    def field(self, entity: EntitySpec, name: str, place: Place) -> Found | None:
        """The field of `entity` called so (system fields too), or None with a problem."""
        declared = entity.fields.get(name)
        if declared is not None:
            if declared.retired:
                self.note(codes.RETIRED_USED, place, name=name)
            return Found(entity, name, declared.stored, declared)
        system = self.system_fields(entity)
        if name in system:
            return Found(entity, name, system[name])
        for other in entity.fields.values():
            if name in other.was:
                self.note(codes.OLD_NAME, place, old=name, name=other.name)
                return Found(entity, other.name, other.stored, other)
        if NAME.fullmatch(name):
            self.note(codes.UNKNOWN_FIELD, place, entity=entity.name, **unknown(name, (*entity.fields, *system)))
        return None

    def entered(self, found: Found, place: Place) -> bool:
        """Whether people enter the field that a value is given to; one that the platform fills is told."""
        if found.field is None and found.name in SYSTEM_FIELDS:
            self.note(stored_codes.SYSTEM_WRITE, place, field=found.name)
            return False
        if found.field is None or not filled_by_platform(found.field):
            return True
        self.note(flow_codes.UNREAD_WRITE, place, field=found.name)
        return False

    def option(self, field: FieldSpec | None, value: object, place: Place) -> None:
        """A value that is given to a field names no retired option: that is kept on old records and not chosen anew."""
        for name in value if isinstance(value, tuple) else (value,):
            option = field.options.get(name) if field is not None and isinstance(name, str) else None
            if option is not None and option.retired:
                self.note(codes.RETIRED_USED, place, name=option.name)

    def path(self, entity: EntitySpec, path: tuple[str, ...], place: Place) -> Found | None:
        """What a path such as ("customer", "name") leads to, or None with a problem."""
        found = self.field(entity, path[0], place) if path else None
        for name in path[1:]:
            if found is None:
                return None
            target = self.target(found)
            if target is None:
                self.note(codes.NOT_A_LINK, place, name=found.name)
                return None
            found = self.field(target, name, place)
        return found

    def target(self, found: Found) -> EntitySpec | None:
        """The entity that a link-like field leads to."""
        fixed = PEOPLE_TARGETS.get(found.stored or "")
        if fixed:
            return self.app.entities.get(fixed)
        if found.field and found.field.link and found.stored == "link":
            return self.app.entities.get(found.field.link.to[0]) if found.field.link.to else None
        return None

    def computed_when_read(self, entity: EntitySpec, name: str) -> bool:
        """Whether the field is a formula that has no column, because it crosses links or reads what changes by itself."""
        field = entity.fields.get(name)
        if field is None or field.formula is None:
            return False
        if entity.name not in self._stored:
            self._stored[entity.name] = frozenset(stored_formulas(entity))
        return name not in self._stored[entity.name]

    def collection(self, entity: EntitySpec, name: str, place: Place) -> EntitySpec | None:
        """The entity whose rows a children field, reverse collection or many-to-many link holds."""
        declared = entity.fields.get(name)
        if declared is not None and declared.retired:
            self.note(codes.RETIRED_USED, place, name=name)
        target = self.rows_of(entity, name)
        if target is None:
            self.note(codes.UNKNOWN_COLLECTION, place, entity=entity.name, **unknown(name, self.collections(entity)))
        return target

    def collections(self, entity: EntitySpec) -> list[str]:
        own = [f.name for f in live_fields(entity) if f.children or f.kind == "links"]
        return [*own, *entity.backs]

    def rows_of(self, entity: EntitySpec, name: str) -> EntitySpec | None:
        declared = entity.fields.get(name)
        if declared and declared.children:
            return self.app.entities.get(declared.children)
        if declared and declared.kind == "links" and declared.link and declared.link.to:
            return self.app.entities.get(declared.link.to[0])
        back = entity.backs.get(name)
        return self.app.entities.get(back[0]) if back else None

    def flows(self, entity: str) -> list[FlowSpec]:
        return [flow for flow in self.app.flows.values() if flow.entity == entity]

    def moves(self, entity: str) -> list[str]:
        """Names of all moves in use of the flows of an entity."""
        return [name for flow in self.flows(entity) for name, move in flow.moves.items() if not move.retired]

    def state_fields(self, entity: str) -> list[str]:
        return [flow.field for flow in self.flows(entity)]

    def role(self, name: str, place: Place) -> bool:
        return self.one_of(self.app.roles, name, place, codes.UNKNOWN_ROLE)


Check = Callable[[Checking], None]


def missing_languages(label: Label | None, languages: Iterable[str]) -> list[str]:
    """Languages (short form) in which a label that names languages has no text."""
    if label is None or set(label.texts) == {""}:
        return []
    have = {language.split("-")[0] for language in label.texts}
    return [short for short in dict.fromkeys(each.split("-")[0] for each in languages) if short not in have]
