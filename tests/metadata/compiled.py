"""Whether what passes the check also runs: a model published to an empty database and compiled by every part."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.clock import FixedClock
from engine.compiled import CompiledApp
from engine.principal import OPERATOR
from engine.runtime import Runtime
from engine.storage.apply import apply
from metadata.specs.app import AppSpec
from web.composition import compose
from web.settings import Settings

_START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def compiles(spec: AppSpec) -> CompiledApp:
    """The engine's half of the running application; fails the test when any part cannot be made."""
    with TemporaryDirectory() as folder:
        runtime = _runtime(Path(folder))
        try:
            apply(runtime.database, spec, "tester", "", FixedClock(_START))
            with runtime.reading(OPERATOR) as session:
                assert set(session.parts) == {"flows", "forms", "reports"}
                return session.app
        finally:
            runtime.database.close()


def _runtime(folder: Path) -> Runtime:
    settings = Settings(database=f"sqlite:///{folder / 'test.db'}", data=folder)
    return compose(settings, FixedClock(_START))
