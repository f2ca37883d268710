"""The entry point of web processes: their settings come from the environment."""

from __future__ import annotations

from starlette.applications import Starlette

from web.application import build
from web.settings import Settings


def create() -> Starlette:
    """The application over `LOOMWORK_*` settings (uvicorn's factory)."""
    return build(Settings.from_environment())
