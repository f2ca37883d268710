"""Kinds that choose out of declared options."""

from __future__ import annotations

from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.shapes.model import FLAG, LABEL, NAME_OR_NAMES, TEXT, Either, ListOf, MapOf, Record, props, word
from metadata.specs.common import COLORS
from metadata.tag_texts import LONGEST_TAG, MOST_TAGS, read_tags

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

def _tags(text: str, context: LiteralContext) -> object:
    """Tags parted by commas."""
    found = read_tags([text])
    if len(found) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in found):
        raise NotALiteral(
            f"应为用逗号分开的标签，最多 {MOST_TAGS} 个，每个最多 {LONGEST_TAG} 个字",
            f"expected tags parted by commas, at most {MOST_TAGS}, each of at most {LONGEST_TAG} characters",
        )
    return found or None


_EITHER = (("options", "options_from"),)

CHOICE_KINDS = (
    FieldKind("choice", "choice", "One of its options.", _choice, _CHOICE, one_of=_EITHER),
    FieldKind("tags", "tags", "Short words that people type, with those in use suggested; several options in expressions.", _tags,
              {n: p for n, p in STORED_FIELD.items() if n not in ("unique", "index")}),
    FieldKind("choices", "choices", "Any number of its options.", _choices,
              {n: p for n, p in _CHOICE.items() if n != "unique"}, one_of=_EITHER),
)
