"""How a value is drawn, per kind: compiled once per field and language to a function from value to safe HTML.

Every text is escaped here, once, whoever wrote it: people's data and a pack's labels alike (T60, T61).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from zlib import crc32

from markupsafe import escape

from engine.compiled import CompiledApp, CompiledField, CompiledOption
from engine.field_types.characters import shorten
from engine.field_types.clock import said_duration
from engine.field_types.texts import said_phone
from engine.records.queries import RecordRef
from forms.formats import Formats
from forms.ratings import stars_of, stars_said
from metadata.clock_texts import time_text
from metadata.rich_texts import plain_text, read_rich
from metadata.specs.common import COLORS
from metadata.specs.people import PEOPLE_TARGETS
from metadata.tag_texts import tag_key

Show = Callable[[Any, "str | None"], str]
"""(value, title of the linked record or currency of the amount) -> HTML; never called with a blank value."""

_MAPS: Mapping[str, str] = {
    "zh": "https://uri.amap.com/marker?position={longitude},{latitude}&coordinate=wgs84",
    "en": "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}",
}
_FIRST_PICTURES = 3
_WORDS_SHOWN = 160
"""Characters of a formatted text where there is room for a line."""
_SAFE_SCHEMES = ("https://", "http://")


def safe(value: object) -> str:
    """`value` as text that is no markup. Most texts are letters and digits only, and need no look at each sign."""
    text = value if isinstance(value, str) else str(value)
    return text if text.isalnum() else str(escape(text))


def show_of(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """The drawing of `field`; raises KeyError for a stored kind that has none (the registries are held equal by a test)."""
    return (PICTURES.get(field.kind) or SHOWS[field.stored])(field, app, formats)


def tag(option: CompiledOption, language: str) -> str:
    """An option or state as a coloured tag."""
    color = option.color if option.color in COLORS else "gray"
    return f'<span class="tag tag--{color}">{escape(option.label[language])}</span>'


def tag_color(text: str) -> str:
    """The colour of a tag that people typed: any but grey, always the same for the same word."""
    return COLORS[1 + crc32(tag_key(text).encode()) % (len(COLORS) - 1)]


def record_link(entity: str, number: object, title: str | None) -> str:
    """The linked record; its title alone when there is one to show."""
    return f'<a href="/e/{entity}/{number}">{safe(title)}</a>' if title else ""


def _text(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: safe(value)


def _long(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: f'<span class="prewrap">{escape(value)}</span>'


def _rich(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """The first words, on one line."""
    return lambda value, title: safe(shorten(" ".join(plain_text(value).split()), _WORDS_SHOWN))


def rich_html(value: str) -> str:
    """A formatted text as it looks. It is judged anew, whatever is stored; nothing in it makes requests of its own (T62, T63)."""
    return f'<div class="formatted" hx-disable>{read_rich(value) or ""}</div>'


def _bool(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    words = {True: str(escape(formats.yes_no(True))), False: f'<span class="muted">{escape(formats.yes_no(False))}</span>'}
    return lambda value, title: words[bool(value)]


def _int(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: formats.number(value)


def _rating(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """Stars drawn by the style sheet, told in words to those who do not see them. A value from before the stars became
    fewer has all of them."""
    most = stars_of(field)

    def show(value: Any, title: str | None) -> str:
        said = escape(stars_said(value, most, formats.language))
        on, off = "★" * min(value, most), "★" * max(most - value, 0)
        return f'<span class="stars" role="img" aria-label="{said}" title="{said}" data-on="{on}" data-off="{off}"></span>'

    return show


def _decimal(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    scale = field.scale
    return lambda value, title: formats.number(value, scale)


def _money(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    scale = 2 if field.scale is None else field.scale
    fixed = str(escape(formats.symbol(field.currency or app.currency))) if field.currency_from is None else ""
    number = formats.number

    def show(value: Any, title: str | None) -> str:
        symbol = fixed or (str(escape(formats.symbol(title))) if title else "")
        return f"-{symbol}{number(-value, scale)}" if value < 0 else symbol + number(value, scale)

    return show


def _percent(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: formats.percent(value)


def _time(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: f'<span class="num">{time_text(value)}</span>'


def _duration(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: said_duration(int(value), formats.language)


def _color(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """A patch of the colour beside its name; an attribute of the drawing, because pages allow no inline style."""
    def show(value: Any, title: str | None) -> str:
        patch = f'<svg viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="4" fill="{escape(value)}"/></svg>'
        return f'<span class="swatch">{patch}<span class="num">{escape(value)}</span></span>'

    return show


def _geo(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """The position and the way to a map of it: one that is at home where the reader's language is."""
    address = _MAPS[formats.language.base]

    def show(value: Any, title: str | None) -> str:
        latitude, longitude = (f"{Decimal(part).normalize():f}" for part in str(value).split(","))
        at = escape(address.format(latitude=latitude, longitude=longitude))
        return f'<a class="num" href="{at}" target="_blank" rel="noopener noreferrer nofollow">{latitude}, {longitude}</a>'

    return show


def _date(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: formats.date(value)


def _datetime(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: formats.datetime(value)


def _choice(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    tags = {name: tag(option, formats.language) for name, option in field.options.items()}
    return lambda value, title: tags.get(value) or str(escape(value))


def _choices(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    tags = {name: tag(option, formats.language) for name, option in field.options.items()}
    return lambda value, title: " ".join(tags.get(name) or str(escape(name)) for name in value)


def _tags(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: " ".join(f'<span class="tag tag--{tag_color(one)}">{safe(one)}</span>' for one in value)


def _link(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    target = field.link.to[0] if field.link else PEOPLE_TARGETS.get(field.stored, "")
    return lambda value, title: record_link(target, value, title)


def _any_link(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    def show(value: Any, title: str | None) -> str:
        return record_link(value.entity, value.id, title) if isinstance(value, RecordRef) else ""

    return show


def _links(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: str(escape(title or ""))


def _email(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    def show(value: Any, title: str | None) -> str:
        text = escape(value)
        return f'<a href="mailto:{text}">{text}</a>'

    return show


def _phone(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    def show(value: Any, title: str | None) -> str:
        text = str(value)
        if text.isdecimal():
            return f'<a class="num" href="tel:{text}">{text}</a>'
        number = "".join(c for c in text.replace("x", ",") if c.isdecimal() or c in "+*#,")
        return f'<a class="num" href="tel:{number}">{escape(said_phone(text, formats.language))}</a>'

    return show


def _url(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """A web address; anything but http and https stays text (T45)."""

    def show(value: Any, title: str | None) -> str:
        text = escape(value)
        if not str(value).lower().startswith(_SAFE_SCHEMES):
            return str(text)
        return f'<a href="{text}" target="_blank" rel="noopener noreferrer nofollow">{text}</a>'

    return show


def _file(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: f'<a href="/files/{int(value)}">{escape(title or f"#{value}")}</a>'


def _files(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: str(len(value))


def thumb(number: int, name: str, signature: bool = False) -> str:
    """A picture, small; pressed it is seen whole. A signature is wide, and on paper."""
    at = f"/files/{number}/picture"
    said = escape(name)
    kind = "thumb thumb--signature" if signature else "thumb"
    return (
        f'<a class="{kind}" href="{at}" data-picture data-name="{said}"><img src="{at}" alt="{said}" width="40" height="40" loading="lazy"'
        ' decoding="async"></a>'
    )


def _image(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    label = field.label[formats.language]
    signature = field.kind == "signature"
    return lambda value, title: f'<span class="thumbs">{thumb(int(value), title or label, signature)}</span>'


def _images(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    """The first few, and how many there are besides."""
    label = field.label[formats.language]

    def show(value: Any, title: str | None) -> str:
        first = "".join(thumb(int(number), f"{label} {place}") for place, number in enumerate(value[:_FIRST_PICTURES], 1))
        more = f'<span class="muted small">+{len(value) - _FIRST_PICTURES}</span>' if len(value) > _FIRST_PICTURES else ""
        return f'<span class="thumbs">{first}{more}</span>'

    return show


def _children(field: CompiledField, app: CompiledApp, formats: Formats) -> Show:
    return lambda value, title: formats.number(len(value))


SHOWS: Mapping[str, Callable[[CompiledField, CompiledApp, Formats], Show]] = {
    "text": _text, "long": _long, "rich": _rich, "serial": _text, "bool": _bool, "int": _int, "id": _int, "decimal": _decimal,
    "money": _money, "percent": _percent, "date": _date, "datetime": _datetime, "choice": _choice,
    "choices": _choices, "tags": _tags, "link": _link, "user": _link, "dept": _link, "any_link": _any_link, "links": _links,
    "email": _email, "phone": _phone, "url": _url, "file": _file, "files": _files, "children": _children, "rating": _rating,
    "time": _time, "duration": _duration, "color": _color, "geo": _geo,
}
"""The drawing of each stored kind."""
PICTURES: Mapping[str, Callable[[CompiledField, CompiledApp, Formats], Show]] = {
    "image": _image, "images": _images, "signature": _image,
}
"""The drawing of kinds that are stored as files and are pictures."""

NUMERIC = frozenset({"int", "decimal", "money", "percent", "duration"})
DATES = frozenset({"date", "datetime"})
