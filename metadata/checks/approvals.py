"""Approvals."""

from __future__ import annotations

from decimal import Decimal

from metadata.checks.context import Checking
from metadata.checks.effects import check_people
from metadata.checks.flows import state
from metadata.codes import flows as codes
from metadata.specs.entity import EntitySpec
from metadata.specs.flow import ApprovalSpec, FlowSpec, StateSpec, StepSpec


def check_approvals(c: Checking) -> None:
    for approval in c.app.approvals.values():
        entity = c.entity(approval.entity, c.places.of("approval", approval.name, "entity"))
        _steps(c, approval, entity)
        _outcomes(c, approval)
        if entity is not None:
            check_people(c, (*approval.cc, *approval.admins), entity)
            for index, name in enumerate(approval.guarded):
                c.field(entity, name, c.places.of("approval", approval.name, "guarded", index))


def _steps(c: Checking, approval: ApprovalSpec, entity: EntitySpec | None) -> None:
    live = [step for step in approval.steps.values() if not step.retired]
    if live and all(step.condition for step in live) and approval.if_no_step is None:
        c.note(codes.NO_STEP_RULE, c.places.key("approval", approval.name, "steps"), approval=approval.name)
    for step in live:
        _ratio(c, approval, step)
        if any(who.kind == "system" for who in step.who):
            place = c.places.of("approval", approval.name, "steps", step.name, "who")
            zh, en = "换成 role(x) 等人员", "use role(x) or other people"
            c.note(codes.NOBODY, place, who="system", fix_zh=zh, fix_en=en)
        if entity is not None:
            check_people(c, step.who, entity)


def _ratio(c: Checking, approval: ApprovalSpec, step: StepSpec) -> None:
    path = ("approval", approval.name, "steps", step.name)
    if (step.mode == "ratio") != (step.ratio is not None):
        c.note(codes.RATIO_MISSING, c.places.key(*path, "ratio" if step.ratio else "mode"), step=step.name)
    share = step.ratio.literal if step.ratio else None
    if isinstance(share, Decimal) and not 0 < share <= 1:
        c.note(codes.BAD_RATIO, c.places.of(*path, "ratio"), text=str(share))


def _outcomes(c: Checking, approval: ApprovalSpec) -> None:
    """Outcomes are states of the flow that starts the approval, and none is the state that starts it."""
    flows = c.flows(approval.entity)
    if not flows and approval.entity in c.app.entities:
        c.note(codes.NO_FLOW, approval.place, entity=approval.entity, what=approval.name)
        return
    starters = [(flow, each) for flow in flows for each in flow.states.values() if each.approval == approval.name]
    if not starters and flows:
        c.note(codes.NEVER_STARTED, approval.place, approval=approval.name)
    for flow, starter in starters:
        _ways_on(c, approval, flow, starter)
    for flow in [flow for flow, _ in starters] or flows[:1]:
        for outcome, name in approval.outcome.items():
            place = c.places.of("approval", approval.name, "outcome", outcome)
            if state(c, flow, name, place, entered=True) and flow.states.get(name) and flow.states[name].approval == approval.name:
                c.note(codes.OUTCOME_WAITS, place, outcome=outcome, state=name)


def _ways_on(c: Checking, approval: ApprovalSpec, flow: FlowSpec, starter: StateSpec) -> None:
    """However the approval ends, its record leaves the state in which it waited, or has a move to leave it by."""
    if starter.retired or any(starter.name in move.sources and not move.retired for move in flow.moves.values()):
        return
    stuck = [end for end in _ends(approval) if end not in approval.outcome]
    if stuck:
        place = c.places.key("approval", approval.name, "outcome")
        c.note(codes.STUCK, place, approval=approval.name, state=starter.name, ends=", ".join(stuck))


def _ends(approval: ApprovalSpec) -> list[str]:
    """The outcomes that the approval can have while its record waits."""
    returns = any("return" in step.allow for step in approval.steps.values() if not step.retired)
    possible = {"returned": returns, "recalled": approval.recall != "never"}
    return [end for end in ("approved", "rejected", "returned", "recalled", "terminated") if possible.get(end, True)]
