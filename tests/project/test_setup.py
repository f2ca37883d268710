"""What the set-up leaves behind is what the README and the tutorial name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_of_the_readme_runs_from_any_folder(tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "loomwork"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(command), "--help"], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    for name in re.findall(r"^\.venv/bin/loomwork (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE):
        assert re.search(rf"\b{name}\b", done.stdout), name
