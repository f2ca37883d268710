"""The frame of a page: the menu of what one may see, the message of the page before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from engine import access
from engine.principal import Away
from engine.runtime import ReadSession
from forms.compiled import CompiledMenuItem
from reports.run import may_run
from web.composition import forms_of, reports_of
from web.texts import Language
from web.view_models.shell import Flash, Menu, MenuLink, Shell

if TYPE_CHECKING:
    from web.context import Context


def shell_of(context: Context) -> Shell:
    """The frame for this request; without a menu when nobody is signed in."""
    request = context.request
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    plain = Shell("Loomwork", request.url.path, here, context.theme, flash=flash_of(context))
    session = context.open_session
    if session is None:
        return plain
    menu, absence = _menu(context, session), _absence(session)
    viewing = session.principal.viewer_id is not None
    return replace(
        plain,
        app_name=session.app.label[context.language],
        csrf=context.visit.csrf,
        user_name=session.principal.name,
        viewing=viewing,
        away=_away(context, absence) if absence else "",
        away_end=f"/people/{session.principal.user_id}/away/{absence.id}/end" if absence and not viewing else "",
        person=str(session.principal.user_id or ""),
        menu=_marked(menu.links, request.url.path, here),
        reports=menu.reports,
        search=context.query("q") if request.url.path == "/search" else "",
    )


def flash_of(context: Context) -> Flash | None:
    """What the page before left to say: a key of the texts and values, never free text."""
    told = unquote(context.request.cookies.get("flash", ""))
    if not told:
        return None
    key, *pairs = told.split("|")
    values = {name: unquote(value) for name, _, value in (pair.partition("=") for pair in pairs)}
    undo = values.pop("undo", "")
    try:
        return Flash(context.texts(key, **values), undo if undo.startswith(("/e/", "/runs/")) else "")
    except (KeyError, ValueError, IndexError):
        return None


def _absence(session: ReadSession) -> Away | None:
    """The absence of the principal that is in force."""
    return next((one for one in session.principal.away if one.first <= session.now < one.until), None)


def _away(context: Context, absence: Away) -> str:
    last = (absence.until - timedelta(microseconds=1)).astimezone(context.app.zone).date()
    return context.texts("accounts.away_bar", last=context.formats.date(last), name=absence.stand_in)


def _menu(context: Context, session: ReadSession) -> Menu:
    key = (session.app.release, session.principal.roles, session.principal.unrestricted, context.language)
    return context.site.menus.get(key, lambda: Menu(tuple(_links(session, context.language)), _any_report(session)))


def _any_report(session: ReadSession) -> bool:
    return any(may_run(session, report) for report in reports_of(session).reports.values())


def _links(session: ReadSession, language: Language) -> Iterable[MenuLink]:
    for item in forms_of(session).menu(session.principal.roles):
        if item.target is None:
            inner = tuple(_link(sub, language) for sub in item.items if _seen(session, sub))
            if inner:
                yield MenuLink(item.label[language], "", item.icon, items=inner)
        elif _seen(session, item):
            yield _link(item, language)


def _seen(session: ReadSession, item: CompiledMenuItem) -> bool:
    if item.target == "home":
        return True
    if item.target == "report":
        report = reports_of(session).reports.get(item.name)
        return report is not None and may_run(session, report)
    return access.may(session, item.name.partition("?")[0], "read")


def places(session: ReadSession) -> Iterable[tuple[CompiledMenuItem | None, CompiledMenuItem]]:
    """The lines of the menu that lead somewhere and that the principal may see, each with the group it stands in."""
    for item in forms_of(session).menu(session.principal.roles):
        if item.target is None:
            yield from ((item, sub) for sub in item.items if _seen(session, sub))
        elif _seen(session, item):
            yield None, item


def address_of(item: CompiledMenuItem) -> str:
    """Where a line of the menu leads."""
    return {"home": "/", "report": f"/reports/{item.name}"}.get(item.target or "", f"/e/{item.name}")


def _link(item: CompiledMenuItem, language: Language) -> MenuLink:
    return MenuLink(item.label[language], address_of(item), item.icon)


def _marked(menu: tuple[MenuLink, ...], path: str, here: str) -> tuple[MenuLink, ...]:
    """The menu with the line of this page marked."""
    return tuple(
        replace(link, items=_marked(link.items, path, here)) if link.items else replace(link, current=_is_at(link, path, here))
        for link in menu
    )


def _is_at(link: MenuLink, path: str, here: str) -> bool:
    if "?" in link.href:
        return here.startswith(link.href)
    return path == link.href or (link.href != "/" and path.startswith(f"{link.href}/"))
