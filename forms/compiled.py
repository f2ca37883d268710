"""Screens ready for use: forms, lists, menus and home pages. No spec is kept (law 5, R19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.compiled import CompiledField, Rule, Texts
from engine.records.queries import Path, Sort
from metadata.expressions.typed import TypedExpression
from metadata.specs.screens import Way


@dataclass(frozen=True, slots=True)
class CompiledSection:
    """`rows` are lines of field names side by side; a section with `children` is a grid of that children field.

    `visible_if` unknown means hidden, `collapsed_if` unknown means open. `tab` names that of the form's tabs on which it stands ("" for
    none: above them).
    """

    name: str
    label: Texts | None
    rows: tuple[tuple[str, ...], ...] = ()
    children: str | None = None
    columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    visible_if: Rule | None = None
    collapsed_if: Rule | None = None
    tab: str = ""


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """One layout of an entity's record, for the role and state it names (None: any). `conditional` says whether any
    field or section of it depends on what is typed, so that pages ask the server to judge again. `tabs` are what its tabs are called,
    by the name of the first section of each."""

    name: str
    entity: str
    sections: tuple[CompiledSection, ...]
    role: str | None = None
    state: str | None = None
    side: tuple[str, ...] = ("timeline", "approvals", "related")
    related: tuple[str, ...] = ()
    conditional: bool = False
    tabs: Mapping[str, Texts] = field(default_factory=dict)

    def title(self, section: CompiledSection, language: str) -> str:
        """The heading of a section; "" for none, and for one that its tab says already."""
        tab = self.tabs.get(section.tab)
        said = section.label is None or (tab is not None and tab[language] == section.label[language] and not section.children)
        return "" if said or section.label is None else section.label[language]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields that the layout shows, children fields included, in order."""
        flat = [name for section in self.sections for row in section.rows for name in row]
        return (*flat, *(section.children for section in self.sections if section.children))


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: the field at the end of `path` (which `entity` owns), and whether it may be sorted by. `hops` are the
    (entity, field) pairs on the way, its own last."""

    path: Path
    entity: str
    field: CompiledField
    label: Texts
    sortable: bool
    hops: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What is summed for each column of a board, or group of a list: `currency` is the path of the field that says in which
    currency an amount is, where records differ."""

    column: ListColumn
    value: TypedExpression
    currency: Path | None = None


@dataclass(frozen=True, slots=True)
class CompiledList:
    """One list of an entity. `filters` are the paths offered as chips before one asks for more. `show` is the way in which it
    is shown unless the address says another, `by` the name of the field that it is shown by, `until` the last day of a record
    in a calendar, `due` the day by which a record should be done."""

    name: str
    entity: str
    label: Texts
    columns: tuple[ListColumn, ...]
    sort: tuple[Sort, ...]
    filters: tuple[ListColumn, ...]
    where: TypedExpression | None = None
    role: str | None = None
    default: bool = False
    show: Way = "table"
    by: str | None = None
    total: Total | None = None
    until: ListColumn | None = None
    due: ListColumn | None = None


@dataclass(frozen=True, slots=True)
class CompiledMenuItem:
    """`target` is `home`, `entity`, `list`, `report`, or None for a heading; `name` is what it opens."""

    target: str | None
    name: str
    label: Texts
    icon: str
    items: tuple[CompiledMenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledMenu:
    name: str
    items: tuple[CompiledMenuItem, ...]
    role: str | None = None


@dataclass(frozen=True, slots=True)
class HomeNumber:
    """A number of a home page: how many records a list holds, or the sum of `total` over them."""

    list: CompiledList
    label: Texts
    icon: str
    total: Total | None = None


@dataclass(frozen=True, slots=True)
class HomeList:
    """A list of which a home page shows the first records; one whose day `due` has passed is marked."""

    list: CompiledList
    icon: str
    due: ListColumn | None = None


@dataclass(frozen=True, slots=True)
class CompiledHome:
    """A home page, for the role it names (None: everybody), which goes before those of the roles `includes`."""

    name: str
    numbers: tuple[HomeNumber, ...] = ()
    lists: tuple[HomeList, ...] = ()
    role: str | None = None
    includes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CompiledForms:
    """The screens' half of a compiled application. `forms` and `lists` hold, for each entity, the declared ones first and
    the one made from the entity itself last; `filters` all paths of an entity that a list may be filtered by, `ways` the fields
    by which its lists may be shown in each way other than a table, `totals` what can be summed of an entity, by path."""

    forms: Mapping[str, tuple[CompiledForm, ...]]
    lists: Mapping[str, tuple[CompiledList, ...]]
    menus: tuple[CompiledMenu, ...]
    filters: Mapping[str, tuple[ListColumn, ...]] = field(default_factory=dict)
    ways: Mapping[str, Mapping[Way, tuple[ListColumn, ...]]] = field(default_factory=dict)
    totals: Mapping[str, Mapping[Path, Total]] = field(default_factory=dict)
    homes: tuple[CompiledHome, ...] = ()

    def home(self, roles: frozenset[str]) -> CompiledHome:
        """The first home page for a role held that no other of them includes, else the first for everybody; an empty one where
        there is none."""
        held = [home for home in self.homes if home.role in roles]
        included = {role for home in held for role in home.includes}
        fits = [home for home in held if home.role not in included] + [home for home in self.homes if home.role is None]
        return next(iter(fits), CompiledHome(""))

    def form(self, entity: str, roles: frozenset[str], state: str | None) -> CompiledForm:
        """The best match: one that names both a role held and the state, then the state, then a role, then neither."""
        fits = [f for f in self.forms[entity] if (f.role is None or f.role in roles) and f.state in (None, state)]
        return max(fits, key=lambda f: (f.state is not None) * 2 + (f.role is not None))

    def offered(self, entity: str, roles: frozenset[str]) -> tuple[CompiledList, ...]:
        """The lists of an entity for these roles, the default one first."""
        fits = [f for f in self.lists[entity] if f.role is None or f.role in roles]
        return tuple(sorted(fits, key=lambda f: not f.default))

    def menu(self, roles: frozenset[str]) -> tuple[CompiledMenuItem, ...]:
        """The items of the first menu for a role held, else of all menus that name no role."""
        for menu in self.menus:
            if menu.role is not None and menu.role in roles:
                return menu.items
        return tuple(item for menu in self.menus if menu.role is None for item in menu.items)
