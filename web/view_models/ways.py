"""Lists shown as boards, calendars, trees, galleries and maps."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from web.view_models.shell import Link


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
class PictureCard:
    """A record in a gallery: `picture` is the address of what is shown ("" without), `facts` are (label, value as HTML)."""

    href: str
    picture: str
    title: Markup
    facts: tuple[tuple[str, Markup], ...]


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

    id: int
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


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A record on a map, at its degrees: `facts` are (label, value as HTML), `color` is that of its state or choice."""

    id: int
    href: str
    latitude: str
    longitude: str
    title: Markup
    facts: tuple[tuple[str, Markup], ...]
    color: str


@dataclass(frozen=True, slots=True)
class Map:
    """A list as a map by the field that is called `label`: `cut` says how many have a position and are not shown, `bare` leads
    to the records without one (None: there are none). `tiles` is the address of the pictures that it is drawn over, `credit`
    whose they are ("" for the outlines that come with the program)."""

    label: str
    points: tuple[MapPoint, ...]
    cut: str = ""
    bare: Link | None = None
    tiles: str = ""
    credit: str = ""
