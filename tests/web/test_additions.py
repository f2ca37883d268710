"""What may be created under a record is offered where it can be had, and nowhere that it is sure to be refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from engine.access import may_add
from engine.principal import OPERATOR
from engine.records import write
from engine.refusals import Denied, Invalid
from engine.runtime import WriteSession
from tests.web.conftest import World, application_of

RULES = {
    "free": "project.status == 'open'",
    "both": "project.status == 'open' and kind == 'a'",
    "either": "project.status == 'open' or kind == 'a'",
    "none": "not (project.status == 'open' or kind == 'a')",
    "neither": "not (project.status == 'open' and kind == 'a')",
    "listed": "project.status in ['open', 'held'] and size > 3",
    "mine": "project.owner == $user",
    "beyond": "project.client.rank >= 3",
    "blank": "is_blank(project.client)",
    "case": "case(project.status == 'open', true, kind == 'a', true, false)",
    "cased": "case(project.status == 'open', true, false)",
    "first": "project.steps_made < 2",
    "counted": "count(project.steps) < 2",
    "small": "project.budget - 10 > 0",
    "new": "is_blank(project.budget) and not is_blank(kind)",
}
"""Conditions of rights to create a step, each of a role of its own."""
DENIALS = {"barred": "project.status != 'open'", "maybe": "project.status != 'open' and kind == 'a'"}
SURE = {
    "free": {"done", "held"}, "both": {"done", "held"}, "none": {"open"}, "listed": {"done"}, "beyond": {"open", "held"},
    "blank": {"open", "done"}, "cased": {"done", "held"}, "small": {"done", "held"}, "new": {"open"}, "barred": {"done", "held"},
}
"""In which projects a step is sure to be refused to whom; to nobody else in any."""
PROJECTS = {"open": {"budget": 20}, "done": {}, "held": {}}
RANKS = {"open": 1, "done": 3}
"""Of their clients; one has none."""


def _role(name: str, create: str, deny: str = "") -> str:
    return f"role: {name}\nlabel: {{zh: 角色, en: Role {name}}}\nallow:\n  project: {{read: all, create: true}}\n" \
        f"  client: {{read: all}}\n  step:\n    read: all\n    create: {create}\n{deny}"


FILES = {
    "app.yaml": "app: steps\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/client.entity.yaml": """
entity: client
label: {zh: 客户, en: Client}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  rank: {type: int, label: {zh: 等级, en: Rank}}
""",
    "entities/project.entity.yaml": """
entity: project
label: {zh: 项目, en: Project}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  status: {type: choice, options: [open, done, held], label: {zh: 状态, en: Status}}
  client: {type: link, to: client, label: {zh: 客户, en: Client}}
  budget: {type: int, label: {zh: 预算, en: Budget}}
  steps_made: {type: rollup, of: steps, value: count(), label: {zh: 步数, en: Steps made}}
""",
    "entities/step.entity.yaml": """
entity: step
label: {zh: 步骤, en: Step}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  project: {type: link, to: project, back: steps, required: true, label: {zh: 项目, en: Project}}
  kind: {type: choice, options: [a, b], label: {zh: 种类, en: Kind}}
  size: {type: int, label: {zh: 大小, en: Size}}
""",
    **{f"access/{name}.role.yaml": _role(name, f'{{scope: all, if: "{rule}"}}') for name, rule in RULES.items()},
    **{
        f"access/{name}.role.yaml": _role(name, "true", f'deny:\n  step: {{create: {{scope: all, if: "{rule}"}}}}\n')
        for name, rule in DENIALS.items()
    },
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def steps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Projects in every state, and a person of each role."""
    roles = {name: name for name in (*RULES, *DENIALS)}
    with application_of(request, tmp_path_factory.mktemp(f"steps-{request.param}"), FILES, roles) as world:
        yield world


def _project(world: World, status: str) -> int:
    def unit(session: WriteSession) -> int:
        rank = RANKS.get(status)
        client = write.create(session, "client", {"name": status, "rank": rank}) if rank else None
        values = {"name": status, "status": status, "client": client, **PROJECTS[status]}
        return write.create(session, "project", {**values, "owner": world.people["mine"]})

    return world.runtime.writing(OPERATOR, unit)


def _can(world: World, login: str, project: int) -> bool:
    """Whether any step at all can be created there, by trying."""
    for kind, size in itertools.product((None, "a", "b"), (None, 1, 9)):
        try:
            id = world.make(login, "step", name="x", project=project, kind=kind, size=size)
        except (Denied, Invalid):
            continue
        world.runtime.writing(OPERATOR, lambda session, id=id: write.trash(session, "step", id))
        return True
    return False


@pytest.mark.parametrize("login", [*RULES, *DENIALS])
def test_what_is_sure_to_be_refused_is_not_offered_and_all_else_is(steps: World, login: str) -> None:
    for status in PROJECTS:
        project = _project(steps, status)
        with steps.runtime.reading(steps.principal(login)) as session:
            offered = bool(may_add(session, "project", project, [("step", "project")]))
        assert offered or not _can(steps, login, project), status
        assert offered == (status not in SURE.get(login, ())), status
        page = steps.visitor(login).get(f"/e/project/{project}")
        assert (f"/e/step/new?project={project}" in page) == offered


def test_a_form_that_is_sure_to_be_refused_does_not_open(steps: World) -> None:
    """Said at once, in the reader's language; of a record that one may not know, nothing is said."""
    visitor, done = steps.visitor("free"), _project(steps, "done")
    for language, said in (("zh-CN", "此“项目”名下现在不能新建"), ("en", "the Project they would belong to")):
        visitor.send("/language", {"language": language})
        refused = visitor.client.get(f"/e/step/new?project={done}")
        assert refused.status_code == 403 and said in refused.text
    visitor.send("/language", {"language": "zh-CN"})
    for open_ in (f"?project={_project(steps, 'open')}", "?project=987654", "?project=abc", ""):
        assert 'id="record-form"' in visitor.get(f"/e/step/new{open_}")
