"""What print templates may say (T01-T04, law 10): closed lists of tags, filters and tests, and how large they may be.

Both the check of a pack and the sandbox that renders stand on these lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

PLAIN_FILTERS = (
    "abs", "capitalize", "default", "e", "escape", "first", "float", "int", "join", "last", "length", "list", "lower",
    "replace", "round", "string", "sum", "title", "trim", "upper",
)
"""Filters of Jinja."""
FORMAT_FILTERS = ("date", "money", "number", "percent", "picture", "words")
"""Filters of Loomwork, which write values as people read them; `picture` shows that of a field for pictures."""
FILTERS = tuple(sorted((*PLAIN_FILTERS, *FORMAT_FILTERS)))
TESTS = (
    "defined", "divisibleby", "eq", "even", "ge", "gt", "in", "le", "lt", "ne", "none", "number", "odd", "string",
    "undefined",
)
CONTEXT = ("record", "lines", "trail", "company", "language", "currency", "approved")
"""Names that every print is given; `lines` are the rows of the first children field."""
TRAIL = ("step", "person", "action", "comment", "at")
"""Names of one row of the approval trail."""
COMPANY = ("name",)
LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem")
"""Names that Jinja gives a loop."""
LONGEST = 200_000
"""Characters of one template."""
DEEPEST = 40
"""Expressions and blocks within each other."""
MOST_LOOPS = 6
"""Loops within each other."""

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.Name, nodes.Const,
    nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Getattr,
    nodes.Getitem, nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg,
    nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Keyword, nodes.Scope,
)
_TAGS: dict[type[nodes.Node], str] = {
    nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "from ... import", nodes.Extends: "extends",
    nodes.Macro: "macro", nodes.CallBlock: "call", nodes.FilterBlock: "filter", nodes.AssignBlock: "set ... endset",
    nodes.Block: "block", nodes.ScopedEvalContextModifier: "autoescape", nodes.Call: "( )", nodes.Pow: "**",
    nodes.With: "with", nodes.NSRef: "namespace",
}


def forbidden(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """(line, tag) of everything in the template that is none of the tags and operators it may use."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            yield _line(node), _TAGS.get(type(node), type(node).__name__)
        elif isinstance(node, nodes.For) and node.recursive:
            yield node.lineno, "recursive"
        elif isinstance(node, nodes.Filter | nodes.Test) and (node.dyn_args or node.dyn_kwargs):
            yield node.lineno, "*"
        elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            yield node.lineno, f".{node.attr}"


def unknown_words(tree: nodes.Template) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """(line, word, words there are) of each filter and test that does not exist."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        known = FILTERS if isinstance(node, nodes.Filter) else TESTS
        if node.name not in known:
            yield node.lineno, node.name or "", known


def too_deep(tree: nodes.Template) -> int | None:
    """The line from which the template is nested deeper than it may be; None when it is nowhere."""
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    while waiting:
        node, depth, loops = waiting.pop()
        if depth > DEEPEST or loops > MOST_LOOPS:
            return node.lineno
        inner = loops + isinstance(node, nodes.For)
        waiting += [(child, depth + 1, inner) for child in node.iter_child_nodes()]
    return None


def _line(node: nodes.Node) -> int:
    """The line of a node; Jinja leaves out that of some tags, so it is the first line inside then."""
    inside = (child.lineno for child in node.find_all(nodes.Node) if child.lineno)
    return node.lineno or next(inside, 1)
