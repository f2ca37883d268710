"""Languages that an application adds: their texts are those of the platform and of its packs, with the same places to fill."""

from __future__ import annotations

import re

from metadata.checks.context import Checking
from metadata.codes import translations as codes
from metadata.near import fix, shortened
from metadata.platform_texts import places_of, platform_texts
from metadata.specs.app import TranslationSpec
from metadata.translating import missing, sources

_SHOWN = 3
"""Missing translations that a problem names."""
_NAME = re.compile(r"[a-z]{2,3}(_[a-z]{2,4})?")


def check_translations(c: Checking) -> None:
    for translation in c.app.translations.values():
        if translation.name.partition("_")[0] in ("zh", "en") and "_" not in translation.name:
            c.note(codes.OWN_LANGUAGE, translation.place, name=translation.name)
        elif not _NAME.fullmatch(translation.name):
            c.note(codes.NO_LANGUAGE, translation.place, name=translation.name)
        _texts(c, translation)
        _labels(c, translation)
        labels, texts = missing(c.app, translation)
        if labels or texts:
            first = ", ".join(shortened(text) for text in (*labels, *texts)[:_SHOWN])
            lacking = first + (", ..." if len(labels) + len(texts) > _SHOWN else "")
            c.note(codes.UNTRANSLATED, translation.place, name=translation.name, like=translation.like, lacking=lacking)


def _texts(c: Checking, translation: TranslationSpec) -> None:
    known = platform_texts()
    for key, text in translation.texts.items():
        if key in known:
            _places(c, translation, key, known[key].text(translation.like), text)
        else:
            c.note(codes.UNKNOWN_TEXT, translation.places[key], name=shortened(key), **fix(key, known))


def _labels(c: Checking, translation: TranslationSpec) -> None:
    known = sources(c.app, translation.like)
    for source, text in translation.labels.items():
        if source in known:
            _places(c, translation, source, source, text)
        else:
            like = translation.like
            c.note(codes.UNUSED_LABEL, translation.places[source], text=shortened(source), like=like, **fix(source, known))


def _places(c: Checking, translation: TranslationSpec, key: str, source: str, text: str) -> None:
    """Nothing is filled into a translation but what is filled into its original, and in no other way."""
    known = places_of(source)
    names, ways = {name for name, _ in known}, {"", *(way for _, way in known)}
    try:
        wrong = {name for name, way in places_of(text) if name not in names or way not in ways}
    except ValueError:
        wrong = {shortened(text)}
    if wrong:
        shown = ", ".join(f"{{{name}}}" for name in sorted(names)) or "-"
        c.note(codes.WRONG_PLACES, translation.places[key], key=shortened(key), found=", ".join(sorted(wrong)), known=shown)
