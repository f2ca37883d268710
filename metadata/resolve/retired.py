"""What is retired keeps nothing alive: rights and menu entries that only name it fall away by themselves. Whatever else
still uses it could not run, so the checks refuse that where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from metadata.codes import names as codes
from metadata.expressions.dependencies import dependencies
from metadata.expressions.typed import TypedExpression
from metadata.problems import Place, Problem
from metadata.specs.access import GrantSpec, RoleSpec
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec
from metadata.specs.screens import MenuItemSpec


def without_retired(app: AppSpec) -> AppSpec:
    """The application without the rights and menu entries that name a retired entity, field or move."""
    gone = {name for name, entity in app.entities.items() if entity.retired}
    moves = {(flow.entity, f"move.{move.name}") for flow in app.flows.values() for move in flow.moves.values()
             if move.retired}
    roles = {name: _role(role, app.entities, moves) for name, role in app.roles.items()}
    menus = {name: replace(menu, items=tuple(_items(menu.items, gone))) for name, menu in app.menus.items()}
    return replace(app, roles=roles, menus=menus)


def _role(role: RoleSpec, entities: Mapping[str, EntitySpec], moves: set[tuple[str, str]]) -> RoleSpec:
    def stays(grant: GrantSpec) -> bool:
        return not _parked(entities, grant.entity) and (grant.entity, grant.verb) not in moves

    return replace(
        role,
        grants=tuple(grant for grant in role.grants if stays(grant)),
        denies=tuple(grant for grant in role.denies if stays(grant)),
        fields={key: right for key, right in role.fields.items() if not _parked(entities, *key)},
        denied_fields=frozenset(key for key in role.denied_fields if not _parked(entities, *key)),
    )


def _parked(entities: Mapping[str, EntitySpec], entity: str, field: str = "") -> bool:
    spec = entities.get(entity)
    declared = spec.fields.get(field) if spec else None
    return (spec is not None and spec.retired) or (declared is not None and declared.retired)


def _items(items: tuple[MenuItemSpec, ...], gone: set[str]) -> Iterator[MenuItemSpec]:
    """The entries that still lead somewhere; a group that lost all of its entries is left out with them."""
    for item in items:
        kept = tuple(_items(item.items, gone))
        if item.target not in gone and (kept or not item.items):
            yield replace(item, items=kept)


def retired_uses(typed: TypedExpression, place: Place, entities: Mapping[str, EntitySpec]) -> list[Problem]:
    """A problem for each retired field that an expression reads."""
    read = dependencies(typed)
    used = {name for entity, name in read.fields | read.collections if _parked(entities, entity, name)}
    return [Problem(codes.RETIRED_USED, place, {"name": name}) for name in sorted(used)]
