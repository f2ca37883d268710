"""Cells of a spreadsheet pasted into the lines of a form."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine.principal import OPERATOR
from engine.records import write
from tests.web.conftest import Visitor, World


@pytest.fixture(scope="module")
def products(running_world: World) -> None:
    def unit(session: object) -> None:
        for code, name in (("PST1", "粘贴相机"), ("PST2", "粘贴光源")):
            write.create(session, "product", {"code": code, "name": name, "price": 5, "unit": "set"})  # type: ignore[arg-type]

    running_world.runtime.writing(OPERATOR, unit)


def pasting(visitor: Visitor, text: str, column: str = "product", row: str = "new1", **more: str) -> str:
    """The form of a new contract with the cells in its lines, from the first line on."""
    form = {
        **visitor.form("/e/contract/new"), "lines._rows": "1", "lines.new1.product": "", "lines.new1.qty": "",
        "_paste.row": row, "_paste.column": column, "_paste.key": "500", "_paste.text": text, **more,
    }
    answer = visitor.send("/e/contract/paste/lines", form)
    assert answer.status_code == 200, answer.text
    return answer.text


def inputs(page: str, name: str) -> list[str]:
    """The values of that column of the lines, from the top."""
    found = re.findall(r"<input[^>]*>", page)
    return [
        unescape(value[1]) if (value := re.search(r' value="([^"]*)"', one)) else ""
        for one in found if re.search(rf'name="lines\.\w+\.{name}"', one)
    ]


@pytest.mark.usefixtures("products")
def test_cells_fill_lines_that_are_there_and_new_ones(world: World) -> None:
    amy = world.visitor("amy")
    page = pasting(amy, "粘贴相机\t2\t1,000.50\r\n粘贴光源\t3\t80\r\n")
    titles = re.findall(r'data-title="([^"]*)"', page)
    assert inputs(page, "qty") == ["2.00", "3.00"] and inputs(page, "price") == ["1000.50", "80.00"], page
    assert all(value.isdigit() for value in inputs(page, "product")), titles
    assert inputs(page, "subtotal") == ["2001.00", "240.00"], "what follows from the cells is worked out"
    assert 'name="lines.new500.qty"' in page


@pytest.mark.usefixtures("products")
def test_what_cannot_be_read_is_told_at_its_cell_and_the_rest_is_there(world: World) -> None:
    amy = world.visitor("amy")
    page = pasting(amy, "没有的产品\t两\t7\n粘贴光源\t1\t8")
    assert inputs(page, "price") == ["7.00", "8.00"] and inputs(page, "qty") == ["两", "1.00"]
    assert "没有的产品" in page and 'id="f-lines-new1-product-error"' in page and 'id="f-lines-new1-qty-error"' in page


@pytest.mark.usefixtures("products")
def test_a_product_is_meant_by_its_code_too(world: World) -> None:
    page = pasting(world.visitor("amy"), "PST2\t2\t7\npst9\t1\t1")
    assert re.findall(r'data-title="([^"]*)"', page).count("粘贴光源") == 1
    assert inputs(page, "product")[0].isdigit() and inputs(page, "product")[1] == "" and "pst9" in page


@pytest.mark.usefixtures("products")
def test_a_refused_form_keeps_what_a_paste_left(world: World) -> None:
    amy = world.visitor("amy")
    page = pasting(amy, "没有的产品\t2\t7")
    assert re.search(r'name="_unread.lines.new1.product" value="没有的产品"', page)
    form = {
        **amy.form("/e/contract/new"), "lines._rows": "1", "lines.new0.product": "", "lines.new0.qty": "", "lines.new1.product": "",
        "lines.new1.qty": "2", "lines.new1.price": "7", "_unread.lines.new1.product": "没有的产品",
        "lines.new2.product": "", "lines.new2.qty": "", "_unread.lines.new2.product": "只有名字",
    }
    refused = amy.send("/e/contract/new", form)
    assert refused.status_code == 422
    for key, text in (("new1", "没有的产品"), ("new2", "只有名字")):
        assert f'name="_unread.lines.{key}.product" value="{text}"' in refused.text
        told = re.search(rf'id="f-lines-{key}-product-error">(.*?)</div>', refused.text, re.S)
        assert told and text in told[1] and "请填写" not in told[1], told
    assert "new0" not in refused.text


def test_a_first_line_that_names_the_columns_is_left_out(world: World) -> None:
    page = pasting(world.visitor("amy"), "数量\t单价\n4\t9", column="qty")
    assert inputs(page, "qty") == ["4.00"] and inputs(page, "price") == ["9.00"]


def test_cells_beyond_the_columns_and_over_formulas_are_left_out(world: World) -> None:
    page = pasting(world.visitor("amy"), "4\t9\t\t99999\tmore\tand more", column="qty")
    assert inputs(page, "subtotal") == ["36.00"] and "and more" not in page


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"_paste.row": "new7"}, 404), ({"_paste.column": "margin"}, 404), ({"_paste.key": "x"}, 404),
        ({"_paste.text": "1\n" * 201}, 400), ({"_csrf": "x"}, 403),
    ],
)
def test_what_is_no_paste_is_refused(world: World, changed: dict[str, str], status: int) -> None:
    amy = world.visitor("amy")
    form = {
        **amy.form("/e/contract/new"), "lines._rows": "1", "lines.new1.qty": "", "_paste.row": "new1", "_paste.column": "qty",
        "_paste.key": "500", "_paste.text": "1\n2", **changed,
    }
    answer = amy.send("/e/contract/paste/lines", form)
    assert answer.status_code == status
    assert status != 400 or "最多粘贴 200 行" in answer.text
    assert world.visitor("law").send("/e/lead/paste/lines", form).status_code in (403, 404)
