"""HTML, well-formed or not, read into blocks of text (`metadata.rich_texts` says what there may be). However deep it is nested, it is
read in one pass; elements that do not fit where they stand give way to those around them."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

LEAVES = {"p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4", "pre": "pre", "div": "p", "tr": "p"}
_LISTS = frozenset({"ul", "ol"})
HOLDERS = _LISTS | {"li", "blockquote"}
_FORMATS = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s", "del": "s", "strike": "s", "code": "code"}
ORDER = ("b", "i", "u", "s", "code")
_CELLS = frozenset({"td", "th"})
_DEEPEST = 12
"""Lists, their lines and quotes within each other; what is deeper stands in the deepest."""
_LONGEST_ADDRESS = 2000
_ADDRESS = re.compile(r"https?://[^/?#]|mailto:[^/]|tel:\+?[0-9]", re.IGNORECASE)
_UNREAD = frozenset({"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select"})
"""Elements whose content is none either."""
_NAME = re.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_HREF = re.compile("""\\shref\\s*=\\s*("[^"]*"|'[^']*'|[^\\s"']+)""", re.IGNORECASE)
_BLANKS = re.compile("[ \t\n\r\f\xa0]+")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE = re.compile("[\\s<>\"'`\\\\{}]")

Run = tuple[str, tuple[str, ...], str]
"""Characters, their formats, the address that they lead to ("" for none). A newline is a break of the line."""


@dataclass(slots=True)
class Block:
    """An element: `runs` of those that hold text, `inside` of those that hold others (lines of lists have both)."""

    name: str
    runs: list[Run] = field(default_factory=list)
    inside: list[Block] = field(default_factory=list)


def read_blocks(source: str) -> list[Block]:
    """The blocks of `source`, blanks and empty ones as they stand in it."""
    reader = _Reader()
    for said, tag, inside in _pieces(source):
        if not tag:
            reader.say(said)
        elif said:
            reader.end(tag)
        else:
            reader.begin(tag, inside)
    return reader.root.inside


def _pieces(source: str) -> Iterator[tuple[str, str, str]]:
    """The source cut at its tags: (text, "", ""), ("", name, what stands behind it), ("/", name, "") for an end. Comments are left
    out, and what begins as a tag and never ends."""
    at = 0
    while at < len(source):
        start = source.find("<", at)
        if start < 0:
            break
        if start > at:
            yield html.unescape(source[at:start]), "", ""
        comment = source.startswith("<!--", start)
        end = source.find("-->" if comment else ">", start)
        found = _NAME.match(source, start)
        if found is None and source[start + 1 : start + 2] not in ("!", "?", "/"):
            yield "<", "", ""
            at = start + 1
            continue
        if end < 0:
            return
        at = end + (3 if comment else 1)
        if found is not None:
            yield ("/" if found[1] else ""), found[2].lower(), source[found.end() : end]
    if at < len(source):
        yield html.unescape(source[at:]), "", ""


class _Reader:
    """Reads HTML, well-formed or not, into `root`. Elements that do not fit where they stand give way to those around them."""

    def __init__(self) -> None:
        self.root = Block("")
        self._open: list[Block] = [self.root]
        self._leaf: Block | None = None
        self._formats: Counter[str] = Counter()
        self._addresses: list[str] = []
        self._unread: Counter[str] = Counter()

    def begin(self, tag: str, inside: str) -> None:
        """The beginning of an element, with what stands behind its name."""
        if tag in _UNREAD:
            self._unread[tag] += 1
        elif self._unread.total():
            return
        elif tag in _FORMATS:
            self._formats[_FORMATS[tag]] += 1
        elif tag == "a":
            found = _HREF.search(inside)
            self._addresses.append(_address(html.unescape(found[1].strip("\"'"))) if found else "")
        elif tag == "br":
            self._say("\n")
        elif tag == "hr":
            self._end_leaf()
            if self._holder.name in ("", "blockquote"):
                self._holder.inside.append(Block("hr"))
        elif tag in HOLDERS:
            self._begin_holder(tag)
        elif tag in LEAVES:
            self._end_leaf()
            self._begin_leaf(LEAVES[tag])
        elif tag in _CELLS and self._leaf is not None and self._leaf.runs:
            self._say(" ")

    def end(self, tag: str) -> None:
        """The end of an element, whether or not it was begun."""
        if tag in _UNREAD:
            self._unread[tag] -= self._unread[tag] > 0
        elif self._unread.total():
            return
        elif tag in _FORMATS:
            self._formats[_FORMATS[tag]] -= self._formats[_FORMATS[tag]] > 0
        elif tag == "a" and self._addresses:
            self._addresses.pop()
        elif tag in HOLDERS:
            self._end_holder(tag)
        elif tag in LEAVES:
            self._end_leaf()

    def say(self, data: str) -> None:
        """Text between tags."""
        if self._unread.total():
            return
        text = _UNWANTED.sub("", data)
        if self._leaf is not None and self._leaf.name == "pre":
            self._say(text.replace("\xa0", " ").replace("\r", ""))
        elif self._leaf is not None or _BLANKS.sub("", text):
            self._say(_BLANKS.sub(" ", text))

    @property
    def _holder(self) -> Block:
        return self._open[-1]

    def _begin_holder(self, tag: str) -> None:
        """A list, a line of one or a quote, where it fits. A line ends the line before it."""
        self._end_leaf()
        if tag == "li" and self._holder.name == "li":
            self._open.pop()
        holder = self._holder
        in_list = holder.name in _LISTS or holder.name == "li"
        if holder.name not in _LISTS if tag == "li" else len(self._open) > _DEEPEST or (in_list and tag == "blockquote"):
            return
        if tag != "li" and holder.name in _LISTS:
            holder = self._line(holder)
        self._open.append(Block(tag))
        holder.inside.append(self._open[-1])

    def _end_holder(self, tag: str) -> None:
        """Ends the innermost such element with all that is open in it; the end of a list ends no line around it."""
        self._end_leaf()
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].name == tag:
                del self._open[place:]
                return
            if tag == "li" and self._open[place].name in _LISTS:
                return

    @staticmethod
    def _line(holder: Block) -> Block:
        """The last line of a list, made where there is none."""
        if not holder.inside:
            holder.inside.append(Block("li"))
        return holder.inside[-1]

    def _begin_leaf(self, name: str) -> None:
        """A block of text where the reader stands. In a list it is a line, or more of one."""
        holder = self._holder
        if holder.name == "li" and not holder.inside:
            if holder.runs:
                holder.runs.append(("\n", (), ""))
            self._leaf = holder
            return
        around = self._open[-2] if holder.name == "li" else holder
        self._leaf = Block("li" if around.name in _LISTS else name)
        around.inside.append(self._leaf)

    def _end_leaf(self) -> None:
        self._leaf = None

    def _say(self, text: str) -> None:
        if self._leaf is None:
            self._begin_leaf("p")
        assert self._leaf is not None
        formats = tuple(one for one in ORDER if self._formats[one] > 0)
        self._leaf.runs.append((text, formats, self._addresses[-1] if self._addresses else ""))


def _address(text: str) -> str:
    """The address of a link, "" for one that leads nowhere good."""
    safe = _UNSAFE.sub(lambda found: quote(found[0], safe=""), _UNWANTED.sub("", text).strip())
    return safe if _ADDRESS.match(safe) and len(safe) <= _LONGEST_ADDRESS else ""
