"""Sets a fresh machine up for `make demo` or `make test`, saying what it does; quick when nothing changed.

Needs Python 3.11+, Node with npm, and (for tests) a Debian-like system for the browser and fonts; everything else comes from
the lock files. Run as `python3 scripts/setup.py demo|test`. Only the standard library is used here, because nothing
else is there yet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COMMAND = VENV / "bin" / "loomwork"
STAMPS = ROOT / ".setup"
FONT_PROBE = ("fc-list", ":lang=zh-cn", "family")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(purpose: str) -> None:
    """Brings the machine to what `purpose` (demo or test) needs; exits with a plain message when it cannot."""
    if sys.version_info < (3, 11):
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    STAMPS.mkdir(exist_ok=True)
    lock = ROOT / "requirements" / ("dev.lock" if purpose == "test" else "runtime.lock")
    create_environment()
    install_packages(lock, purpose)
    install_command()
    install_front_end(tests=purpose == "test")
    if purpose == "test":
        install_browser()


def create_environment() -> None:
    if PYTHON.exists():
        return
    say("Creating the virtual environment .venv")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("Python cannot create virtual environments here. On Debian: apt-get install python3-venv")


def install_packages(lock: Path, purpose: str) -> None:
    stamp = STAMPS / f"python-{purpose}"
    mark = digest(lock, ROOT / "pyproject.toml")
    if (VENV / ".loomwork").exists() and is_fresh(stamp, mark):
        return
    say(f"Installing the locked Python packages of {lock.relative_to(ROOT)}")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(lock)], "The Python packages could not be installed; is the network up?")
    site = subprocess.run(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()
    # A path file makes the checkout importable without building it: nothing outside the locks is fetched.
    (Path(site) / "loomwork-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    (VENV / ".loomwork").touch()
    stamp.write_text(mark, encoding="utf-8")


def install_command() -> None:
    """`.venv/bin/loomwork`, which runs the checkout from any folder."""
    text = f'#!/bin/sh\nexec "{PYTHON}" -m loomwork "$@"\n'
    if COMMAND.exists() and COMMAND.read_text(encoding="utf-8") == text:
        return
    COMMAND.write_text(text, encoding="utf-8")
    COMMAND.chmod(0o755)


def install_front_end(tests: bool) -> None:
    """The files that pages load; for `tests` also what judges whether they are accessible."""
    stamp = STAMPS / "front-end"
    vendor = ROOT / "web" / "static" / "vendor"
    mark = digest(ROOT / "package-lock.json", ROOT / "scripts" / "vendor.py", ROOT / "web" / "icons.py")
    complete = not tests or (ROOT / "node_modules" / "axe-core").exists()
    if vendor.exists() and complete and is_fresh(stamp, mark):
        return
    if shutil.which("npm") is None:
        stop("npm is needed once, for the front-end files. On Debian: apt-get install nodejs npm")
    say("Fetching the locked front-end files")
    left_out = [] if tests else ["--omit=dev"]
    run(["npm", "ci", *left_out, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "The front-end files could not be fetched; is the network up?")
    run([str(PYTHON), "scripts/vendor.py", "node_modules"], "The front-end files could not be copied.")
    stamp.write_text(mark, encoding="utf-8")


def install_browser() -> None:
    """A browser and Chinese fonts for the page tests, where they are missing and can be had."""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    if not missing:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        stop(f"The page tests need: {', '.join(missing)}. On Debian, as root: apt-get install {' '.join(missing)}")
    say(f"Installing {', '.join(missing)} for the page tests")
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, "fontconfig"],
        "The browser could not be installed.", quiet)


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(FONT_PROBE, capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def is_fresh(stamp: Path, mark: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8") == mark


def run(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=ROOT, check=False, env=environment, stdout=sys.stderr).returncode:
        stop(failure)


def say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


def stop(text: str) -> None:
    print(f"✗ {text}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
