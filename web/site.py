"""What all requests of one process share."""

from __future__ import annotations

from dataclasses import dataclass

from engine.caching import Bounded
from engine.runtime import Runtime
from web.live import Live
from web.rendering import Templates
from web.settings import Settings
from web.view_models.shell import Menu


@dataclass(frozen=True, slots=True)
class Site:
    """`menus` keeps the menu of each role set, release and language; `live` has the pages that listen."""

    settings: Settings
    runtime: Runtime
    templates: Templates
    menus: Bounded[Menu]
    live: Live
