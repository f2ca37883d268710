"""Flow, approval and convert trees -> specs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metadata.codes import flows as codes
from metadata.read.entities import UNSAID, named_place, read_field
from metadata.read.people import people
from metadata.read.reading import (
    Reading,
    entries,
    expression,
    flag,
    items,
    label,
    label_or_name,
    names,
    optional_text,
    path,
    text,
    value,
    values,
)
from metadata.shapes.flows import EFFECT
from metadata.specs.common import Label
from metadata.specs.flow import ApprovalSpec, ConvertSpec, EffectSpec, FlowSpec, MoveSpec, StateSpec, StepSpec
from metadata.yaml.nodes import Entry, MapNode, Node, TextNode

_STATE_LABEL = Label({"zh": "状态", "en": "Status"})
_VERBS = ("create", "update", "move", "convert", "notify", "set")
_ON_EMPTY = ("next_up", "flow_admin", "auto_approve", "auto_reject", "block_submit")
_BESIDE = {
    "create": {"set"}, "update": {"set"}, "move": {"each", "of", "where"}, "notify": {"text"},
}


def read_flow(node: MapNode, name: str, reading: Reading) -> FlowSpec:
    return FlowSpec(
        name=name,
        entity=text(node.get("entity")),
        field=text(node.get("field"), "status"),
        label=label(node.get("label")) or _STATE_LABEL,
        states={entry.key.text: _state(entry) for entry in entries(node.get("states"))},
        moves={entry.key.text: _move(entry, reading) for entry in entries(node.get("moves"))},
        on_enter={entry.key.text: effects(entry.value, reading) for entry in entries(node.get("on_enter"))},
        on_leave={entry.key.text: effects(entry.value, reading) for entry in entries(node.get("on_leave"))},
        place=named_place(node, "flow"),
        layer=reading.layer_of(node.place.file),
    )


def _map(node: Node) -> MapNode:
    return node if isinstance(node, MapNode) else MapNode({}, node.place)


def _state(entry: Entry) -> StateSpec:
    node = _map(entry.value)
    lock = node.get("lock")
    return StateSpec(
        name=entry.key.text,
        label=label_or_name(node.get("label"), entry.key.text),
        start=flag(node.get("start")),
        end=flag(node.get("end")),
        color=optional_text(node.get("color")),
        lock="all" if text(lock) == "all" else names(lock) if lock is not None else None,
        approval=optional_text(node.get("approval")),
        was=names(node.get("was")),
        retired=flag(node.get("retired")),
        place=entry.key.place,
    )


def _move(entry: Entry, reading: Reading) -> MoveSpec:
    node = _map(entry.value)
    movers = people(node.get("by"), reading)
    return MoveSpec(
        name=entry.key.text,
        label=label_or_name(node.get("label"), entry.key.text),
        sources=names(node.get("from")),
        target=text(node.get("to")),
        by=tuple(who for who in movers if who.kind != "system"),
        system=any(who.kind == "system" for who in movers),
        needs=names(node.get("needs")),
        condition=expression(node.get("if")),
        asks={
            ask.key.text: read_field(ask, reading, UNSAID) for ask in entries(node.get("ask"))
            if not flag(_map(ask.value).get("retired"))
        },
        effects=effects(node.get("do"), reading),
        confirm=label(node.get("confirm")),
        was=names(node.get("was")),
        retired=flag(node.get("retired")),
        place=entry.key.place,
    )


def effects(node: Node | None, reading: Reading) -> tuple[EffectSpec, ...]:
    found = (_effect(item, reading) for item in items(node) if isinstance(item, MapNode))
    return tuple(effect for effect in found if effect is not None)


def _effect(node: MapNode, reading: Reading) -> EffectSpec | None:
    """One effect; the verb is the one of the closed list that is there, `set` beside create and update only."""
    verbs = [verb for verb in _VERBS if verb in node.entries]
    verb = verbs[0] if verbs else None
    beside = _BESIDE.get(verb or "", set())
    strange = [name for name in node.entries if name not in (verb, "if", *beside, *(EFFECT.reserved if verb == "create" else ()))]
    if verb is None or strange:
        reading.note(codes.EFFECT_SHAPE, node.place, words=", ".join(node.entries))
        return None
    moved = path(node.get("of")) if verb == "move" else ()
    return EffectSpec(
        verb=verb,  # pyright: ignore[reportArgumentType]
        target=text(node.get(verb)) if verb in ("create", "move", "convert") else None,
        each=optional_text(node.get("each")),
        path=path(node.get("update")) if verb == "update" else moved,
        where=expression(node.get("where")),
        values=values(node.get("set")),
        people=people(node.get("notify"), reading),
        text=label(node.get("text")),
        condition=expression(node.get("if")),
        place=node.place,
    )


def read_approval(node: MapNode, name: str, reading: Reading) -> ApprovalSpec:
    return ApprovalSpec(
        name=name,
        entity=text(node.get("entity")),
        label=label_or_name(node.get("label"), name),
        steps={entry.key.text: _step(entry, reading) for entry in entries(node.get("steps"))},
        outcome={entry.key.text: text(entry.value) for entry in entries(node.get("outcome"))},
        if_no_step=_word(node.get("if_no_step"), ("approve", "admin", "refuse"), None),
        condition=expression(node.get("if")),
        cc=people(node.get("cc"), reading),
        guarded=names(node.get("guarded")),
        recall=_word(node.get("recall"), ("never", "before_first_decision", "anytime"), "anytime"),
        dedupe=_word(node.get("dedupe"), ("none", "consecutive", "all"), "consecutive"),
        admins=people(node.get("admins"), reading),
        place=named_place(node, "approval"),
        layer=reading.layer_of(node.place.file),
    )


def _word(node: Node | None, words: tuple[str, ...], otherwise: Any) -> Any:
    """A word out of a closed list; anything else (already a problem) counts as unsaid."""
    return node.text if isinstance(node, TextNode) and node.text in words else otherwise


def _step(entry: Entry, reading: Reading) -> StepSpec:
    node = _map(entry.value)
    plain = StepSpec(entry.key.text, label_or_name(node.get("label"), entry.key.text), ())
    return replace(
        plain,
        who=people(node.get("who"), reading),
        condition=expression(node.get("if")),
        mode=_word(node.get("mode"), ("all", "any", "seq", "ratio"), plain.mode),
        ratio=value(node.get("ratio")),
        comment=_word(node.get("comment"), ("never", "on_reject", "always"), plain.comment),
        on_empty=_word(node.get("on_empty"), _ON_EMPTY, plain.on_empty),
        on_initiator=_word(node.get("on_initiator"), ("self_approve", "skip", "superior"), plain.on_initiator),
        allow=names(node.get("allow")) if node.get("allow") is not None else plain.allow,
        was=names(node.get("was")),
        retired=flag(node.get("retired")),
        place=entry.key.place,
    )


def read_convert(node: MapNode, name: str, reading: Reading) -> ConvertSpec:
    conditions = {entry.key.text: expression(entry.value) for entry in entries(node.get("if"))}
    return ConvertSpec(
        name=name,
        source=text(node.get("from")),
        label=label_or_name(node.get("label"), name),
        targets={entry.key.text: values(entry.value) for entry in entries(node.get("to"))},
        conditions={target: read for target, read in conditions.items() if read is not None},
        carry=names(node.get("carry")),
        once=flag(node.get("once"), True),
        place=named_place(node, "convert"),
        layer=reading.layer_of(node.place.file),
    )
