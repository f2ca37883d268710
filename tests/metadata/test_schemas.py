"""The shipped JSON Schemas: as generated, valid, agreeing with the check, and never fetching anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource
from referencing.jsonschema import DRAFT202012

from metadata import shape
from metadata.documents import documents
from metadata.folders import read_folder
from metadata.loader import shipped_pack, shipped_packs
from metadata.schemas import SCHEMA_NAMES, editor_settings, schema, schema_files
from metadata.schemas.generate import generated
from metadata.yaml import ListNode, Node, TextNode
from tests.metadata.problem_files import examples

REGISTRY = Registry().with_resources(
    (f"{name}.json", Resource.from_contents(schema(name), default_specification=DRAFT202012)) for name in SCHEMA_NAMES
)
VALIDATORS = {name: Draft202012Validator(schema(name), registry=REGISTRY) for name in SCHEMA_NAMES}
MEANING_OF_TEXT = {"LW215", "LW221", "LW222", "LW224"}
"""Shape problems about the inside of a text, which a schema does not see."""


def as_editors_read(node: Node) -> Any:
    """The tree as a YAML 1.2 core reader gives it."""
    if isinstance(node, ListNode):
        return [as_editors_read(item) for item in node.items]
    if not isinstance(node, TextNode):
        return {name: as_editors_read(entry.value) for name, entry in node.entries.items()}
    if node.quoted:
        return node.text
    try:
        return json.loads(node.text) if node.text[:1] in "-0123456789tf" else node.text
    except ValueError:
        return node.text


def test_the_shipped_files_are_the_generated_ones() -> None:
    assert schema_files() == generated()


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_each_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_file_of_a_pack_is_valid_in_editors_too(pack: str) -> None:
    docs, problems = documents(read_folder(shipped_pack(pack)))
    assert problems == [] and docs
    for document in docs:
        faults = [error.message for error in VALIDATORS[document.kind].iter_errors(as_editors_read(document.node))]
        assert (document.file, faults) == (document.file, [])


@pytest.mark.parametrize("code", [example.code for example in examples()])
def test_schema_and_check_agree_about_examples(code: str) -> None:
    example = next(example for example in examples() if example.code == code)
    for document in documents(example.files)[0]:
        problems = shape.check(document.node, document.kind, document.extends)
        told = {p.code.code for p in problems} - MEANING_OF_TEXT
        name = "extend" if document.file.endswith(".extend.yaml") else document.kind
        assert VALIDATORS[name].is_valid(as_editors_read(document.node)) == (not told), (document.file, told)


def test_the_registry_retrieves_nothing() -> None:
    with pytest.raises(NoSuchResource):
        REGISTRY.get_or_retrieve("http://127.0.0.1:1/entity.json")


def test_editors_are_told_which_file_has_which_schema() -> None:
    mapping = editor_settings()["yaml.schemas"]
    assert isinstance(mapping, dict)
    assert mapping["./.loomwork/schemas/entity.json"] == ["**/*.entity.yaml"]
    assert {path.rpartition("/")[2] for path in mapping} == set(schema_files())
