"""How a code is written down: one call with its texts as (zh, en) pairs."""

from __future__ import annotations

from metadata.problems import Code, Severity

Pair = tuple[str, str]
NOTHING: Pair = ("", "")


def code(
    number: str, message: Pair, expected: Pair = NOTHING, fix: Pair = NOTHING, severity: Severity = "error"
) -> Code:
    """The code `number` with its texts; each pair is (zh, en), a `str.format` template over the problem's values."""
    return Code(
        number,
        severity,
        {"zh": message[0], "en": message[1]},
        {"zh": expected[0], "en": expected[1]},
        {"zh": fix[0], "en": fix[1]},
    )


def warning(number: str, message: Pair, expected: Pair = NOTHING, fix: Pair = NOTHING) -> Code:
    """A code that does not keep the declaration from running."""
    return code(number, message, expected, fix, "warning")
