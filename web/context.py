"""One request: who asks, in which language, from what snapshot, and how to answer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from engine.compiled import CompiledApp, CompiledEntity
from engine.field_types.base import TextContext
from engine.idempotency import is_key
from engine.languages import Language, understood
from engine.numerals import number_of
from engine.principal import Principal
from engine.refusals import NotFound
from engine.runtime import ReadSession, WriteSession
from forms.compiled import CompiledForms
from forms.formats import Formats, formats_of
from web.composition import forms_of
from web.identity import Visit
from web.shell import shell_of
from web.site import Site
from web.texts import Texts, texts_of

T = TypeVar("T")
FLASH = "flash"
LONGEST_ADDRESS = 4000
"""Characters of an address that one goes back to; a longer one would fit into no header."""
_PLAIN = ":/%#?=@[]!$&'()*+,;"
"""What stands in an address as it is; anything else goes into headers quoted."""
THEMES = ("light", "dark", "auto")


class FormTexts:
    """A posted form without its files, as `forms.binding` reads it."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def getlist(self, key: str, /) -> list[str]:
        return [value for value in self._form.getlist(key) if isinstance(value, str)]

    def keys(self) -> Iterable[str]:
        return self._form.keys()


class Forgotten(Exception):
    """The token of the form is not that of the session (T46)."""


@dataclass(eq=False)
class Context:
    """`session` is the snapshot that pages read from; it is there while a page is made."""

    site: Site
    request: Request
    visit: Visit
    form: FormData | None = None
    open_session: ReadSession | None = None

    @property
    def session(self) -> ReadSession:
        assert self.open_session is not None
        return self.open_session

    @property
    def app(self) -> CompiledApp:
        return self.session.app

    @property
    def principal(self) -> Principal:
        return self.session.principal

    @property
    def forms(self) -> CompiledForms:
        return forms_of(self.session)

    @property
    def posted(self) -> FormData:
        return self.form if self.form is not None else FormData()

    @property
    def typed(self) -> FormTexts:
        """The texts of the posted form; files are no texts."""
        return FormTexts(self.posted)

    @property
    def language(self) -> Language:
        """That of the signed-in person, else of the cookie, else of the browser."""
        wanted = self.visit.language or self.request.cookies.get("language") or self.request.headers.get("accept-language", "zh")
        if self.open_session is not None:
            return self.app.language(wanted)
        return understood(wanted, self.site.runtime.spoken)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those that one may choose."""
        return tuple(self.app.spoken.values()) if self.open_session is not None else self.site.runtime.spoken

    @property
    def texts(self) -> Texts:
        return texts_of(self.language)

    @cached_property
    def formats(self) -> Formats:
        """How values are written for the reader; known once a session is open."""
        return formats_of(self.language, self.app.zone)

    @property
    def reading(self) -> TextContext:
        """How texts of forms and addresses are read."""
        return TextContext(self.app.zone, self.language)

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a piece of a page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def theme(self) -> str:
        theme = self.request.cookies.get("theme", "auto")
        return theme if theme in THEMES else "auto"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The pairs of the query, in order."""
        return self.request.query_params.multi_items()

    def query(self, name: str) -> str:
        """A value of the query, or ""."""
        return self.request.query_params.get(name, "")

    def text(self, name: str) -> str:
        """A posted text, or ""."""
        value = self.posted.get(name, "")
        return value if isinstance(value, str) else ""

    def entity(self) -> CompiledEntity:
        """The entity of the address, if the principal may know of it. Raises `NotFound` otherwise (law 2)."""
        found = self.app.entities.get(self.request.path_params["entity"])
        if found is None or found.child or not _known(self.session, found.name):
            raise NotFound()
        return found

    def number(self, name: str = "id") -> int:
        """A record number of the address. Raises `NotFound` for one that no database gives."""
        number = number_of(str(self.request.path_params[name]))
        if number is None:
            raise NotFound()
        return number

    def part(self, name: str) -> str:
        """A text of the address."""
        return str(self.request.path_params[name])

    def page(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """A whole page, in its frame."""
        shell = shell_of(self)
        response = self.piece(template, status, headers, shell=shell, csrf=self.visit.csrf, **values)
        if shell.flash is not None:
            response.delete_cookie(FLASH, path="/")
        return response

    def piece(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """A template without a frame."""
        values.setdefault("csrf", self.visit.csrf)
        values.setdefault("languages", self.languages)
        html = self.site.templates.render(self.language, template, values)
        return HTMLResponse(html, status, dict(headers or {}))

    def go(self, address: str, flash: str = "", **values: str) -> Response:
        """Off to another page of ours, which says `flash` (a key of the texts) once."""
        target = quote(local(address), safe=_PLAIN)
        if self.partial:
            response = Response(status_code=204, headers={"HX-Redirect": target})
        else:
            response = RedirectResponse(target, 303)
        if flash:
            told = "|".join([flash, *(f"{name}={quote(value)}" for name, value in values.items())])
            response.set_cookie(
                FLASH, quote(told), max_age=30, httponly=True, samesite="lax", secure=self.secure, path="/"
            )
        return response

    @property
    def secure(self) -> bool:
        return self.site.settings.secure

    def write(self, unit: Callable[[WriteSession], T], key: str | None = None, body: object = None) -> T:
        """Runs `unit` as the signed-in person, within its session; the form's token is checked in the same transaction. `key` makes sending
        the same form, or the same JSON `body`, twice one write. A form that comes back with other content (somebody went
        back and typed on) is another write; a program that does so has mixed up its keys, and is told."""

        def guarded(session: WriteSession) -> T:
            with self._within(session):
                self.check_token()
                return unit(session)

        if not key:
            return self.site.runtime.writing(self.visit, guarded)
        if body is None:
            return self.site.runtime.writing(self.visit, guarded, key=self._digest(key))
        return self.site.runtime.writing(self.visit, guarded, key=key, request=self._digest(body))

    def oneself(self) -> Context:
        """The request of whoever is signed in, for what they do as themselves while they see the pages as somebody else."""
        return replace(self, visit=self.visit.as_oneself(), open_session=None)

    def _digest(self, body: object) -> str:
        """What the request asks for: method, address and content, but for the token, which changes with the session."""
        sent = [(name, value if isinstance(value, str) else value.filename) for name, value in self.posted.multi_items()]
        asked = (self.request.method, self.request.url.path, [pair for pair in sent if pair[0] != "_csrf"], body)
        return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A snapshot for making a page; the one that is open already, if there is one."""
        if self.open_session is not None:
            yield self.open_session
            return
        with self.site.runtime.reading(self.visit) as session, self._within(session):
            yield session

    @contextmanager
    def _within(self, session: ReadSession) -> Iterator[None]:
        """Everything that asks for the session gets this one."""
        before, self.open_session = self.open_session, session
        try:
            yield
        finally:
            self.open_session = before

    def check_token(self) -> None:
        """Raises `Forgotten` unless the request carries the token of its session."""
        sent = self.request.headers.get("x-csrf-token") or self.text("_csrf")
        if not self.visit.carries(sent):
            raise Forgotten

    def new_key(self) -> str:
        """The idempotency key of a form: that of the form sent, when it comes back, else a new one."""
        key = self.text("_key")
        return key if is_key(key) else secrets.token_urlsafe(16)

    def ago(self, moment: object) -> str:
        """How long ago that was, in the reader's words."""
        return self.formats.ago(moment, self.session.now) if hasattr(moment, "astimezone") else ""  # type: ignore[arg-type]


def _known(session: ReadSession, entity: str) -> bool:
    from_access = session.app.access
    principal = session.principal
    if principal.unrestricted:
        return True
    return any(from_access.decide(principal.roles, entity, verb) for verb in ("read", "create"))


def local(address: str) -> str:
    """`address` if it is a path of this site, else the home page (T45)."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if plain and address.isprintable() and len(address) <= LONGEST_ADDRESS else "/"
