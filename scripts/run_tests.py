"""Runs the whole suite on all cores and passes pytest's exit code on. Arguments go to pytest."""

from __future__ import annotations

import os
import subprocess
import sys


def main(arguments: list[str]) -> int:
    """Two workers are the least: tests wait for databases and browsers more than they compute."""
    workers = max(2, os.cpu_count() or 2)
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--dist", "worksteal", *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
