"""The languages that people read: zh and en, which the platform itself speaks, and those that an application adds by a
`translation` of its own (R30). A text that a translation lacks is shown as its base language has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from metadata.problems import Language as Base

T = TypeVar("T")
_LONGEST = 500
"""Characters of a header that are read."""


class Language(str):
    """A language as texts are platform_block by it: `zh`, `en`, `pt_BR`. `tag` is what HTML and HTTP call it (BCP 47), `name` what it
    calls itself, and `base` the one of the two whose texts stand in for missing ones, and whose way of writing numbers, dates
    and sentences it follows. `labels` translates what packs declare, by the text in `base`; `texts` what the platform
    says, by key (`shell.save` of the pages, `message.denied` of the engine)."""

    base: Base
    tag: str
    name: str
    labels: Mapping[str, str]
    texts: Mapping[str, str]

    @classmethod
    def of(
        cls, code: str, base: Base, tag: str, name: str, labels: Mapping[str, str] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Language:
        language = cls(code)
        language.base, language.tag, language.name = base, tag, name
        language.labels, language.texts = labels or {}, texts or {}
        return language


ZH = Language.of("zh", "zh", "zh-CN", "中文")
EN = Language.of("en", "en", "en", "English")
LANGUAGES = (ZH, EN)
"""Those of the platform itself."""


class InLanguages(dict[str, str]):
    """A text in the languages of the platform, and in any other on demand: `make` says it in one."""

    def __init__(self, make: Callable[[Language], str]) -> None:
        super().__init__({str(language): make(language) for language in LANGUAGES})  # plain keys: it may go into JSON
        self._make = make

    def __missing__(self, language: str) -> str:
        return self._make(short(language))


class PlatformTexts(dict[str, str]):
    """A text of the platform by language; translations know it by `key`."""

    def __init__(self, key: str, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.key = key

    def __missing__(self, language: str) -> str:
        spoken = short(language)
        return spoken.texts.get(self.key) or self[spoken.base]


def platform_block(block: str, texts: Mapping[str, Mapping[str, str]]) -> dict[str, PlatformTexts]:
    """The texts of a block by their names; their keys are `block.name`."""
    return {name: PlatformTexts(f"{block}.{name}", each) for name, each in texts.items()}


class LabelTexts(dict[str, str]):
    """What a pack calls a thing, by language: as the pack says it in that language, else as the translation does."""

    def __missing__(self, language: str) -> str:
        spoken = short(language)
        if spoken.tag in self:
            return self[spoken.tag]
        said = self[spoken.base]
        return spoken.labels.get(said) or said


def enumerated(texts: Sequence[Mapping[str, str]], separators: Mapping[Base, str] | None = None) -> InLanguages:
    """Several texts as one; between them stand those of `separators`, which are `、` and a comma unless given."""
    between = separators or {"zh": "、", "en": ", "}
    return InLanguages(lambda language: between[language.base].join(localized(text, language) for text in texts))


def localized(texts: Mapping[str, T], language: str) -> T:
    """What `texts` holds in `language`, or in its base. Raises KeyError where it has neither."""
    spoken = short(language)
    try:
        return texts[spoken]
    except KeyError:
        return texts[spoken.base]


def names_in(texts: Mapping[str, str], language: str) -> tuple[str, ...]:
    """All that a reader of `language` may call the thing of that label: in any language of the platform, and in their own."""
    return tuple(dict.fromkeys((*texts.values(), localized(texts, language))))


def understood(tags: str, spoken: Iterable[Language]) -> Language:
    """The language among `spoken` that fits a tag, or one of several as an `Accept-Language` header lists them, the most wanted
    first (RFC 9110 12.5.4); the whole tag fits better than its first part. English where none fits."""
    by_tag = {language.tag.lower(): language for language in spoken}
    wanted = sorted((_weighed(part) for part in tags[:_LONGEST].lower().split(",")), key=lambda one: -one[1])
    for tag in (tag for tag, weight in wanted if weight > 0):
        same = by_tag.get(tag) or next((one for known, one in by_tag.items() if known.split("-")[0] == tag.split("-")[0]), None)
        if same is not None:
            return same
    return EN


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";")
    try:
        return tag.strip(), float(weight.partition("=")[2]) if weight else 1.0
    except ValueError:
        return tag.strip(), 0.0


def short(language: str) -> Language:
    """The language of a tag among those of the platform: `zh-CN` is zh, all else en. A language is itself."""
    return language if isinstance(language, Language) else _known(language)


@lru_cache(maxsize=256)
def _known(tag: str) -> Language:
    return ZH if tag.lower().startswith("zh") else EN
