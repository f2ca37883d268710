"""The functions of the expression language: one registry for the checker, the evaluators and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Group = Literal["text", "number", "int", "bool", "date", "datetime", "span", "user", "any"]
Result = Literal["text", "int", "decimal", "bool", "date", "datetime", "first", "number"]


@dataclass(frozen=True, slots=True)
class Function:
    """`parameters` are groups of types; `optional` of them (from the end) may be left out; `many` lets the last repeat.

    `result` `first` is the type of the first argument, `number` int when all arguments are, else decimal.
    """

    name: str
    parameters: tuple[Group, ...]
    result: Result
    zh: str
    en: str
    example: str
    optional: int = 0
    many: bool = False

    @property
    def usage(self) -> str:
        """How it is written, e.g. `round(number, int)`."""
        parts = list(self.parameters)
        for index in range(len(parts) - self.optional, len(parts)):
            parts[index] = f"[{parts[index]}]"  # type: ignore[call-overload]
        return f"{self.name}({', '.join(parts)}{', …' if self.many else ''})"

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return len(self.parameters) - self.optional


AGGREGATES = ("count", "any", "all", "sum", "min", "max", "avg")
"""Functions over a collection; checked apart."""

OF_A_WRITE = frozenset({"changed", "is_new"})
"""Functions about the write going on; only places that allow `$old` know of one."""

_ALL = (
    Function("len", ("text",), "int", "字符数", "number of characters", "len(name) > 2"),
    Function("upper", ("text",), "text", "转大写（仅 A-Z）", "capital letters (A-Z only)", "upper(code) == 'A1'"),
    Function("lower", ("text",), "text", "转小写（仅 A-Z）", "small letters (A-Z only)", "lower(email) == 'a@b.c'"),
    Function("trim", ("text",), "text", "去掉首尾空格", "without spaces at both ends", "trim(name) == 'Acme'"),
    Function("left", ("text", "int"), "text", "开头若干字符", "the first characters", "left(phone, 3) == '138'"),
    Function("right", ("text", "int"), "text", "末尾若干字符", "the last characters", "right(phone, 4) == '5678'"),
    Function("contains", ("text", "text"), "bool", "包含文本", "whether a text contains another", "contains(name, '科技')"),
    Function("starts", ("text", "text"), "bool", "以文本开头", "whether a text starts with another", "starts(phone, '1')"),
    Function("ends", ("text", "text"), "bool", "以文本结尾", "whether a text ends with another", "ends(email, '.cn')"),
    Function("concat", ("text", "text"), "text", "连接文本，空白略去", "texts joined, blanks left out",
             "concat(name, '-', code)", many=True),
    Function("abs", ("number",), "first", "绝对值", "value without its sign", "abs(amount) < 1"),
    Function("round", ("number", "int"), "number", "四舍五入到若干位", "rounded half-up to so many digits",
             "round(amount, 1) == 0.1", optional=1),
    Function("floor", ("number",), "int", "向下取整", "the next whole number below", "floor(amount) == 3"),
    Function("ceil", ("number",), "int", "向上取整", "the next whole number above", "ceil(amount) == 4"),
    Function("least", ("number", "number"), "number", "最小的数", "the least number", "least(amount, 100)", many=True),
    Function("greatest", ("number", "number"), "number", "最大的数", "the greatest number", "greatest(amount, 0)", many=True),
    Function("coalesce", ("any", "any"), "first", "第一个非空白值", "the first value that is not blank",
             "coalesce(discount, 0%)", many=True),
    Function("is_blank", ("any",), "bool", "是否空白", "whether a value is blank", "is_blank(phone)"),
    Function("is_set", ("any",), "bool", "是否有值", "whether a value is not blank", "is_set(phone)"),
    Function("date", ("datetime",), "date", "应用时区的日期", "the date in the application's zone", "date(created_at) == $today"),
    Function("year", ("date",), "int", "年", "the year", "year(sign_date) == 2026"),
    Function("month", ("date",), "int", "月", "the month, 1 to 12", "month(sign_date) == 12"),
    Function("day", ("date",), "int", "日", "the day of the month", "day(sign_date) == 1"),
    Function("weekday", ("date",), "int", "星期，一为 1", "the day of the week, Monday 1", "weekday(sign_date) <= 5"),
    Function("days_between", ("date", "date"), "int", "相隔天数", "days from the first to the second",
             "days_between(sign_date, end_date) > 30"),
    Function("month_start", ("date",), "date", "当月第一天", "the first day of the month", "month_start(sign_date) == sign_date"),
    Function("month_end", ("date",), "date", "当月最后一天", "the last day of the month", "month_end(sign_date) == sign_date"),
    Function("workdays_between", ("date", "date"), "int", "相隔工作日数", "working days after the first up to the second",
             "workdays_between(sign_date, $today) <= 10"),
    Function("changed", ("any",), "bool", "本次写入是否改变了字段", "whether this write changes the field", "changed(amount)"),
    Function("is_new", (), "bool", "是否正在新建", "whether the record is being created", "is_new()"),
)

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}

GROUPS: Mapping[Group, tuple[str, ...]] = {
    "text": ("text", "choice"), "number": ("int", "decimal"), "int": ("int",), "bool": ("bool",), "date": ("date",),
    "datetime": ("datetime",), "span": ("duration",), "user": ("user",),
    "any": ("text", "choice", "int", "decimal", "bool", "date", "datetime", "link", "any_link", "user", "dept", "choices",
            "file", "files", "id", "rich"),
}
