"""Writes what the platform says to people where the checks and the translators of applications find it.

`python -m web.texts.generate` writes `metadata/platform_texts.json`; a test holds the committed file equal to it.
"""

from __future__ import annotations

import json

from engine.messages import MESSAGES
from engine.records.history_read import ACTORS
from engine.system_fields import APPROVAL_LABELS, LABELS
from metadata.platform_texts import TARGET
from web.texts import TEXTS


def catalogue() -> str:
    """The whole file."""
    texts = {key: {"zh": zh, "en": en} for key, (zh, en) in TEXTS.items()}
    texts |= {said.key: dict(said) for block in (MESSAGES, LABELS, APPROVAL_LABELS, ACTORS) for said in block.values()}
    lines = (f"{json.dumps(key)}: {json.dumps(said, ensure_ascii=False)}" for key, said in texts.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(catalogue(), encoding="utf-8")
