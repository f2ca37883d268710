"""Another distribution that brings one of our package names stops the start with a clear message."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_foreign_package_of_our_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "__init__.py").write_text("", encoding="utf-8")
    program = "import loomwork.ownership as o; o.refuse_foreign_packages()"
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "the package 'reports' comes from" in done.stderr
    assert "包“reports”来自" in done.stderr


def test_ours_are_accepted() -> None:
    program = "import loomwork.ownership as o; o.refuse_foreign_packages()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
