"""Print templates parse, use only what a sandboxed template may, and name only what there is."""

from __future__ import annotations

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from metadata import template_language as language
from metadata.checks.context import Checking
from metadata.checks.template_names import check_template_names
from metadata.codes import screens as codes
from metadata.problems import Place
from metadata.specs.entity import EntitySpec
from metadata.specs.screens import PrintSpec


def check_prints(c: Checking) -> None:
    for spec in c.app.prints.values():
        entity = c.entity(spec.entity, c.places.of("print", spec.name, "entity"))
        if spec.template:
            _template(c, spec, entity)


def _template(c: Checking, spec: PrintSpec, entity: EntitySpec | None) -> None:
    tree = _parsed(c, spec)
    if tree is None:
        return
    forbidden = list(language.forbidden(tree))
    for line, tag in forbidden:
        c.note(codes.TEMPLATE_FORBIDDEN, Place(spec.template_file, line), tag=tag)
    for line, name, known in language.unknown_words(tree):
        c.note(codes.TEMPLATE_WORD, Place(spec.template_file, line), name=name, known=", ".join(known))
    if entity is not None and not forbidden:
        check_template_names(c, spec, entity, tree)


def _parsed(c: Checking, spec: PrintSpec) -> nodes.Template | None:
    """The template as a tree; None, and a problem, when it is none or too large to be looked at."""
    if len(spec.template) > language.LONGEST:
        _too_large(c, spec, 1)
        return None
    try:
        tree = ImmutableSandboxedEnvironment().parse(spec.template)
    except TemplateSyntaxError as error:
        place = Place(spec.template_file, error.lineno)
        c.note(codes.TEMPLATE_SYNTAX, place, line=str(error.lineno), detail=error.message or "")
    except RecursionError:
        _too_large(c, spec, 1)
    except ValueError:  # an integer of more digits than Python reads
        c.note(codes.TEMPLATE_SYNTAX, Place(spec.template_file, 1), line="1", detail="a number has too many digits")
    else:
        deep = language.too_deep(tree)
        if deep is None:
            return tree
        _too_large(c, spec, deep)
    return None


def _too_large(c: Checking, spec: PrintSpec, line: int) -> None:
    limits = {"characters": f"{language.LONGEST:,}", "depth": str(language.DEEPEST), "loops": str(language.MOST_LOOPS)}
    c.note(codes.TEMPLATE_LARGE, Place(spec.template_file, line), **limits)
