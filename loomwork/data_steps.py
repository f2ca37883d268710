"""What happens to a demo record after it was made: the same moves and decisions that people take, at their time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.principal import Principal
from engine.records import read, write
from engine.records.queries import Filter, Query, RecordRef
from engine.runtime import WriteSession
from loomwork.data_moments import Cast, at, behind
from loomwork.data_rules import RuleRefused, Scene, draw, draw_all, number, split
from loomwork.natural_keys import ValueReader
from workflows import approvals, move

Step = Mapping[str, Any]


@dataclass(slots=True)
class Story:
    """A record and where its story stands: `actor` owns it, `scene.moment` is when the next step happens at the
    earliest, `until` the end of all stories (nothing happens in the future)."""

    session: WriteSession
    cast: Cast
    record: RecordRef
    actor: Principal
    scene: Scene
    values: Callable[[WriteSession], ValueReader]
    until: datetime

    def run(self, step: Step) -> None:
        """Do one step. Raises `RuleRefused` for a step without a known word."""
        word = next((name for name in STEPS if name in step), None)
        if word is None:
            raise RuleRefused(f"a step is one of {', '.join(STEPS)}")
        self._advance(step)
        STEPS[word](self, step)

    def writing(self) -> WriteSession:
        """The unit in the actor's name, at the story's moment."""
        return at(self.session, behind(self.actor), self.scene.moment)

    def acting(self, principal: Principal) -> WriteSession:
        """The unit as that person, with that person's rights only."""
        return at(self.session, principal, self.scene.moment)

    def _advance(self, step: Step) -> None:
        low, high = (int(number(bound)) for bound in step.get("after", (0, 0)))
        later = self.scene.moment + timedelta(days=self.scene.random.randint(low, high), minutes=7)
        self.scene.moment = min(later, self.until)


def _create(story: Story, step: Step) -> None:
    """A record that links to this one; with `split`, one for each part of an amount."""
    parts = (None,)
    if "split" in step:
        amount = _current(story, step["split"]["of"])
        parts = split(number(amount), story.scene.random.choice(step["split"]["into"]))
    for part in parts:
        scene = replace(story.scene, entity=step["create"], known=dict(story.scene.known), part=part)
        session = story.writing()
        drawn = draw_all(step["fields"], scene) | {step["on"]: story.record}
        write.create(session, step["create"], story.values(session).values(step["create"], drawn))


def _set(story: Story, step: Step) -> None:
    drawn = draw_all(step["set"], story.scene)
    session, entity = story.writing(), story.record.entity
    write.update(session, entity, story.record.id, story.values(session).values(entity, drawn))


def _move(story: Story, step: Step) -> None:
    """By the owner; `of` moves the record that a link of this one names."""
    target = story.record
    if "of" in step:
        value = _current(story, step["of"])
        link = story.session.app.entities[target.entity].fields[step["of"]].link
        if not isinstance(value, int) or link is None:
            return
        target = RecordRef(link.to[0], value)
    answers = {name: draw(rule, story.scene) for name, rule in step.get("answers", {}).items()}
    move(story.acting(story.actor), target.entity, target.id, step["move"], answers)


def _approve(story: Story, step: Step) -> None:
    _decide(story, step, "approve", 99 if step["approve"] == "all" else int(number(step["approve"])))


def _reject(story: Story, step: Step) -> None:
    _decide(story, step, "reject", int(number(step["reject"])))


def _decide(story: Story, step: Step, action: str, most: int) -> None:
    """The people it waits for decide one after the other, as long as it waits for somebody."""
    for _ in range(most):
        tasks = approvals.waiting(story.session, story.record.entity, story.record.id)
        if not tasks:
            return
        story.scene.moment = min(story.scene.moment + timedelta(hours=story.scene.random.randint(1, 6)), story.until)
        person = story.cast.principals[tasks[0].assignee or 0]
        comment = draw(step.get("comment"), story.scene)
        approvals.decide(story.acting(person), tasks[0].id, action, str(comment) if comment else None)


def _current(story: Story, field: str) -> object:
    """A value of the record as it is stored now."""
    query = Query(story.record.entity, ((field,),), filters=(Filter(("id",), "eq", story.record.id),), limit=1)
    page = read.page(story.writing(), query)
    return page.rows[0][page.columns[0].index]


STEPS: Mapping[str, Callable[[Story, Step], None]] = {
    "create": _create, "set": _set, "move": _move, "approve": _approve, "reject": _reject,
}
"""word -> what it does."""
