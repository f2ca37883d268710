from tests.browser.test_behaviour import *
def test_a(sign_in, served):
    page = sign_in("amy")
    page.goto("/e/lead/new")
    form = {**LEAD, "title": "重发测试", "phone": "13712340103"}
    form |= {name: page.locator(f"{FORM} [name={name}]").input_value() for name in ("_csrf", "_key")}
    a = page.request.post("/e/lead/new", form=form, max_redirects=0)
    page.set_content(a.text()); print(a.status, page.locator(".note--bad, .note--warn, .field:has(.field__error)").all_inner_texts())
    for at in range(3):
        lead(served, f"列表测试{at}", f"1371234020{at}")
    for q in ("列表测试1","测试1","列表测试","1371234020"):
        page.goto(f"/e/lead?q={q}"); print(q, page.locator("tbody tr td.c-title").all_inner_texts())
    page.goto("/e/lead?q=列表测试")
    page.fill("#list-search", "列表测试1")
    page.locator("#list-search").press("Enter"); page.wait_for_timeout(2000); print(page.url, page.locator("tbody tr td.c-title").all_inner_texts())
