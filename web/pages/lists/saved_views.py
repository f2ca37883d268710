"""The views of a list: those that packs declare, those everybody has, and one's own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.responses import Response

from engine import saved_views, view_places
from engine.compiled import CompiledEntity
from engine.refusals import FieldError, Invalid, NotFound
from engine.runtime import WriteSession
from engine.saved_views import Pairs, SavedView
from engine.view_places import Placed
from forms.lists import ListRequest
from web.context import Context
from web.pages.lists.request import asked, parsed
from web.view_models.lists import ViewTools
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
        tools=_tools(context, entity.name, views, request),
    )


def tabs_of(context: Context, entity: CompiledEntity, request: ListRequest, places: list[Placed]) -> list[Link]:
    """The list itself and the views that the reader has pinned or that it opens with, side by side; none where there are none of
    these."""
    if not places:
        return []
    usual = context.forms.offered(entity.name, context.principal.roles)[0]
    address = f"/e/{entity.name}?{urlencode({'list': usual.name})}"
    whole = Link(entity.plural[context.language], address, request.saved is None and request.view is usual)
    return [whole, *(_link(entity.name, placed.view, request) for placed in places)]


def places(context: Context, entity: str) -> list[Placed]:
    """The views that stand above the list for the reader: pinned ones, and the one that it opens with."""
    found = [placed for placed in view_places.places_of(context.session, entity) if _knows(context, entity, placed.view)]
    opening = opens_with(found)
    return [placed for placed in found if placed.pinned or placed is opening]


def opens_with(found: list[Placed]) -> Placed | None:
    """The view that the list opens with."""
    return max((one for one in found if one.own or one.of_role), key=lambda one: (one.own, one.of_role), default=None)


def pin(context: Context) -> Response:
    """Pins the view above the list, or no longer."""
    return _placed(context, view_places.set_pin, "lists.view_pinned", "lists.view_unpinned")


def opening(context: Context) -> Response:
    """Lets the list open with the view, or no longer."""
    return _placed(context, view_places.set_opening, "lists.view_opens", "lists.view_opens_no_more")


def _placed(context: Context, change: Callable[[WriteSession, str, int, bool], None], done: str, undone: str) -> Response:
    entity, number, on = context.part("entity"), context.number(), bool(context.text("on"))

    def unit(session: WriteSession) -> tuple[str, Pairs]:
        found = _seen(context, entity, number)
        change(session, entity, number, on)
        return found.label, found.parameters

    label, pairs = context.write(unit)
    return context.go(address(entity, number, tuple(pairs)), done if on else undone, name=label)


def ask_roles(context: Context) -> Response:
    """The dialog that gives a view for everybody to roles, as what their list opens with."""
    entity, number = context.entity().name, context.number()
    view = _seen(context, entity, number)
    if not view.shared or not view.changeable:
        raise NotFound()
    given = view_places.roles_of(context.session, number)
    roles = [(name, label[context.language], name in given) for name, label in context.app.roles.items()]
    return context.piece(
        "pieces/view_roles.html", action=f"/e/{entity}/views/{number}/roles", key=context.new_key(), label=view.label, roles=roles,
    )


def give_roles(context: Context) -> Response:
    """Gives the view to the roles that are ticked, and to no others."""
    entity, number = context.part("entity"), context.number()
    roles = [role for role in context.posted.getlist("role") if isinstance(role, str)]

    def unit(session: WriteSession) -> tuple[str, Pairs]:
        found = _seen(context, entity, number)
        view_places.set_roles(session, entity, number, roles)
        return found.label, found.parameters

    label, pairs = context.write(unit, context.text("_key"))
    return context.go(address(entity, number, tuple(pairs)), "lists.view_given", name=label)


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


def _tools(context: Context, entity: str, views: list[SavedView], request: ListRequest) -> ViewTools | None:
    """What may be done with the view that the list began with; None where there is none."""
    view = next((view for view in views if view.id == request.saved), None)
    if view is None:
        return None
    standing = next((one for one in view_places.places_of(context.session, entity) if one.view.id == view.id), None)
    base = f"/e/{entity}/views/{view.id}"
    pinned, own = (standing.pinned, standing.own) if standing is not None else (False, False)
    return ViewTools(view.label, base, pinned, own, view.changeable, f"{base}/roles" if view.shared and view.changeable else "")


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
