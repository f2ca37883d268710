"""Kinds that pick from declared options: choice and choices. The value is the option's name.

A retired option is known (records keep it) but may not be chosen anew: `engine.records.validate` judges that, because
it takes the stored value to tell.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledField, CompiledOption
from engine.field_types.base import PLAIN, FieldType, InvalidValue, TextContext
from engine.field_types.characters import shorten
from engine.field_types.columns import Several
from engine.languages import InLanguages, names_in, short

MOST_OFFERED = 8
"""Options that are told where a text is none."""


def _known(name: object, field: CompiledField) -> str:
    if not isinstance(name, str) or name not in field.options:
        raise InvalidValue("unknown_option", {"value": shorten(str(name))})
    return name


def _named(text: str, field: CompiledField, language: str) -> str:
    """The option whose name or label in a language of the platform or in `language` is `text`; spreadsheets hold labels. Raises
    `InvalidValue`, which says what there is."""
    wanted = text.strip()
    if wanted in field.options:
        return wanted
    found = [name for name, option in field.options.items() if wanted in names_in(option.label, language)]
    if len(found) != 1:
        offered = InLanguages(lambda language: _offered(field, language))
        raise InvalidValue("import_unknown_option", {"value": shorten(wanted), "offered": offered})
    return found[0]


def _offered(field: CompiledField, language: str) -> str:
    """The first options that may be chosen, as an export writes them, and how many more there are."""
    texts = [shorten(_text(option, field, language)) for option in field.options.values() if not option.retired]
    more = len(texts) - MOST_OFFERED
    if short(language).base == "zh":
        return "、".join(texts[:MOST_OFFERED]) + (f" 等 {len(texts)} 个" if more > 0 else "")
    return ", ".join(texts[:MOST_OFFERED]) + (f" and {more} more" if more > 0 else "")


def _text(option: CompiledOption, field: CompiledField, language: str) -> str:
    """What stands for `option` in a file: its label, or its name where the label could mean another one too."""
    label = option.label[short(language)]
    alike = sum(label in names_in(other.label, language) for other in field.options.values())
    return label if alike == 1 and label not in field.options else option.name


class ChoiceType(FieldType):
    """One option."""

    kind = "choice"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return sa.Text()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        return _known(raw.strip() if isinstance(raw, str) else raw, field)

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        if isinstance(raw, str) and raw.strip():
            raw = _named(raw, field, context.language)
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        _known(value, field)

    def assign(self, value: object, field: CompiledField) -> object:
        return super().assign(value or None if isinstance(value, str) else value, field)

    def export_text(self, value: object, field: CompiledField, context: TextContext = PLAIN) -> str:
        option = field.options.get(str(value)) if value is not None else None
        return self.form_text(value, context) if option is None else _text(option, field, context.language)

    def search_text(self, value: object, field: CompiledField) -> str:
        option = field.options.get(str(value))
        return " ".join(dict.fromkeys(option.label.values())) if option else ""


class ChoicesType(FieldType):
    """Any number of options, in the order of their declaration; none is blank."""

    kind = "choices"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Several()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        return tuple(_known(name, field) for name in split_list(raw))

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        if isinstance(raw, str) and raw.strip():
            parts = raw.replace("，", ",").replace("、", ",").replace(";", ",").split(",")
            raw = [_named(part, field, context.language) for part in parts if part.strip()]
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, tuple):
            raise InvalidValue("not_list")
        for name in value:
            _known(name, field)

    def assign(self, value: object, field: CompiledField) -> object:
        if value is None or value == ():
            return None
        self.check(value, field)
        assert isinstance(value, tuple)
        return tuple(name for name in field.options if name in value)

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return ",".join(value) if isinstance(value, tuple) else ""

    def export_text(self, value: object, field: CompiledField, context: TextContext = PLAIN) -> str:
        one = ChoiceType()
        texts = [one.export_text(name, field, context) for name in value] if isinstance(value, tuple) else []
        safe = all(not any(mark in text for mark in ",，、;") for text in texts)
        return ",".join(texts) if safe else self.form_text(value, context)

    def search_text(self, value: object, field: CompiledField) -> str:
        one = ChoiceType()
        return " ".join(one.search_text(name, field) for name in value) if isinstance(value, tuple) else ""

    def compare(self, left: Any, right: Any) -> int:
        return super().compare(left or None, right or None)

    def json(self, value: Any) -> object:
        return None if value is None else list(value)

    def from_json(self, value: Any) -> object:
        return None if value is None else tuple(value)


def split_list(raw: object) -> list[object]:
    """The parts of a list that came as a list (JSON, repeated inputs) or as text with commas. Blank parts are none."""
    if isinstance(raw, str):
        return [part.strip() for part in raw.split(",") if part.strip()]
    if isinstance(raw, list | tuple):
        return [part for part in raw if part not in (None, "")]
    raise InvalidValue("not_list")
