"""The demo of the b2b pack, filled once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runtime import Runtime
from loomwork.demo import Demo, prepare_demo
from metadata.loader import load, shipped_pack
from metadata.specs.app import AppSpec
from web.composition import compose
from web.settings import Settings


@pytest.fixture(scope="session")
def b2b() -> AppSpec:
    """The checked model of the b2b pack."""
    app = load(shipped_pack("b2b")).app
    assert app is not None
    return app


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where the demo lies."""
    folder: Path = tmp_path_factory.mktemp("demo")
    return Settings(database=f"sqlite:///{folder / 'demo.db'}", data=folder)


@pytest.fixture(scope="session")
def demo(demo_settings: Settings) -> Demo:
    """The filled demo; tests read it and leave it as it is."""
    return prepare_demo("b2b", demo_settings)


@pytest.fixture(scope="session")
def runtime(demo: Demo, demo_settings: Settings) -> Iterator[Runtime]:
    """The runtime over the demo."""
    runtime = compose(demo_settings)
    yield runtime
    runtime.database.close()
