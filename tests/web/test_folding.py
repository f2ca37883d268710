"""What a template always says is compiled into it; what depends on the request is not."""

from __future__ import annotations

from jinja2 import DictLoader
from markupsafe import Markup

from web.folding import FoldingEnvironment

TEMPLATE = (
    "{{ t('a') }}|{{ t(key) }}|{{ t('named', x='<i>') }}|{{ mark('a') }}|{% set kept = t('a') %}{{ kept }}|"
    "{{ 'one' if lang == 'zh' else 'two' }}|{{ said(t('a')) }}"
)


def _environment(asked: list[tuple[object, ...]]) -> FoldingEnvironment:
    def t(key: str, **values: object) -> str:
        asked.append((key, *values.values()))
        return f"<{key}>" + "".join(str(value) for value in values.values())

    def mark(name: str) -> Markup:
        return Markup(f"<b>{name}</b>")

    environment = FoldingEnvironment(loader=DictLoader({"page": TEMPLATE}), autoescape=True)
    environment.constants = {"lang": "zh"}
    environment.folded = {"t": t, "mark": mark}
    environment.globals.update(t=t, mark=mark, said=lambda text: text)
    return environment


def test_a_folded_text_is_asked_for_once_and_escaped_like_any_other() -> None:
    asked: list[tuple[object, ...]] = []
    page = _environment(asked).get_template("page")
    compiled = list(asked)
    expected = "&lt;a&gt;|&lt;b&gt;|&lt;named&gt;&lt;i&gt;|<b>a</b>|&lt;a&gt;|one|&lt;a&gt;"
    assert [page.render(key="b") for _ in range(2)] == [expected] * 2
    assert set(compiled) == {("a",)}
    assert asked[len(compiled):] == [("b",), ("named", "<i>")] * 2
