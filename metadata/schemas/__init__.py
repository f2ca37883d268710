"""The JSON Schemas that editors use, one per kind, generated from `metadata.shapes` and shipped as files here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from metadata.shapes.kinds import EXTENDABLE, KINDS

FOLDER = Path(__file__).parent
SCHEMA_NAMES = (*KINDS, "extend")


def schema(name: str) -> dict[str, Any]:
    """The shipped JSON Schema of a kind, or of `extend`; relative references name the other files."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def schema_files() -> dict[str, str]:
    """All shipped schema files: file name -> text, for copying into an application."""
    return {f"{name}.json": (FOLDER / f"{name}.json").read_text("utf-8") for name in SCHEMA_NAMES}


def editor_settings(folder: str = ".loomwork/schemas") -> dict[str, object]:
    """What `.vscode/settings.json` of a new application says, so that completion works.

    `folder` is where the application keeps the schema files, relative to its top.
    """
    globs: dict[str, list[str]] = {name: [f"**/*.{name}.yaml"] for name in (*EXTENDABLE, "scenario", "extend")}
    globs |= {"app": ["app.yaml"], "pack": ["**/pack.yaml"]}
    return {
        "yaml.schemas": {f"./{folder}/{name}.json": globs[name] for name in SCHEMA_NAMES},
        "yaml.yamlVersion": "1.2",
        "yaml.schemaStore.enable": False,
        "yaml.validate": True,
        "yaml.completion": True,
    }
