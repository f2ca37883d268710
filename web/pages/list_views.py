"""The views of a list: those that packs declare, those everybody has, and one's own."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from engine import saved_views
from engine.refusals import FieldError, Invalid
from engine.runtime import WriteSession
from engine.saved_views import Pairs, SavedView
from forms.lists import ListRequest
from web.context import Context
from web.pages.list_request import asked
from web.view_models import Link


def menu(context: Context) -> Response:
    """What the menu of views holds besides the declared ones, and what may be done with the list as it stands."""
    entity = context.entity()
    request = asked(context, entity)
    views = saved_views.views_of(context.session, entity.name)
    current = next((view for view in views if view.id == request.saved), None)
    return context.piece(
        "pieces/views.html",
        shared=[_link(entity.name, view, request) for view in views if view.shared],
        mine=[_link(entity.name, view, request) for view in views if not view.shared],
        save=request.within("views/save"),
        current=current if current is not None and current.changeable else None,
        change=request.within("views/save") if current is not None and current.changeable else "",
        remove=f"/e/{entity.name}/views/{current.id}/remove" if current is not None and current.changeable else "",
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
        number = saved_views.save(session, entity, label, request.kept, shared, request.saved if changed else None)
        return number, tuple(request.kept)

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
        found = saved_views.find(session, entity, number)
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
    views = saved_views.views_of(context.session, entity)
    return next((view.label for view in views if view.id == request.saved), "")


def _link(entity: str, view: SavedView, request: ListRequest) -> Link:
    return Link(view.label, address(entity, view.id, view.parameters), view.id == request.saved)


def _dialog(context: Context, request: ListRequest, error: FieldError | None, status: int) -> Response:
    entity = context.entity()
    views = saved_views.views_of(context.session, entity.name)
    current = next((view for view in views if view.id == request.saved and view.changeable), None)
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
