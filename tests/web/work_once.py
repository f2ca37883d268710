"""Works on one due run over many records in a process of its own: `python -m tests.web.work_once URL FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.jobs import Worker
from loomwork.working import HANDLERS
from web.composition import compose
from web.settings import Settings

if __name__ == "__main__":
    Worker(compose(Settings(database=sys.argv[1], data=Path(sys.argv[2]))), HANDLERS).run_once()
