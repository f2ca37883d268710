"""Generates `docs/changes.md` from the codes of changes that `apply` refuses.

`python -m engine.storage.reference` writes the file; a test holds the committed one equal to it.
"""

from __future__ import annotations

from pathlib import Path

from engine.storage import obstacles
from metadata.codes import gathered
from metadata.reference import code_table

TARGET = Path(__file__).parent.parent.parent / "docs" / "changes.md"

_HEAD = """# Changes that are refused

Generated from the program (`python -m engine.storage.reference`); do not edit. `loomwork apply` refuses what would lose or convert
what people have stored, each place with its code, and changes nothing. What `check` says of declarations is in
[the language](language.md#problems).
"""


def reference() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *code_table(gathered((obstacles,)).values()))) + "\n"


def main() -> None:
    """Write the page."""
    TARGET.write_text(reference(), "utf-8")


if __name__ == "__main__":
    main()
