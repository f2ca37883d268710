"""Entry points of the hand-written programs (uvicorn's factories)."""

from __future__ import annotations

import os

from starlette.applications import Starlette

from bench import bare, duty


def bare_app() -> Starlette:
    """The bare program over `BENCH_DATABASE`."""
    return bare.create(os.environ["BENCH_DATABASE"])


def duty_app() -> Starlette:
    """The program of equal duty over `BENCH_DATABASE`."""
    return duty.create(os.environ["BENCH_DATABASE"])
