"""Many records at once, and long work."""

from __future__ import annotations

from dataclasses import dataclass

from web.view_models.shell import Link


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
    """The page of a run. `counts` are a label, a number and the state counted. Of an export `file` is its file with its size,
    `narrowed` what narrows the list in words, `refused` why there is no file, and `note` what else there is to know of it."""

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
    export: bool = False
    file: Link | None = None
    narrowed: tuple[str, ...] = ()
    refused: str = ""
    note: str = ""
