"""The design system on one page, to look at while building; there is no such page unless `development` is set."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import Response

from forms.widgets import Input, Option
from metadata.specs.common import COLORS
from web.context import Context
from web.icons import ICONS
from web.pages.finding.palette import Command, Group
from web.shell import shell_of
from web.view_models.home import ListedRecord, ListedRecords
from web.view_models.records import Fact, Step, TimelineItem
from web.view_models.shell import Link, Row, Rows
from web.view_models.tabs import Tab
from web.view_models.ways import (
    Board,
    BoardColumn,
    Branch,
    Calendar,
    CalendarDay,
    CalendarEntry,
    Card,
    Cards,
    PictureCard,
    Tree,
    TreeNode,
)
from web.view_models.work import BulkBar

HERE = "/design-system"
"""Where everything on the page leads to: back to it."""
_OPTIONS = (Option("a", "企业 Company", True), Option("b", "个人 Person"), Option("c", "经销商 Distributor"))
_STARS = (*(Option(str(n), f"{n} / 5", n == 4) for n in range(1, 6)), Option("", "不评分 No rating"))


def show(context: Context) -> Response:
    """Every component, with plain made-up values."""
    return context.piece("pages/design_system.html", shell=shell_of(context), sample=sample())


def sample() -> dict[str, object]:
    """The values of the gallery."""
    path = [
        Step("草稿 Draft", "done"), Step("审批中 In review", "now"), Step("生效 Effective"), Step("履约 Fulfilled"),
    ]
    return {
        "here": HERE, "inputs": _inputs(), "colors": COLORS, "icons": ICONS, "path": path, "facts": _facts(), "moments": _moments(),
        "rows": _rows(), "palette": _palette(), "bulk": _bulk(), "table": _table(), "board": _board(), "calendar": _calendar(),
        "tree": _tree(), "gallery": _gallery(), "tabs": _tabs(), "listed": _listed(),
    }


def _inputs() -> list[Input]:
    return [
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
        Input("words", "tags", "标签 Tags", "老客户,VIP", options=(Option("老客户", "老客户", True), Option("VIP", "VIP", True))),
        Input("stars", "rating", "评分 Rating", "4", options=_STARS, span=6),
        Input("took", "duration", "用时 Took", "2:15", span=6),
        Input("opens", "time", "开门 Opens", "09:30", span=6),
        Input("color", "color", "颜色 Colour", "#2f54c8", mark="#2f54c8", span=6),
        Input("place", "geo", "位置 Place", "31.230400,121.473700"),
        Input("note", "area", "备注 Note", "第一行\n第二行"),
    ]


def _facts() -> tuple[Fact, ...]:
    return (
        Fact("客户名称 Name", Markup("华为技术有限公司")),
        Fact("合同金额 Amount", Markup("<span class='num'>¥120,000.00</span>"), history=HERE),
        Fact("评分 Rating", Markup("<span class='stars' role='img' aria-label='4 / 5' data-on='★★★★' data-off='★'></span>")),
        Fact("备注 Note", Markup("")),
    )


def _moments() -> tuple[TimelineItem, ...]:
    changed = (("金额 Amount", Markup("¥100,000.00"), Markup("¥120,000.00")),)
    return (
        TimelineItem("李雷", "修改了记录 changed the record", "5 分钟前", "2026-11-30 10:25", "pencil", changes=changed),
        TimelineItem("Amy Wong", "同意 approved", "昨天 yesterday", "2026-11-29 17:02", "thumb-up", "good", "同意，尽快发货。"),
        TimelineItem("王经理", "退回 sent back", "上周 Last week", "2026-11-23", "arrow-back-up", "bad", "缺附件 No file"),
    )


def _rows() -> Rows:
    return Rows("待我处理 Waiting for me", (
        Row("合同评审 Contract review", HERE, "HT-2026-00001 · 李雷", "10:25", "file-certificate", (("审批 Approval", "orange"),), True),
        Row("回访客户 Call back", HERE, "华为技术有限公司", "昨天", "phone-call"),
    ), HERE, "inbox")


def _palette() -> tuple[Group, ...]:
    return (
        Group("当前页面 On this page", (Command("编辑 Edit", "pencil", HERE), Command("提交审批 Submit for approval", "send", HERE))),
        Group("记录 Records", (Command("华为技术有限公司", "building", HERE, "客户 Customer"),)),
        Group("前往 Go to", (Command("商机 Opportunities", "target", HERE), Command("报表 Reports", "report-analytics", HERE))),
    )


def _bulk() -> BulkBar:
    actions = ((Link("修改字段 Change a field", HERE), "pencil"), (Link("移入回收站 To the trash", HERE), "trash"))
    return BulkBar(actions, HERE, "128")


def _table() -> tuple[tuple[int, str, str, str, str, bool], ...]:
    return (
        (1, "视觉检测产线改造 Inspection line", "谈判 Negotiation", "orange", "¥880,000.00", True),
        (2, "年度维保 Yearly maintenance", "赢单 Won", "green", "¥36,500.00", False),
    )


def _board() -> Board:
    def card(id: int, title: str, amount: str, owner: str, *, moves: bool = False) -> Card:
        facts = (("金额 Amount", Markup(f"<span class='num'>{amount}</span>")), ("预计 Expected", Markup("2026-12-01")))
        return Card(id, 1, HERE, Markup(title), facts, owner, moves)

    first = card(1, "视觉检测产线改造 Inspection line", "¥880,000.00", "李雷", moves=True)
    fixed = card(2, "年度维保 Yearly maintenance", "¥36,500.00", "Amy Wong")
    lost = card(3, "旧线改造 Old line", "¥210,000.00", "李雷")
    return Board((
        BoardColumn("open", "谈判 Negotiation", "orange", "2", ("¥916,500.00",), Cards((first, fixed), place="place"), ("won",)),
        BoardColumn("won", "赢单 Won", "green", "0", (), Cards(())),
        BoardColumn("lost", "输单 Lost", "gray", "1", ("¥210,000.00",), Cards((lost,), place="place"), (), True),
    ))


def _calendar() -> Calendar:
    def entry(id: int, title: str, color: str, *, time: str = "", begins: bool = True, ends: bool = True) -> CalendarEntry:
        return CalendarEntry(id, 1, HERE, Markup(title), time, color, begins, ends, begins, "place")

    first = entry(11, "安装 Installation", "blue", ends=False)
    on, last = entry(11, "安装 Installation", "blue", begins=False, ends=False), entry(11, "安装 Installation", "blue", begins=False)
    call, visit = entry(12, "回访 Call", "orange", time="09:30"), entry(13, "拜访 Visit", "teal", time="14:00")
    held: dict[int, tuple[CalendarEntry | None, ...]] = {1: (first,), 2: (on, call, visit), 3: (last,), 4: (None, visit)}
    names = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun")

    def day(number: int) -> CalendarDay:
        lines = held.get(number, ())
        every = tuple(one for one in lines if one)
        date, name = f"2026-12-{number:02}", names[number - 1]
        return CalendarDay(
            date, str(number), name, f"12月{number}日 {number} December", lines, every, 2 if number == 2 else 0, number == 2,
            number == 7, number == 2, HERE, HERE,
        )

    days = tuple(day(number) for number in range(1, 8))
    spans = (Link("月 Month", HERE, True), Link("周 Week", HERE))
    return Calendar("2026年12月 December 2026", names, (days,), days[1], HERE, HERE, HERE, spans, "month")


def _gallery() -> tuple[PictureCard, ...]:
    facts = (("价格 Price", Markup("<span class='num'>¥88,000.00</span>")),)
    return PictureCard(HERE, "", Markup("视觉检测工作站 Inspection cell"), facts), PictureCard(HERE, "", Markup("光源 Light"), ())


def _tabs() -> tuple[Tab, ...]:
    return Tab("basics", "基本 Basics"), Tab("money", "金额 Money", faulty=True)


def _listed() -> ListedRecords:
    facts = (("客户 Customer", Markup("华为技术有限公司")), ("截止 Due", Markup("2026-11-29")))
    late = ListedRecord(Markup("寄送样品 Send a sample"), HERE, facts, over=True)
    call = ListedRecord(Markup("回访 Call back"), HERE, facts[:1])
    return ListedRecords("我的待办 My open tasks", (late, call), HERE, "checkbox")


def _tree() -> Tree:
    nodes = (
        TreeNode(1, HERE, Markup("销售部 Sales"), (), load=HERE),
        TreeNode(2, HERE, Markup("售前组 Presales"), (), found=True),
        TreeNode(3, HERE, Markup("财务部 Finance"), ()),
    )
    return Tree(Branch(nodes, HERE))
