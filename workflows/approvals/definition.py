"""What an instance was started under, kept by content hash; its names follow their fields through renames (law 7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledEntity
from engine.runtime import ReadSession
from engine.storage.inserting import insert_of
from engine.storage.platform import approval_definition
from metadata.expressions.typed import Collection, FieldRef, Hop
from workflows.approvals.codec import decode, encode, walk
from workflows.compiled import CompiledApproval, StoredDefinition
from workflows.evaluate import flows_of

Entities = Mapping[str, CompiledEntity]


def store(approval: CompiledApproval, entities: Entities) -> StoredDefinition:
    """The stored form of `approval`, with the lineage numbers of every entity and field it names."""
    return sealed({"approval": encode(approval), "names": _Names.of(approval, entities).as_json()})


def sealed(content: Mapping[str, Any]) -> StoredDefinition:
    """`content` with the digest that instances name it by."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return StoredDefinition(hashlib.sha256(text.encode()).hexdigest(), content)


def keep(connection: sa.Connection, name: str, definition: StoredDefinition) -> None:
    """Writes `definition` once; instances refer to it by digest."""
    row = {"digest": definition.digest, "name": name, "content": definition.content}
    connection.execute(insert_of(connection, approval_definition).values(row).on_conflict_do_nothing())


def load(s: ReadSession, name: str, digest: str) -> CompiledApproval:
    """The definition `digest` of an instance: today's when unchanged, else the stored one with today's names."""
    flows = flows_of(s)
    current = flows.definitions.get(name)
    if current is not None and current.digest == digest:
        return flows.approvals[name]
    query = sa.select(approval_definition.c.content).where(approval_definition.c.digest == digest)
    return restore(s.connection.execute(query).scalar_one(), s.app.entities)


def restore(content: Mapping[str, Any], entities: Entities) -> CompiledApproval:
    """The approval that `store` wrote, its entities and fields under the names they have now."""
    names = _Names.read(content["names"], entities)
    approval: CompiledApproval = walk(decode(content["approval"]), names.renamed)
    guarded = tuple(names.field(approval.entity, field) for field in approval.guarded)
    return replace(approval, entity=names.entity(approval.entity), guarded=guarded)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names used by a definition. Written: lineage numbers by name; read: today's names by the names of then."""

    entities: Mapping[str, Any]
    fields: Mapping[tuple[str, str], Any]

    @classmethod
    def of(cls, approval: CompiledApproval, entities: Entities) -> _Names:
        used: set[tuple[str, str]] = {(approval.entity, field) for field in approval.guarded}

        def note(node: Any) -> Any:
            used.update(_named(node))
            return node

        walk(approval, note)
        numbers = {pair: _lineage(entities, *pair) for pair in sorted(used)}
        known = sorted({entity for entity, _ in used} | {approval.entity})
        return cls(
            {entity: entities[entity].lineage for entity in known if entity in entities},
            {pair: number for pair, number in numbers.items() if number},
        )

    def as_json(self) -> dict[str, Any]:
        fields = [[entity, field, number] for (entity, field), number in self.fields.items()]
        return {"entities": dict(self.entities), "fields": fields}

    @classmethod
    def read(cls, content: Mapping[str, Any], entities: Entities) -> _Names:
        today = {entity.lineage: entity for entity in entities.values()}
        names: dict[str, Any] = {
            then: today[number].name for then, number in content["entities"].items() if number in today
        }
        numbered: dict[tuple[str, int], str] = {
            (entity.name, field.lineage): field.name
            for entity in entities.values() for field in entity.fields.values() if field.lineage
        }
        fields: dict[tuple[str, str], Any] = {
            (entity, field): numbered.get((names.get(entity, entity), number), field)
            for entity, field, number in content["fields"]
        }
        return cls(names, fields)

    def entity(self, name: str) -> str:
        return self.entities.get(name, name)

    def field(self, entity: str, name: str) -> str:
        return self.fields.get((entity, name), name)

    def renamed(self, node: Any) -> Any:
        """`node` with today's names; anything that names nothing is returned as it is."""
        if isinstance(node, Hop):
            return Hop(self.entity(node.source), self.field(node.source, node.field), self.entity(node.target))
        if isinstance(node, FieldRef):
            return replace(node, entity=self.entity(node.entity), field=self.field(node.entity, node.field))
        if isinstance(node, Collection):
            return replace(
                node, entity=self.entity(node.entity), name=self.field(node.entity, node.name),
                target=self.entity(node.target), link_field=self.field(node.target, node.link_field),
            )
        return node


def _named(node: Any) -> set[tuple[str, str]]:
    if isinstance(node, Hop):
        return {(node.source, node.field)}
    if isinstance(node, FieldRef):
        return {(node.entity, node.field)}
    if isinstance(node, Collection):
        return {(node.entity, node.name), (node.target, node.link_field)}
    return set()


def _lineage(entities: Entities, entity: str, field: str) -> int:
    known = entities[entity].fields.get(field) if entity in entities else None
    return known.lineage if known is not None else 0
