"""Inputs of a form as plain values, ready to draw: one for each field, by the kind of widget that suits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.compiled import CompiledApp, CompiledField
from engine.field_types.base import TextContext
from engine.pictures import PICTURE_KINDS
from forms.conditions import Judged
from forms.ratings import stars_of, stars_said, unrated
from metadata.color_texts import read_color
from metadata.tag_texts import read_tags

WIDGETS: Mapping[str, str] = {
    "text": "text", "long": "area", "rich": "rich", "email": "email", "phone": "phone", "url": "url", "serial": "text", "bool": "check",
    "int": "number", "id": "number", "decimal": "number", "money": "money", "percent": "percent", "date": "date",
    "datetime": "datetime", "choice": "choice", "choices": "choices", "tags": "tags", "link": "link", "user": "link", "dept": "link",
    "any_link": "any_link", "links": "links", "file": "file", "files": "files", "children": "grid",
    "rating": "rating", "time": "time", "duration": "duration", "color": "color", "geo": "geo",
}
"""The widget of each stored kind."""
WIDE = frozenset({"area", "rich", "links", "files", "image", "images", "choices", "tags", "any_link", "grid"})
_RADIOS = 3
NO_COLOR = "#ffffff"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: `value` as posted, `label` as shown."""

    value: str
    label: str
    chosen: bool = False
    color: str = "gray"


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `name` is what it is posted under, `value` its text; a link shows `title`. `error` is the fault to show
    at it; `address` is where a picker finds its options or a file goes. `scope` tells it from the input of another form on the
    same page."""

    name: str
    widget: str
    label: str
    value: str = ""
    title: str = ""
    help: str = ""
    error: str = ""
    required: bool = False
    readonly: bool = False
    span: int = 12
    options: tuple[Option, ...] = ()
    mark: str = ""
    address: str = ""
    targets: tuple[Option, ...] = ()
    scope: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.scope + self.name.replace(".", "-")

    def as_operand(self, name: str) -> Input:
        """The input for a value to compare with: posted as `name`, never required, several options at once."""
        widget = {"choice": "choices", "radio": "choices", "links": "link", "area": "text", "rich": "text", "check": "yes_no",
                  "rating": "number", "color": "text", "geo": "text"}.get(self.widget, self.widget)
        return replace(self, name=name, widget=widget, required=False, readonly=False, help="", value="")

    @property
    def described(self) -> str:
        """The ids of the texts that explain the input, for screen readers."""
        parts = [f"{self.id}-help"] if self.help else []
        parts += [f"{self.id}-error"] if self.error else []
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all inputs of one form share: `picker` is where their links are searched, `scope` a part of their ids where another form
    may stand on the same page."""

    app: CompiledApp
    language: str
    context: TextContext
    picker: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What one input holds: its text, the titles of what it links to, the fault found in it."""

    text: str = ""
    title: str = ""
    titles: Mapping[str, str] | None = None
    error: str = ""


def draw(field: CompiledField, judged: Judged, content: Content, drawing: Drawing, prefix: str = "") -> Input:
    """The input for `field`; `prefix` stands before its posted name (`lines.3.`)."""
    widget = field.kind if field.kind in PICTURE_KINDS else WIDGETS[field.stored]
    if widget == "choice" and field.required and len(field.options) <= _RADIOS and not prefix:
        widget = "radio"
    return Input(
        name=prefix + field.name,
        widget=widget,
        label=field.label[drawing.language],
        value=content.text,
        title=content.title,
        help=field.help[drawing.language] if field.help else "",
        error=content.error,
        required=judged.required,
        readonly=judged.readonly,
        options=_options(field, content, drawing),
        mark=_mark(field, content, drawing),
        address=f"{drawing.picker}/{prefix}{field.name}",
        targets=_targets(field, content, drawing),
        scope=drawing.scope,
    )


def text_of(field: CompiledField, value: object, context: TextContext) -> str:
    """What the input holds for a value. Inputs for instants show minutes; browsers empty one that is given microseconds,
    and who does not change the minute leaves the stored seconds as they are."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return field.type.form_text(value.replace(second=0, microsecond=0), context)
    if field.stored == "bool":
        return "true" if value else "false"
    if field.stored == "percent":
        return field.type.form_text(value, context).rstrip("%")
    if isinstance(value, tuple) and field.stored in ("links", "files"):
        return ",".join(str(item) for item in value)
    return field.type.form_text(value, context)


def _options(field: CompiledField, content: Content, drawing: Drawing) -> tuple[Option, ...]:
    if field.stored == "rating":
        return _stars(field, content, drawing)
    chosen = set(content.text.split(","))
    if field.stored == "tags":
        return tuple(Option(part, part, True) for part in read_tags([content.text]))
    if field.stored in ("links", "file", "files"):
        titles = content.titles or {}
        return tuple(Option(part, titles.get(part, f"#{part}"), True) for part in content.text.split(",") if part)
    return tuple(
        Option(option.name, option.label[drawing.language], option.name in chosen, option.color or "gray")
        for option in field.options.values()
        if not option.retired or option.name in chosen
    )


def _stars(field: CompiledField, content: Content, drawing: Drawing) -> tuple[Option, ...]:
    """One for each number of stars, and last the one that takes them away where a rating is not asked for."""
    most = stars_of(field)
    stars = tuple(Option(str(n), stars_said(n, most, drawing.language), str(n) == content.text) for n in range(1, most + 1))
    return stars if field.required else (*stars, Option("", unrated(drawing.language), not content.text))


def _targets(field: CompiledField, content: Content, drawing: Drawing) -> tuple[Option, ...]:
    """The entities a polymorphic link may point to."""
    if field.stored != "any_link" or field.link is None:
        return ()
    current = content.text.partition(":")[0]
    names: Sequence[str] = field.link.to
    return tuple(Option(n, drawing.app.entities[n].label[drawing.language], n == current) for n in names)


def _mark(field: CompiledField, content: Content, drawing: Drawing) -> str:
    """What stands at the input: a currency, a per cent sign, the colour that the text means."""
    if field.stored == "color":
        return read_color(content.text) or NO_COLOR
    if field.stored == "money":
        return "" if field.currency_from is not None else field.currency or drawing.app.currency
    return "%" if field.stored == "percent" else ""
