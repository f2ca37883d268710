"""Near names: what was probably meant, for the texts of problems."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_SHOWN = 12
_LONGEST = 63
NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{_LONGEST - 1}}}")
LONGEST_NAME = _LONGEST


def near(name: str, known: Iterable[str]) -> str | None:
    """The nearest known name, or None when none is near."""
    candidates = list(known)
    short = name[:80].lower()
    found = difflib.get_close_matches(short, candidates, n=1, cutoff=0.6)
    return found[0] if found else None


def listed(names: Iterable[str]) -> str:
    """The names as a text, cut when there are many."""
    known = list(dict.fromkeys(names))
    return ", ".join(known[:_SHOWN]) + (", ..." if len(known) > _SHOWN else "")


def unknown(name: str, known: Iterable[str]) -> dict[str, str]:
    """Values for a problem about an unknown name: `name`, what is known, and the fix with the nearest name."""
    names = sorted(dict.fromkeys(known))
    shown = shortened(name)
    values = {"name": shown, **fix(name, names)}
    if names:
        values |= {"known_zh": f"现有：{listed(names)}", "known_en": f"there are: {listed(names)}"}
    else:
        values |= {"known_zh": "目前一个也没有", "known_en": "there are none yet"}
    return values


def fix(name: str, known: Iterable[str]) -> dict[str, str]:
    """`fix_zh` and `fix_en`: the nearest name, else advice to mend or declare it."""
    nearest = near(name, known)
    if nearest:
        return {"fix_zh": f"是否想写 {nearest}？", "fix_en": f"did you mean {nearest}?"}
    return {"fix_zh": "改正名称，或先声明它", "fix_en": "mend the name or declare it first"}


def shortened(text: str, limit: int = 60) -> str:
    """A text fit for one line of a problem."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 3] + "..."


def identifier(text: str) -> str:
    """The nearest text that may be a name."""
    made = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    made = made if made[:1].isalpha() else f"x_{made}".rstrip("_")
    return made[:_LONGEST]
