"""Runs the whole suite on all cores and passes pytest's exit code on. Arguments go to pytest.

A test that drives a browser and fails is tried once more, alone and in a world of its own, for a busy machine can starve a browser
for seconds. What passes only then is told at the end: it is a fault of the test or of the page all the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BROWSER = "tests/browser/"
MOST_TRIED_AGAIN = 5
"""More failures than that are no accident."""
_PYTEST = [sys.executable, "-m", "pytest", "-q"]
_FAILED = Path(__file__).resolve().parents[1] / ".pytest_cache" / "v" / "cache" / "lastfailed"


def main(arguments: list[str]) -> int:
    """Two workers are the least: tests wait for databases and browsers more than they compute."""
    _FAILED.unlink(missing_ok=True)
    workers = max(2, os.cpu_count() or 2)
    code = subprocess.run([*_PYTEST, "-n", str(workers), "--dist", "worksteal", *arguments], check=False).returncode
    failed = sorted(json.loads(_FAILED.read_text())) if code == 1 and _FAILED.exists() else []
    if not failed or len(failed) > MOST_TRIED_AGAIN or not all(test.startswith(BROWSER) for test in failed):
        return code
    print("\nTried once more:", *failed, sep="\n  ", flush=True)
    code = subprocess.run([*_PYTEST, *failed], check=False).returncode
    if code == 0:
        print("\nPassed only when tried once more:", *failed, sep="\n  ", flush=True)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
