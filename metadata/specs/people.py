"""The entities that say who people are and what they may do; the platform itself reads them."""

from __future__ import annotations

from collections.abc import Mapping

PEOPLE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "user": {
        "login": ("text",), "name": ("text",), "dept": ("dept",), "superior": ("user",), "active": ("bool",),
        "language": ("choice",),
    },
    "department": {"parent": ("dept", "link"), "manager": ("user",)},
    "role_assignment": {"user": ("user",), "role": ("choice", "text")},
}
"""Entity -> field -> the kinds of column it may have."""

ROLE_OF_PEOPLE = ("role_assignment", "role")
"""The entity and its field that say which roles somebody has."""

PEOPLE_TARGETS: Mapping[str, str] = {"user": "user", "dept": "department"}
"""Stored kind of a link to people -> the entity it leads to."""
