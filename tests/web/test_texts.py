"""No text of the pages is missing in either language (R30)."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from web.rendering import Templates
from web.texts import TEXTS

WEB = Path(__file__).resolve().parents[2] / "web"
USED = re.compile(r"""(?:\bt|texts)\(\s*['"]([a-z]+\.[a-z0-9_]+)['"]\s*[,)]""")


def test_every_text_is_there_in_both_languages() -> None:
    gaps = [key for key, pair in TEXTS.items() if len(pair) != 2 or not all(text.strip() for text in pair)]
    assert not gaps


def test_both_languages_name_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [key for key, (zh, en) in TEXTS.items() if names(zh) != names(en)] == []


def test_chinese_texts_are_chinese() -> None:
    assert [key for key, (zh, _) in TEXTS.items() if not re.search("[\u4e00-\u9fff]", zh)] == []


@pytest.mark.parametrize("file", sorted([*WEB.rglob("*.html"), *WEB.rglob("*.py")]), ids=lambda f: str(f.relative_to(WEB)))
def test_every_key_used_exists(file: Path) -> None:
    assert {key for key in USED.findall(file.read_text("utf-8")) if key not in TEXTS} == set()


def test_templates_compile_and_hold_no_inline_script() -> None:
    templates = Templates(development=True)
    for file in sorted((WEB / "templates").rglob("*.html")):
        name = str(file.relative_to(WEB / "templates"))
        source = file.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:|\|safe\b", source), name
        templates._environments["zh"].get_template(name)
