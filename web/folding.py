"""Templates in which what one language always says is text already: a page is compiled once, not put together anew with each
request."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer


class FoldingEnvironment(Environment):
    """A Jinja environment that calls the functions `folded` while it compiles, wherever all arguments are constants; their
    answers must depend on nothing else. `constants` are names that stand for a value."""

    folded: Mapping[str, Callable[..., object]] = {}
    constants: Mapping[str, object] = {}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template: nodes.Template = _Folding(self).visit(super()._parse(source, name, filename))
        return template


class _Folding(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        called = self._environment.folded.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if called is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        given = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        return nodes.Const(called(*given), lineno=node.lineno) if len(given) == len(node.args) else node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        if node.ctx != "load" or node.name not in self._environment.constants:
            return node
        return nodes.Const(self._environment.constants[node.name], lineno=node.lineno)
