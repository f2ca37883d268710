"""The design system on one page, to look at while building; there is no such page unless `development` is set."""

from __future__ import annotations

from starlette.responses import Response

from forms.widgets import Input, Option
from metadata.specs.common import COLORS
from web.context import Context
from web.icons import ICONS
from web.shell import shell_of
from web.view_models.records import Step

_OPTIONS = (Option("a", "企业 Company", True), Option("b", "个人 Person"), Option("c", "经销商 Distributor"))
_STARS = (*(Option(str(n), f"{n} / 5", n == 4) for n in range(1, 6)), Option("", "不评分 No rating"))


def show(context: Context) -> Response:
    """Every component, with plain made-up values."""
    return context.piece("pages/gallery.html", shell=shell_of(context), sample=sample())


def sample() -> dict[str, object]:
    """The values of the gallery."""
    inputs = [
        Input(
            "name", "text", "客户名称 Name", "华为技术有限公司", help="显示在列表首列 Shown first", required=True, span=6
        ),
        Input("amount", "money", "合同金额 Amount", "120000.00", mark="CNY", span=6),
        Input("discount", "percent", "折扣 Discount", "15", mark="%", span=6),
        Input("date", "date", "签订日期 Signed on", "2026-11-22", span=6),
        Input("kind", "choice", "类型 Type", "a", options=_OPTIONS, span=6),
        Input("who", "link", "负责人 Owner", "7", "李雷", address="/", span=6),
        Input("phone", "phone", "电话 Phone", "0139", error="电话号码不完整。 The number is not complete.", span=6),
        Input("grade", "radio", "等级 Grade", "a", options=_OPTIONS, span=6),
        Input("active", "check", "启用 Active", "true", span=6),
        Input("fixed", "text", "编号 Number", "HT-2026-00001", readonly=True, span=6),
        Input("tags", "choices", "渠道 Channels", "a", options=_OPTIONS),
        Input("stars", "rating", "评分 Rating", "4", options=_STARS, span=6),
        Input("took", "duration", "用时 Took", "2:15", span=6),
        Input("opens", "time", "开门 Opens", "09:30", span=6),
        Input("color", "color", "颜色 Colour", "#2f54c8", mark="#2f54c8", span=6),
        Input("place", "geo", "位置 Place", "31.230400,121.473700"),
        Input("note", "area", "备注 Note", "第一行\n第二行"),
    ]
    path = [
        Step("草稿 Draft", "done"), Step("审批中 In review", "now"), Step("生效 Effective"), Step("履约 Fulfilled"),
    ]
    return {"inputs": inputs, "colors": COLORS, "icons": ICONS, "path": path}
