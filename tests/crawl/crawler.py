"""A browser without a screen that follows every link and sends every form, and looks at what comes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from starlette.testclient import TestClient

from web.texts import TEXTS

BLOCKS = sorted({key.partition(".")[0] for key in TEXTS})
KEY = re.compile(rf"\b(?:{'|'.join(BLOCKS)})\.[a-z][a-z0-9_]+\b")
"""A key of the texts where a text should stand."""
RECORD = re.compile(r"^/e/(\w+)/(\d+)(?:/|$|\?)")
SAME_SHAPE = 3
"""Pages of one shape that are opened: the same address but for numbers, and the same names of parameters."""
_LEADING = ("href", "hx-get", "src", "data-href", "data-dialog")
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "hx-get", "hx-post", "data-href", "data-dialog", "poster", "srcdoc"})
_FOREIGN = frozenset({"iframe", "object", "embed", "base", "frame", "applet", "marquee"})


@dataclass
class Form:
    """A form as a browser would send it: its inputs with their values."""

    action: str
    method: str
    inputs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shape(self) -> tuple[object, ...]:
        return self.method, shape_of(self.action), tuple(sorted({re.sub(r"\d+", "0", name) for name, _ in self.inputs}))


class Page(HTMLParser):
    """What a page leads to, what it sends, what is said in it, and what in it is none of ours."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.said: list[str] = []
        self.foreign: list[str] = []
        self._form: Form | None = None
        self._select: tuple[str, str] | None = None
        self._quiet = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._judge(tag, found)
        self.links += [urljoin(self.address, found[name]) for name in _LEADING if found.get(name)]
        if found.get("hx-post"):
            self.forms.append(Form(found["hx-post"], "post"))
        if tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag in ("input", "textarea", "button") and self._form is not None and found.get("name"):
            self._form.inputs.append((found["name"], found.get("value", "")))
        elif tag == "select" and found.get("name"):
            self._select = (found["name"], "")
        elif tag == "option" and self._select is not None and ("selected" in found or not self._select[1]):
            self._select = (self._select[0], found.get("value", ""))
        self._quiet += tag in ("script", "style")
        self.said += [found[name] for name in ("aria-label", "title", "placeholder") if found.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            if self._form is not None:
                self._form.inputs.append(self._select)
            self._select = None
        elif tag in ("script", "style"):
            self._quiet -= 1

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.said.append(data)

    def _judge(self, tag: str, found: dict[str, str]) -> None:
        """Whether an element could have come out of a text: our pages have no inline script, style or frame."""
        if tag == "style" or tag in _FOREIGN or (tag == "script" and not found.get("src", "").startswith("/static/")):
            self.foreign.append(f"<{tag} {found}>")
        if tag == "meta" and "http-equiv" in found:
            self.foreign.append(f"<meta {found}>")
        for name, value in found.items():
            plain = re.sub(r"[\x00-\x20]", "", value).lower()
            scripted = name in _ADDRESSES and plain.startswith(("javascript:", "vbscript:", "data:text"))
            if name.startswith("on") or name in ("style", "srcdoc") or scripted:
                self.foreign.append(f"<{tag} {name}={value!r}>")


def shape_of(address: str) -> tuple[object, ...]:
    """What addresses of one kind have in common."""
    parts = urlsplit(address)
    names = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    return re.sub(r"\d+", "0", parts.path), names


@dataclass
class Crawler:
    """Goes through the pages from `start` on. `judge` says what is wrong with a page beyond what every page is judged by."""

    client: TestClient
    judge: Callable[[str, Page], Iterator[str]]
    seen: Counter[tuple[object, ...]] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)
    forms: dict[tuple[object, ...], Form] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def crawl(self, *starts: str, most: int = 600) -> None:
        """Follows links until there is nothing new, or `most` pages were opened."""
        waiting = list(starts)
        while waiting and len(self.opened) < most:
            address = waiting.pop(0)
            if not self._wanted(address):
                continue
            page = self.open("GET", address, led=address not in starts)
            for form in page.forms if page else ():
                self.forms.setdefault(form.shape, Form(urljoin(address, form.action), form.method, form.inputs))
                if form.method == "get" and form.action:
                    waiting.append(urljoin(address, form.action))
            waiting += page.links if page else ()

    def open(self, method: str, address: str, led: bool = False, **sent: object) -> Page | None:
        """What comes back; its faults are noted, and one that a page `led` to has to be there. None for what is no page."""
        answer = self.client.request(method, address, **sent)  # type: ignore[arg-type]
        where = f"{method} {address[:160]}"
        if answer.status_code >= 500:
            self.faults.append(f"{where}: {answer.status_code}")
        if led and answer.status_code in (400, 403, 404, 405):
            self.faults.append(f"{where}: a link that leads to {answer.status_code}")
        if "text/html" not in answer.headers.get("content-type", ""):
            return None
        page = Page(address, answer.text)
        self.faults += [f"{where}: not ours: {one[:200]}" for one in page.foreign]
        self.faults += [f"{where}: key {key}" for one in page.said for key in KEY.findall(one) if key in TEXTS]
        self.faults += [f"{where}: {one}" for one in self.judge(where, page)]
        return page

    def _wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("/static/") or "/rows/" in parts.path:
            return False  # rows of grids are numbered by the browser
        shape, plain = shape_of(address), parts.path + (f"?{parts.query}" if parts.query else "")
        if plain in self.opened or self.seen[shape] >= SAME_SHAPE:
            return False
        self.seen[shape] += 1
        self.opened.add(plain)
        return True
