"""Typed tree -> a sentence for people, in zh and en: what a guard wants, what a filter shows, why a right is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from engine.languages import short
from metadata.expressions.functions import FUNCTIONS
from metadata.expressions.typed import (
    Aggregate,
    Binary,
    Call,
    Case,
    Collection,
    ContextRef,
    FieldRef,
    In,
    ListOf,
    Literal_,
    RoleCall,
    Span,
    TypedExpression,
    Unary,
)


class Labels(Protocol):
    """Where the words for names come from; every method gives the text in one language."""

    def field(self, entity: str, field: str) -> str: ...

    def collection(self, entity: str, name: str) -> str: ...

    def option(self, entity: str, field: str, option: str) -> str: ...

    def role(self, name: str) -> str: ...

    def setting(self, name: str) -> str: ...


_COMPARED: Mapping[str, Mapping[str, str]] = {
    "zh": {"==": "是", "!=": "不是", "<": "小于", "<=": "不超过", ">": "大于", ">=": "不少于"},
    "en": {"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"},
}
_MOMENTS: Mapping[str, Mapping[str, str]] = {
    "zh": {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"},
    "en": {"<": "is before", "<=": "is not after", ">": "is after", ">=": "is not before"},
}
_AMOUNTS: Mapping[str, Mapping[str, str]] = {
    "zh": {"==": "等于", "!=": "不等于"},
    "en": {"==": "equals", "!=": "differs from"},
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"and": "且", "or": "或", "not": "并非", "blank": "空白", "true": "是", "false": "否", "user": "当前用户",
           "this": "本记录", "now": "现在", "today": "今天", "old": "原", "parent": "上级的", "is_blank": "为空", "is_set": "已填写",
           "in": "属于", "not in": "不属于", "role": "角色“{0}”", "of": "{0}的{1}", "else": "否则", "new": "新建的"},
    "en": {"and": "and", "or": "or", "not": "not", "blank": "blank", "true": "yes", "false": "no", "user": "the current user",
           "this": "this record", "now": "now", "today": "today", "old": "the former", "parent": "the parent's",
           "is_blank": "is blank", "is_set": "is filled in", "in": "is one of", "not in": "is none of", "role": "role {0}",
           "of": "{1} of {0}", "else": "otherwise", "new": "the new"},
}
_SPANS: Mapping[str, Mapping[str, str]] = {
    "zh": {"d": "天", "mo": "个月", "h": "小时", "wd": "个工作日", "wh": "个工作小时"},
    "en": {"d": "days", "mo": "months", "h": "hours", "wd": "working days", "wh": "working hours"},
}
_GATHERED: Mapping[str, Mapping[str, str]] = {
    "zh": {"count": "{rows}的数量", "any": "有{rows}", "all": "全部{rows}", "sum": "{rows}的{value}合计", "min": "{rows}的最小{value}",
           "max": "{rows}的最大{value}", "avg": "{rows}的平均{value}"},
    "en": {"count": "the number of {rows}", "any": "there are {rows}", "all": "all {rows}", "sum": "the total {value} of {rows}",
           "min": "the least {value} of {rows}", "max": "the greatest {value} of {rows}", "avg": "the average {value} of {rows}"},
}


def to_sentence(typed: TypedExpression, language: str, labels: Labels) -> str:
    """`typed` as a readable phrase in `language` (`zh…` or en)."""
    writer = _Writer(short(language).base, labels)
    return writer.write(typed)


class _Writer:
    def __init__(self, language: str, labels: Labels) -> None:
        self.zh = language == "zh"
        self.language = language
        self.words = _WORDS[language]
        self.labels = labels

    def write(self, node: TypedExpression) -> str:
        return _WRITERS[type(node)](self, node)

    def literal(self, node: Literal_) -> str:
        return self.plain(node.value)

    def plain(self, value: object) -> str:
        locale = "zh_CN" if self.zh else "en"
        if value is None:
            return self.words["blank"]
        if isinstance(value, bool):
            return self.words["true" if value else "false"]
        if isinstance(value, Span):
            return f"{value.amount} {_SPANS[self.language][value.unit]}"
        if isinstance(value, int | Decimal):
            return format_decimal(value, locale=locale, decimal_quantization=False)
        if isinstance(value, datetime):
            return format_datetime(value, "short", locale=locale)
        if isinstance(value, date):
            return format_date(value, "medium", locale=locale)
        return f"“{value}”"

    def field(self, node: FieldRef) -> str:
        name = self.labels.field(node.entity, node.field)
        for hop in reversed(node.hops):
            name = self.words["of"].format(self.labels.field(hop.source, hop.field), name)
        if node.root in ("old", "parent", "new"):
            return self.spaced(self.words[node.root], name)
        if node.root in ("this", "user"):
            return self.words["of"].format(self.words[node.root], name)
        return name

    def spaced(self, *parts: str) -> str:
        return "".join(parts) if self.zh else " ".join(parts)

    def context(self, node: ContextRef) -> str:
        return self.labels.setting(node.name) if node.kind == "setting" else self.words[node.kind]

    def unary(self, node: Unary) -> str:
        if node.operator == "-":
            return f"-{self.write(node.operand)}"
        inner = self.write(node.operand)
        return f"并非（{inner}）" if self.zh else f"not ({inner})"

    def binary(self, node: Binary) -> str:
        if node.operator in ("and", "or"):
            left, right = (self.joined(side, node.operator) for side in (node.left, node.right))
            word = self.words[node.operator]
            return f"{left}，{word}{right}" if self.zh else f"{left} {word} {right}"
        if node.operator in _COMPARED["en"]:
            return self.compared(node)
        left, right = (self.grouped(side, node.operator) for side in (node.left, node.right))
        sign = {"*": "×", "/": "÷"}.get(node.operator, node.operator)
        return f"{left} {sign} {right}"

    def joined(self, node: TypedExpression, operator: str) -> str:
        text = self.write(node)
        mixed = isinstance(node, Binary) and node.operator in ("and", "or") and node.operator != operator
        return (f"（{text}）" if self.zh else f"({text})") if mixed else text

    def grouped(self, node: TypedExpression, operator: str) -> str:
        text = self.write(node)
        loose = isinstance(node, Binary) and node.operator in "+-" and operator in "*/"
        return (f"（{text}）" if self.zh else f"({text})") if loose else text

    def compared(self, node: Binary) -> str:
        if isinstance(node.right, Literal_) and node.right.value is None:
            word = self.words["is_blank" if node.operator == "==" else "is_set"]
            return self.phrase(self.write(node.left), word)
        moments = {node.left.type.name, node.right.type.name} & {"date", "datetime"}
        words = _MOMENTS if moments else _AMOUNTS if node.left.type.name in ("int", "decimal") else _COMPARED
        word = words[self.language].get(node.operator) or _COMPARED[self.language][node.operator]
        return self.phrase(self.write(node.left), word, self.option(node.left, node.right))

    def phrase(self, *parts: str) -> str:
        return " ".join(part for part in parts if part)

    def option(self, field: TypedExpression, value: TypedExpression) -> str:
        """A literal beside a choice field, by the option's label."""
        if isinstance(field, FieldRef) and isinstance(value, Literal_) and isinstance(value.value, str):
            if field.type.name in ("choice", "choices"):
                return f"“{self.labels.option(field.entity, field.field, value.value)}”"
        elif isinstance(field, FieldRef) and isinstance(value, Literal_) and isinstance(value.value, Decimal) and _is_percent(field):
            return format_percent(value.value, locale="en", decimal_quantization=False)
        return self.write(value)

    def membership(self, node: In) -> str:
        word = self.words["not in" if node.negated else "in"]
        if isinstance(node.items, ListOf):
            between = "、" if self.zh else ", "
            return self.phrase(self.write(node.left), word, between.join(self.option(node.left, i) for i in node.items.items))
        if isinstance(node.items, RoleCall):
            return self.phrase(self.write(node.left), word, self.write(node.items))
        return self.phrase(self.write(node.left), word, self.write(node.items))

    def role(self, node: RoleCall) -> str:
        return self.words["role"].format(self.labels.role(node.role))

    def items(self, node: ListOf) -> str:
        return ("、" if self.zh else ", ").join(self.write(item) for item in node.items)

    def case(self, node: Case) -> str:
        parts = [
            f"{self.write(condition)} 时 {self.write(value)}" if self.zh
            else f"{self.write(value)} when {self.write(condition)}"
            for condition, value in node.branches
        ]
        if node.otherwise is not None:
            parts.append(self.phrase(self.words["else"], self.write(node.otherwise)))
        return ("；" if self.zh else "; ").join(parts)

    def call(self, node: Call) -> str:
        if node.function in ("is_blank", "is_set"):
            return self.phrase(self.write(node.arguments[0]), self.words[node.function])
        function = FUNCTIONS[node.function]
        inner = ("、" if self.zh else ", ").join(self.write(a) for a in node.arguments)
        name = function.zh if self.zh else function.en
        return (f"{name}（{inner}）" if self.zh else f"{name} ({inner})") if inner else name

    def collection(self, node: Collection) -> str:
        name = self.labels.collection(node.entity, node.name)
        for hop in reversed(node.hops):
            name = self.words["of"].format(self.labels.field(hop.source, hop.field), name)
        return name

    def aggregate(self, node: Aggregate) -> str:
        rows = self.write(node.collection)
        if node.where is not None:
            condition = self.write(node.where)
            rows = f"{condition}的{rows}" if self.zh else f"{rows} where {condition}"
        value = self.write(node.value) if node.value is not None else ""
        return _GATHERED[self.language][node.function].format(rows=rows, value=value)


def _is_percent(node: TypedExpression) -> bool:
    return node.type.name == "decimal" and node.type.scale == 4 and node.type.currency is None


_WRITERS: dict[type, Callable[[_Writer, Any], str]] = {
    Literal_: _Writer.literal, FieldRef: _Writer.field, ContextRef: _Writer.context, Unary: _Writer.unary,
    Binary: _Writer.binary, In: _Writer.membership, ListOf: _Writer.items, RoleCall: _Writer.role, Case: _Writer.case,
    Call: _Writer.call, Collection: _Writer.collection, Aggregate: _Writer.aggregate,
}
