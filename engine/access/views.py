"""What a statement needs to know of its session: the compiled application, whose roles, and the values of its context.

A statement is built for a *role set*, not for a person: the person's id, departments and reports are bind parameters.
A `fixed` view carries those values in the statement (for one use); an `open` view leaves them to be given at each
execution, which makes the statement worth keeping. Open parameters are required: one that is not given raises, so that a
kept statement can never run with the values of the person it was built for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.compiled import CompiledApp
from engine.storage.types import Day, Instant

if TYPE_CHECKING:
    from engine.runtime import ReadSession

Statement = sa.Select[*tuple[Any, ...]]
"""A statement that reads; what its rows are, its maker knows."""

_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "lw_user": sa.BigInteger(), "lw_dept": sa.BigInteger(), "lw_depts": sa.BigInteger(), "lw_reports": sa.BigInteger(),
    "lw_deputies": sa.BigInteger(),
    "lw_now": Instant(), "lw_today": Day(),
}
_LISTS = frozenset({"lw_depts", "lw_reports", "lw_deputies"})


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """`values` is None in an open view. `key` tells views apart for which statements differ."""

    app: CompiledApp
    roles: frozenset[str]
    unrestricted: bool
    dialect: str
    language: str
    values: Mapping[str, object] | None

    @property
    def key(self) -> tuple[object, ...]:
        return self.unrestricted, self.roles, self.dialect, self.language

    def bind(self, name: str) -> sa.BindParameter[Any]:
        """The context value `name` (`lw_user lw_dept lw_depts lw_reports lw_deputies lw_now lw_today`) as a bind parameter."""
        kind, several = _TYPES[name], name in _LISTS
        if self.values is None:
            return sa.bindparam(name, type_=kind, required=True, expanding=several)
        return sa.bindparam(None, self.values[name], type_=kind, unique=True, expanding=several)


def context_values(s: ReadSession) -> dict[str, object]:
    """The values of a session's context by the names of `View.bind`."""
    principal = s.principal
    return {
        "lw_user": principal.user_id, "lw_dept": principal.dept_id, "lw_depts": list(principal.dept_ids),
        "lw_reports": list(principal.report_ids), "lw_deputies": list(principal.deputy_for), "lw_now": s.now, "lw_today": s.today,
    }


def open_view(s: ReadSession) -> View:
    """The view for statements that are kept and run again with `context_values` of each session."""
    return _view(s, None)


def fixed_view(s: ReadSession) -> View:
    """The view for a statement of this session alone."""
    return _view(s, context_values(s))


def _view(s: ReadSession, values: Mapping[str, object] | None) -> View:
    return View(s.app, s.principal.roles, s.principal.unrestricted, s.connection.dialect.name, s.language, values)
