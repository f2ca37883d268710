"""What templates see: plain values, ready to draw (law 10)."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from forms.widgets import Input


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One line of the side menu; one with `items` is a heading."""

    label: str
    href: str
    icon: str
    current: bool = False
    items: tuple[MenuLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Flash:
    """What the page before did, said once; `undo` is the address that takes it back."""

    text: str
    undo: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """What some roles may go to: the links of the menu, and whether there is any report."""

    links: tuple[MenuLink, ...]
    reports: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame around a page."""

    app_name: str
    path: str
    here: str
    theme: str
    csrf: str = ""
    user_name: str = ""
    person: str = ""
    menu: tuple[MenuLink, ...] = ()
    reports: bool = False
    """Whether there is any report for the reader."""
    search: str = ""
    flash: Flash | None = None
    viewing: bool = False
    """Whether the reader sees the pages as `user_name`, who is somebody else."""


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the path at the head of a record: `phase` is done, now, or blank."""

    label: str
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a record page; `span` of twelve columns; `history` is the address of its values over time."""

    label: str
    html: Markup
    span: int = 6
    help: str = ""
    history: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Child rows to read: column labels with the class of their cells, rows of cells, totals under them."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Markup, ...], ...]
    totals: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of a record page: facts, or a grid."""

    name: str
    title: str
    facts: tuple[Fact, ...] = ()
    grid: Grid | None = None
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class ActionView:
    """One move of the record: a button, or the reasons why not. `near` ones are for the reader to make as soon as what is
    missing is there; their button tells what that is."""

    name: str
    label: str
    allowed: bool
    reasons: tuple[str, ...] = ()
    href: str = ""
    primary: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened: `changes` are (label, before, after) as HTML. `change` is the address under which its author may still
    change a comment, `edited` that of what an edited one said before."""

    who: str
    what: str
    when: str
    exactly: str
    icon: str
    tone: str = ""
    quote: str | Markup = ""
    changes: tuple[tuple[str, Markup, Markup], ...] = ()
    change: str = ""
    edited: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, newest first; `more` is the address of all of it when there is more."""

    items: tuple[TimelineItem, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class MadeView:
    """A record that the one in hand was converted to."""

    label: str
    title: str
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class RelatedView:
    """A list of records that point to this one; `entity_label` is what one of them is called."""

    name: str
    title: str
    entity_label: str
    icon: str
    address: str
    create: str = ""


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
class FormSection:
    """One section of a form."""

    name: str
    title: str
    inputs: tuple[Input, ...] = ()
    grid: GridInput | None = None
    open: bool = True


@dataclass(frozen=True, slots=True)
class FormView:
    """A whole form. `alike` is where records that look like what it holds are asked for, shown in the section
    `alike_at`. `hidden` are the inputs of the page itself; `faults` those not at any field; `proposed` what was filled
    in by itself, by the name of its input."""

    title: str
    action: str
    judge: str
    back: str
    submit: str
    sections: tuple[FormSection, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    errors: int = 0
    conditional: bool = False
    proposed: tuple[tuple[str, str], ...] = ()
    alike: str = ""
    alike_at: str = ""


@dataclass(frozen=True, slots=True)
class ClashView:
    """One field of a conflict, each version as HTML."""

    name: str
    label: str
    mine: Markup
    theirs: Markup
    original: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a simple list: to-do, result, notification (`notice` is the number of an unread one)."""

    title: str
    href: str
    sub: str = ""
    when: str = ""
    icon: str = "file"
    tags: tuple[tuple[str, str], ...] = ()
    strong: bool = False
    notice: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """A titled list of lines."""

    title: str
    rows: tuple[Row, ...] = ()
    more: str = ""
    icon: str = "file"
    extra: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Link:
    """A label that leads somewhere."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head: `href` sorts by it, `sort` says how the list is sorted now, `path` is the field that it shows, `edits`
    the one that its cells edit ("" where they edit none)."""

    label: str
    kind: str
    href: str
    sort: str
    path: str = ""
    edits: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force."""

    label: str
    operator: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter offered as a menu of its values."""

    label: str
    options: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that a list may show."""

    path: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of the reader's own; `this` is the one that the page is seen in."""

    mark: str
    device: str
    icon: str
    begun: str
    seen: str
    this: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account of a person, for whoever sees to it; what is done to it lies under the address `base`."""

    base: str
    active: bool
    has_password: bool
    link_until: str
    second_step: bool
    own: bool
    may_view: bool
    sessions: int


@dataclass(frozen=True, slots=True)
class SecondStepView:
    """The reader's second step of signing in: since when it is on, and the recovery codes left."""

    since: str
    codes_left: int


@dataclass(frozen=True, slots=True)
class KeyView:
    """An access key of the reader's: until when it is good, when it was last used ("" for never)."""

    id: int
    name: str
    until: str
    used: str
    expired: bool


@dataclass(frozen=True, slots=True)
class BulkBar:
    """What may be done to selected records: links with icons, the address that exports, and how many the list shows."""

    actions: tuple[tuple[Link, str], ...]
    export: str
    count: str


@dataclass(frozen=True, slots=True)
class Choosing:
    """A menu of what an action is about: sent as `name`."""

    name: str
    label: str
    blank: str
    options: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Records that cannot be changed, with the first of them."""

    reason: str
    count: int
    records: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action would come to: `submit` is the button that does it, blank where nothing would change; `behind` when it is
    left to the worker, `judged` False where each record is judged only when its turn comes."""

    summary: str
    count: int
    will: int
    same: int
    reasons: tuple[WhyNot, ...]
    cannot: int
    undo: str
    submit: str
    behind: bool
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A run over many records in words, in `brief` without what kind it is; `known` when its reader may know of such records,
    `revocable` when it is of a kind that can be taken back."""

    label: str
    brief: str
    entity: str
    icon: str
    known: bool
    revocable: bool


@dataclass(frozen=True, slots=True)
class WorkView:
    """The page of a run. `counts` are a label, a number and the state counted."""

    title: str
    entity: str
    icon: str
    href: str
    base: str
    state: str
    color: str
    running: bool
    done: int
    total: int
    progress: str
    began: str
    counts: tuple[tuple[str, str, str], ...]
    reasons: tuple[WhyNot, ...]
    changed: tuple[Link, ...]
    changed_title: str
    undo: bool


@dataclass(frozen=True, slots=True)
class Mode:
    """A way in which a list can be shown."""

    name: str
    label: str
    icon: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """The ways in which a list can be shown, and the fields that the present one can be shown by (none where there is no
    choice)."""

    modes: tuple[Mode, ...]
    by: tuple[Link, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A record on a board: `facts` are (label, value as HTML), `moves` is whether its reader may take it elsewhere."""

    id: int
    revision: int
    href: str
    title: Markup
    facts: tuple[tuple[str, Markup], ...]
    owner: str = ""
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards of one column with the address of those that follow them ("" at the end); `place` is the address after that of a
    record at which it is taken elsewhere."""

    cards: tuple[Card, ...]
    more: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column of a board: `targets` are the columns that its cards may be taken to."""

    name: str
    label: str
    color: str
    count: str
    totals: tuple[str, ...]
    cards: Cards
    targets: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A list as a board."""

    columns: tuple[BoardColumn, ...]


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """Somewhere to take a card: `move` is the move that does it ("" where a value is changed), `reasons` say why not."""

    column: str
    label: str
    color: str
    move: str = ""
    by: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A record on one day: `begins` and `ends` are whether it does on that day, `named` whether its title stands there, `place`
    the address at which it is taken to another day ("" where its reader may not)."""

    id: int
    revision: int
    href: str
    title: Markup
    time: str
    color: str
    begins: bool
    ends: bool
    named: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day: `lines` are the entries there is room for (None: a line left free), `every` all of them, `more` how many there
    is no room for, `choose` shows the day's own list, `create` makes a record on it ("" for nobody's)."""

    date: str
    number: str
    weekday: str
    label: str
    lines: tuple[CalendarEntry | None, ...]
    every: tuple[CalendarEntry, ...]
    more: int
    today: bool
    outside: bool
    chosen: bool
    choose: str
    create: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A list as a calendar: `before`, `after` and `today` lead to other days, `cut` says that there are more than are shown."""

    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[CalendarDay, ...], ...]
    chosen: CalendarDay
    before: str
    after: str
    today: str
    spans: tuple[Link, ...]
    span: str
    cut: str = ""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A record in a tree: `nodes` are those below it, or `load` is the address that they are loaded from ("" without any);
    `found` is whether it is what was looked for, and not only above that."""

    href: str
    title: Markup
    facts: tuple[tuple[str, Markup], ...]
    nodes: tuple[TreeNode, ...] = ()
    load: str = ""
    found: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Records at one place of a tree; `more` is the address of those that follow."""

    nodes: tuple[TreeNode, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A list as a tree; `cut` says that more was found than is shown."""

    branch: Branch
    cut: str = ""
