"""Who acts. Every read and write names its principal; there is no default one (law 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Away:
    """An absence of a person, coming or under way: from the instant `first` to before `until`, and who stands in."""

    id: int
    first: datetime
    until: datetime
    stand_in: str


@dataclass(frozen=True, slots=True)
class Principal:
    """`user`: a signed-in person. `operator`: the command line, full data rights, logged. `system`: the platform's own
    moves, roll-ups and jobs. `anonymous`: nobody; every grant is absent.

    `roles` are flattened through includes. `dept_ids` is the own department first, then all below it;
    `report_ids` are all people below in the reporting line, without oneself. `stamp` is the access stamp it was
    loaded under (a publish, revoke or deactivation raises the stamp, so it is loaded anew with the next request).
    `away` are the absences that were not called off; `deputy_for` are people with absences whose first active superior this is,
    who decides where the stand-in may not.
    `viewer_id` is whoever sees the pages as this person; then nothing is written.
    """

    kind: Literal["user", "operator", "system", "anonymous"]
    user_id: int | None = None
    login: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()
    dept_id: int | None = None
    dept_ids: tuple[int, ...] = ()
    report_ids: tuple[int, ...] = ()
    superior_id: int | None = None
    away: tuple[Away, ...] = ()
    deputy_for: tuple[int, ...] = ()
    admin: bool = False
    language: str = "zh-CN"
    stamp: int = 0
    viewer_id: int | None = None

    @property
    def unrestricted(self) -> bool:
        """Operator and system see and do everything the rules of the data allow."""
        return self.kind in ("operator", "system")


OPERATOR = Principal(kind="operator", name="operator", language="en")
SYSTEM = Principal(kind="system", name="system", language="en")
ANONYMOUS = Principal(kind="anonymous")
