"""Shapes -> JSON Schema (draft 2020-12). `python -m metadata.schemas.generate` writes the shipped files anew."""

from __future__ import annotations

import json
from typing import Any

from metadata.near import LONGEST_NAME
from metadata.schemas import FOLDER
from metadata.shapes.kinds import EXTENDABLE, EXTENSIONS, KINDS
from metadata.shapes.model import (
    LABEL,
    NAME_OR_NAMES,
    PATCH_WORDS,
    PEOPLE,
    VALUE,
    Anything,
    Cases,
    Either,
    ListOf,
    MapOf,
    Prop,
    Record,
    Shape,
    Text,
)

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NAME = rf"^[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}$"
_PATH = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
_SCALAR = ["string", "number", "boolean"]
_TEXTS: dict[str, Json] = {
    "text": {"type": _SCALAR},
    "flag": {"type": "boolean"},
    "name": {"type": "string", "pattern": _NAME},
    "path": {"type": "string", "pattern": _PATH},
    "expression": {"type": _SCALAR},
    "value": {"type": _SCALAR},
    "people": {"type": "string"},
    "version": {"type": "string", "pattern": r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$"},
    "pattern": {"type": "string", "maxLength": 200},
}
_KEYS: dict[str, Json] = {
    "name": {"pattern": _NAME}, "path": {"pattern": _PATH}, "language": {"pattern": "^[a-z]{2,3}(-[A-Za-z]{2,4})?$"},
    "any": {},
}
_NAMED = ((LABEL, "label"), (NAME_OR_NAMES, "name_or_names"), (PEOPLE, "people"), (VALUE, "value"))


def schema_of(kind: str) -> Json:
    """The schema of files of a kind: the declaration, or an extension where the kind can be extended."""
    writer = _Writer(patch=False)
    declaration = writer.ref(KINDS[kind])
    top: Json = {"$schema": DRAFT, "title": f"Loomwork {kind}"}
    if kind not in EXTENDABLE:
        return {**top, **declaration, "$defs": writer.defs}
    patching = _Writer(patch=True)
    extension = patching.ref(EXTENSIONS[kind])
    defs = {**writer.defs, **patching.defs, "extension": extension}
    patched = {"$ref": "#/$defs/extension"}
    return {**top, "if": {"required": ["extend"]}, "then": patched, "else": declaration, "$defs": defs}


def extend_schema() -> Json:
    """The schema of `x.extend.yaml`: the extension of whichever kind it says."""
    cases = [
        {"if": {"properties": {"extend": {"pattern": f"^{kind}/"}}}, "then": {"$ref": f"{kind}.json#/$defs/extension"}}
        for kind in EXTENDABLE
    ]
    words = "|".join(kind for kind in EXTENDABLE if kind != "scenario")
    return {
        "$schema": DRAFT, "title": "Loomwork extend", "type": "object", "required": ["extend"],
        "properties": {"extend": {"type": "string", "pattern": f"^(({words})/[a-z][a-z0-9_]*|scenario/.+)$"}}, "allOf": cases,
    }


class _Writer:
    """Shapes to JSON, each named record once under `$defs`."""

    def __init__(self, patch: bool) -> None:
        self.patch = patch
        self.defs: dict[str, Json] = {}

    def shape(self, shape: Shape) -> Json:
        match shape:
            case Anything():
                return {}
            case Text():
                return self.text(shape)
            case ListOf():
                return {"type": "array", "items": self.shape(shape.item), **_least("minItems", shape.at_least)}
            case MapOf():
                least = {} if self.patch else _least("minProperties", shape.at_least)
                return {"type": "object", "additionalProperties": self.shape(shape.value),
                        **({"propertyNames": _KEYS[shape.key]} if _KEYS[shape.key] else {}), **least}
            case Either():
                return self.either(shape)
            case Record() | Cases():
                return self.ref(shape)

    def either(self, shape: Either) -> Json:
        """Any of its parts; one that occurs everywhere stands once under `$defs`."""
        parts = [self.shape(part) for part in (shape.text, shape.list, shape.map) if part is not None]
        written = parts[0] if len(parts) == 1 else {"anyOf": parts}
        name = next((name for known, name in _NAMED if known is shape), None)
        if name is None:
            return written
        self.defs[name] = written
        return {"$ref": f"#/$defs/{name}"}

    def text(self, shape: Text) -> Json:
        if shape.kind == "whole":
            return {"type": "integer", "minimum": shape.at_least}
        if shape.kind == "word":
            return {"enum": [True if word == "true" else word for word in shape.words]}
        return _TEXTS[shape.kind]

    def ref(self, shape: Record | Cases) -> Json:
        """A reference to the record under `$defs`, written there at first use."""
        name = _def_name(shape.otherwise.name if isinstance(shape, Cases) else shape.name, self.patch)
        if name not in self.defs:
            self.defs[name] = {}
            self.defs[name] = self.cases(shape) if isinstance(shape, Cases) else self.record(shape)
        return {"$ref": f"#/$defs/{name}"}

    def cases(self, shape: Cases) -> Json:
        """By the word at the key; a patch need not say it, so there anything of any case may stand."""
        if self.patch:
            return self.record(shape.otherwise)
        branches = [
            {"if": {"properties": {shape.key: {"const": word}}, "required": [shape.key]}, "then": self.ref(record)}
            for word, record in shape.cases.items()
        ]
        known = {"properties": {shape.key: {"enum": list(shape.cases)}}}
        otherwise = {"if": {"not": {"required": [shape.key]}}, "then": self.record(shape.otherwise)}
        return {"type": "object", **known, "allOf": [*branches, otherwise]}

    def record(self, record: Record) -> Json:
        parked = {"retired": PATCH_WORDS["retired"]} if record.patched else {}
        words = PATCH_WORDS if self.patch and record.patched else parked
        properties: dict[str, Prop] = {**words, **record.properties}
        written = {name: self.property(name, prop) for name, prop in properties.items()}
        for name in ("move", "reset") if self.patch and record.patched else ():
            if name in record.properties:
                written[name] = {"anyOf": [written[name], self.property(name, PATCH_WORDS[name])]}
        required = [] if self.patch and record.required != ("extend",) else list(record.required)
        groups = [] if self.patch else [{"anyOf": [{"required": [key]} for key in group]} for group in record.one_of]
        needs = {} if self.patch else {key: [other] for key, other in record.needs.items()}
        return {"type": "object", "properties": written, "additionalProperties": False,
                **({"required": required} if required else {}), **({"allOf": groups} if groups else {}),
                **({"dependentRequired": needs} if needs else {})}

    def property(self, name: str, prop: Prop) -> Json:
        return {"description": prop.doc, **self.shape(prop.shape)}


def _def_name(name: str, patch: bool) -> str:
    return ("patch_" if patch else "") + name.replace(" ", "_")


def _least(word: str, least: int) -> Json:
    return {word: least} if least else {}


def generated() -> dict[str, str]:
    """All schema files as they should be: file name -> text."""
    schemas = {kind: schema_of(kind) for kind in KINDS} | {"extend": extend_schema()}
    return {f"{name}.json": json.dumps(each, indent=1, ensure_ascii=False) + "\n" for name, each in schemas.items()}


def main() -> None:
    """Write the shipped files."""
    for name, text in generated().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
