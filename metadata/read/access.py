"""Role trees -> RoleSpec."""

from __future__ import annotations

from collections.abc import Iterator

from metadata.codes import access as codes
from metadata.read.entities import named_place
from metadata.read.reading import Reading, entries, expression, flag, label_or_name, names, text
from metadata.specs.access import FieldRightSpec, GrantSpec, RoleSpec, Scope
from metadata.specs.common import Expression
from metadata.specs.entity import OptionSpec
from metadata.yaml.nodes import Entry, MapNode, Node, TextNode

SCOPES: tuple[Scope, ...] = (
    "own", "own_and_reports", "dept", "dept_tree", "members", "pool", "involved", "all",
)
_ALL: tuple[Scope, ...] = ("all",)
EVERY_MOVE = "*"
"""The move name of a grant over all moves (`move: own`), until the resolver names them."""


def read_role(node: MapNode, name: str, reading: Reading) -> RoleSpec:
    rights, denied = _field_rights(node.get("fields"), reading)
    return RoleSpec(
        name=name,
        label=label_or_name(node.get("label"), name),
        includes=names(node.get("includes")),
        outside=flag(node.get("outside")),
        grants=tuple(_grants(node.get("allow"))),
        denies=tuple(_grants(node.get("deny"))),
        fields=rights,
        denied_fields=denied,
        reports=names(node.get("reports")),
        admin=flag(node.get("admin")),
        was=names(node.get("was")),
        place=named_place(node, "role"),
        layer=reading.layer_of(node.place.file),
    )


def retired_role(node: MapNode, name: str) -> OptionSpec:
    """What is left of a role that is retired: an option that records may hold and nobody can choose."""
    label = label_or_name(node.get("label"), name)
    return OptionSpec(name, label, retired=True, was=names(node.get("was")), place=named_place(node, "role"))


def _grants(node: Node | None) -> Iterator[GrantSpec]:
    for entity in entries(node):
        if isinstance(entity.value, MapNode) and flag(entity.value.get("retired")):
            continue
        for verb in entries(entity.value):
            if verb.key.text == "retired":
                continue
            if verb.key.text != "move":
                yield _grant(entity.key.text, verb.key.text, verb)
            elif isinstance(verb.value, MapNode):
                for move in verb.value:
                    yield _grant(entity.key.text, f"move.{move.key.text}", move)
            else:
                yield _grant(entity.key.text, f"move.{EVERY_MOVE}", verb)


def _grant(entity: str, verb: str, entry: Entry) -> GrantSpec:
    scopes, condition = _extent(entry.value)
    return GrantSpec(entity, verb, scopes, condition, entry.key.place)


def _extent(node: Node) -> tuple[tuple[Scope, ...], Expression | None]:
    """`true` or a missing scope is all records."""
    if isinstance(node, MapNode):
        scope = node.get("scope")
        return (_scopes(scope) if scope is not None else _ALL), expression(node.get("if"))
    return _scopes(node), None


def _scopes(node: Node) -> tuple[Scope, ...]:
    if isinstance(node, TextNode) and node.text == "true":
        return _ALL
    said = names(node)
    return tuple(scope for scope in SCOPES if scope in said)


def _field_rights(
    node: Node | None, reading: Reading
) -> tuple[dict[tuple[str, str], FieldRightSpec], frozenset[tuple[str, str]]]:
    rights: dict[tuple[str, str], FieldRightSpec] = {}
    denied: set[tuple[str, str]] = set()
    for entry in entries(node):
        parts = entry.key.text.split(".")
        if len(parts) != 2:
            reading.note(codes.FIELD_KEY, entry.key.place, name=entry.key.text)
            continue
        if isinstance(entry.value, MapNode) and flag(entry.value.get("retired")):
            continue
        right = _field_right(parts[0], parts[1], entry)
        rights[parts[0], parts[1]] = right
        if isinstance(entry.value, MapNode) and flag(entry.value.get("deny")):
            denied.add((parts[0], parts[1]))
    return rights, frozenset(denied)


def _field_right(entity: str, field: str, entry: Entry) -> FieldRightSpec:
    node = entry.value if isinstance(entry.value, MapNode) else MapNode({}, entry.value.place)
    mask = node.get("mask")
    scope = mask.get("scope") if isinstance(mask, MapNode) else None
    return FieldRightSpec(
        entity=entity,
        field=field,
        hide=flag(node.get("hide")),
        mask=isinstance(mask, MapNode) or text(mask) == "true",
        mask_scopes=_scopes(scope) if scope is not None else (),
        mask_condition=expression(mask.get("if")) if isinstance(mask, MapNode) else None,
        readonly=flag(node.get("readonly")),
        read=flag(node.get("read")),
        edit=flag(node.get("edit")),
        place=entry.key.place,
    )
