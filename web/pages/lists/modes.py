"""The ways in which a list can be shown, as a switch in its head."""

from __future__ import annotations

from forms.lists import ListRequest
from forms.ways import TABLE, Shown
from metadata.specs.screens import Way
from web.context import Context
from web.view_models.shell import Link
from web.view_models.ways import Mode, Switch

_ICONS: dict[Way, str] = {
    "table": "table", "board": "layout-kanban", "calendar": "calendar", "tree": "hierarchy", "gallery": "photo",
    "map": "map-2",
}


def switch_of(context: Context, request: ListRequest) -> Switch | None:
    """The ways that the reader may choose from; None where there is only the table. An address that begins with another way
    keeps its filters, search and columns."""
    if not request.ways:
        return None
    shown = request.shown
    modes = [_mode(context, request, TABLE)]
    for way, columns in request.ways.items():
        usual = next((column for column in columns if column.field.name == request.view.by), columns[0])
        modes.append(_mode(context, request, shown if way == shown.way else Shown(way, usual)))
    by = [
        Link(column.label[context.language], request.address(way=Shown(shown.way, column)), column == shown.by)
        for column in request.ways.get(shown.way, ())
    ]
    return Switch(tuple(modes), tuple(by) if len(by) > 1 else (), next((link.label for link in by if link.current), ""))


def _mode(context: Context, request: ListRequest, shown: Shown) -> Mode:
    name = context.texts(f"modes.as_{shown.way}")
    return Mode(shown.way, name, _ICONS[shown.way], request.address(way=shown), request.shown.way == shown.way)
