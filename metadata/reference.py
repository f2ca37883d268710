"""Generates `docs/language.md` from shapes, field kinds, functions and codes.

`python -m metadata.reference` writes the file; a test holds the committed one equal to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from metadata.codes import CODES
from metadata.documents import HEADS
from metadata.expressions.functions import AGGREGATES, FUNCTIONS
from metadata.expressions.scope import CONTEXTS, PLACE_LABELS, PLACES
from metadata.field_kinds import EVERY_FIELD, FIELD_KINDS
from metadata.field_kinds.base import STORED_FIELD
from metadata.problems import Code
from metadata.read.people import SELECTORS
from metadata.shapes.kinds import EXTENDABLE, KINDS
from metadata.shapes.model import PATCH_WORDS, Anything, Cases, Either, ListOf, MapOf, Prop, Record, Shape, Text

TARGET = Path(__file__).parent.parent / "docs" / "language.md"

_HEAD = """# The language

Generated from the program (`python -m metadata.reference`); do not edit. A declaration is a YAML file whose ending
names its kind. Labels are a text or a map of languages, names are lower-case identifiers. In *expression* places
stands an expression; in *value* places a literal, or `=` and an expression; in *people* places the selectors below.
"""
_TEXT_WORDS = {
    "text": "text", "flag": "true or false", "whole": "whole number", "name": "name", "path": "field path",
    "expression": "expression", "value": "value", "people": "people", "version": "version",
    "pattern": "regular expression",
}
_SELECTORS = {
    "owner": "`owner`: the record's owner",
    "initiator": "`initiator`: who submitted",
    "system": "`system`: the platform itself (moves only)",
    "role": "`role(x)`: any holder; `role(x, near)`: the nearest ones, climbing from the submitter's department",
    "superior": "`superior(1)`: the first superior of the submitter",
    "chain": "`chain(role(x))`, `chain(3)`: each superior in turn",
    "field": "`field(signer)`: the person in a field",
    "user": "`user(login)`: one person",
}


def reference() -> str:
    """The whole page."""
    parts = [_HEAD, *_kinds(), *_fields(), *_people(), *_functions(), *_contexts(), *_layers(), *_codes()]
    return "\n".join(parts).rstrip() + "\n"


def _kinds() -> Iterator[str]:
    yield "## Kinds\n"
    for kind, record in KINDS.items():
        yield f"### {kind}\n"
        yield _file_of(kind) + "\n"
        yield _table(record)
        for inner in _inner(record):
            yield f"**{inner.name}**\n"
            yield _table(inner)


def _file_of(kind: str) -> str:
    head = next((file for file, each in HEADS.items() if each == kind), None)
    if head:
        return f"File `{head}`."
    extends = f" A higher layer changes one with `extend: {kind}/name`." if kind in EXTENDABLE else ""
    return f"Files `*.{kind}.yaml`.{extends}"


def _inner(record: Record) -> Iterator[Record]:
    """Records inside a record, each once, fields apart (they have their own chapter)."""
    seen: dict[str, Record] = {}
    waiting: list[Shape] = [prop.shape for prop in record.properties.values()]
    while waiting:
        shape = waiting.pop(0)
        match shape:
            case Record() if shape.name not in seen:
                seen[shape.name] = shape
                waiting += [prop.shape for prop in shape.properties.values()]
            case ListOf():
                waiting.append(shape.item)
            case MapOf():
                waiting.append(shape.value)
            case Either():
                waiting += [part for part in (shape.text, shape.list, shape.map) if part is not None]
            case _:
                pass
    return iter(seen.values())


def _table(record: Record) -> str:
    rows = ["| key | what | meaning |", "|--|--|--|"]
    for name, prop in record.properties.items():
        needed = " (required)" if name in record.required else ""
        rows.append(f"| `{name}`{needed} | {_words(prop.shape)} | {prop.doc} |")
    if record.reserved:
        rows.append(f"\nReserved for later versions: {', '.join(f'`{word}`' for word in sorted(record.reserved))}.")
    return "\n".join(rows) + "\n"


def _words(shape: Shape) -> str:
    """A shape in words, for a table."""
    match shape:
        case Text(kind="word"):
            return " ".join(f"`{word}`" for word in shape.words) if len(shape.words) <= 12 else "word"
        case Text():
            return _TEXT_WORDS[shape.kind]
        case ListOf():
            return f"list of {_words(shape.item)}"
        case MapOf():
            return f"map of {_words(shape.value)}"
        case Record():
            return shape.name
        case Cases():
            return shape.otherwise.name
        case Either():
            return " or ".join(dict.fromkeys(_words(p) for p in (shape.text, shape.list, shape.map) if p is not None))
        case Anything():
            return "anything"


def _fields() -> Iterator[str]:
    yield "## Fields\n"
    yield "Every field has:\n"
    yield _properties(EVERY_FIELD)
    yield "Fields with a value of their own have:\n"
    yield _properties(STORED_FIELD)
    yield "| type | holds | further properties |"
    yield "|--|--|--|"
    for kind in FIELD_KINDS.values():
        further = [name for name in kind.properties if name not in STORED_FIELD]
        lacking = [name for name in STORED_FIELD if name not in kind.properties]
        without = f" (without {', '.join(lacking)})" if lacking and len(lacking) < 6 else ""
        yield f"| `{kind.name}` | {kind.doc} | {', '.join(f'`{name}`' for name in further) or '-'}{without} |"
    yield ""
    own = {name: prop for kind in FIELD_KINDS.values() for name, prop in kind.properties.items()}
    yield _properties({name: prop for name, prop in own.items() if name not in STORED_FIELD})


def _properties(properties: Mapping[str, Prop]) -> str:
    rows = ["| key | what | meaning |", "|--|--|--|"]
    rows += [f"| `{name}` | {_words(prop.shape)} | {prop.doc} |" for name, prop in properties.items()]
    return "\n".join(rows) + "\n"


def _people() -> Iterator[str]:
    yield "## People\n"
    yield "\n".join(f"- {_SELECTORS[selector]}" for selector in SELECTORS) + "\n"


def _functions() -> Iterator[str]:
    yield "## Functions of expressions\n"
    yield "| function | gives | meaning | example |"
    yield "|--|--|--|--|"
    for function in FUNCTIONS.values():
        yield f"| `{function.usage}` | {function.result} | {function.en} | `{function.example}` |"
    over = ", ".join(f"`{name}`" for name in AGGREGATES)
    yield f"\nOver children and reverse collections: {over}; choices: `case`.\n"


def _contexts() -> Iterator[str]:
    yield "## What each place may name\n"
    yield "Bare names are always fields of the row looked at; besides them:\n"
    yield "| place | context |"
    yield "|--|--|"
    for place, allowed in PLACES.items():
        words = " ".join(f"`${word}`" for word in CONTEXTS if word in allowed)
        yield f"| {PLACE_LABELS[place][1]} | {words} |"
    yield ""


def _layers() -> Iterator[str]:
    yield "## Layers\n"
    yield "An `extend` file says what changes. Named things are patched by name and take these words too:\n"
    yield _properties(PATCH_WORDS)
    yield "Lists without names are replaced whole. Two packs that change one value are refused until the application"
    yield "decides.\n"
    yield "Rights and menu entries of something retired fall away by themselves. Everything else that still uses it (a flow,"
    yield "form or report of a retired entity, a retired field in a title, list or expression) is refused where it stands,"
    yield "unless it is retired too.\n"


class _Blanks(dict[str, str]):
    """What a code's texts are filled with, by name."""

    def __missing__(self, name: str) -> str:
        return f"‹{name}›"


def _codes() -> Iterator[str]:
    yield "## Problems\n"
    yield "What `apply` says of changes (LC101 and on) is in [changes that are refused](changes.md).\n"
    yield from code_table(CODES.values())


def code_table(codes: Iterable[Code]) -> Iterator[str]:
    """The lines of a table of codes with their texts."""
    yield "| code | | message | expected | fix |"
    yield "|--|--|--|--|--|"
    for code in codes:
        texts = (code.message["en"], code.expected["en"], code.fix["en"])
        shown = (text.format_map(_Blanks()).replace("|", "\\|") for text in texts)
        yield f"| {code.code} | {code.severity} | " + " | ".join(shown) + " |"


def main() -> None:
    """Write the page."""
    TARGET.write_text(reference(), "utf-8")


if __name__ == "__main__":
    main()
