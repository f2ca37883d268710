"""A whole translation of the b2b application, in which every text can be told from its original."""

from __future__ import annotations

import json
import re

from metadata.loader import load_files, pack_files
from metadata.specs.app import AppSpec, TranslationSpec
from metadata.translating import outline

APP = "app: acme\nlabel: {zh: 试用, en: Trial}\nlayers: [base@1.0.0, b2b@1.0.0, .]\n"
_LINE = re.compile(r'^( +)("(?:[^"\\]|\\.)*"|[\w.]+): ""(?:  # (.*))?$')


def application(**files: str) -> AppSpec:
    """The b2b application with these files of its own."""
    loaded = load_files({"app.yaml": APP, **{name.replace("_", ".") + ".yaml": text for name, text in files.items()},
                         **pack_files("base"), **pack_files("b2b")})
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    return loaded.app


def translation() -> str:
    """A whole translation from zh, in which every text stands between quotes of its own."""
    lines = []
    for line in outline(application(), TranslationSpec("fr", "Français", "zh")).splitlines():
        found = _LINE.match(line)
        if found:
            source = found[3] if found[3] is not None else json.loads(found[2])
            line = f"{found[1]}{found[2]}: {json.dumps(f'«{source}»', ensure_ascii=False)}"
        lines.append(line)
    return "\n".join(lines) + "\n"
