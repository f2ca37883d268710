"""Writes the generated pages of docs/ anew."""

from __future__ import annotations

from pathlib import Path

from metadata.reference import language_reference

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    (DOCS / "language.md").write_text(language_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
