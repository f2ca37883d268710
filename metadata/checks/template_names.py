"""Names in print templates: each is one that the print knows where it stands, so that nothing prints blank by mistake.

What a template is given is made by `reports.prints`: of the record all fields, child rows, and what the template itself
writes as a path from `record` (over links, and reverse collections); of a row of a collection its fields alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import nodes

from metadata.checks.context import Checking
from metadata.codes import names as name_codes
from metadata.codes import screens as codes
from metadata.near import shortened, unknown
from metadata.problems import Place
from metadata.specs.entity import EntitySpec
from metadata.specs.screens import PrintSpec
from metadata.template_language import COMPANY, CONTEXT, LOOP, TRAIL


@dataclass(frozen=True, slots=True)
class _Anything:
    """A value of which nothing is known beforehand."""


@dataclass(frozen=True, slots=True)
class _End:
    """A value without names of its own."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Something with a closed list of names; `what` is how the texts call it."""

    what: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A record with its fields. `root`: the printed one, with its child rows."""

    entity: EntitySpec
    root: bool = False


@dataclass(frozen=True, slots=True)
class _Path:
    """The printed record, or one that it links to, as a path that begins with `record`."""

    entity: EntitySpec
    root: bool = False


@dataclass(frozen=True, slots=True)
class _Rows:
    """Several of one kind."""

    row: _Row | _Words


_Shape = _Anything | _End | _Words | _Row | _Path | _Rows
_ANYTHING, _END = _Anything(), _End()
_Scope = dict[str, _Shape]


def check_template_names(c: Checking, spec: PrintSpec, entity: EntitySpec, tree: nodes.Template) -> None:
    """Notes every name of the template that its print does not know."""
    children = (c.rows_of(entity, name) for name, field in entity.fields.items() if field.children and not field.retired)
    first = next((child for child in children if child is not None), None)
    given: Mapping[str, _Shape] = {
        "record": _Path(entity, root=True),
        "lines": _Rows(_Row(first)) if first is not None else _ANYTHING,
        "trail": _Rows(_Words("trail", TRAIL)),
        "company": _Words("company", COMPANY),
    }
    _Walk(c, spec).children(tree, {name: given.get(name, _END) for name in CONTEXT})


class _Walk:
    """One walk through a template in the order of its text. Scopes hold what each name stands for and grow by `set`."""

    def __init__(self, c: Checking, spec: PrintSpec) -> None:
        self.c = c
        self.file = spec.template_file

    def place(self, node: nodes.Node) -> Place:
        return Place(self.file, node.lineno)

    def children(self, node: nodes.Node, scope: _Scope) -> None:
        for child in node.iter_child_nodes():
            self.shape(child, scope)

    def shape(self, node: nodes.Node, scope: _Scope) -> _Shape:
        """What a node stands for; everything in it is looked at once."""
        match node:
            case nodes.For():
                self.loop(node, scope)
            case nodes.Assign():
                self.bind(node.target, _kept(self.shape(node.node, scope)), scope)
            case nodes.Name():
                return self.name(node, scope)
            case nodes.Getattr():
                return self.member(self.shape(node.node, scope), node.attr, node)
            case nodes.Getitem():
                return self.item(node, scope)
            case nodes.Filter():
                return self.filtered(node, scope)
            case nodes.CondExpr():
                self.shape(node.test, scope)
                other = self.shape(node.expr2, scope) if node.expr2 is not None else _ANYTHING
                return _either(self.shape(node.expr1, scope), other)
            case nodes.And() | nodes.Or():
                return _either(self.shape(node.left, scope), self.shape(node.right, scope))
            case nodes.List() | nodes.Tuple() | nodes.Dict():
                self.children(node, scope)
            case nodes.Expr():
                self.children(node, scope)
                return _END
            case _:
                self.children(node, scope)
        return _ANYTHING

    def loop(self, node: nodes.For, scope: _Scope) -> None:
        over = self.shape(node.iter, scope)
        inside = {**scope}
        self.bind(node.target, over.row if isinstance(over, _Rows) else _ANYTHING, inside, anew=True)
        if node.test is not None:
            self.shape(node.test, inside)
        inside["loop"] = _Words("loop", LOOP)
        for child in node.body:
            self.shape(child, inside)
        for child in node.else_:
            self.shape(child, {**scope})

    def bind(self, target: nodes.Node, shape: _Shape, scope: _Scope, anew: bool = False) -> None:
        """Names of `target` stand for `shape` from here on; for anything where they stood for something else (one branch of
        an `if` may have been left out)."""
        if isinstance(target, nodes.Name):
            there = scope.get(target.name, shape)
            scope[target.name] = shape if anew else _either(there, shape)
        elif isinstance(target, nodes.Tuple):
            for item in target.items:
                self.bind(item, _ANYTHING, scope, anew)

    def name(self, node: nodes.Name, scope: _Scope) -> _Shape:
        if node.name in scope:
            return scope[node.name]
        self.c.note(codes.TEMPLATE_NAME, self.place(node), **unknown(node.name, scope))
        return _ANYTHING

    def item(self, node: nodes.Getitem, scope: _Scope) -> _Shape:
        base = self.shape(node.node, scope)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self.member(_kept(base), node.arg.value, node)
        self.shape(node.arg, scope)
        if not isinstance(base, _Rows):
            return _ANYTHING
        return base if isinstance(node.arg, nodes.Slice) else base.row

    def filtered(self, node: nodes.Filter, scope: _Scope) -> _Shape:
        base = self.shape(node.node, scope) if node.node is not None else _ANYTHING
        for argument in (*node.args, *(each.value for each in node.kwargs)):
            self.shape(argument, scope)
        if isinstance(base, _Rows):
            if node.name == "sum":
                self.summed(base, node)
            if node.name in ("first", "last"):
                return base.row
            if node.name == "list":
                return base
        return _END if node.name != "default" else _ANYTHING

    def summed(self, rows: _Rows, node: nodes.Filter) -> None:
        """`lines | sum("subtotal")` names a field of each row."""
        named = [*node.args[:1], *(each.value for each in node.kwargs if each.key == "attribute")]
        for argument in named:
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                self.member(rows.row, argument.value, node)

    def member(self, base: _Shape, name: str, node: nodes.Expr) -> _Shape:
        """What stands after a point."""
        match base:
            case _Words():
                if name not in base.names:
                    self.c.note(codes.TEMPLATE_NAME, self.place(node), **unknown(name, base.names))
                return _END
            case _Path() | _Row():
                return self.of_record(base, name, node)
            case _Rows() | _End():
                self.beyond(node, name)
        return _ANYTHING

    def beyond(self, node: nodes.Expr, name: str) -> None:
        self.c.note(codes.TEMPLATE_BEYOND, self.place(node), path=shortened(_written(node) or name), name=shortened(name))

    def of_record(self, base: _Path | _Row, name: str, node: nodes.Expr) -> _Shape:
        entity = base.entity
        declared = entity.fields.get(name)
        if name in entity.backs or (declared is not None and declared.children):
            return self.rows(base, name, node)
        if declared is None and name not in self.c.system_fields(entity):
            self.unknown_field(base, name, node)
            return _ANYTHING
        found = self.c.field(entity, name, self.place(node))
        target = self.c.target(found) if found is not None and isinstance(base, _Path) else None
        several = declared is not None and declared.link is not None and len(declared.link.to) > 1
        return _Path(target) if target is not None and not several else _END

    def rows(self, base: _Path | _Row, name: str, node: nodes.Expr) -> _Shape:
        """Child rows of the printed record, and the reverse collections that it writes after `record`."""
        if not base.root or (name in base.entity.backs and isinstance(base, _Row)):
            self.beyond(node, name)
            return _ANYTHING
        rows = self.c.collection(base.entity, name, self.place(node))
        if rows is not None and rows.retired:
            self.c.note(name_codes.RETIRED_USED, self.place(node), name=name)
        return _Rows(_Row(rows)) if rows is not None else _ANYTHING

    def unknown_field(self, base: _Path | _Row, name: str, node: nodes.Expr) -> None:
        """A name that is no field; one that was is told as what it is now, for the template is not written anew."""
        entity = base.entity
        known = {*(n for n, field in entity.fields.items() if not field.retired), *self.c.system_fields(entity)}
        values = unknown(name, known | ({*entity.backs} if base.root else set()))
        present = next((field.name for field in entity.fields.values() if name in field.was), None)
        if present is not None:
            values |= {"fix_zh": f"现名 {present}", "fix_en": f"it is called {present} now"}
        self.c.note(name_codes.UNKNOWN_FIELD, self.place(node), entity=entity.name, **values)


def _kept(shape: _Shape) -> _Shape:
    """A path under another name: its fields are there, what lies beyond them is not."""
    if isinstance(shape, _Path):
        return _Row(shape.entity, root=True) if shape.root else _END
    return shape


def _either(one: _Shape, other: _Shape) -> _Shape:
    return one if one == other else _ANYTHING


def _written(node: nodes.Node) -> str | None:
    """A path as its template writes it; None for what is no plain path."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    return ".".join((node.name, *reversed(parts))) if isinstance(node, nodes.Name) else None
