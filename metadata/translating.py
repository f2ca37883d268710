"""What there is to translate in an application, and what a translation lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from metadata.platform_texts import platform_texts
from metadata.specs.app import AppSpec, TranslationSpec
from metadata.specs.common import Expression, Label


def sources(app: AppSpec, like: str) -> dict[str, None]:
    """What the declarations of `app` say to people in the language `like`, each text once, in their order."""
    return dict.fromkeys(text for label in _labels(app) if (text := label.text(like)))


def missing(app: AppSpec, translation: TranslationSpec) -> tuple[list[str], list[str]]:
    """The labels and the keys of the platform's texts that it does not translate. A label that speaks the language itself needs
    no translation."""
    spoken = {
        text for label in _labels(app) if {translation.name, tag_of(translation.name)} & label.texts.keys()
        for text in (label.text(translation.like),)
    }
    labels = [text for text in sources(app, translation.like) if not translation.labels.get(text) and text not in spoken]
    return labels, [key for key in platform_texts() if not translation.texts.get(key)]


def outline(app: AppSpec, translation: TranslationSpec) -> str:
    """What it lacks, as YAML to be filled in: a file of its own where the application has none of that name yet, else what
    belongs into its file. A blank text counts as none."""
    labels, texts = missing(app, translation)
    known = platform_texts()
    lines = []
    if translation.name not in app.translations:
        lines += [f"translation: {translation.name}", f"name: {_quoted(translation.title)}", f"like: {translation.like}"]
    if labels:
        lines += ["labels:", *(f'  {_quoted(text)}: ""' for text in labels)]
    if texts:
        lines += ["texts:", *(f'  {key}: ""  # {_flat(known[key].text(translation.like))}' for key in texts)]
    return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    """As a YAML scalar on one line."""
    return json.dumps(text, ensure_ascii=False)


def _flat(text: str) -> str:
    return " ".join(text.split())


def tag_of(name: str) -> str:
    """The tag of a language (BCP 47) by its name in declarations: `pt_br` is `pt-BR`."""
    language, _, region = name.partition("_")
    return f"{language}-{region.upper() if len(region) == 2 else region.title()}" if region else language


def _labels(node: object) -> Iterator[Label]:
    """Every label below `node`, wherever a declaration has one."""
    if isinstance(node, Label):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _labels(value)
    elif isinstance(node, tuple):
        for value in node:
            yield from _labels(value)
    elif is_dataclass(node) and not isinstance(node, Expression | TranslationSpec):
        for each in fields(node):
            yield from _labels(getattr(node, each.name))
