"""Names of an expression -> the fields, links, collections and context they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from metadata.codes import expressions as codes
from metadata.expressions import tree
from metadata.expressions.scope import CONTEXTS, Scope
from metadata.expressions.typed import Collection, ContextRef, FieldRef, Hop, TypedExpression, ValueType
from metadata.near import unknown
from metadata.problems import Code
from metadata.specs.entity import EntitySpec, FieldSpec
from metadata.specs.people import PEOPLE_TARGETS

Fault = Callable[[Code, int, dict[str, str]], Exception]

TYPE_WORDS: Mapping[str, tuple[str, str]] = {
    "text": ("文本", "a text"), "bool": ("是非值", "a yes/no"), "int": ("整数", "a whole number"),
    "decimal": ("数字", "a number"), "date": ("日期", "a date"), "datetime": ("时间", "an instant"),
    "duration": ("时长", "a duration"), "choice": ("选项", "an option"), "choices": ("多选", "several options"),
    "link": ("链接", "a link"), "any_link": ("链接", "a link"), "user": ("人员", "a person"), "dept": ("部门", "a department"),
    "rich": ("格式文本", "a formatted text"),
    "file": ("文件", "a file"), "files": ("文件", "files"), "collection": ("一组记录", "a set of records"),
    "list": ("列表", "a list"), "id": ("记录", "a record"), "blank": ("空白", "blank"),
}

_OTHER_BLANKS = frozenset({"null", "none", "nil", "undefined", "empty"})

STORED_TYPES: Mapping[str, str] = {
    "text": "text", "long": "text", "email": "text", "phone": "text", "url": "text", "serial": "text", "color": "text", "geo": "text",
    "bool": "bool",
    "int": "int", "rating": "int", "time": "int", "duration": "int",
    "id": "id", "date": "date", "datetime": "datetime", "choice": "choice", "choices": "choices", "tags": "choices",
    "link": "link", "any_link": "any_link", "user": "user", "dept": "dept", "file": "file", "files": "files",
    "rich": "rich",
    "money": "decimal", "decimal": "decimal", "percent": "decimal",
}
"""Stored kind -> type in expressions."""

SCALES: Mapping[str, int] = {"money": 2, "decimal": 2, "percent": 4}
"""Decimal digits where a field says none."""


def type_words(value: str, name: str) -> dict[str, str]:
    """The name of a type as the values `<value>_zh` and `<value>_en` of a problem."""
    zh, en = TYPE_WORDS[name]
    return {f"{value}_zh": zh, f"{value}_en": en}


def scale_of_digits(value: Decimal) -> int:
    """Digits after the point of a literal."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def field_type(field: FieldSpec, currency: str | None = None) -> ValueType:
    """The type that a field has in expressions."""
    stored = field.stored or "text"
    name = STORED_TYPES.get(stored, "text")
    if name == "decimal":
        scale = field.scale if field.scale is not None else SCALES[stored]
        known = None if stored != "money" or field.currency_from else field.currency or currency
        return ValueType("decimal", scale=scale, currency=known)
    if name in ("choice", "choices"):
        former = tuple((old, option.name) for option in field.options.values() for old in option.was if old not in field.options)
        return ValueType(name, options=tuple(field.options), former=former)  # type: ignore[arg-type]
    if name == "link":
        return ValueType("link", entity=field.link.to[0] if field.link else None)
    return ValueType(name)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Names:
    """Looks names up in a scope; `fault` makes the exception that says what is wrong where. `former` gathers the earlier names
    that were used: the name, the present one, and where it stands."""

    scope: Scope
    fault: Fault
    former: list[tuple[str, str, int]] = field(default_factory=list)

    def inside(self, collection: Collection) -> Names:
        """The names inside an aggregate: bare ones are the tested row's, `$this` is the row the aggregate is written for."""
        child = collection.kind == "children"
        contexts = self.scope.contexts - {"parent", "old"} | ({"this", "parent"} if child else {"this"})
        parent = collection.entity if child else None
        scope = replace(self.scope, entity=collection.target, contexts=contexts, this=self.scope.entity, parent=parent)
        return Names(scope, self.fault, self.former)

    def collections(self) -> list[str]:
        """The collections of the row."""
        entity = self.scope.entities.get(self.scope.entity or "")
        if entity is None:
            return []
        return [*entity.backs, *(n for n, f in entity.fields.items() if f.kind in ("children", "links"))]

    def find(self, node: tree.NameNode) -> TypedExpression:
        """What the name stands for. Raises the fault of `fault` when it stands for nothing here."""
        if not node.context:
            self._other_blank(node)
            return self._path("row", self._row(node), node.parts, node.places, node.at)
        return self._context(node)

    def _other_blank(self, node: tree.NameNode) -> None:
        """Says `blank` to whoever wrote what other languages call it, where no field has that name."""
        spec = self.scope.entities.get(self.scope.entity or "")
        known = spec is not None and (node.parts[0] in spec.fields or node.parts[0] in spec.backs)
        if len(node.parts) == 1 and node.parts[0].lower() in _OTHER_BLANKS and not known:
            raise self.fault(codes.OTHER_BLANK, node.at, {"name": node.parts[0]})

    def _row(self, node: tree.NameNode) -> str:
        if self.scope.entity is None:
            raise self.fault(codes.UNKNOWN_NAME, node.at, {"entity": "…", **unknown(node.parts[0], ())})
        return self.scope.entity

    def _context(self, node: tree.NameNode) -> TypedExpression:
        word = node.context
        if word not in CONTEXTS:
            raise self.fault(codes.UNKNOWN_CONTEXT, node.at, unknown(f"${word}", [f"${known}" for known in CONTEXTS]))
        if word not in self.scope.contexts:
            known = ", ".join(f"${c}" for c in CONTEXTS if c in self.scope.contexts) or "–"
            raise self.fault(codes.CONTEXT_NOT_HERE, node.at, {"name": word, "known": known})
        if word in ("now", "today"):
            self._alone(node)
            return ContextRef(word, "", ValueType("datetime" if word == "now" else "date"))  # type: ignore[arg-type]
        if word == "setting":
            return self._setting(node)
        if word == "new":
            return self._new(node)
        return self._record(node, word)

    def _alone(self, node: tree.NameNode) -> None:
        if node.parts:
            raise self.fault(codes.NOT_A_LINK, node.places[0], {"name": f"${node.context}"})

    def _setting(self, node: tree.NameNode) -> ContextRef:
        name = node.parts[0] if len(node.parts) == 1 else ".".join(node.parts)
        kind = self.scope.settings.get(name)
        if kind is None:
            raise self.fault(codes.UNKNOWN_SETTING, node.at, unknown(name, self.scope.settings))
        stored = STORED_TYPES.get(kind, "text")
        scale = SCALES.get(kind)
        currency = self.scope.currency if kind == "money" else None
        return ContextRef("setting", name, ValueType(stored, scale=scale, currency=currency))  # type: ignore[arg-type]

    def _new(self, node: tree.NameNode) -> TypedExpression:
        made = self._made(node)
        target = self.scope.new.get(made)
        if target is None:
            raise self.fault(codes.UNKNOWN_NAME, node.at, {"entity": "$new", **unknown(".".join(node.parts), self.scope.new)})
        if len(node.parts) == 1:
            return FieldRef("new", (), target, "id", ValueType("link", entity=target), made)
        found = self._path("row", target, node.parts[1:], node.places[1:], node.at)
        if not isinstance(found, FieldRef):
            raise self.fault(codes.COLLECTION_ALONE, node.at, {"name": ".".join(node.parts)})
        return replace(found, root="new", new=made)

    def _made(self, node: tree.NameNode) -> str:
        """The target of a conversion that is called so, or whose entity once was."""
        name = node.parts[0] if node.parts else ""
        if name in self.scope.new:
            return name
        for made, target in self.scope.new.items():
            if target in self.scope.entities and name in self.scope.entities[target].was:
                self.former.append((name, made, node.places[0]))
                return made
        return name

    def _record(self, node: tree.NameNode, word: str) -> TypedExpression:
        entities = {"user": "user", "this": self.scope.this, "old": self.scope.entity, "parent": self.scope.parent}
        entity = entities[word]
        if entity is None:
            known = ", ".join(f"${c}" for c in CONTEXTS if c in self.scope.contexts and entities.get(c, "x"))
            raise self.fault(codes.CONTEXT_NOT_HERE, node.at, {"name": word, "known": known})
        if not node.parts:
            kind = ValueType("user") if word == "user" else ValueType("link", entity=entity)
            if word in ("user", "this"):
                return ContextRef(word, "", kind)  # type: ignore[arg-type]
            return FieldRef(word, (), entity, "id", kind)  # type: ignore[arg-type]
        return self._path(word, entity, node.parts, node.places, node.at)

    def _path(
        self, root: str, entity: str, parts: tuple[str, ...], places: tuple[int, ...], at: int
    ) -> TypedExpression:
        hops: list[Hop] = []
        for index, part in enumerate(parts):
            spec = self._entity(entity, at)
            last = index == len(parts) - 1
            if last:
                return self._end(root, tuple(hops), spec, part, places[index])
            hops.append(self._hop(spec, part, places[index]))
            entity = hops[-1].target
        raise self.fault(codes.NO_NAME, at, {"found": "…"})

    def _entity(self, name: str, at: int) -> EntitySpec:
        found = self.scope.entities.get(name)
        if found is None:
            raise self.fault(codes.UNKNOWN_NAME, at, {"entity": name, **unknown(name, self.scope.entities)})
        return found

    def _end(self, root: str, hops: tuple[Hop, ...], spec: EntitySpec, name: str, at: int) -> TypedExpression:
        field = self._lookup(spec, name, at)
        if field is not None and field.kind not in ("children", "links"):
            return FieldRef(root, hops, spec.name, field.name, field_type(field, self.scope.currency))  # type: ignore[arg-type]
        system = self.scope.system_fields(spec)
        if field is None and name in system:
            return FieldRef(root, hops, spec.name, name, self._system_type(spec, name, system[name]))  # type: ignore[arg-type]
        return self._collection(root, hops, spec, name, field, at)

    def _system_type(self, spec: EntitySpec, name: str, stored: str) -> ValueType:
        if name == "id":
            return ValueType("link", entity=spec.name)
        if name == "approval":
            return ValueType("choice", options=self.scope.approval_options())
        return ValueType(STORED_TYPES[stored])  # type: ignore[arg-type]

    def _collection(
        self, root: str, hops: tuple[Hop, ...], spec: EntitySpec, name: str, field: FieldSpec | None, at: int
    ) -> Collection:
        where = root if root in ("row", "this", "old", "parent") else "row"
        if field is not None and field.kind == "children" and field.children:
            kind = ValueType("collection", entity=field.children)
            return Collection(where, hops, spec.name, field.name, "children", field.children, "", kind)  # type: ignore[arg-type]
        if field is not None and field.kind == "links" and field.link:
            target = field.link.to[0]
            kind = ValueType("collection", entity=target)
            return Collection(where, hops, spec.name, field.name, "links", target, field.name, kind)  # type: ignore[arg-type]
        back = spec.backs.get(name)
        if back is None:
            known = [*spec.fields, *spec.backs, *self.scope.system_fields(spec)]
            raise self.fault(codes.UNKNOWN_NAME, at, {"entity": spec.name, **unknown(name, known)})
        source = self.scope.entities[back[0]].fields[back[1]]
        how = "links" if source.kind == "links" else "back"
        kind = ValueType("collection", entity=back[0])
        return Collection(where, hops, spec.name, name, how, back[0], back[1], kind)  # type: ignore[arg-type]

    def _hop(self, spec: EntitySpec, name: str, at: int) -> Hop:
        """Over the link of `spec` called so."""
        field = self._lookup(spec, name, at)
        system = self.scope.system_fields(spec)
        stored = field.stored if field is not None else system.get(name)
        if stored is None and name not in spec.backs:
            raise self.fault(codes.UNKNOWN_NAME, at, {
                "entity": spec.name, **unknown(name, [*spec.fields, *spec.backs, *system]),
            })
        fixed = PEOPLE_TARGETS.get(stored or "")
        present = field.name if field is not None else name
        if fixed is not None:
            return Hop(spec.name, present, fixed)
        if field is not None and stored == "link" and field.link is not None:
            return Hop(spec.name, present, field.link.to[0])
        raise self.fault(codes.NOT_A_LINK, at, {"name": name})

    def _lookup(self, spec: EntitySpec, name: str, at: int) -> FieldSpec | None:
        """The field called so, or once called so (`was:` keeps layers that use an old name working)."""
        found = spec.fields.get(name)
        if found is None:
            found = next((field for field in spec.fields.values() if name in field.was), None)
            if found is not None:
                self.former.append((name, found.name, at))
        return found

    def option(self, choice: ValueType, value: str, at: int) -> str:
        """The option of `choice` called so, or once called so; any other text as it is."""
        present = dict(choice.former).get(value, value)
        if present != value:
            self.former.append((value, present, at))
        return present

    def role(self, name: str, at: int) -> str:
        """The role called so, or once called so. Raises the fault of `fault` when there is none."""
        present = name if name in self.scope.roles else self.scope.former_roles.get(name)
        if present is None:
            raise self.fault(codes.UNKNOWN_ROLE, at, unknown(name, self.scope.roles))
        if present != name:
            self.former.append((name, present, at))
        return present
