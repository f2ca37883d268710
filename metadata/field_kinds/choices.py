"""Kinds that choose out of declared options."""

from __future__ import annotations

from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.shapes.model import FLAG, LABEL, NAME_OR_NAMES, TEXT, Either, ListOf, MapOf, Record, props, word
from metadata.specs.common import COLORS

OPTION = Record(
    "option",
    props(
        label=(LABEL, "What people see."),
        color=(TEXT, f"Colour of its badge: {', '.join(COLORS)}."),
        was=(NAME_OR_NAMES, "Earlier names of the option."),
        retired=(FLAG, "Kept on old records, no longer offered."),
        zh=(TEXT, "Chinese label (short form of label)."),
        en=(TEXT, "English label (short form of label)."),
    ),
    patched=True,
)
OPTIONS = Either(list=ListOf(TEXT, at_least=1), map=MapOf(Either(text=TEXT, map=OPTION), "any", at_least=1))


def _choice(text: str, context: LiteralContext) -> object:
    if text in context.options:
        return text
    listed = ", ".join(context.options)
    raise NotALiteral(f"应为选项之一：{listed}", f"expected one of its options: {listed}")


def _choices(text: str, context: LiteralContext) -> object:
    """One option, or several parted by commas."""
    return tuple(_choice(part.strip(), context) for part in text.split(",") if part.strip())


_CHOICE = STORED_FIELD | props(
    options=(OPTIONS, "What can be chosen: names with their labels, or a list of names."),
    options_from=(word("roles"), "The options are the roles of the application, as people call them."),
)
_EITHER = (("options", "options_from"),)

CHOICE_KINDS = (
    FieldKind("choice", "choice", "One of its options.", _choice, _CHOICE, one_of=_EITHER),
    FieldKind("choices", "choices", "Any number of its options.", _choices,
              {n: p for n, p in _CHOICE.items() if n != "unique"}, one_of=_EITHER),
)
