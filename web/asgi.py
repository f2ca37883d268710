"""What an ASGI server starts: `uvicorn --factory web.asgi:create`. Settings come from the environment."""

from __future__ import annotations

from starlette.applications import Starlette

from web.application import build
from web.settings import Settings


def create() -> Starlette:
    """The application over the settings of the environment."""
    return build(Settings.from_environment())
