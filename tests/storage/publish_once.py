"""Publishes the extended shop in a process of its own: `python -m tests.storage.publish_once URL`."""

from __future__ import annotations

import sys

from engine.storage.database import Database
from tests.storage.applications import extended_shop, publish

if __name__ == "__main__":
    publish(Database(sys.argv[1]), extended_shop())
