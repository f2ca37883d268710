"""Formatted text: HTML of a few elements, in one form for each meaning. Everything else is left out, whatever it was (T60, T62, T63).

What is read is written anew from its meaning: blocks of text, in each of them runs of characters with their formats. So two texts
that look alike are the same text, no attribute but the address of a link gets through, and however deep a source is nested it is read
in one pass. What was written passes `nh3` as well, which judges it as browsers would.

    text := (p | h2 | h3 | h4 | pre | hr | list | blockquote of these)*     list := ul | ol of li     li := runs, then lists
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import nh3

from metadata.rich_reading import HOLDERS, LEAVES, ORDER, Block, Run, read_blocks

LONGEST_SOURCE = 250_000
"""Characters of what is read: pasted pages hold more markup than text."""
_WRITTEN = {*LEAVES.values(), *HOLDERS, *ORDER, "a", "br", "hr"}
_ATTRIBUTES = {"a": {"href", "rel", "target"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_MARKUP = re.compile(
    r"\s*<(?:p|h[1-6]|ul|ol|blockquote|pre|hr|div|table|b|strong|i|em|u|s|a|code|br|span)(?=[\s/>])[^<>]*>", re.IGNORECASE
)
_EMPTY = "<p><br></p>"
_BREAKS = re.compile("</(?:p|h2|h3|h4|li|pre)>|<br>|<hr>")
_TAG = re.compile("<[^>]*>")


def read_rich(text: str) -> str | None:
    """The formatted text that `text` means, None for none: HTML where it begins with an element that may stand in one, else plain
    text, each line a paragraph. Reads what it wrote to the same."""
    source = text if _MARKUP.match(text) else _paragraphs(text)
    written = "".join(_blocks(_trimmed(read_blocks(source))))
    return nh3.clean(written, tags=_WRITTEN, attributes=_ATTRIBUTES, link_rel=None, url_schemes=_SCHEMES) or None


def plain_text(rich: str) -> str:
    """The words of a formatted text, each of its lines a line."""
    lined = rich.replace(_EMPTY, "<p></p>").replace("</ul></li>", "").replace("</ol></li>", "")
    lined = re.sub("(?<!^)(?<!li>)(?<!p>)(?<!h[234]>)(?<!pre>)(?<!ul>)(?<!ol>)(?<!hr>)(?<!quote>)<(?:ul|ol)>", "\n", lined)
    return html.unescape(_TAG.sub("", _BREAKS.sub("\n", lined))).strip("\n")


def told_text(rich: str) -> str:
    """What a cell of a file holds: the words alone where there is nothing but paragraphs, else the whole text, so that nothing is
    lost on the way back. `read_rich` reads it to the same."""
    plain = plain_text(rich)
    return plain if not _MARKUP.match(plain) and read_rich(plain) == rich else rich


def _paragraphs(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" if line.strip() else _EMPTY for line in lines)


def _trimmed(blocks: Sequence[Block]) -> Sequence[Block]:
    """Without what is empty; empty paragraphs between others stay."""
    kept: list[Block] = []
    for block in blocks:
        now = replace(block, runs=_tidy(block), inside=list(_trimmed(block.inside)))
        if now.runs or now.inside or now.name in ("p", "hr"):
            kept.append(now)
    while kept and _is_empty(kept[0]):
        kept.pop(0)
    while kept and _is_empty(kept[-1]):
        kept.pop()
    return kept


def _is_empty(block: Block) -> bool:
    return block.name == "p" and not block.runs


def _tidy(block: Block) -> list[Run]:
    """The runs with single blanks, none at the ends of lines; those of the same formats joined."""
    parts = [(part, formats, address) for text, formats, address in block.runs for part in re.split("(\n)", text) if part]
    runs: list[Run] = []
    for text, formats, address in parts:
        if text == "\n":
            runs.append((text, (), ""))
        elif runs and runs[-1][1:] == (formats, address) and runs[-1][0] != "\n":
            runs[-1] = (runs[-1][0] + text, formats, address)
        else:
            runs.append((text, formats, address))
    if block.name != "pre":
        runs = _single_blanks(runs)
    while runs and runs[0][0] == "\n":
        runs.pop(0)
    while runs and runs[-1][0] == "\n":
        runs.pop()
    return runs if any(text.strip() for text, _, _ in runs) else []


def _single_blanks(runs: Iterable[Run]) -> list[Run]:
    kept: list[Run] = []
    for text, formats, address in runs:
        before = kept[-1][0][-1] if kept else "\n"
        said = text if text == "\n" else re.sub(" +", " ", text)
        if said == "\n":
            _end_line(kept)
        elif before in " \n":
            said = said.lstrip(" ")
        if said and kept and said != "\n" and kept[-1][1:] == (formats, address) and kept[-1][0] != "\n":
            kept[-1] = (kept[-1][0] + said, formats, address)
        elif said:
            kept.append((said, formats, address))
    _end_line(kept)
    return kept


def _end_line(runs: list[Run]) -> None:
    """Takes the blanks at the end away."""
    while runs and runs[-1][0] != "\n":
        text, formats, address = runs.pop()
        if text := text.rstrip(" "):
            runs.append((text, formats, address))
            return


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.name == "hr":
            yield "<hr>"
        elif _is_empty(block):
            yield _EMPTY
        else:
            yield f"<{block.name}>{_linked(block)}{''.join(_blocks(block.inside))}</{block.name}>"


def _linked(block: Block) -> str:
    found: list[str] = []
    for address, runs in groupby(block.runs, key=lambda run: run[2]):
        inner = _formatted(list(runs), ORDER, "\n" if block.name == "pre" else "<br>")
        target = ' target="_blank"' if address.lower().startswith("http") else ""
        link = f'<a href="{html.escape(address)}" rel="noopener noreferrer"{target}>{inner}</a>'
        found.append(link if address else inner)
    return "".join(found)


def _formatted(runs: Sequence[Run], order: Sequence[str], line_break: str) -> str:
    if not order:
        return "".join(line_break if text == "\n" else html.escape(text, quote=False) for text, _, _ in runs)
    first, *rest = order
    found: list[str] = []
    for has, same in groupby(runs, key=lambda run: first in run[1]):
        inner = _formatted(list(same), rest, line_break)
        found.append(f"<{first}>{inner}</{first}>" if has else inner)
    return "".join(found)
