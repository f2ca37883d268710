"""Examples of problems: one file per code under `problems/`, holding input files and the exact texts.

A file is parts that begin with `=== name`: input files first, then `=== en` and `=== zh` with every problem on a line.
`python -m tests.metadata.problem_files` writes the expected parts anew; read the difference before keeping it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from metadata.loader import load_files
from metadata.problems import Language

FOLDER = Path(__file__).parent / "problems"
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True)
class Example:
    """One example: `files` to load, `expected` lines per language."""

    code: str
    files: dict[str, str | bytes]
    expected: dict[str, list[str]]

    def found(self, language: Language) -> list[str]:
        return [problem.line(language) for problem in load_files(self.files).problems]


def examples() -> list[Example]:
    return [_example(path) for path in sorted(FOLDER.glob("LW*.txt"))]


def _example(path: Path) -> Example:
    files: dict[str, str | bytes] = {}
    expected: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for part in path.read_text("utf-8").split("=== ")[1:]:
        name, _, text = part.partition("\n")
        if name in LANGUAGES:
            expected[name] = text.splitlines()
        elif name.endswith(" latin-1"):
            files[name.removesuffix(" latin-1")] = text.encode("latin-1")
        else:
            files[name] = text
    return Example(path.stem, files, expected)


def main() -> None:
    """Write the expected parts of every example anew."""
    for example in examples():
        path = FOLDER / f"{example.code}.txt"
        body = path.read_text("utf-8").split("=== en\n")[0]
        parts = ["\n".join((f"=== {language}", *example.found(language), "")) for language in LANGUAGES]
        path.write_text(body + "".join(parts), "utf-8")


if __name__ == "__main__":
    main()
