"""Loomwork's top-level packages have plain names; another distribution that brings one of them would win silently."""

from __future__ import annotations

import importlib.util
from pathlib import Path

PACKAGES = ("engine", "metadata", "workflows", "forms", "reports", "web", "plugins")


def refuse_foreign_packages() -> None:
    """Stops with a plain message when a package of ours would be imported from somewhere else than beside `loomwork`."""
    home = Path(__file__).resolve().parent.parent
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        where = Path(spec.origin).resolve() if spec and spec.origin else None
        if where is None or where.parent.parent != home:
            raise SystemExit(
                f"loomwork: the package '{name}' comes from {where}, not from Loomwork. "
                f"Another distribution owns the name: uninstall it, or give Loomwork an environment of its own.\n"
                f"loomwork：包“{name}”来自 {where}，不属于 Loomwork。另一个发行包占用了该名称：请卸载它，"
                f"或为 Loomwork 使用单独的环境。"
            )
