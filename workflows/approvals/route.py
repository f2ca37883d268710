"""Who decides a step: people found, the initiator's own part, and what happens when nobody is left (approvals.md 11,
14, 16).

The engine asks when a step is reached; the preview before submitting asks the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.languages import InLanguages
from engine.refusals import Message
from workflows.compiled import CompiledApproval, CompiledStep, Mode
from workflows.people import Directory, Subject, candidates, flow_admins, next_up, resolve, superior_of

How = Literal["ask", "pass", "reject", "block"]
ADMIN_STEP = "$admin"
"""The step that stands in where no declared one applies and the flow's administrator is to decide."""


@dataclass(frozen=True, slots=True)
class Seats:
    """How a step is decided: `ask` these people, `pass` or `reject` by itself, or `block` the submit. `reason` is set
    whenever a rule and not the declaration chose (I6)."""

    how: How
    people: tuple[int, ...] = ()
    mode: Mode = "any"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """What people of a step are resolved with."""

    directory: Directory
    definition: CompiledApproval
    subject: Subject


def mode_of(step: CompiledStep) -> Mode:
    """The step's mode; a chain of superiors decides one after the other unless it says otherwise."""
    climbs = any(selector.kind == "chain" for selector in step.who)
    return "seq" if climbs and step.mode == "any" else step.mode


def seats(party: Party, step: CompiledStep) -> Seats:
    """Who decides `step` now."""
    found = resolve(party.directory, step.who, party.subject)
    asked = Seats("ask", found, mode_of(step))
    if not found:
        return _ON_EMPTY[step.on_empty](party, step, asked)
    if not party.subject.submitters & set(found) or step.on_initiator == "self_approve":
        return asked
    return _without_initiator(party, step, asked)


def by_role(party: Party, step: CompiledStep, people: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Those of `people` whom the step asks for a role alone, with the roles."""
    directory, subject = party.directory, party.subject
    named = resolve(directory, [selector for selector in step.who if selector.kind != "role"], subject)
    held = {selector.role: candidates(directory, selector, subject) for selector in step.who if selector.role and selector.kind == "role"}
    found = {user: tuple(role for role, users in held.items() if user in users) for user in people if user not in named}
    return {user: roles for user, roles in found.items() if roles}


def successors(party: Party, step: CompiledStep, roles: Collection[str]) -> tuple[int, ...]:
    """Whom the step asks now for any of these roles; where it would ask nobody, the administrators of the flow."""
    asked = tuple(selector for selector in step.who if selector.kind == "role" and selector.role in roles)
    return (seats(party, replace(step, who=asked)).people if asked else ()) or administrators(party)


def administrators(party: Party) -> tuple[int, ...]:
    """Who answers for the flow; who submitted it only where there is nobody else."""
    found = flow_admins(party.directory, party.definition.admins, party.subject)
    return tuple(user for user in found if user not in party.subject.submitters) or found


def admin_step(definition: CompiledApproval) -> CompiledStep:
    """The stand-in step of the flow's administrators."""
    label = InLanguages(Message("step_admin").text)
    return CompiledStep(ADMIN_STEP, label, definition.admins, on_initiator="self_approve")


def step_named(definition: CompiledApproval, name: str) -> CompiledStep:
    """The step `name`, declared or standing in."""
    return admin_step(definition) if name == ADMIN_STEP else definition.step(name)


def _without_initiator(party: Party, step: CompiledStep, asked: Seats) -> Seats:
    """Who submitted it does not decide about their own: left out, or replaced by their superior; nobody left passes."""
    own = party.subject.submitters

    def instead(user: int) -> tuple[int, ...]:
        if user not in own:
            return (user,)
        return superior_of(party.directory, user) if step.on_initiator == "superior" else ()

    people = [stand_in for user in asked.people for stand_in in instead(user)]
    left = tuple(dict.fromkeys(user for user in people if user not in own))
    if not left:
        return Seats("pass", reason="initiator")
    return replace(asked, people=left, reason="initiator")


def _to_admin(party: Party, step: CompiledStep, asked: Seats) -> Seats:
    return Seats("ask", administrators(party), "any", "on_empty")


def _to_next(party: Party, step: CompiledStep, asked: Seats) -> Seats:
    people = next_up(party.directory, step.who, party.subject)
    return Seats("ask", people, "any", "on_empty") if people else _to_admin(party, step, asked)


_ON_EMPTY: Mapping[str, Callable[[Party, CompiledStep, Seats], Seats]] = {
    "flow_admin": _to_admin,
    "next_up": _to_next,
    "auto_approve": lambda party, step, asked: Seats("pass", reason="on_empty"),
    "auto_reject": lambda party, step, asked: Seats("reject", reason="on_empty"),
    "block_submit": lambda party, step, asked: Seats("block", reason="on_empty"),
}
