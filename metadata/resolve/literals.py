"""Value places: literals as typed -> Python values of their target's kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from metadata.codes import entities as codes
from metadata.codes.names import OLD_NAME
from metadata.field_kinds import FIELD_KINDS, LiteralContext, NotALiteral
from metadata.near import fix, shortened
from metadata.problems import Place, Problem
from metadata.read.reading import RawLiteral
from metadata.specs.common import Value
from metadata.specs.entity import OptionSpec


@dataclass(frozen=True, slots=True)
class Target:
    """What a value is for: the field's name, the kind of its column, options and scale where the kind has them."""

    name: str
    kind: str
    options: Mapping[str, OptionSpec]
    scale: int | None = None


def literal(value: Value, target: Target, zone: ZoneInfo) -> tuple[Value, list[Problem]]:
    """The value with its literal read; unchanged when it is an expression or already read."""
    raw = value.literal
    if not isinstance(raw, RawLiteral):
        return value, []
    context = LiteralContext(tuple(target.options), target.scale, zone)
    said = raw.items if raw.items is not None else raw.text.split(",") if target.kind == "choices" else (raw.text,)
    former = {old: option.name for option in target.options.values() for old in option.was if old not in target.options}
    told = [Problem(OLD_NAME, value.place, {"old": old, "name": former[old]}) for old in map(str.strip, said) if old in former]
    text = ",".join(former.get(part.strip(), part) for part in said)
    try:
        return replace(value, literal=FIELD_KINDS[target.kind].literal(text, context)), told
    except NotALiteral as fault:
        return replace(value, literal=None), [_problem(value.place, target, text, fault)]


def _problem(place: Place, target: Target, text: str, fault: NotALiteral) -> Problem:
    zh, en = fault.expected["zh"], fault.expected["en"]
    near = fix(text, target.options) if target.options else {}
    if near.get("fix_en", "").startswith("did"):
        zh, en = f"{zh}（{near['fix_zh']}）", f"{en} ({near['fix_en']})"
    return Problem(codes.NOT_A_LITERAL, place, {
        "name": target.name, "text": shortened(text), "kind": target.kind, "expected_zh": zh, "expected_en": en,
    })
