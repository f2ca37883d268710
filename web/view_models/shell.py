"""The frame around a page, and lines that lead somewhere."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    away: str = ""
    """What is said above every page while `user_name` is away; "" while they are not."""
    away_end: str = ""
    """The address that ends the absence, for those who may."""


@dataclass(frozen=True, slots=True)
class Link:
    """A label that leads somewhere."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a simple list: to-do, result, notification (`notice` is the number of an unread one, `unfollow` the address that
    stops those of its kind)."""

    title: str
    href: str
    sub: str = ""
    when: str = ""
    icon: str = "file"
    tags: tuple[tuple[str, str], ...] = ()
    strong: bool = False
    notice: int = 0
    unfollow: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A titled list of lines."""

    title: str
    rows: tuple[Row, ...] = ()
    more: str = ""
    icon: str = "file"
    extra: tuple[str, ...] = field(default_factory=tuple)
