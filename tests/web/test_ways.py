"""Ways through the pages: where a form is left to, which language a person meets."""

from __future__ import annotations

import re

from engine.records import write
from tests.web.conftest import PASSWORD, World


def test_a_form_opened_from_a_record_is_left_to_it(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="返回测试有限公司", kind="company")
    cancel = re.compile(r'<a class="btn[^"]*" href="([^"]+)"[^>]*>\s*取消')
    assert cancel.findall(amy.get(f"/e/contact/new?customer={customer}&_next=/e/customer/{customer}")) == [
        f"/e/customer/{customer}"
    ]
    assert cancel.findall(amy.get("/e/contact/new")) == ["/e/contact"]
    assert cancel.findall(amy.get("/e/contact/new?_next=https://elsewhere.example/")) == ["/"]


def test_the_language_chosen_before_signing_in_stays(world: World) -> None:
    browser = world.anonymous()
    assert "登录" in browser.get("/sign-in", headers={"accept-language": "zh"}).text
    browser.post("/language", data={"language": "en", "next": "/sign-in"})
    assert "Sign in" in browser.get("/sign-in").text
    assert browser.post("/sign-in", data={"login": "amy", "password": PASSWORD}).status_code == 303
    assert "Sign out" in browser.get("/").text


def test_the_timeline_names_files(world: World) -> None:
    """By their names, as they are on the record; removed ones too, for those who could read them."""
    amy = world.visitor("amy")
    id = world.make("amy", "contact", name="档案", customer=world.make("amy", "customer", name="档案有限公司", kind="company"))
    lead = world.make("amy", "lead", title="有图纸", company=f"图纸公司 {id}", contact_name="李", phone=f"1360000{id:04d}",
                      source="web", need="图纸")
    sent = amy.client.post(
        "/files?field=files", data={"_csrf": amy.token()}, files={"_upload.files": ("图纸.txt", b"drawing", "text/plain")}
    )
    number = int(re.findall(r'name="files" value="(\d+)"', sent.text)[0])
    for files in ((number,), ()):
        world.runtime.writing(world.principal("amy"), lambda s, files=files: write.update(s, "lead", lead, {"files": files}))
    told = amy.get(f"/e/lead/{lead}/timeline")
    assert told.count("图纸.txt") == 2


def test_the_language_of_a_person_is_kept(world: World) -> None:
    """Chosen once, it is there in every browser from then on."""
    law = world.visitor("law", fresh=True)
    assert law.send("/language", {"language": "en", "next": "/profile"}).status_code == 303
    elsewhere = world.anonymous()
    elsewhere.post("/sign-in", data={"login": "law", "password": PASSWORD})
    assert "Sign out" in elsewhere.get("/", headers={"accept-language": "zh"}).text
    assert law.send("/language", {"language": "zh-CN", "next": "/profile"}).status_code == 303
    assert "退出登录" in elsewhere.get("/").text


def test_whoever_makes_a_person_is_told_how_to_let_them_in(world: World) -> None:
    root, mgr = world.visitor("root"), world.visitor("mgr")
    form = root.form("/e/user/new")
    made = root.send("/e/user/new", {**form, "login": f"neu{world.people['root']}", "name": "新人", "active": "1"})
    assert made.status_code == 303
    address = made.headers["location"]
    page = root.get(address)
    assert "此人还没有密码，不能登录。请生成邀请链接并发给此人。" in page
    assert "请生成邀请链接" not in mgr.get(address)
    assert "请生成邀请链接" not in root.get(f"/e/user/{world.people['amy']}")
