"""The views of a list: those that packs declare, those everybody has, and one's own."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from engine import saved_views
from engine.refusals import FieldError, Invalid, NotFound
from engine.runtime import WriteSession
from engine.saved_views import Pairs, SavedView
from forms.lists import ListRequest
from web.context import Context
from web.pages.lists.request import asked, parsed
from web.view_models.shell import Link


def menu(context: Context) -> Response:
    """What the menu of views holds besides the declared ones, and what may be done with the list as it stands."""
    entity = context.entity()
    request = asked(context, entity)
    views = _views(context, entity.name)
    return context.piece(
        "pieces/views.html",
        base=f"/e/{entity.name}/views",
        shared=[_link(entity.name, view, request) for view in views if view.shared],
        mine=[_link(entity.name, view, request) for view in views if not view.shared],
        save=request.within("views/save"),
        current=_changeable(views, request),
    )


def ask(context: Context) -> Response:
    """The dialog that names a view of the list as it stands, or changes the one it began with."""
    return _dialog(context, asked(context, context.entity()), None, 200)


def save(context: Context) -> Response:
    """Keeps the list under a name."""
    entity, label = context.part("entity"), context.text("label")
    shared, changed = bool(context.text("shared")), bool(context.text("change"))

    def unit(session: WriteSession) -> tuple[int, Pairs]:
        request = asked(context, context.entity())
        begun = _seen(context, entity, request.saved).id if changed and request.saved is not None else None
        return saved_views.save(session, entity, label, request.kept, shared, begun), tuple(request.kept)

    try:
        number, pairs = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read():
            return _dialog(context, asked(context, context.entity()), refusal.errors[0], 422)
    return context.go(address(entity, number, pairs), "lists.view_saved", name=label.strip())


def remove(context: Context) -> Response:
    """Keeps the view no longer; the list stays as it is reached without it."""
    entity, number = context.part("entity"), context.number()

    def unit(session: WriteSession) -> str:
        found = _seen(context, entity, number)
        saved_views.remove(session, entity, number)
        return found.label

    label = context.write(unit)
    return context.go(f"/e/{entity}", "lists.view_removed", name=str(label))


def address(entity: str, number: int, pairs: Pairs) -> str:
    """Where a saved view is seen."""
    return f"/e/{entity}?{urlencode([('view', str(number)), *pairs])}"


def label_of(context: Context, entity: str, request: ListRequest) -> str:
    """What the saved view is called that the list began with; "" without one, or with one that is not there for the reader."""
    if request.saved is None:
        return ""
    try:
        return _seen(context, entity, request.saved).label
    except NotFound:
        return ""


def _views(context: Context, entity: str) -> list[SavedView]:
    """The saved views that are there for the reader."""
    return [view for view in saved_views.views_of(context.session, entity) if _knows(context, entity, view)]


def _seen(context: Context, entity: str, number: int) -> SavedView:
    """One of `_views`. Raises `NotFound`."""
    view = saved_views.find(context.session, entity, number)
    if not _knows(context, entity, view):
        raise NotFound()
    return view


def _knows(context: Context, entity: str, view: SavedView) -> bool:
    """Whether the reader may know of all that the view names; one that names more is not there (law 2)."""
    try:
        parsed(context.session, entity, view.parameters, context.reading)
    except NotFound:
        return False
    return True


def _changeable(views: list[SavedView], request: ListRequest) -> SavedView | None:
    """The view that the list began with, where the reader may change it."""
    return next((view for view in views if view.id == request.saved and view.changeable), None)


def _link(entity: str, view: SavedView, request: ListRequest) -> Link:
    return Link(view.label, address(entity, view.id, view.parameters), view.id == request.saved)


def _dialog(context: Context, request: ListRequest, error: FieldError | None, status: int) -> Response:
    entity = context.entity()
    current = _changeable(_views(context, entity.name), request)
    sent = bool(context.posted)
    return context.piece(
        "pieces/save_view.html", status,
        action=request.within("views/save"),
        key=context.new_key(),
        label=context.text("label") if sent else current.label if current is not None else "",
        error=error.message.text(context.language) if error is not None else "",
        current=current,
        changed=bool(context.text("change")) if sent else current is not None,
        may_share=saved_views.may_share(context.session),
        shared=bool(context.text("shared")) if sent else current is not None and current.shared,
    )
