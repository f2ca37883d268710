"""The expressions of the agreement table: (operator or function, operand kinds, field whose category counts, text)."""

from __future__ import annotations

from collections.abc import Iterator

Probe = tuple[str, str, str, str]

ORDERS = ("<", "<=", ">", ">=")
EQUALS = ("==", "!=")
NUMBER_PAIRS = (("n1", "n2"), ("n1", "d2"), ("d1", "n2"), ("d1", "d2"), ("m1", "m2"), ("m1", "n2"), ("p1", "m2"), ("m1", "d2"))
LITERALS = ("0", "12.5", "-7", "25%", "999999999999.999999", "0.0000001")
KIND_OF = {"t": "text", "n": "int", "d": "decimal", "m": "money", "p": "percent", "b": "bool", "a": "date", "i": "datetime",
           "c": "choice", "s": "choices", "l": "link", "u": "user", "g": "dept"}


def _kinds(*names: str) -> str:
    return ", ".join(KIND_OF[name[0]] for name in names)


def _pair(operator: str, left: str, right: str) -> Probe:
    return operator, _kinds(left, right), left, f"{left} {operator} {right}"


def numbers() -> Iterator[Probe]:
    for left, right in NUMBER_PAIRS:
        for operator in (*ORDERS, *EQUALS, "+", "-", "*", "/"):
            yield _pair(operator, left, right)
    for left in ("n1", "d1", "m1", "p1"):
        yield "-x", _kinds(left), left, f"-{left}"
        for literal in LITERALS:
            for operator in ("<", ">=", "==", "!=", "+", "-", "*", "/"):
                yield operator, f"{_kinds(left)}, literal", left, f"{left} {operator} {literal}"
        yield "in", f"{_kinds(left)}, list", left, f"{left} in [0, 12.5, -7, 1000.10]"
        yield "not in", f"{_kinds(left)}, list", left, f"{left} not in [0, blank, 12]"
        yield "case", _kinds(left), left, f"case({left} > 0, {left} * 2, {left} == 0, 1, -1)"
        yield "case", _kinds(left), left, f"case({left} > 0, {left})"
        yield "+", "chain", left, f"({left} * 3 - {left} / 7 + 1) * {left} / 3"
        yield "*", "chain", left, f"{left} * {left} * {left} * {left} * {left} / 9"
        for name in ("abs", "floor", "ceil", "round"):
            yield name, _kinds(left), left, f"{name}({left})"
            yield name, f"{_kinds(left)} computed", left, f"{name}({left} * {left} / 3)"
        for digits in ("0", "1", "3", "-2"):
            yield "round", f"{_kinds(left)}, {digits}", left, f"round({left} / 7, {digits})"
    for left, right in NUMBER_PAIRS:
        for name in ("least", "greatest"):
            yield name, _kinds(left, right), left, f"{name}({left}, {right}, 5)"
        yield "coalesce", _kinds(left, right), left, f"coalesce({left}, {right}, 0)"
    yield "least", "many", "n1", f"least({', '.join(['n1', 'n2', 'd1'] * 12)})"
    yield "==", "currency literal", "m1", "m1 == 1000.1"


def moments() -> Iterator[Probe]:
    for left, right in (("a1", "a2"), ("i1", "i2")):
        for operator in (*ORDERS, *EQUALS):
            yield _pair(operator, left, right)
        yield "coalesce", _kinds(left, right), left, f"coalesce({left}, {right})"
        yield "in", f"{_kinds(left)}, list", left, f"{left} in [{right}, blank]"
        yield "case", _kinds(left), left, f"case({left} < {right}, {left}, {right})"
    yield "-", "date, date", "a1", "a1 - a2"
    for sign in "+-":
        for span in ("1d", "0d", "15d", "366d", "1mo", "12mo", "13mo", "2wd", "5wd", "17wd", "0wd"):
            yield f"{sign} {span[-1] if span[-2].isdigit() else span[-2:]}", "date, duration", "a1", f"a1 {sign} {span}"
        for span in ("1d", "31d", "1mo", "360h", "2wd", "4wh", "40wh", "0wh"):
            yield f"{sign} {span[-1] if span[-2].isdigit() else span[-2:]}", "datetime, duration", "i1", f"i1 {sign} {span}"
    yield "+ d", "chain", "a1", "a1 + 1mo - 1d + 2wd"
    for name in ("year", "month", "day", "weekday", "month_start", "month_end"):
        yield name, "date", "a1", f"{name}(a1)"
    yield "date", "datetime", "i1", "date(i1)"
    yield "days_between", "date, date", "a1", "days_between(a1, a2)"
    yield "workdays_between", "date, date", "a1", "workdays_between(a1, a2)"
    yield "<", "date, $today", "a1", "a1 < $today"
    yield "<", "datetime, $now", "i1", "i1 < $now - 15d"
    yield "==", "date, $today", "a1", "date(i1) == a1"


def words() -> Iterator[Probe]:
    for operator in EQUALS:
        for left, right in (("t1", "t2"), ("c1", "c2"), ("b1", "b2"), ("l1", "l2"), ("u1", "u2")):
            yield _pair(operator, left, right)
        yield operator, "choice, literal", "c1", f"c1 {operator} 'draft'"
        yield operator, "text, literal", "t1", f"t1 {operator} '中文公司科技'"
        yield operator, "choice, text", "c1", f"c1 {operator} t2"
        yield operator, "user, $user", "u1", f"u1 {operator} $user"
        yield operator, "dept, dept", "g1", f"g1 {operator} $user.dept"
        for left in ("t1", "c1", "l1", "u1", "g1", "s1", "n1", "d1", "a1", "i1"):
            yield operator, f"{_kinds(left)}, blank", left, f"{left} {operator} blank"
    yield "in", "choice, list", "c1", "c1 in ['draft', 'done']"
    yield "in", "choice, list with blank", "c1", "c1 in ['draft', blank]"
    yield "not in", "choice, list", "c1", "c1 not in ['draft', 'done']"
    yield "in", "empty list", "c1", "c1 in []"
    yield "in", "text, list of fields", "t1", "t1 in [t2, 'AbC']"
    yield "in", "literal, choices", "s1", "'red' in s1"
    yield "not in", "literal, choices", "s1", "'red' not in s1"
    yield "in", "choices field", "c1", "c1 in s1 or t1 in s1"
    yield "in", "link, collection", "l1", "l1 in friends"
    yield "in", "user, role", "u1", "u1 in role(finance)"
    yield "not in", "user, role", "u1", "u1 not in role(finance)"
    yield "in", "$user, role", "u1", "$user in role(finance) and u1 != blank"
    for name in ("len", "upper", "lower", "trim"):
        yield name, "text", "t1", f"{name}(t1)"
    for count in ("0", "1", "2", "3", "100", "-1", "n2"):
        yield "left", "text, int", "t1", f"left(t1, {count})"
        yield "right", "text, int", "t1", f"right(t1, {count})"
    for name in ("contains", "starts", "ends"):
        yield name, "text, text", "t1", f"{name}(t1, t2)"
        for part in ("中", "%", "_", "  ", "b", "技", "\\"):
            yield name, "text, literal", "t1", f"{name}(t1, '{part}')"
    yield "concat", "text, text", "t1", "concat(t1, t2)"
    yield "concat", "text, literal", "t1", "concat(t1, '-', t2, c1)"
    yield "coalesce", "text, text", "t1", "coalesce(t1, t2, '无')"
    yield "case", "text", "t1", "case(t1 == t2, '同', len(t1) > 2, t1)"
    for left in ("t1", "n1", "m1", "a1", "i1", "b1", "c1", "s1", "l1", "u1", "g1"):
        yield "is_blank", _kinds(left), left, f"is_blank({left})"
        yield "is_set", _kinds(left), left, f"is_set({left})"


LOGIC = ("n1 > 0", "n2 > 0", "b1", "t1 == t2", "is_blank(a1)")


def logic() -> Iterator[Probe]:
    for left in LOGIC:
        yield "not", "bool", "n1", f"not ({left})"
        for right in LOGIC:
            for operator in ("and", "or"):
                yield operator, "bool, bool", "n1", f"{left} {operator} {right}"
                yield operator, "negated", "n1", f"not ({left} {operator} not ({right}))"
    yield "==", "bool, unknown", "n1", "(n1 > 0) == (n2 > 0)"
    yield "!=", "bool, unknown", "n1", "(n1 > 0) != blank"
    yield "in", "bool, list", "n1", "(n1 > 0) in [true, b1]"


def relations() -> Iterator[Probe]:
    for text in ("l1.name == 'Beta'", "l1.worth > 0", "l1.region.rate * m1", "l1.region.name == t1", "l1.since < a1", "l1.vip",
                 "not l1.vip", "l1.boss == $user", "l1.boss.dept.manager == u1", "l1.twice + 1", "u1.superior.name",
                 "g1.manager == u1.superior", "is_blank(l1.region.rate)", "u1.superior in role(finance)", "created_at < $now",
                 "id != $this", "l1.boss in role(chief)"):
        yield "link", "crossed", "l1", text
    for text in ("$user.dept == g1", "$user.superior == u1", "$user.level > n1", "$user.dept.manager == u1", "$user.name != t1"):
        yield "$user.x", "context", "u1", text
    for text in ("m1 * $setting.rate", "m1 > $setting.cap", "t1 == $setting.word", "n1 + $setting.days"):
        yield "$setting", "context", "m1", text


def collections() -> Iterator[Probe]:
    conditions = {"lines": "qty > 0 and done", "receipts": "state == 'done'", "friends": "worth > 0", "l1.samples": "id != $this.id"}
    values = {"lines": "price", "receipts": "amount", "friends": "worth", "l1.others": "m1"}
    for name, condition in conditions.items():
        yield "count", name, "l1", f"count({name})"
        for function in ("count", "any", "all"):
            yield function, f"{name}, condition", "l1", f"{function}({name}, {condition})"
            nothing = "0" if function == "count" else "true"
            yield function, f"{name}, negated", "l1", f"not ({function}({name}, not ({condition})) != {nothing})"
        yield "any", name, "l1", f"any({name})"
    for name, value in values.items():
        for function in ("sum", "min", "max", "avg"):
            yield function, name, "l1", f"{function}({name}, {value})"
            yield function, f"{name}, condition", "l1", f"{function}({name}, {value}, {value} < 100)"
            yield function, f"{name}, computed", "l1", f"{function}({name}, {value} / 3 * {value})"
    for function in ("min", "max"):
        yield function, "dates", "l1", f"{function}(receipts, paid)"
        yield function, "instants", "l1", f"{function}(receipts, at)"
        yield function, "child dates", "l1", f"{function}(lines, due)"
    yield "sum", "int", "l1", "sum(lines, qty)"
    yield "sum", "against own", "l1", "sum(lines, price) == m1"
    yield "sum", "product", "l1", "sum(lines, qty * price * (1 - coalesce(share, 0%)))"
    yield "any", "$this", "l1", "any(receipts, amount >= $this.m1)"
    yield "any", "$parent", "l1", "any(lines, price < $parent.m1 or $parent.b1)"
    yield "any", "nested", "l1", "any(friends, any(samples, l1 == $this and m1 > 0))"
    yield "count", "nested", "l1", "count(lines, due == max($this.receipts, paid))"
    yield "all", "of unknown", "l1", "all(lines, qty > $this.n1)"
    yield "any", "text", "l1", "any(receipts, contains(note, '公司'))"
    yield "==", "aggregate", "l1", "max(receipts, paid) == a1"


def probes() -> list[Probe]:
    """Every row of the table."""
    return [*numbers(), *moments(), *words(), *logic(), *relations(), *collections()]
