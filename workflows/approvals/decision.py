"""When a step is decided: votes counted by seat, pure (approvals.md 2.0, 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from workflows.compiled import Mode

Vote = Literal["open", "approved", "rejected"]
Verdict = Literal["open", "passed", "rejected"]


def needed(ratio: Decimal, seats: int) -> int:
    """How many approvals of `seats` a share of `ratio` asks for: rounded up, at least one."""
    return max(1, int((ratio * seats).to_integral_value(ROUND_CEILING)))


def verdict(mode: Mode, votes: Sequence[Vote], ratio: Decimal | None = None) -> Verdict:
    """What the votes of one step decide so far; one vote per seat, cancelled seats left out, at least one seat.

    `any`: the first decision. `all`, `seq`: one rejection is a veto, otherwise everyone. `ratio`: passed at
    ceil(ratio x seats) approvals, rejected once that can no longer be reached.
    """
    approved, rejected = votes.count("approved"), votes.count("rejected")
    if mode == "ratio":
        return _by_share(len(votes), approved, rejected, ratio or Decimal(1))
    if rejected:
        return "rejected"
    if approved == len(votes) or (mode == "any" and approved):
        return "passed"
    return "open"


def _by_share(seats: int, approved: int, rejected: int, ratio: Decimal) -> Verdict:
    need = needed(ratio, seats)
    if approved >= need:
        return "passed"
    return "rejected" if rejected > seats - need else "open"
