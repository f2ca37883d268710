"""What is installed is what we mean to ship: our packages, their data, and nothing of the tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"engine", "forms", "loomwork", "metadata", "plugins", "reports", "web", "workflows"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The files in a wheel, freshly built from a copy, so that nothing of an earlier build is in it."""
    source, out = tmp_path_factory.mktemp("source") / "loomwork", tmp_path_factory.mktemp("wheel")
    aside = shutil.ignore_patterns(".*", "data", "build", "dist", "node_modules", "screenshots", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=aside)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_the_wheel_holds_our_packages_and_no_other(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == OURS


def test_the_wheel_holds_the_data_that_the_packages_need(names: list[str]) -> None:
    needed = (
        "metadata/schemas/entity.json", "metadata/packs/b2b/pack.yaml", "metadata/packs/b2b/prints/contract.html",
        "metadata/packs/base/entities/user.entity.yaml", "web/templates/base.html", "web/static/css/tokens.css",
        "web/static/vendor/htmx.js",
    )
    assert [name for name in needed if name not in names] == []


def test_every_package_folder_is_a_package(names: list[str]) -> None:
    """A folder without `__init__.py` would be left out of the wheel silently."""
    missing = [
        folder for top in OURS for folder in (ROOT / top).rglob("*")
        if folder.is_dir() and any(folder.glob("*.py")) and not (folder / "__init__.py").exists()
    ]
    assert missing == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in (*(ROOT / "requirements").glob("*.lock"), ROOT / "package-lock.json"):
        text = lock.read_text("utf-8")
        assert "://" not in text.replace("https://opencollective.com", "").replace("https://github.com/sponsors", ""), lock
        assert "--hash=sha256:" in text or '"integrity": "sha512-' in text
