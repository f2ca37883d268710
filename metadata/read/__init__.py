"""read: merged trees -> frozen specs. `READERS` has one reader per kind that is one object a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metadata.read.access import read_role
from metadata.read.entities import read_entity
from metadata.read.flows import read_approval, read_convert, read_flow
from metadata.read.packs import read_data, read_scenario, read_translation
from metadata.read.reading import Reading
from metadata.read.screens import read_form, read_home, read_list, read_menu, read_print, read_report
from metadata.yaml.nodes import MapNode

READERS: Mapping[str, Callable[[MapNode, str, Reading], object]] = {
    "entity": read_entity, "flow": read_flow, "approval": read_approval, "role": read_role, "form": read_form,
    "list": read_list, "menu": read_menu, "home": read_home, "report": read_report, "print": read_print, "convert": read_convert,
    "scenario": read_scenario, "data": read_data, "translation": read_translation,
}

__all__ = ["READERS", "Reading"]
