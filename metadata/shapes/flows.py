"""The shape of flows, approvals and conversions."""

from __future__ import annotations

from metadata.shapes.entities import QUESTION
from metadata.shapes.model import (
    EXPRESSION,
    FLAG,
    LABEL,
    NAME,
    NAME_OR_NAMES,
    NAMES,
    PATH,
    PEOPLE,
    TEXT,
    VALUE,
    VALUES,
    Either,
    ListOf,
    MapOf,
    Record,
    props,
    word,
)
from metadata.specs.common import COLORS

EFFECT = Record(
    "effect",
    props(
        set=(VALUES, "Values for this record, or for the one that is created or updated."),
        create=(NAME, "Creates a record of this entity with the values of `set`."),
        update=(PATH, "Updates the linked record at this path with the values of `set`."),
        move=(NAME, "Moves this record, or each of `each`, or the one at `of`, by this move."),
        each=(NAME, "The children field or reverse collection whose records move."),
        of=(PATH, "The link whose record moves."),
        where=(EXPRESSION, "Which records of `each` move; bare names are theirs, `$this` is this record."),
        convert=(NAME, "Runs this conversion."),
        notify=(PEOPLE, "Tells these people in the application."),
        text=(LABEL, "What they are told; `{field}` is filled in."),
        if_=(EXPRESSION, "Only while this is true."),
    ),
    reserved=frozenset({"template"}),
    instead={"template": (
        "把要填的值写在 set 里，其余记录各用一个 create",
        "write the values in `set`, and make each further record with a `create` of its own",
    )},
)
EFFECTS = ListOf(EFFECT, at_least=1)

STATE = Record(
    "state",
    props(
        label=(LABEL, "What people see."),
        start=(FLAG, "New records begin here."),
        end=(FLAG, "Nothing leads on from here."),
        color=(TEXT, f"Colour of its badge: {', '.join(COLORS)}."),
        lock=(Either(text=word("all"), list=NAMES), "`all`, or the fields that cannot be changed in this state."),
        approval=(NAME, "The approval that entering this state starts."),
        was=(NAME_OR_NAMES, "Earlier names of the state."),
        retired=(FLAG, "No longer entered."),
    ),
    patched=True,
)

MOVE = Record(
    "move",
    props(
        label=(LABEL, "What its button says."),
        from_=(NAME_OR_NAMES, "The state or states it starts from."),
        to=(NAME, "The state it leads to."),
        by=(PEOPLE, "Narrows who may move; the right itself comes from roles. `system`: tried after writes and daily."),
        needs=(NAMES, "Fields that must have a value."),
        if_=(EXPRESSION, "Only while this is true."),
        ask=(MapOf(QUESTION), "Questions put to the mover; one named like a field is written to it."),
        do=(EFFECTS, "What happens with the move."),
        confirm=(LABEL, "Question before it is done."),
        was=(NAME_OR_NAMES, "Earlier names of the move."),
        retired=(FLAG, "No longer offered."),
    ),
    ("from", "to"), patched=True,
)

FLOW = Record(
    "flow",
    props(
        flow=(NAME, "Name of the flow."),
        entity=(NAME, "The entity whose records flow."),
        field=(NAME, "The state field; the flow owns it (`status` unless said)."),
        label=(LABEL, "What people call the state field."),
        states=(MapOf(STATE, at_least=1), "The states, in the order of the state path."),
        moves=(MapOf(MOVE), "The moves between them."),
        on_enter=(MapOf(EFFECTS), "What happens on entering a state."),
        on_leave=(MapOf(EFFECTS), "What happens on leaving a state."),
        retired=(FLAG, "No longer runs."),
    ),
    ("flow", "entity", "states"),
    frozenset({"for", "priority"}),
)

STEP = Record(
    "step",
    props(
        label=(LABEL, "What people see."),
        who=(PEOPLE, "Who decides."),
        if_=(EXPRESSION, "Only while this is true, on the values when the step is reached."),
        mode=(word("any", "all", "seq", "ratio"), "any: the first decides; all; seq: one after another; ratio."),
        ratio=(VALUE, "Share of approvals needed by mode ratio, such as 60%."),
        comment=(word("never", "on_reject", "always"), "When a comment is required (on_reject unless said)."),
        on_empty=(word("next_up", "flow_admin", "auto_approve", "auto_reject", "block_submit"),
                  "What happens when nobody is found (flow_admin unless said)."),
        on_initiator=(word("self_approve", "skip", "superior"), "What happens when the submitter would decide (skip)."),
        allow=(ListOf(word("transfer", "return")), "What else the approver may do."),
        was=(NAME_OR_NAMES, "Earlier names of the step."),
        retired=(FLAG, "No longer asked."),
    ),
    ("who",), frozenset({"within", "late", "weight", "reject_rule", "close", "fields"}), patched=True,
)

OUTCOME = Record(
    "outcome",
    props(
        approved=(NAME, "State after approval."),
        rejected=(NAME, "State after rejection."),
        returned=(NAME, "State while the submitter mends it; leaving it by any move but the submitting one ends the approval."),
        recalled=(NAME, "State after the submitter took it back."),
        terminated=(NAME, "State after an administrator stopped it."),
        revoked=(NAME, "State after an approval was revoked."),
    ),
    ("approved", "rejected"), patched=True,
)

APPROVAL = Record(
    "approval",
    props(
        approval=(NAME, "Name of the approval."),
        entity=(NAME, "The entity whose records are approved."),
        label=(LABEL, "What people call it."),
        if_=(EXPRESSION, "Only records for which this is true need it; others pass."),
        steps=(MapOf(STEP, at_least=1), "The steps, in order."),
        if_no_step=(word("approve", "admin", "refuse"), "When no step applies; said if every step has an `if`."),
        outcome=(OUTCOME, "The state of the flow after each outcome."),
        cc=(PEOPLE, "Who is told at the end."),
        guarded=(NAMES, "Fields whose change on resubmit starts the approval again."),
        recall=(word("never", "before_first_decision", "anytime"), "When the submitter may take it back (anytime)."),
        dedupe=(word("none", "consecutive", "all"), "Who approved before is not asked again (consecutive)."),
        admins=(PEOPLE, "Who decides when nobody else can."),
        retired=(FLAG, "No longer started."),
    ),
    ("approval", "entity", "steps", "outcome"),
    frozenset({"for", "priority", "timeout"}),
)

CONVERT = Record(
    "convert",
    props(
        convert=(NAME, "Name of the conversion."),
        from_=(NAME, "The entity it starts from."),
        to=(MapOf(VALUES, at_least=1), "What is created, in order: entity and values; `$new.x` is that made for x."),
        if_=(MapOf(EXPRESSION), "Per target: only while this is true."),
        label=(LABEL, "What its button says."),
        carry=(NAMES, "Collections that come along: `files`, `comments`, or reverse collections."),
        once=(FLAG, "A record is converted once (true unless said)."),
        retired=(FLAG, "No longer offered."),
    ),
    ("convert", "from", "to"),
)
