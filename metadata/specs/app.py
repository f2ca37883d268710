"""The whole declared application, after layers are merged and names resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metadata.problems import NOWHERE, Place
from metadata.specs.access import RoleSpec
from metadata.specs.common import Label, Value
from metadata.specs.entity import EntitySpec, OptionSpec
from metadata.specs.flow import ApprovalSpec, ConvertSpec, FlowSpec
from metadata.specs.screens import (
    DataSpec,
    FormSpec,
    HomeSpec,
    ListSpec,
    MenuSpec,
    PrintSpec,
    ReportSpec,
    ScenarioSpec,
)


@dataclass(frozen=True, slots=True)
class SettingSpec:
    name: str
    kind: str
    label: Label
    default: Value
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One layer in order: a pack (`name`, `version`) or the application's own (`.`)."""

    name: str
    version: str | None
    folder: str
    label: Label


@dataclass(frozen=True, slots=True)
class TranslationSpec:
    """A language that the application adds (R30): `name` is its code (`fr`, `pt_br`), `title` what it calls itself, `like` the
    language whose texts stand in. `labels` are by the text in that language, `texts` by the key of the platform's text."""

    name: str
    title: str
    like: Literal["zh", "en"]
    labels: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each of them stands, by the key."""
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class AppSpec:
    """`files` is the full text of every file by path relative to the application folder; `digest` its sha256. A retired
    role gives nobody anything; records that name it still show what it was called."""

    name: str
    label: Label
    zone: str
    currency: str
    languages: tuple[str, ...]
    layers: tuple[LayerSpec, ...]
    settings: Mapping[str, SettingSpec] = field(default_factory=dict)
    entities: Mapping[str, EntitySpec] = field(default_factory=dict)
    flows: Mapping[str, FlowSpec] = field(default_factory=dict)
    approvals: Mapping[str, ApprovalSpec] = field(default_factory=dict)
    converts: Mapping[str, ConvertSpec] = field(default_factory=dict)
    roles: Mapping[str, RoleSpec] = field(default_factory=dict)
    retired_roles: Mapping[str, OptionSpec] = field(default_factory=dict)
    forms: Mapping[str, FormSpec] = field(default_factory=dict)
    lists: Mapping[str, ListSpec] = field(default_factory=dict)
    menus: Mapping[str, MenuSpec] = field(default_factory=dict)
    homes: Mapping[str, HomeSpec] = field(default_factory=dict)
    reports: Mapping[str, ReportSpec] = field(default_factory=dict)
    prints: Mapping[str, PrintSpec] = field(default_factory=dict)
    scenarios: Mapping[str, ScenarioSpec] = field(default_factory=dict)
    data: Mapping[str, DataSpec] = field(default_factory=dict)
    translations: Mapping[str, TranslationSpec] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""

    @property
    def former_roles(self) -> Mapping[str, str]:
        """Earlier name of a role -> its present one; a name in use again is its new owner's."""
        return {old: role.name for role in self.roles.values() for old in role.was if old not in self.roles}
