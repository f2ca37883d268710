"""Data, scenario and setting trees -> specs."""

from __future__ import annotations

from typing import Any

from metadata.read.entities import named_place
from metadata.read.reading import Reading, entries, items, label_or_name, names, optional_text, text, value, whole
from metadata.read.tables import read_rows
from metadata.specs.app import SettingSpec, TranslationSpec
from metadata.specs.common import Value
from metadata.specs.screens import DataSpec, ScenarioSpec, ScenarioStep
from metadata.yaml.nodes import Entry, MapNode, Node, TextNode, plain


def read_data(node: MapNode, name: str, reading: Reading) -> DataSpec:
    mode: Any = text(node.get("mode"), "seed")
    said = node.get("file")
    file, records = read_rows(said, reading) if isinstance(said, TextNode) else (None, ())
    return DataSpec(
        name=name,
        entity=text(node.get("entity")),
        mode=mode if mode in ("managed", "demo") else "seed",
        key=names(node.get("key")),
        rows=tuple(_plain_map(row) for row in items(node.get("rows"))) if file is None else records,
        file=file,
        generate=_plain_map(node.get("generate")) if node.get("generate") is not None else None,
        order=whole(node.get("order")) or 1,
        place=named_place(node, "data"),
        layer=reading.layer_of(node.place.file),
    )


def _plain_map(node: Node | None) -> dict[str, object]:
    return {entry.key.text: plain(entry.value) for entry in entries(node)}


def read_scenario(node: MapNode, name: str, reading: Reading) -> ScenarioSpec:
    return ScenarioSpec(
        name=name,
        given={entry.key.text: _plain_map(entry.value) for entry in entries(node.get("given"))},
        steps=tuple(ScenarioStep(_plain_map(step), step.place) for step in items(node.get("steps"))),
        now=optional_text(node.get("now")),
        place=named_place(node, "scenario"),
        layer=reading.layer_of(node.place.file),
    )


def read_translation(node: MapNode, name: str, reading: Reading) -> TranslationSpec:
    said = [entry for part in ("labels", "texts") for entry in entries(node.get(part))]
    return TranslationSpec(
        name=name,
        title=text(node.get("name"), name),
        like="zh" if text(node.get("like")) == "zh" else "en",
        labels={entry.key.text: text(entry.value) for entry in entries(node.get("labels"))},
        texts={entry.key.text: text(entry.value) for entry in entries(node.get("texts"))},
        places={entry.key.text: entry.value.place for entry in said},
        place=named_place(node, "translation"),
        layer=reading.layer_of(node.place.file),
    )


def read_setting(entry: Entry) -> SettingSpec:
    """A setting as a pack declares it."""
    node = entry.value if isinstance(entry.value, MapNode) else MapNode({}, entry.value.place)
    return SettingSpec(
        entry.key.text, text(node.get("type"), "text"), label_or_name(node.get("label"), entry.key.text),
        value(node.get("default")) or Value(), entry.key.place,
    )
