"""Who may see what, worked out the slow and simple way: plain Python over rows in memory and the declared specs.

It shares no code with the product. Where the two differ, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.collation import collation_key
from metadata.specs.access import FieldRightSpec, GrantSpec, RoleSpec
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression
from metadata.specs.entity import EntitySpec
from tests.oracle.rules import holds

Row = Mapping[str, Any]
SYSTEM = ("id", "revision", "created_at", "created_by", "updated_at", "updated_by", "archived_at")
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
"""What databases make lower case of without a locale."""
LINKS = ("link", "user", "dept")
LINKING = (*LINKS, "any_link", "links")
"""Kinds whose values name records, of which only those that may be read are seen."""
READING = ("read", "print", "export")


@dataclass
class Data:
    """Rows by entity and id; `members` and `tasks` are (entity, record id, user id[, level, expires]), `active` those of the tasks
    that are open. `absences` are (absent user, stand-in, from, until)."""

    now: datetime
    today: date
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    members: list[tuple[str, int, int, str, datetime | None]] = field(default_factory=list)
    tasks: list[tuple[str, int, int]] = field(default_factory=list)
    active: list[tuple[str, int, int]] = field(default_factory=list)
    absences: list[tuple[int, int, datetime, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What of a field shows on a row: `plain` its value, or `masked` a text, or nothing."""

    plain: bool
    value: Any = None
    masked: str | None = None


class Reference:
    """The rights of one user over `data` under `spec`."""

    def __init__(self, spec: AppSpec, data: Data, user: int) -> None:
        self.spec, self.data, self.user = spec, data, user
        self.me = data.rows["user"][user]
        held = [row["role"] for row in data.rows["role_assignment"].values() if row["user"] == user]
        self.roles = {part for name in held for part in self._including(name)}

    def _including(self, name: str) -> set[str]:
        found = {name}
        for included in self.spec.roles[name].includes:
            found |= self._including(included)
        return found

    # rows

    def may(self, verb: str, entity: str, row: Row) -> bool:
        """Whether the user may do `verb` to the row."""
        return bool(self._covering(verb, entity, row)) and not self._denied(verb, entity, row)

    def visible(self, entity: str, verb: str = "read", trashed: bool | None = False) -> list[dict[str, Any]]:
        """The rows the user may read (and do `verb` to)."""
        return [
            row for row in self.data.rows.get(entity, {}).values()
            if (trashed is None or (row["archived_at"] is not None) == trashed)
            and self.may("read", entity, row) and (verb == "read" or self.may(verb, entity, row))
        ]

    def _covering(self, verb: str, entity: str, row: Row) -> list[RoleSpec]:
        """The roles of which a grant covers the row."""
        host, host_row, over, through = self._host(verb, entity, row)
        if host_row is None:
            return []
        roles = []
        for role in self._held():
            if through is not None and self._absent(role, host.name, through):
                continue
            grants = [grant for grant in role.grants if (grant.entity, grant.verb) == (host.name, over)]
            roles += [role for grant in grants if self._covers(grant, host, host_row) is True]
        return roles

    def _denied(self, verb: str, entity: str, row: Row) -> bool:
        host, host_row, over, _ = self._host(verb, entity, row)
        denials = [g for role in self._held() for g in role.denies if (g.entity, g.verb) == (host.name, over)]
        return host_row is not None and any(self._covers(denial, host, host_row) is not False for denial in denials)

    def _host(self, verb: str, entity: str, row: Row) -> tuple[EntitySpec, Row | None, str, str | None]:
        """The row that rights are judged on: a child's is its parent."""
        spec = self.spec.entities[entity]
        if not spec.child:
            return spec, row, verb, None
        parent, through = row["$parent"]
        above = self.data.rows[parent].get(row["parent_id"])
        return self.spec.entities[parent], above, verb if verb in READING else "update", through

    def _held(self) -> list[RoleSpec]:
        return [self.spec.roles[name] for name in sorted(self.roles)]

    def _covers(self, grant: GrantSpec, entity: EntitySpec, row: Row) -> bool | None:
        if not any(self._in_scope(scope, entity, row, grant.verb) for scope in grant.scopes):
            return False
        return True if grant.condition is None else self._true(grant.condition, entity.name, row)

    def _in_scope(self, scope: str, entity: EntitySpec, row: Row, verb: str) -> bool:
        owner = row["id"] if entity.name == "user" else row.get("owner") if entity.owned else row.get("created_by")
        dept = row["id"] if entity.name == "department" else row.get("dept")
        dept = dept if entity.owned or entity.name in ("user", "department") else None
        if scope == "all":
            return True
        if scope == "own":
            return owner == self.user
        if scope == "own_and_reports":
            return owner == self.user or (owner is not None and self._reports_to_me(owner))
        if scope == "dept":
            return dept is not None and dept == self.me["dept"]
        if scope == "dept_tree":
            return dept is not None and self._below_my_dept(dept)
        if scope == "pool":
            return entity.owned and owner is None
        if scope == "members":
            return self._is_member(entity.name, row["id"], verb)
        return scope == "involved" and self._is_involved(entity.name, row["id"])

    def _is_involved(self, entity: str, id: int) -> bool:
        """By a task of one's own, or by an open one of somebody who is away and for whom one stands in."""
        absent = [who for who, other, since, until in self.data.absences if other == self.user and since <= self.data.now < until]
        return (entity, id, self.user) in self.data.tasks or any((entity, id, who) in self.data.active for who in absent)

    def _is_member(self, entity: str, id: int, verb: str) -> bool:
        return any(
            (found, record, user) == (entity, id, self.user) and (expires is None or expires > self.data.now)
            and (verb in READING or level == "write")
            for found, record, user, level, expires in self.data.members
        )

    def _reports_to_me(self, user: int) -> bool:
        above, steps = self.data.rows["user"][user]["superior"], 0
        while above is not None and steps < 20:
            if above == self.user:
                return True
            above, steps = self.data.rows["user"][above]["superior"], steps + 1
        return False

    def _below_my_dept(self, dept: int | None) -> bool:
        steps = 0
        while dept is not None and steps < 20:
            if dept == self.me["dept"]:
                return True
            dept, steps = self.data.rows["department"][dept]["parent"], steps + 1
        return False

    def _true(self, condition: Expression, entity: str, row: Row) -> bool | None:
        return self._worked(condition, entity, row)

    def _worked(self, expression: Expression, entity: str, row: Row) -> Any:
        context = {
            "user": self.user, "now": self.data.now, "today": self.data.today, "role": self._holds,
            "rows": lambda path: self._collection(entity, row, path),
        }
        return holds(expression.text, lambda path: self.raw(entity, row, path), context)

    def _collection(self, entity: str, row: Row, path: tuple[str, ...]) -> list[Any]:
        """A lookup for each live row of the reverse collection or many-to-many link at a path."""
        for name in path[:-1]:
            target = self.target(entity, name)
            linked = self.data.rows[target].get(row.get(name))
            if linked is None:
                return []
            entity, row = target, linked
        source, found = self._rows_at(entity, row, path[-1])
        found = [one for one in found if not one["archived_at"]]
        return [lambda path, one=one: self.raw(source, one, path) for one in found]

    def _rows_at(self, entity: str, row: Row, name: str) -> tuple[str, list[Row]]:
        """The rows that link to `row`, or that it links to; with their entity."""
        if name in self.spec.entities[entity].fields:
            target = self.target(entity, name)
            return target, [self.data.rows[target][id] for id in row[name] or ()]
        source, link = self.spec.entities[entity].backs[name]
        return source, [one for one in self.data.rows[source].values() if leads(one.get(link), entity, row["id"])]

    def _holds(self, user: int | None, role: str) -> bool:
        return user is not None and role in Reference(self.spec, self.data, user).roles

    def raw(self, entity: str, row: Row, path: tuple[str, ...]) -> Any:
        """The stored value at a path, whoever may read it."""
        known = self.spec.entities[entity].fields.get(path[0])
        computed = known is not None and known.formula is not None and path[0] not in row
        value = self._worked(known.formula, entity, row) if computed else row.get(path[0])
        if len(path) == 1 or value is None:
            return value
        target = self.target(entity, path[0])
        linked = self.data.rows[target].get(value)
        return self.raw(target, linked, path[1:]) if linked else None

    # fields

    def unknown(self, entity: str, name: str) -> bool:
        """Whether the field answers as one that does not exist: no grant could ever show its value."""
        return not any(
            not self._absent(role, host, name_on_host) and not self._absent(role, entity, name)
            and not self._masks_always(role, entity, name)
            for role, host, name_on_host in self._reading_roles(entity)
        )

    def shown_somewhere(self, entity: str, name: str) -> bool:
        """Whether some row could show something of the field, its value or a mask."""
        return any(
            not self._absent(role, host, name_on_host) and not self._absent(role, entity, name)
            for role, host, name_on_host in self._reading_roles(entity)
        )

    def _reading_roles(self, entity: str) -> Iterable[tuple[RoleSpec, str, str]]:
        spec = self.spec.entities[entity]
        hosts = spec.parents if spec.child else ((entity, "id"),)
        for host, through in hosts:
            for role in self._held():
                if any((g.entity, g.verb) == (host, "read") for g in role.grants):
                    yield role, host, through

    def seen(self, entity: str, row: Row, name: str) -> Seen:
        """What of a field shows on a row that the user may read."""
        covering = [role for role in self._covering("read", entity, row) if not self._absent(role, entity, name)]
        if any(not self._masks(role, entity, row, name) for role in covering):
            return Seen(True, self._shown_value(entity, row, name))
        if any(self._right(role, entity, name).mask for role in covering):
            return Seen(False, masked=mask(self.kind(entity, name), self.raw(entity, row, (name,))))
        return Seen(False)

    def value(self, entity: str, row: Row, path: tuple[str, ...]) -> Any:
        """The value at a path that filters, sorts and groups go by: blank where it may not be read."""
        found = self.seen(entity, row, path[0])
        value = found.value if found.plain else None
        if len(path) == 1 or value is None:
            return value
        target = self.target(entity, path[0])
        return self.value(target, self.data.rows[target][value], path[1:])

    def title(self, entity: str, row: Row, order: bool = False) -> str:
        """The title of a row the user may read; `order`: what it sorts by."""
        return self._title(entity, row, links=True, order=order) or f"#{row['id']}"

    def _title(self, entity: str, row: Row, links: bool, order: bool) -> str:
        """Its parts, blank where there is nothing to be read; `links` in it stand for the titles of what they name."""
        shown, fields = "", 0
        for part in self.spec.entities[entity].title:
            if not part.path:
                shown += collation_key(part.text) if order else part.text
            elif links or self.kind(entity, part.path[0]) not in LINKS:
                fields += 1
                shown += self._title_value(entity, row, part.path[0], order) or ""
        return shown.strip() if fields else ""

    def linked_title(self, entity: str, row: Row, name: str, order: bool = False) -> str | None:
        """The title shown for a link (`order`: what it sorts by), or those for a many-to-many link; None for one that is blank or
        not to be seen."""
        value = self.value(entity, row, (name,))
        if value is None:
            return None
        if isinstance(value, tuple):
            target = self.target(entity, name)
            return "、".join(self.title(target, self.data.rows[target][id]) for id in value)
        target, id = self._led_to(entity, name, value)
        return self.title(target, self.data.rows[target][id], order)

    def _led_to(self, entity: str, name: str, value: Any) -> tuple[str, int]:
        """Entity and id of the record that a link with `value` leads to."""
        return (value.entity, value.id) if self.kind(entity, name) == "any_link" else (self.target(entity, name), value)

    def _title_value(self, entity: str, row: Row, name: str, order: bool) -> str | None:
        kind = self.kind(entity, name)
        if kind in LINKS:
            value = self.value(entity, row, (name,))
            target = self.target(entity, name)
            return None if value is None else self._title(target, self.data.rows[target][value], links=False, order=order)
        found = self.seen(entity, row, name)
        if not found.plain or found.value is None:
            return None
        if kind == "choice":
            option = self.spec.entities[entity].fields[name].options.get(found.value)
            label = option.label.text("en") if option else found.value
            return collation_key(label) if order and option else label
        if order:
            return collation_key(found.value) if kind == "text" else str(found.value).translate(_LOWER)
        return str(found.value)

    def _shown_value(self, entity: str, row: Row, name: str) -> Any:
        """The value itself; of a link only where its target may be read, of a many-to-many link those targets that may."""
        value = self.raw(entity, row, (name,))
        if value is None or self.kind(entity, name) not in LINKING:
            return value
        if isinstance(value, tuple):
            target = self.target(entity, name)
            return tuple(id for id in value if self.may("read", target, self.data.rows[target][id])) or None
        target, id = self._led_to(entity, name, value)
        linked = self.data.rows[target].get(id)
        return value if linked is not None and self.may("read", target, linked) else None

    def kind(self, entity: str, name: str) -> str:
        known = self.spec.entities[entity].fields.get(name)
        if known is not None:
            return known.stored or known.kind
        return {"id": "id", "revision": "int", "created_by": "user", "updated_by": "user", "owner": "user",
                "dept": "dept", "approval": "choice"}.get(name, "datetime")

    def target(self, entity: str, name: str) -> str:
        known = self.spec.entities[entity].fields.get(name)
        if known is not None and known.link is not None and known.link.to:
            return known.link.to[0]
        return "department" if self.kind(entity, name) == "dept" else "user"

    def _right(self, role: RoleSpec, entity: str, name: str) -> FieldRightSpec:
        return role.fields.get((entity, name), FieldRightSpec(entity, name))

    def _absent(self, role: RoleSpec, entity: str, name: str) -> bool:
        if any((entity, name) in held.denied_fields for held in self._held()):
            return True
        right = self._right(role, entity, name)
        return right.hide or (role.outside and name != "id" and not (right.read or right.edit))

    def _masks_always(self, role: RoleSpec, entity: str, name: str) -> bool:
        right = self._right(role, entity, name)
        return right.mask and not right.mask_scopes and right.mask_condition is None

    def _masks(self, role: RoleSpec, entity: str, row: Row, name: str) -> bool:
        right = self._right(role, entity, name)
        if not right.mask or self._masks_always(role, entity, name):
            return right.mask
        spec = self.spec.entities[entity]
        if right.mask_scopes and not any(self._in_scope(scope, spec, row, "read") for scope in right.mask_scopes):
            return False
        return right.mask_condition is None or self._true(right.mask_condition, entity, row) is not False


def leads(value: Any, entity: str, id: int) -> bool:
    """Whether a link with `value` leads to the record."""
    if isinstance(value, tuple):
        return id in value
    return value == id or (getattr(value, "entity", None) == entity and value.id == id)


def mask(kind: str, value: Any) -> str | None:
    """What shows of a masked value."""
    if value is None or value == "":
        return None
    if kind not in ("text", "long", "phone", "email", "url", "serial"):
        return "***"
    text = str(value)
    if kind == "phone":
        return _mask_phone(text)
    if kind == "email" and text.find("@") > 0:
        return text[0] + "***" + text[text.index("@"):]
    if len(text) == 1:
        return "*"
    return text[0] + "*" if len(text) <= 3 else f"{text[0]}***{text[-1]}"


def _mask_phone(text: str) -> str:
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return f"{text[:2]}****{text[-2:]}" if len(text) >= 7 else "***"
