"""Merged trees -> an `AppSpec` of specs as declared, names not yet resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from metadata import currencies
from metadata.codes import layers as codes
from metadata.codes.entities import UNKNOWN_CURRENCY
from metadata.layers import Objects
from metadata.near import fix, shortened, unknown
from metadata.problems import Problem
from metadata.read import READERS, Reading
from metadata.read.access import retired_role
from metadata.read.entities import named_place
from metadata.read.packs import read_setting
from metadata.read.reading import entries, flag, items, label_or_name, names, text, value
from metadata.read.screens import menu_items
from metadata.specs.app import AppSpec, SettingSpec
from metadata.specs.screens import MenuSpec
from metadata.stack import Stack
from metadata.yaml.nodes import MapNode, TextNode

_COLLECTIONS = {
    "entity": "entities", "flow": "flows", "approval": "approvals", "role": "roles", "form": "forms", "list": "lists",
    "menu": "menus", "home": "homes", "report": "reports", "print": "prints", "convert": "converts",
    "scenario": "scenarios", "data": "data", "translation": "translations",
}
MAIN_MENU = "main"
LANGUAGE_VERSION = "1"
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def assemble(stack: Stack, objects: Objects, files: Mapping[str, str], digest: str) -> tuple[AppSpec, list[Problem]]:
    """The application as declared. `files` are the texts of all layers, `digest` their hash."""
    reading = Reading(stack.layer_of, files)
    parts: dict[str, dict[str, Any]] = {collection: {} for collection in (*_COLLECTIONS.values(), "retired_roles")}
    for (kind, name), merged in objects.items():
        if kind == "entity" or not flag(merged.node.get("retired")):
            parts[_COLLECTIONS[kind]][name] = READERS[kind](merged.node, name, reading)
        elif kind == "role":
            parts["retired_roles"][name] = retired_role(merged.node, name)
    head = stack.heads[stack.layers[-1].name].node
    main = _main_menu(stack, reading)
    there = parts["menus"].get(MAIN_MENU)
    if main and (there is None or stack.rank(main.layer) > stack.rank(there.layer)):
        parts["menus"][MAIN_MENU] = main
    _language_version(head, reading)
    app = AppSpec(
        name=stack.heads[stack.layers[-1].name].name,
        label=label_or_name(head.get("label"), stack.heads[stack.layers[-1].name].name),
        zone=_zone(head, reading),
        currency=_currency(head, reading),
        languages=_languages(head, reading),
        layers=stack.layers,
        settings=_settings(stack, reading),
        files=files,
        digest=digest,
        **parts,
    )
    return app, reading.problems


def _language_version(head: MapNode, reading: Reading) -> None:
    said = head.get("language")
    if isinstance(said, TextNode) and said.text != LANGUAGE_VERSION:
        reading.note(codes.LANGUAGE_VERSION, said.place, text=shortened(said.text))


def _languages(head: MapNode, reading: Reading) -> tuple[str, ...]:
    for item in items(head.get("languages")):
        if isinstance(item, TextNode) and not _LOCALE.fullmatch(item.text):
            reading.note(codes.BAD_LOCALE, item.place, text=shortened(item.text))
    return names(head.get("languages")) or ("zh-CN", "en")


def _zone(head: MapNode, reading: Reading) -> str:
    said = head.get("zone")
    if not isinstance(said, TextNode):
        return "Asia/Shanghai"
    try:
        ZoneInfo(said.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reading.note(codes.UNKNOWN_ZONE, said.place, text=said.text, **fix(said.text, sorted(available_timezones())))
        return "UTC"
    return said.text


def _currency(head: MapNode, reading: Reading) -> str:
    said = head.get("currency")
    if isinstance(said, TextNode) and said.text not in currencies.codes():
        reading.note(UNKNOWN_CURRENCY, said.place, text=shortened(said.text), **currencies.fix(said.text))
    return text(said, "CNY")


def _main_menu(stack: Stack, reading: Reading) -> MenuSpec | None:
    """The menu of the highest layer whose head has one."""
    for layer in reversed(stack.layers):
        head = stack.heads.get(layer.name)
        if head and head.node.get("menu") is not None:
            place = named_place(head.node, head.kind)
            return MenuSpec(MAIN_MENU, menu_items(head.node.get("menu")), None, place, layer.name)
    return None


def _settings(stack: Stack, reading: Reading) -> dict[str, SettingSpec]:
    """Settings as packs declare them, with the values that the application sets."""
    found: dict[str, SettingSpec] = {}
    for layer in stack.layers:
        head = stack.heads.get(layer.name)
        for entry in entries(head.node.get("settings") if head else None):
            name = entry.key.text
            if isinstance(entry.value, MapNode):
                found[name] = read_setting(entry)
            elif name in found:
                set_to = value(entry.value) or found[name].default
                found[name] = SettingSpec(name, found[name].kind, found[name].label, set_to, found[name].place)
            else:
                reading.note(codes.UNKNOWN_SETTING, entry.key.place, **unknown(name, found))
    return found


