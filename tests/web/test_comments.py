"""Comments that name people, are changed and taken back; what mentioned people are told."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from engine.principal import OPERATOR
from engine.records import write
from engine.storage.platform import comment_version
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.people import deactivate, hire, later
from tests.web.test_pages import lead_values


def say(visitor: Visitor, id: int, text: str, *mentioned: int, **more: object):
    return visitor.send(f"/e/lead/{id}/comment", {"text": text, "mention": [str(one) for one in mentioned], **more})


def comment_of(visitor: Visitor, id: int) -> str:
    """The address of the latest comment that its reader may change."""
    return re.findall(rf'hx-get="(/e/lead/{id}/comments/\d+)/edit"', visitor.get(f"/e/lead/{id}"))[0]


def mentions(visitor: Visitor) -> str:
    """The card of the home page that holds mentions; "" without one."""
    card = visitor.get("/").partition("提到我的")[2]
    return card.partition("</section>")[0]


def test_a_comment_names_a_person_by_a_link_that_follows_the_name(running_world: World) -> None:
    world = running_world
    amy, named = world.visitor("amy"), hire(world, "gm")
    id = world.make("amy", "lead", **lead_values())
    assert say(amy, id, f"请 @{named.login.title()} 看看 <b>", named.id).status_code == 303
    link = f'<a class="mention" href="/e/user/{named.id}">@'
    assert f"请 {link}{named.login.title()}</a> 看看 &lt;b&gt;" in amy.get(f"/e/lead/{id}")
    world.runtime.writing(OPERATOR, lambda s: write.update(s, "user", named.id, {"name": "改名以后"}))
    assert f"{link}改名以后</a>" in amy.get(f"/e/lead/{id}")


def test_the_list_offers_readers_and_tells_who_cannot_see_the_record(world: World) -> None:
    amy, law = world.visitor("amy"), world.visitor("law")
    id = world.make("amy", "lead", **lead_values())
    assert f'data-user="{world.people["mgr"]}" data-name="王经理"' in amy.get(f"/e/lead/{id}/people?q=王经理")
    blind = amy.get(f"/e/lead/{id}/people?q=吴法务")
    assert "吴法务" in blind and "看不到这条记录" in blind and "data-user" not in blind
    unknown = law.client.get("/e/lead/999999/people")
    assert (law.client.get(f"/e/lead/{id}/people").status_code, unknown.status_code) == (404, 404)
    amy.get(f"/e/lead/{id}/people")
    with counted() as seen:
        amy.get(f"/e/lead/{id}/people")
    assert len(seen) <= 14, seen


def test_the_list_leaves_out_who_is_not_active(running_world: World) -> None:
    amy, gone = running_world.visitor("amy"), hire(running_world, "gm")
    id = running_world.make("amy", "lead", **lead_values())
    assert gone.login.title() in amy.get(f"/e/lead/{id}/people?q={gone.login}")
    deactivate(running_world, gone)
    assert gone.login.title() not in amy.get(f"/e/lead/{id}/people?q={gone.login}")


def test_the_mentioned_person_is_told_once_until_the_notice_is_read(running_world: World) -> None:
    world, named = running_world, hire(running_world, "gm")
    amy, them = world.visitor("amy"), world.visitor(named.login)
    id = world.make("amy", "lead", **lead_values(title="被提到的需求"))
    who = f"@{named.login.title()}"
    say(amy, id, f"{who} {who} 请看", named.id, _key="mention-once")
    say(amy, id, f"{who} {who} 请看", named.id, _key="mention-once")
    card = mentions(them)
    assert card.count("data-notice") == 1 and "李晓梅在评论中提到了您" in card and "被提到的需求" in card
    comment = comment_of(amy, id)
    assert amy.send(f"{comment}/edit", {"text": f"{who} 请再看", "mention": str(named.id)}).status_code == 303
    assert mentions(them).count("data-notice") == 1
    notice = re.findall(r'data-notice="(\d+)"', card)[0]
    assert amy.send(f"/notifications/{notice}/read", {}).status_code == 303
    assert "data-notice" in mentions(them), "nobody reads for another"
    them.send(f"/notifications/{notice}/read", {})
    assert mentions(them) == "" and "李晓梅在评论中提到了您" in them.get("/notifications")


def test_who_cannot_read_the_record_cannot_be_mentioned(world: World) -> None:
    amy, law = world.visitor("amy"), world.visitor("law")
    id = world.make("amy", "lead", **lead_values())
    for text, told in (
        ("@吴法务 请看", "吴法务看不到这条记录"), ("@{" + str(world.people["law"]) + "} 请看", "吴法务看不到这条记录"),
        ("@{99999999} 请看", "提到的人不存在"), ("@{9223372036854775807}", "提到的人不存在"),
    ):
        refused = say(amy, id, text, world.people["law"])
        assert refused.status_code == 422 and told in unescape(refused.text), refused.text
    assert "请看" not in amy.get(f"/e/lead/{id}") and mentions(law) == ""
    assert say(amy, id, "@{99999999999999999999} @{x} @{}").status_code == 303
    assert "@{99999999999999999999} @{x} @{}" in amy.get(f"/e/lead/{id}")
    assert say(amy, id, "".join(f"@{{{number}}}" for number in range(1, 30))).status_code == 422


def test_a_comment_is_changed_and_tells_what_it_said(world: World) -> None:
    amy, mgr = world.visitor("amy"), world.visitor("mgr")
    id = world.make("amy", "lead", **lead_values())
    say(amy, id, "第一句")
    comment = comment_of(amy, id)
    assert "第一句</textarea>" in amy.get(f"{comment}/edit")
    assert f"{comment}/edit" not in mgr.get(f"/e/lead/{id}")
    assert mgr.client.get(f"{comment}/edit").status_code == 403
    assert mgr.send(f"{comment}/edit", {"text": "别人的话"}).status_code == 403
    assert amy.send(f"{comment}/edit", {"text": "第二句", "_csrf": "x"}).status_code == 403
    blank = amy.send(f"{comment}/edit", {"text": " "})
    assert blank.status_code == 422 and "请填写评论内容" in blank.text
    assert "第一句" in mgr.get(f"/e/lead/{id}") and "已修改" not in mgr.get(f"/e/lead/{id}")
    assert amy.send(f"{comment}/edit", {"text": "第二句"}).status_code == 303
    page = mgr.get(f"/e/lead/{id}")
    assert "第二句" in page and "第一句" not in page and "已修改" in page
    assert "第一句" in mgr.get(f"{comment}/versions")
    assert world.visitor("law").client.get(f"{comment}/versions").status_code == 404


def test_a_comment_taken_back_says_no_more_what_it_was(world: World) -> None:
    amy, mgr = world.visitor("amy"), world.visitor("mgr")
    id = world.make("amy", "lead", **lead_values())
    say(amy, id, "说错的话")
    comment = comment_of(amy, id)
    assert "撤回这条评论" in amy.get(f"{comment}/remove")
    assert mgr.send(f"{comment}/remove", {}).status_code == 403
    assert amy.send(f"{comment}/remove", {"_key": "take-back"}).status_code == 303
    assert amy.send(f"{comment}/remove", {"_key": "take-back"}).status_code == 303
    page = mgr.get(f"/e/lead/{id}")
    assert "撤回了一条评论" in page and "说错的话" not in page
    assert mgr.client.get(f"{comment}/versions").status_code == 404
    assert amy.send(f"{comment}/edit", {"text": "又来"}).status_code == 404
    with world.runtime.database.read() as connection:
        assert any(row.text == "说错的话" for row in connection.execute(comment_version.select())), "what was said is kept"


def test_after_fifteen_minutes_a_comment_stays_as_it_is(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())
    say(amy, id, "说定了")
    comment = comment_of(amy, id)
    with later(world, timedelta(minutes=16)):
        assert f"{comment}/edit" not in amy.get(f"/e/lead/{id}")
        for what, values in (("edit", {"text": "又变了"}), ("remove", {})):
            refused = amy.send(f"{comment}/{what}", values)
            assert refused.status_code == 409 and "15 分钟" in refused.text
    assert "说定了" in amy.get(f"/e/lead/{id}")


def test_comments_that_name_people_take_one_statement_more(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())
    say(amy, id, "一")
    amy.get(f"/e/lead/{id}")
    with counted() as few:
        amy.get(f"/e/lead/{id}")
    for login in ("mgr", "gm", "amy", "mgr"):
        say(amy, id, f"@{{{world.people[login]}}}")
    with counted() as many:
        amy.get(f"/e/lead/{id}")
    assert len(many) <= len(few) + 1, many
