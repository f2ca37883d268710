"""The rules by which demo data is drawn (`generate:` of a data file). Pure: the same seed draws the same values.

A rule is a plain value (it stands for itself), or a map with one of the words below, and `chance` beside it.

| word | draws |
|--|--|
| `pick: [a, b]` | one of them |
| `weights: {a: 3, b: 1}` | one of them, a three times as often |
| `words: town` | one word of the list `town` |
| `text: "{city}{brand}"` | the text with fields drawn before, `let` values and words filled in |
| `digits: "13########"` | the text with a digit for each # |
| `number: [from, to]`, `step` | a number |
| `match: city`, `cases: {a: rule}` | what the rule drawn for the value of a field drawn before says; blank for other values |
| `days: [from, to]`, `of`, `each` | a day so far from the record's moment (`of`: another date, or today) |
| `copy: contract.owner` | a value of the source record, or of a record drawn before |
| `record: product`, `where` | a record |
| `rows: [1, 3]`, `fields`, `distinct` | child rows |
| `sum: lines.subtotal` | the sum over child rows drawn before |
| `share: amount`, `percent: [50, 75]` | a part of a number drawn before, to whole units |
| `part: number` | of a `split`: its number from 1, or its amount |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, Protocol

Rule = Any
_MARK = re.compile(r"\{([a-z_]+)\}")
_CENT = Decimal("0.01")


class RuleRefused(Exception):
    """A rule cannot be followed; the text names it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a rule drew; `values` are those rules may copy."""

    entity: str
    id: int
    values: Mapping[str, object]


class Finder(Protocol):
    """Where rules find records and compute child rows; implemented over the running application."""

    def records(self, entity: str, where: Mapping[str, object]) -> Sequence[Found]: ...

    def computed(self, entity: str, name: str, row: Mapping[str, object]) -> object: ...

    def child_of(self, entity: str, field: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split amount: `number` from 1 and `amount`."""

    number: int
    amount: Decimal


@dataclass(slots=True)
class Scene:
    """What a rule may look at. `known` are values drawn so far, `source` those of the record that this one is made for;
    `moment` is when the record is made, `today` the day of loading."""

    entity: str
    random: Random
    finder: Finder
    moment: datetime
    today: date
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    source: Mapping[str, object] = field(default_factory=dict)
    known: dict[str, object] = field(default_factory=dict)
    part: Part | None = None


def draw(rule: Rule, scene: Scene) -> object:
    """The value of `rule`; None when its chance says so. Raises `RuleRefused`."""
    if not isinstance(rule, Mapping):
        return rule
    if scene.random.random() >= _fraction(rule.get("chance", 1)):
        return None
    word = next((name for name in rule if name in RULES), None)
    if word is None:
        raise RuleRefused(f"none of {', '.join(RULES)} in {dict(rule)}")
    return RULES[word](rule[word], rule, scene)


def draw_all(rules: Mapping[str, Rule], scene: Scene) -> dict[str, object]:
    """The values of several fields, in order; each is known to those after it. Blank ones are left out."""
    drawn: dict[str, object] = {}
    for name, rule in rules.items():
        value = draw(rule, scene)
        scene.known[name] = value
        if value is not None:
            drawn[name] = value
    return drawn


def number(value: object) -> Decimal:
    """The number in a declared or drawn value. Raises `RuleRefused`."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        raise RuleRefused(f"not a number: {value}") from None


def split(amount: Decimal, shares: Sequence[object]) -> list[Part]:
    """`amount` in parts by percentages; the last takes what rounding left."""
    parts = [(amount * number(share) / 100).quantize(_CENT, ROUND_HALF_UP) for share in shares[:-1]]
    return [Part(i, part) for i, part in enumerate([*parts, amount - sum(parts, Decimal(0))], 1)]


def _fraction(value: object) -> float:
    text = str(value)
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)


def _pick(options: Sequence[object], rule: Rule, scene: Scene) -> object:
    return scene.random.choice(options)


def _weights(weights: Mapping[str, object], rule: Rule, scene: Scene) -> object:
    return scene.random.choices(list(weights), [float(str(weight)) for weight in weights.values()])[0]


def _words(name: str, rule: Rule, scene: Scene) -> object:
    if name not in scene.words:
        raise RuleRefused(f"no list of words '{name}'")
    return scene.random.choice(scene.words[name])


def _text(template: str, rule: Rule, scene: Scene) -> object:
    def fill(match: re.Match[str]) -> str:
        name = match[1]
        return str(scene.known[name]) if name in scene.known else str(_words(name, rule, scene))

    return _MARK.sub(fill, template)


def _digits(template: str, rule: Rule, scene: Scene) -> object:
    return re.sub("#", lambda _: str(scene.random.randrange(10)), template)


def _number(bounds: Sequence[object], rule: Rule, scene: Scene) -> object:
    low, high = (int(number(bound)) for bound in bounds)
    step = int(number(rule.get("step", 1)))
    return low + step * scene.random.randint(0, (high - low) // step)


def _match(name: str, rule: Rule, scene: Scene) -> object:
    return draw(rule.get("cases", {}).get(str(scene.known.get(name))), scene)


def _days(bounds: Sequence[object], rule: Rule, scene: Scene) -> object:
    start = _start(rule.get("of"), scene)
    low, high = (int(number(bound)) for bound in bounds)
    days = scene.random.randint(low, high)
    if scene.part is not None:
        days += int(number(rule.get("each", 0))) * (scene.part.number - 1)
    return start + timedelta(days=days)


def _start(of: object, scene: Scene) -> date:
    if of is None:
        return scene.moment
    if of == "today":
        return datetime.combine(scene.today, scene.moment.timetz())
    start = _path(str(of), scene)
    if not isinstance(start, date):
        raise RuleRefused(f"not a date: {of}")
    return start


def _copy(path: str, rule: Rule, scene: Scene) -> object:
    return _path(path, scene)


def _path(path: str, scene: Scene) -> object:
    """`product.price` of a record drawn before, else a path of the source record."""
    head, _, rest = path.partition(".")
    drawn = scene.known.get(head)
    if isinstance(drawn, Found) and rest:
        return drawn.values.get(rest)
    if head in scene.known and not rest:
        return drawn
    if path not in scene.source:
        raise RuleRefused(f"nothing called '{path}' is known here")
    return scene.source[path]


def _record(entity: str, rule: Rule, scene: Scene) -> object:
    where = {name: draw(condition, scene) for name, condition in rule.get("where", {}).items()}
    found = scene.finder.records(entity, where)
    return scene.random.choice(found) if found else None


def _rows(bounds: Sequence[object], rule: Rule, scene: Scene) -> object:
    count = scene.random.randint(*(int(number(bound)) for bound in bounds))
    rows: dict[object, dict[str, object]] = {}
    for position in range(count):
        row = draw_all(rule["fields"], replace(scene, known=dict(scene.known)))
        rows[_identity(row.get(rule.get("distinct", "")), position)] = row
    return list(rows.values())


def _identity(value: object, position: int) -> object:
    """What makes a row another one: the value of the `distinct` field, else its position."""
    if isinstance(value, Found):
        return value.id
    return position if value is None else value


def _sum(path: str, rule: Rule, scene: Scene) -> object:
    name, _, column = path.partition(".")
    rows = scene.known.get(name)
    if not isinstance(rows, list):
        raise RuleRefused(f"no rows called '{name}' are known here")
    child = scene.finder.child_of(scene.entity, name)
    return sum((number(scene.finder.computed(child, column, row)) for row in rows), Decimal(0))


def _share(name: str, rule: Rule, scene: Scene) -> object:
    low, high = (int(number(bound)) for bound in rule["percent"])
    return (number(scene.known.get(name)) * scene.random.randint(low, high) / 100).quantize(Decimal(1))


def _part(word: str, rule: Rule, scene: Scene) -> object:
    if scene.part is None:
        raise RuleRefused("part stands inside a split only")
    return scene.part.number if word == "number" else scene.part.amount


RULES: Mapping[str, Callable[[Any, Rule, Scene], object]] = {
    "pick": _pick, "weights": _weights, "words": _words, "text": _text, "digits": _digits, "number": _number, "match": _match,
    "days": _days, "copy": _copy, "record": _record, "rows": _rows, "sum": _sum, "share": _share, "part": _part,
}
"""word -> how it draws."""
