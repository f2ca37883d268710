"""docs/expressions.md says what is so: its tables are those of the program and of the tests.

`python -m tests.expressions.test_docs` writes the tables anew between their marks.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metadata.expressions.functions import FUNCTIONS, OF_A_WRITE
from metadata.expressions.scope import CONTEXTS, PLACE_LABELS, PLACES
from tests.expressions import blanks, world

PAGE = Path(__file__).parents[2] / "docs" / "expressions.md"


def functions() -> list[str]:
    lines = ["| function | gives | meaning | 含义 | example |", "|--|--|--|--|--|"]
    return lines + [f"| `{f.usage}` | {f.result} | {f.en} | {f.zh} | `{f.example}` |" for f in FUNCTIONS.values()]


def places() -> list[str]:
    lines = ["| place | 位置 | " + " | ".join(f"`${word}`" for word in CONTEXTS) + " |", "|--|--|" + "--|" * len(CONTEXTS)]
    for name, words in PLACES.items():
        zh, en = PLACE_LABELS[name]
        lines.append(f"| {en} | {zh} | " + " | ".join("yes" if word in words else "" for word in CONTEXTS) + " |")
    return lines


def blank() -> list[str]:
    lines = ["| rule | expression | with | gives |", "|--|--|--|--|"]
    for said, text, fields, answer in (*blanks.ROWS, *blanks.NOBODY):
        given = ", ".join(f"{name} = {value!r}" for name, value in fields.items()) or "everything blank"
        lines.append(f"| {said} | `{text}` | {given} | {_shown(answer)} |")
    return lines


def _shown(answer: object) -> str:
    if answer is None:
        return "blank or unknown"
    return str(answer).lower() if isinstance(answer, bool) else repr(answer)


TABLES = {"functions": functions, "places": places, "blank": blank}


def _between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->\n)(.*?)(<!-- end -->)", re.DOTALL)


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_those_of_the_program(name: str) -> None:
    found = _between(name).search(PAGE.read_text("utf-8"))
    assert found is not None
    assert found[2].splitlines() == TABLES[name]()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_example_of_a_function_holds(name: str) -> None:
    """The examples use names of their own; here they read fields of the same type."""
    names = {"name": "t1", "code": "t2", "phone": "t1", "email": "t2",
             "amount": "m1", "discount": "p1", "sign_date": "a1", "end_date": "a2"}
    text = re.sub(r"\b(name|code|phone|email|amount|discount|sign_date|end_date)\b(?=[^']*(?:'[^']*'[^']*)*$)",
                  lambda match: names[match[0]], FUNCTIONS[name].example)
    assert world.typed(text).type.name
    assert name in OF_A_WRITE or text.startswith(name)


def main() -> None:
    """Writes the tables of the page anew."""
    page = PAGE.read_text("utf-8")
    for name, table in TABLES.items():
        page = _between(name).sub(lambda match, lines=table: match[1] + "\n".join(lines()) + "\n" + match[3], page)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
