"""Print templates parse, and use only what a sandboxed template may."""

from __future__ import annotations

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from metadata.checks.context import Checking
from metadata.codes import screens as codes
from metadata.problems import Place
from metadata.specs.screens import PrintSpec

_FORBIDDEN: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.Include, "include"), (nodes.Import, "import"), (nodes.FromImport, "from ... import"),
    (nodes.Extends, "extends"), (nodes.Macro, "macro"), (nodes.CallBlock, "call"),
)
_LARGEST = 200_000


def check_prints(c: Checking) -> None:
    for spec in c.app.prints.values():
        c.entity(spec.entity, c.places.of("print", spec.name, "entity"))
        if spec.template:
            _template(c, spec)


def _template(c: Checking, spec: PrintSpec) -> None:
    environment = ImmutableSandboxedEnvironment()
    try:
        tree = environment.parse(spec.template[:_LARGEST])
    except TemplateSyntaxError as error:
        place = Place(spec.template_file, error.lineno)
        c.note(codes.TEMPLATE_SYNTAX, place, line=str(error.lineno), detail=error.message or "")
        return
    except RecursionError:
        c.note(codes.TEMPLATE_SYNTAX, Place(spec.template_file), line="1", detail="nested too deep")
        return
    for kind, tag in _FORBIDDEN:
        for node in tree.find_all(kind):
            c.note(codes.TEMPLATE_FORBIDDEN, Place(spec.template_file, node.lineno), tag=tag)
    for node in tree.find_all(nodes.Getattr):
        if node.attr.startswith("_"):
            c.note(codes.TEMPLATE_FORBIDDEN, Place(spec.template_file, node.lineno), tag=f".{node.attr}")
