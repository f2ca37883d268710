"""What is wrong with a declaration, where, and how to mend it (design law 8).

A `Code` is one kind of fault with its texts; a `Problem` is one occurrence of it. Problems are
returned, never raised. Codes live in `metadata.codes`, in blocks per layer; a retired code keeps
its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["zh", "en"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a declaration: `file` relative to the checked folder, `line` and `column` from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Place("<memory>")


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem. The texts are `str.format` templates over `Problem.values`."""

    code: str
    severity: Severity
    message: Mapping[Language, str]
    expected: Mapping[Language, str]
    fix: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault found at `place`; `values` fill the texts of its code."""

    code: Code
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return self.code.severity

    def message(self, language: Language) -> str:
        return self.code.message[language].format_map(self.values)

    def expected(self, language: Language) -> str:
        return self.code.expected[language].format_map(self.values)

    def fix(self, language: Language) -> str:
        return self.code.fix[language].format_map(self.values)

    def line(self, language: Language) -> str:
        """The whole problem on one line: `file:line:col CODE message, expected, fix`; a warning says so after its code."""
        separator = "；" if language == "zh" else "; "
        word = "" if self.severity == "error" else "警告：" if language == "zh" else "warning: "
        texts = (self.message(language), self.expected(language), self.fix(language))
        return f"{self.place} {self.code.code} {word}" + separator.join(t for t in texts if t)

    def as_json(self) -> dict[str, object]:
        """The stable shape of `check --json`."""
        return {
            "code": self.code.code,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "expected": {"zh": self.expected("zh"), "en": self.expected("en")},
            "fix": {"zh": self.fix("zh"), "en": self.fix("en")},
        }
