"""People places: `owner`, `role(x, near)`, `superior(1)`, `chain(role(x))`, `field(signer)` and their kin."""

from __future__ import annotations

import re
from dataclasses import replace

from metadata.codes import names as codes
from metadata.problems import Place
from metadata.read.reading import Reading, items
from metadata.specs.common import People
from metadata.yaml.nodes import Node, TextNode

_CALL = re.compile(r"\s*([a-z_]+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_ROLE = re.compile(r"\s*role\s*\(\s*([a-z][a-z0-9_]*)\s*\)\s*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_LEVEL = re.compile(r"[1-9][0-9]?")
_LOGIN = re.compile(r"[^\s(),]+")

SELECTORS = ("owner", "initiator", "system", "role", "superior", "chain", "field", "user")


def people(node: Node | None, reading: Reading) -> tuple[People, ...]:
    """The selectors of a people place; what is none of the closed list is a problem (LW312)."""
    found = []
    for item in items(node):
        if not isinstance(item, TextNode):
            continue
        selector = selector_of(item.text, item.place)
        if selector is None:
            reading.note(codes.NOT_PEOPLE, item.place, text=item.text)
        else:
            found.append(selector)
    return tuple(found)


def selector_of(text: str, place: Place) -> People | None:
    """One selector, or None when the text is none."""
    call = _CALL.fullmatch(text)
    if call is None:
        return None
    word, argument = call[1], call[2]
    if argument is None:
        return People(word, place=place) if word in ("owner", "initiator", "system", "superior") else None
    read = _READERS.get(word)
    selector = read(argument.strip()) if read else None
    return replace(selector, place=place) if selector else None


def _role(argument: str) -> People | None:
    parts = [part.strip() for part in argument.split(",")]
    if not _NAME.fullmatch(parts[0]) or parts[1:] not in ([], ["near"]):
        return None
    return People("role", role=parts[0], near=len(parts) == 2)


def _superior(argument: str) -> People | None:
    return People("superior", level=int(argument)) if _LEVEL.fullmatch(argument) else None


def _chain(argument: str) -> People | None:
    role = _ROLE.fullmatch(argument)
    if role:
        return People("chain", role=role[1])
    return People("chain", level=int(argument)) if _LEVEL.fullmatch(argument) else None


def _field(argument: str) -> People | None:
    return People("field", path=tuple(argument.split("."))) if _PATH.fullmatch(argument) else None


def _user(argument: str) -> People | None:
    login = argument.strip("'\"")
    return People("user", login=login) if _LOGIN.fullmatch(login) else None


_READERS = {"role": _role, "superior": _superior, "chain": _chain, "field": _field, "user": _user}
