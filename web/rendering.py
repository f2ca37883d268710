"""Templates: an environment per language, compiled once. Everything is escaped unless this program made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from web.folding import FoldingEnvironment
from web.icons import icon_name
from web.middleware.bodies import LARGE, spoken
from web.static_files import SCRIPTS, SHEETS, static_address
from web.texts import CATALOGUE, Language, Texts, texts_of

HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "defaultSettleDelay": 0,
        "attributesToSettle": ["class"],  # htmx would write `style` as well, which the policy of our pages forbids
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "(409|422)", "swap": True},
            {"code": "...", "swap": False, "error": True},
        ],
    },
    separators=(",", ":"),
)


class Templates:
    """`render(language, name, values)` is the whole interface. `development` reads changed templates again."""

    def __init__(self, development: bool) -> None:
        self._development = development
        self._environments: dict[str, Environment] = {one: _environment(texts, development) for one, texts in CATALOGUE.items()}

    def render(self, language: Language, name: str, values: Mapping[str, object]) -> str:
        return self._of(language).get_template(name).render(values)

    def _of(self, language: Language) -> Environment:
        """The environment with the texts that the language has now: those of an added one change with its translation."""
        texts = texts_of(language)
        held = self._environments.get(language)
        if held is None or held.globals["t"] is not texts:
            held = self._environments[language] = _environment(texts, self._development)
        return held


def _environment(texts: Texts, development: bool) -> Environment:
    environment = FoldingEnvironment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=development,
        cache_size=400,
    )
    language, address = texts.language, static_address(cached=not development)
    environment.constants = {
        "lang": language.base, "lang_tag": language.tag, "colon": "：" if language.base == "zh" else ": ",
        "htmx_config": HTMX_CONFIG, "most_sent": LARGE,
        "most_sent_spoken": spoken(LARGE),
    }
    environment.folded = {"t": texts, "icon": icon} | ({} if development else {"static": address})
    environment.globals.update(t=texts, icon=icon, static=address, sheets=tuple(SHEETS), scripts=tuple(SCRIPTS))
    environment.filters.update(initials=initials, ordinal=lambda text: ord(text[0]))
    return environment


@cache
def icon(name: str, size: str = "") -> Markup:
    """The icon as inline SVG that points into the sprite; names are checked, so nothing needs escaping."""
    kind = f"icon icon--{size}" if size in ("sm", "lg") else "icon"
    known = icon_name(name)
    return Markup(f'<svg class="{kind}" aria-hidden="true"><use href="/static/vendor/icons.svg#{known}"></use></svg>')


def initials(name: str) -> str:
    """What stands in an avatar: the last two characters of a Chinese name, the first letters of others."""
    text = name.strip()
    if not text:
        return "?"
    if ord(text[-1]) > 0x2E80:
        return text[-2:]
    words = text.split()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
