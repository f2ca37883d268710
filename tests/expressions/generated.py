"""Expressions made at random, mostly well typed: one strategy per type, so that they reach deep."""

from __future__ import annotations

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]
DEPTH = 3

NUMBER_ATOMS = st.sampled_from((
    "n1", "n2", "d1", "m1", "m2", "p1", "0", "1", "2.5", "25%", "0.000001", "999999999999999999", "$setting.cap", "l1.worth",
    "$this.m1", "l1.twice", "blank",
))
TEXT_ATOMS = st.sampled_from(("t1", "t2", "'中文'", "'%'", "c1", "l1.name", "u1.name", "$user.name", "$setting.word", "blank"))
DATE_ATOMS = st.sampled_from(("a1", "a2", "$today", "date(i1)", "l1.since", "max(receipts, paid)", "min(lines, due)"))
BOOL_ATOMS = st.sampled_from((
    "b1", "l1.vip", "u1 == $user", "u1 in role(finance)", "any(lines, done)", "'red' in s1", "true", "l1 in friends", "i1 < $now",
    "is_blank(c1)", "l1 == l2", "all(receipts, amount > $this.m1)",
))
SPANS = st.sampled_from(("1d", "1mo", "13mo", "2wd", "9wd", "400d"))


def numbers(depth: int = DEPTH) -> Texts:
    """Numbers of either kind."""
    if depth == 0:
        return NUMBER_ATOMS
    inner = numbers(depth - 1)
    return st.one_of(
        NUMBER_ATOMS,
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner), st.builds("-{}".format, inner),
        st.builds("{}({})".format, st.sampled_from(("abs", "floor", "ceil", "round")), inner),
        st.builds("round({}, {})".format, inner, st.sampled_from((-1, 2, 5))),
        st.builds("{}({}, {})".format, st.sampled_from(("least", "greatest", "coalesce")), inner, inner),
        st.builds("case({}, {}, {})".format, bools(depth - 1), inner, inner),
        st.builds("len({})".format, texts(depth - 1)), st.builds("({} - {})".format, dates(depth - 1), dates(depth - 1)),
        st.builds("workdays_between({}, {})".format, dates(depth - 1), dates(depth - 1)),
        st.builds("{}({})".format, st.sampled_from(("year", "month", "day", "weekday")), dates(depth - 1)),
        st.builds("{}(lines, {}, {})".format, st.sampled_from(("sum", "min", "max", "avg")), LINE_NUMBERS, LINE_BOOLS),
        st.builds("count(lines, {})".format, LINE_BOOLS),
    )


def texts(depth: int = DEPTH) -> Texts:
    """Texts."""
    if depth == 0:
        return TEXT_ATOMS
    inner = texts(depth - 1)
    return st.one_of(
        TEXT_ATOMS, st.builds("{}({})".format, st.sampled_from(("upper", "lower", "trim")), inner),
        st.builds("concat({}, {})".format, inner, inner), st.builds("coalesce({}, {})".format, inner, inner),
        st.builds("{}({}, len({}))".format, st.sampled_from(("left", "right")), inner, inner),
        st.builds("case({}, {}, {})".format, bools(depth - 1), inner, inner),
    )


def dates(depth: int = DEPTH) -> Texts:
    """Dates."""
    if depth == 0:
        return DATE_ATOMS
    inner = dates(depth - 1)
    return st.one_of(
        DATE_ATOMS, st.builds("({} {} {})".format, inner, st.sampled_from("+-"), SPANS),
        st.builds("{}({})".format, st.sampled_from(("month_start", "month_end")), inner),
        st.builds("coalesce({}, {})".format, inner, inner),
    )


def bools(depth: int = DEPTH) -> Texts:
    """Conditions."""
    if depth == 0:
        return BOOL_ATOMS
    inner = bools(depth - 1)
    order = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
    equal = st.sampled_from(("==", "!="))
    return st.one_of(
        BOOL_ATOMS, st.builds("({} {} {})".format, inner, st.sampled_from(("and", "or", "==", "!=")), inner),
        st.builds("not ({})".format, inner), st.builds("({} {} {})".format, numbers(depth - 1), order, numbers(depth - 1)),
        st.builds("({} {} {})".format, dates(depth - 1), order, dates(depth - 1)),
        st.builds("({} {} {})".format, texts(depth - 1), equal, texts(depth - 1)),
        st.builds("{}({}, {})".format, st.sampled_from(("contains", "starts", "ends")), texts(depth - 1), texts(depth - 1)),
        st.builds("({} {} [{}, {}])".format, numbers(depth - 1), st.sampled_from(("in", "not in")), numbers(depth - 1), NUMBER_ATOMS),
        st.builds("{}({})".format, st.sampled_from(("is_blank", "is_set")), st.one_of(numbers(depth - 1), texts(depth - 1))),
    )


LINE_NUMBERS = st.sampled_from((
    "qty", "price", "qty * price", "price * (1 - coalesce(share, 0%))", "price / 3", "$this.n1", "qty - $parent.n1",
))
LINE_BOOLS = st.sampled_from(("done", "qty > 0", "price >= $this.m1", "is_blank(note)", "not (qty > 1 and done)", "due < $today"))

ANY = st.one_of(numbers(), texts(), dates(), bools())
