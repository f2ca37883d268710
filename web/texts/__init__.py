"""What the pages say, in zh and en: one key per text, both languages side by side, so that none can be missing (R30).

Texts are `str.format` templates over named values. Each module of this package is one block of keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from engine.languages import LANGUAGES, Language
from web.texts import accounts, approvals, drafts, errors, lists, members, modes, pages, palette, records, shell, work

Pair = tuple[str, str]

TEXTS: Mapping[str, Pair] = {
    f"{block.__name__.rpartition('.')[2]}.{key}": pair
    for block in (shell, lists, modes, records, members, drafts, approvals, pages, palette, accounts, work, errors)
    for key, pair in block.TEXTS.items()
}


class Texts:
    """The texts of one language, those of its base where it lacks one; a key that does not exist raises KeyError (templates are
    all rendered by tests)."""

    def __init__(self, language: Language) -> None:
        self.language = language
        place = 0 if language.base == "zh" else 1
        self._texts = {key: language.texts.get(key) or pair[place] for key, pair in TEXTS.items()}

    def __call__(self, key: str, /, **values: object) -> str:
        text = self._texts[key]
        return _WORDS.vformat(text, (), values) if values else text


class _Words(Formatter):
    """Knows one format of its own: `{entity:inside}` is a label as it stands inside a sentence."""

    def format_field(self, value: object, format_spec: str) -> str:
        return inside(str(value)) if format_spec == "inside" else super().format_field(value, format_spec)


_WORDS = _Words()


def inside(label: str) -> str:
    """`label` without its capital, as English writes it inside a sentence; abbreviations (`VIP level`) keep theirs."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


CATALOGUE: Mapping[Language, Texts] = {language: Texts(language) for language in LANGUAGES}
"""Those of the platform's own languages."""
_ADDED: dict[str, Texts] = {}


def texts_of(language: Language) -> Texts:
    """The texts of a language; those of one that an application adds are made once and kept until its translation changes."""
    if language in CATALOGUE:
        return CATALOGUE[language]
    held = _ADDED.get(language)
    if held is None or (held.language is not language and not _same(held.language, language)):
        held = _ADDED[language] = Texts(language)
    return held


def _same(one: Language, other: Language) -> bool:
    return (one.base, one.texts) == (other.base, other.texts)
