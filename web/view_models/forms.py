"""Forms, their grids, and conflicts."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from forms.widgets import Input
from web.view_models.tabs import Tab


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a child grid in a form."""

    key: str
    id: int | None
    inputs: tuple[Input, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class GridInput:
    """A child grid in a form: `labels` of its columns, `add` the address that draws a new row, `totals` the cells below its
    columns (none without any), `paste` the address that takes what is pasted into it."""

    name: str
    labels: tuple[tuple[str, bool], ...]
    rows: tuple[GridRow, ...]
    add: str
    totals: tuple[Markup, ...] = ()
    readonly: bool = False
    error: str = ""
    paste: str = ""


@dataclass(frozen=True, slots=True)
class FaultLink:
    """A fault at an input, told above the form: the id of the place, what it is called, and what is wrong."""

    place: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FormSection:
    """One section of a form; `tab` names the tab that it stands on, "" for none."""

    name: str
    title: str
    inputs: tuple[Input, ...] = ()
    grid: GridInput | None = None
    open: bool = True
    tab: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """A whole form. `alike` is where records that look like what it holds are asked for, shown in the section
    `alike_at`. `hidden` are the inputs of the page itself; `faults` those not at any field, and `links` the ways to
    the others; `proposed` what was filled in by itself, by the name of its input, and `unread` what was pasted there
    and could not be read."""

    title: str
    action: str
    judge: str
    back: str
    submit: str
    sections: tuple[FormSection, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    links: tuple[FaultLink, ...] = ()
    errors: int = 0
    conditional: bool = False
    proposed: tuple[tuple[str, str], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    alike: str = ""
    alike_at: str = ""
    tabs: tuple[Tab, ...] = ()


@dataclass(frozen=True, slots=True)
class ClashView:
    """One field of a conflict, each version as HTML."""

    name: str
    label: str
    mine: Markup
    theirs: Markup
    original: Markup
