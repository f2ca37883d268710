"""What one may not read answers on pages and over the API like what does not exist (law 2, T18, T20)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from engine.principal import OPERATOR
from engine.records import system, write
from engine.refusals import Invalid
from tests.statements import counted
from tests.web.conftest import Visitor, World, application_of
from workflows import approvals, move, moves

NOBODY = 999_999
FILES = {
    "app.yaml": "app: vault\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/backer.entity.yaml": """
entity: backer
label: {zh: 担保人, en: Backer}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  town: {type: text, label: {zh: 城市, en: Town}}
  rank: {type: text, label: {zh: 等级, en: Rank}}
""",
    "entities/agent.entity.yaml": """
entity: agent
label: {zh: 代理, en: Agent}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  town: {type: text, label: {zh: 城市, en: Town}}
  rank: {type: text, label: {zh: 等级, en: Rank}}
""",
    "entities/loan.entity.yaml": """
entity: loan
label: {zh: 借款, en: Loan}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  ceiling: {type: int, label: {zh: 上限, en: Ceiling}}
  grade: {type: text, label: {zh: 评级, en: Grade}}
  backer: {type: link, to: backer, label: {zh: 担保人, en: Backer}}
  bond: {type: link, to: bond, back: loans, label: {zh: 债券, en: Bond}}
  place: {type: text, default: "=backer.town", label: {zh: 地点, en: Place}}
  near: {type: link, to: agent, filter: town == $this.backer.town, label: {zh: 附近代理, en: Agent nearby}}
  alike: {type: link, to: agent, filter: rank == $this.backer.rank, label: {zh: 同级代理, en: Agent alike}}
  extra: {type: text, visible_if: ceiling == blank or ceiling > 100, label: {zh: 补充, en: Extra}}
  cause: {type: text, required_if: ceiling > 100, label: {zh: 理由, en: Cause}}
  fixed: {type: text, readonly_if: ceiling > 100, label: {zh: 固定, en: Fixed}}
  sharp: {type: text, readonly_if: grade == 'bad', label: {zh: 严格, en: Sharp}}
  shares: {type: children, of: share, label: {zh: 份额, en: Shares}}
duplicates: {match: [{same: grade}], then: warn}
""",
    "entities/share.entity.yaml": """
entity: share
label: {zh: 份额, en: Share}
child: true
fields:
  near: {type: link, to: agent, filter: town == $parent.backer.town, label: {zh: 附近代理, en: Agent nearby}}
  alike: {type: link, to: agent, filter: rank == $parent.backer.rank, label: {zh: 同级代理, en: Agent alike}}
  local: {type: link, to: agent, filter: town == $parent.place, label: {zh: 当地代理, en: Agent there}}
""",
    "entities/bond.entity.yaml": """
entity: bond
label: {zh: 债券, en: Bond}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  ceiling: {type: int, label: {zh: 上限, en: Ceiling}}
  grade: {type: text, label: {zh: 评级, en: Grade}}
  keeper: {type: user, label: {zh: 保管人, en: Keeper}}
  remark: {type: text, label: {zh: 备注, en: Remark}}
checks:
  modest: {must: remark == blank or ceiling <= 900, say: {zh: 上限过高, en: The ceiling is too high}, on_field: ceiling}
""",
    "flows/bond.flow.yaml": """
flow: bond
entity: bond
field: status
states:
  draft: {label: {zh: 草稿, en: Draft}, start: true}
  review: {label: {zh: 审核, en: Review}, approval: bond_check}
  sold: {label: {zh: 售出, en: Sold}, end: true}
moves:
  submit: {label: {zh: 提交, en: Submit}, from: draft, to: review}
  sell: {label: {zh: 出售, en: Sell}, from: draft, to: sold, if: grade != 'bad', needs: [name, ceiling]}
  scrap: {label: {zh: 注销, en: Scrap}, from: draft, to: sold, by: field(keeper)}
  close:
    label: {zh: 结清, en: Close}
    from: draft
    to: sold
    if: "count(loans, grade == 'bad') == 0"
  mark: {label: {zh: 标记, en: Mark}, from: draft, to: sold, do: [{set: {remark: =name}}]}
""",
    "flows/bond_check.approval.yaml": """
approval: bond_check
entity: bond
label: {zh: 债券审核, en: Bond check}
steps:
  first: {label: {zh: 初审, en: First}, who: role(chief), mode: any}
  large: {label: {zh: 大额, en: Large}, if: ceiling > 100, who: role(chief), mode: any}
outcome: {approved: sold, rejected: draft, returned: draft, recalled: draft, terminated: draft, revoked: draft}
""",
    "prints/bond.print.yaml": "print: bond\nentity: bond\nlabel: {zh: 债券单, en: Bond sheet}\ntemplate: bond.html\n",
    "prints/bond.html": "<p>{% if approved %}APPROVED{% endif %}{% for event in trail %}[{{ event.comment }}]{% endfor %}</p>\n",
    "access/chief.role.yaml": """
role: chief
label: {zh: 主管, en: Chief}
includes: [employee]
allow:
  bond: {read: all, print: all, move: {mark: all}}
""",
    "access/staff.role.yaml": """
role: staff
label: {zh: 人事, en: Staff}
includes: [employee]
allow:
  role_assignment: {create: true, read: all, update: all, delete: all}
""",
    "access/rep.role.yaml": """
role: rep
label: {zh: 专员, en: Rep}
includes: [employee]
allow:
  backer: {create: true, read: own, update: own}
  agent: {read: all}
  loan: {create: true, read: own, update: own}
  bond: {create: true, read: own, update: own, print: own, move: {submit: own, sell: own, scrap: own, close: own, mark: own}}
fields:
  bond.approval: {hide: true}
  bond.ceiling: {hide: true}
  bond.keeper: {hide: true}
  bond.grade: {mask: {if: name == 'Masked'}}
  backer.rank: {hide: true}
  loan.ceiling: {hide: true}
  loan.grade: {mask: {if: name == 'Masked'}}
""",
}


ROLES = {"amy": "rep", "eve": "rep", "mgr": "chief", "law": "staff", "root": "admin"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def vault(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Loans and bonds whose rules read what the reps amy and eve may not; mgr may."""
    with application_of(request, tmp_path_factory.mktemp(f"vault-{request.param}"), FILES, ROLES) as world:
        yield world


def loan(world: World, ceiling: int, **values: object) -> int:
    """One of amy's, with a ceiling that she may not read."""
    made = world.make("amy", "loan", name="一笔借款", **values)
    known = {"ceiling": ceiling, "grade": "bad"}
    world.runtime.writing(OPERATOR, lambda s: system.set_fields(s, "loan", made, known, "update"))
    return made


def opportunity(**more: object) -> dict[str, object]:
    return {"name": "扩容", "amount": "1000", "expected_close": "2026-12-01", **more}


def masked(text: str, *ids: object) -> str:
    """A page without what differs from one request to the next: the ids sent, keys."""
    for id in ids:
        text = re.sub(rf'(customer|contact|backer)(" value="|=){id}"', r'\1\2-"', text)
    return re.sub(r'name="_key" value="[^"]*"', "", text)


def test_a_link_to_a_record_of_others_answers_like_a_link_to_none(world: World) -> None:
    amy, theirs = world.visitor("amy"), world.make("eve", "customer", name="伊娃的客户")
    contact = world.make("eve", "contact", name="伊娃的联系人", customer=theirs)
    headers = {"x-csrf-token": amy.token()}
    people = {"contacts._rows": "1", "contacts.new1.id": "", "contacts.new1.role": "decides"}
    answers, pages = [], []
    for customer, person in ((theirs, contact), (NOBODY, NOBODY + 1)):
        body = opportunity(customer=str(customer), contacts=[{"contact": str(person)}])
        answers.append(amy.client.post("/api/e/opportunity", json=body, headers=headers))
        form = {**amy.form("/e/opportunity/new"), **opportunity(customer=str(customer)), **people}
        page = amy.send("/e/opportunity/new", {**form, "contacts.new1.contact": str(person)})
        pages.append((page.status_code, masked(page.text, customer, person).splitlines()))
    assert [answer.status_code for answer in answers] == [422, 422] and answers[0].content == answers[1].content
    assert pages[0][0] == 422 and pages[0] == pages[1]


def plain(text: str, id: int) -> list[str]:
    """A page of the record `id` without its number, keys and times of the clock."""
    text = re.sub(rf"(/e/loan/|_copy=|loan:){id}\b", r"\1-", text)
    return re.sub(r'name="_key" value="[^"]*"|datetime="[^"]*"|title="\d[^"]*"', "", text).splitlines()


def test_a_form_is_drawn_as_if_what_its_writer_may_not_read_were_blank(vault: World) -> None:
    """The forms, the judge and the record page are alike whatever stands in a hidden field; saving knows the rule."""
    amy = vault.visitor("amy")
    low, high = loan(vault, 50), loan(vault, 500)
    for address in ("/e/loan/{}", "/e/loan/{}/edit", "/e/loan/new?_copy={}"):
        pages = [plain(amy.get(address.format(id)), id) for id in (low, high)]
        assert pages[0] == pages[1]
    judged = [plain(amy.send(f"/e/loan/{id}/judge", {"name": "新"}).text, id) for id in (low, high)]
    assert judged[0] == judged[1]
    saved = [amy.send(f"/e/loan/{id}/edit", {**amy.form(f"/e/loan/{id}/edit"), "name": "新"}) for id in (low, high)]
    assert [answer.status_code for answer in saved] == [303, 422]


def test_a_value_masked_on_the_row_is_blank_to_the_form_of_that_row(vault: World) -> None:
    amy = vault.visitor("amy")
    ids = [loan(vault, 50, sharp=text) for text in ("甲乙丙", "丁戊己")]
    vault.runtime.writing(OPERATOR, lambda s: write.update(s, "loan", ids[0], {"name": "Masked"}))
    inputs = [re.search(r'<input[^>]*name="sharp"[^>]*>', amy.get(f"/e/loan/{id}/edit")) for id in ids]
    assert ["disabled" in found[0] for found in inputs if found] == [False, True]


def test_no_default_is_fetched_from_a_record_of_others(vault: World) -> None:
    amy = vault.visitor("amy")
    theirs, own = vault.make("eve", "backer", name="乙", town="宁波"), vault.make("amy", "backer", name="甲", town="温州")
    assert 'value="温州"' in amy.get(f"/e/loan/new?backer={own}")
    pages = [masked(amy.get(f"/e/loan/new?backer={id}"), id) for id in (theirs, NOBODY)]
    assert "宁波" not in pages[0] and pages[0] == pages[1]


def test_the_picker_narrows_by_what_its_writer_may_read(vault: World) -> None:
    """The filter of a link sees no record of others, and no hidden field of one's own."""
    amy = vault.visitor("amy")
    for name, town, rank in (("宁波代理", "宁波", "二级"), ("温州代理", "温州", "一级")):
        vault.runtime.writing(OPERATOR, lambda s, n=name, t=town, r=rank: write.create(
            s, "agent", {"name": n, "town": t, "rank": r}))
    theirs, own = vault.make("eve", "backer", name="乙", town="宁波"), vault.make("amy", "backer", name="甲", town="温州")
    vault.runtime.writing(OPERATOR, lambda s: write.update(s, "backer", own, {"rank": "二级"}))

    def options(field: str, backer: int, **typed: str) -> list[str]:
        row = {"shares._rows": "1", "shares.new1.id": ""}
        answer = amy.send(f"/e/loan/pick/{field}", {"backer": str(backer), **row, **typed})
        assert answer.status_code == 200
        return sorted(set(re.findall("(?:宁波|温州)代理", answer.text)))

    for prefix in ("", "shares.new1."):
        assert options(f"{prefix}near", own) == ["温州代理"]
        assert options(f"{prefix}near", theirs) == options(f"{prefix}near", NOBODY) == []
        assert options(f"{prefix}alike", own) == []
    assert options("shares.new1.local", own, place="宁波") == ["宁波代理"]


def test_which_record_holds_a_masked_value_is_not_found_out_by_the_duplicate_check(vault: World) -> None:
    """That there is one is said; the record is named where its value may be read."""
    amy = vault.visitor("amy")
    masked_one, plain_one = (vault.make("amy", "loan", name=name) for name in ("Masked", "Plain"))
    for id in (masked_one, plain_one):
        vault.runtime.writing(OPERATOR, lambda s, id=id: write.update(s, "loan", id, {"grade": "rare"}))
    page = amy.send("/e/loan/new", {**amy.form("/e/loan/new"), "name": "新", "grade": "rare"}).text
    assert f'href="/e/loan/{plain_one}"' in page and f'href="/e/loan/{masked_one}"' not in page
    assert page.count("<li>Amy</li>") == 1


def test_a_print_tells_of_no_approval_that_its_reader_may_not_read(vault: World) -> None:
    bonds = [vault.make("amy", "bond", name="债券") for _ in range(2)]
    vault.runtime.writing(vault.principal("amy"), lambda s: move(s, "bond", bonds[0], "submit"))
    with vault.runtime.reading(vault.principal("mgr")) as session:
        task = approvals.todo(session)[0].task
    vault.runtime.writing(vault.principal("mgr"), lambda s: approvals.decide(s, task, "approve", "赞成"))
    prints = [re.sub(rf"/{id}\b", "", vault.visitor("amy").get(f"/prints/bond/{id}")) for id in bonds]
    assert prints[0] == prints[1] and "APPROVED" not in prints[0]
    told = vault.visitor("mgr").get(f"/prints/bond/{bonds[0]}")
    assert "APPROVED" in told and "[赞成]" in told


def test_a_guard_is_not_told_in_the_words_of_what_its_reader_may_not_read(vault: World) -> None:
    """Masks that vary by row included; what is needed and hidden is not named."""
    told = {}
    for name, ceiling in (("Masked", 5), ("Plain", 5), ("Empty", None)):
        bond = vault.make("amy", "bond", name=name)
        known = {"grade": "good" if name == "Empty" else "bad", "ceiling": ceiling}
        vault.runtime.writing(OPERATOR, lambda s, bond=bond, known=known: system.set_fields(s, "bond", bond, known, "update"))
        with vault.runtime.reading(vault.principal("amy")) as session:
            scrap = next(view for view in moves(session, "bond", bond) if view.name == "scrap")
        assert [reason.text("en") for reason in scrap.reasons] == ["it is for somebody it names to do"]
        for who in ("amy", "operator"):
            principal = OPERATOR if who == "operator" else vault.principal(who)
            with vault.runtime.reading(principal) as session:
                view = next(view for view in moves(session, "bond", bond) if view.name == "sell")
            told[name, who] = [reason.text("en") for reason in view.reasons]
    hidden = ["a condition is not met yet"]
    assert told["Plain", "amy"] == told["Masked", "operator"] == ["it must hold that Grade is not “bad”"]
    assert told["Masked", "amy"] == told["Empty", "amy"] == hidden
    assert told["Empty", "operator"] == ["fill in first: Ceiling"]


def test_rows_behind_a_guard_are_asked_for_their_masks_at_once(vault: World) -> None:
    counts, told = [], {}
    for names in (("Plain", "Plain"), ("Plain",) * 6, ("Plain", "Masked")):
        bond = vault.make("amy", "bond", name="债券")
        for name in names:
            made = vault.make("amy", "loan", name=name, bond=bond)
            vault.runtime.writing(OPERATOR, lambda s, made=made: system.set_fields(s, "loan", made, {"grade": "bad"}, "update"))
        with vault.runtime.reading(vault.principal("amy")) as session:
            moves(session, "bond", bond)
            with counted() as statements:
                view = next(view for view in moves(session, "bond", bond) if view.name == "close")
        counts.append(len(statements))
        told[names[-1]] = [reason.code for reason in view.reasons]
    assert told == {"Plain": ["move_guard"], "Masked": ["move_guard_hidden"]}
    assert len(set(counts)) == 1


def test_the_route_of_an_approval_names_no_hidden_field(vault: World) -> None:
    bond = vault.make("amy", "bond", name="债券")
    conditions = {}
    for who in ("amy", "mgr"):
        with vault.runtime.reading(vault.principal(who)) as session:
            route = approvals.preview(session, "bond", bond)
        assert route is not None
        conditions[who] = [step.condition for step in route.steps]
    assert conditions["amy"] == [None, {"zh": "您无权查看的条件", "en": "a condition you may not see"}]
    assert "Ceiling" in (conditions["mgr"][1] or {})["en"]


def test_who_is_no_administrator_gives_only_roles_that_they_hold(vault: World) -> None:
    """On pages, over the API, by changing an assignment and by bringing one back (R37)."""
    wanted = "您只能授予自己拥有的角色；“管理员”请由管理员授予。"
    staff, eve = vault.visitor("law"), vault.people["eve"]

    def given(visitor: Visitor, role: str) -> tuple[int, bool]:
        form = visitor.form("/e/role_assignment/new")
        page = visitor.send("/e/role_assignment/new", {**form, "user": str(eve), "role": role})
        return page.status_code, wanted in page.text

    assert given(staff, "admin") == (422, True)
    headers = {"x-csrf-token": staff.token()}
    answer = staff.client.post("/api/e/role_assignment", json={"user": str(eve), "role": "admin"}, headers=headers)
    assert [field["code"] for field in answer.json()["error"]["fields"]] == ["role_not_held"]
    assert given(staff, "employee") == (303, False)
    assert given(vault.visitor("root"), "admin") == (303, False)

    own = vault.make("law", "role_assignment", user=vault.people["law"], role="employee")
    gone = vault.runtime.writing(OPERATOR, lambda s: write.create(s, "role_assignment", {"user": vault.people["law"], "role": "admin"}))
    vault.runtime.writing(OPERATOR, lambda s: write.trash(s, "role_assignment", gone))
    for unit in (
        lambda s: write.update(s, "role_assignment", own, {"role": "admin"}),
        lambda s: write.restore(s, "role_assignment", gone),
    ):
        with pytest.raises(Invalid) as refused:
            vault.runtime.writing(vault.principal("law"), unit)
        assert [error.message.text("en") for error in refused.value.errors] == [
            "You can give only roles that you hold yourself; have an administrator give “Administrator”."]


def test_what_an_effect_breaks_is_told_as_far_as_the_mover_may_read(vault: World) -> None:
    bond = vault.make("amy", "bond", name="债券")
    vault.runtime.writing(OPERATOR, lambda s: system.set_fields(s, "bond", bond, {"ceiling": 1000}, "update"))
    told = {}
    for who in ("amy", "mgr"):
        with pytest.raises(Invalid) as refused:
            vault.runtime.writing(vault.principal(who), lambda s: move(s, "bond", bond, "mark"))
        told[who] = [(error.path, error.message.code) for error in refused.value.errors]
    assert told == {"amy": [("", "rule_untold")], "mgr": [("ceiling", "check_failed")]}


def test_nobody_is_led_to_order_or_filter_by_what_is_masked(world: World) -> None:
    """A masked value is shown in part; by it nothing is ordered or filtered, so nothing offers that (T19)."""
    law, amy = world.visitor("law"), world.visitor("amy")
    world.make("amy", "customer", name="掩码有限公司", kind="company", phone="13712345566")
    assert "sort=phone" in amy.get("/e/customer?q=掩码") and "sort=phone" not in law.get("/e/customer?q=掩码")
    assert 'value="phone"' in amy.get("/e/customer/filter") and 'value="phone"' not in law.get("/e/customer/filter")
    assert law.client.get("/e/customer?sort=phone").status_code == law.client.get("/e/customer?sort=nothing").status_code == 404
