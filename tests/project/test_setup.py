"""What the set-up leaves behind is what the README and the tutorial name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_of_the_readme_runs_from_any_folder(tmp_path: Path) -> None:
    """Called by its name, once the environment is activated as the README and the tutorial say."""
    activate = Path(sys.executable).parent / "activate"
    for document in ("README.md", "docs/tutorial.md"):
        assert ". .venv/bin/activate" in (ROOT / document).read_text("utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["sh", "-c", f'. "{activate}" && loomwork --help'], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    named = re.findall(r"^loomwork (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert named
    for name in named:
        assert re.search(rf"\b{name}\b", done.stdout), name
