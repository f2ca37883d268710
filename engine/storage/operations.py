"""The closed set of changes that `apply` makes, as plain data, each with its sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metadata.problems import Language


@dataclass(frozen=True, slots=True)
class CreateEntity:
    """A new table with all its fields and indexes."""

    entity: str


@dataclass(frozen=True, slots=True)
class RenameEntity:
    """The lineage `lineage` is called `entity` from now on; its table stays."""

    lineage: int
    old: str
    entity: str


@dataclass(frozen=True, slots=True)
class ParkEntity:
    """Hidden; table and rows stay. `entity` is the present name in the catalogue."""

    entity: str


@dataclass(frozen=True, slots=True)
class ReviveEntity:
    """A parked entity is declared again."""

    entity: str


@dataclass(frozen=True, slots=True)
class AddSystemColumns:
    """The entity became owned or approvable: `columns` are added."""

    entity: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddField:
    """A new field, with its column or link table where it has one."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class RenameField:
    """The lineage `lineage` is called `field` from now on; its column stays."""

    entity: str
    lineage: int
    old: str
    field: str


@dataclass(frozen=True, slots=True)
class ParkField:
    """Hidden; column and values stay. `field` is the present name in the catalogue."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class ReviveField:
    """A parked field is declared again, with the values it had."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class WidenField:
    """The field takes more than before: a text kind that takes any text, more targets of a polymorphic link."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class WidenOptions:
    """New options of a choice."""

    entity: str
    field: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenameOption:
    """The stored values follow the option's new name."""

    entity: str
    field: str
    old: str
    option: str


@dataclass(frozen=True, slots=True)
class CarrySeries:
    """Numbers of a series whose `reset` changes go on from the highest one given, so that none comes twice."""

    entity: str
    field: str
    old: str
    reset: str


@dataclass(frozen=True, slots=True)
class ComputeField:
    """A stored computed value is computed for all rows, because it is new or its definition changed."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class OrderTexts:
    """The texts `fields` get what they sort by, for all rows, made by a Loomwork that had none."""

    entity: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddIndex:
    """An index that a file declares, or that lists and rules need."""

    entity: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddUnique:
    """Values have to be unique from now on; refused when they are not so already."""

    entity: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index, unique or not, that nothing asks for any more; no value is touched."""

    entity: str
    name: str


@dataclass(frozen=True, slots=True)
class IndexSearch:
    """The search index is built over `fields`."""

    entity: str
    fields: tuple[str, ...]


Operation = (
    CreateEntity | RenameEntity | ParkEntity | ReviveEntity | AddSystemColumns | AddField | RenameField | ParkField
    | ReviveField | WidenField | WidenOptions | RenameOption | CarrySeries | ComputeField | OrderTexts | AddIndex | AddUnique
    | DropIndex | IndexSearch
)

_SENTENCES: Mapping[type, Mapping[Language, str]] = {
    CreateEntity: {"zh": "新建实体 {entity}", "en": "Create entity {entity}"},
    RenameEntity: {
        "zh": "实体 {old} 改名为 {entity}，数据不动", "en": "Rename entity {old} to {entity}; its data stays",
    },
    ParkEntity: {"zh": "停用实体 {entity}，数据保留", "en": "Retire entity {entity}; its data is kept"},
    ReviveEntity: {"zh": "重新启用实体 {entity}", "en": "Bring entity {entity} back with its data"},
    AddSystemColumns: {"zh": "实体 {entity} 增加系统字段 {columns}", "en": "Add system fields {columns} to {entity}"},
    AddField: {"zh": "新增字段 {entity}.{field}", "en": "Add field {entity}.{field}"},
    RenameField: {
        "zh": "字段 {entity}.{old} 改名为 {field}，数据不动",
        "en": "Rename field {entity}.{old} to {field}; its data stays",
    },
    ParkField: {"zh": "停用字段 {entity}.{field}，数据保留", "en": "Retire field {entity}.{field}; its data is kept"},
    ReviveField: {"zh": "重新启用字段 {entity}.{field}", "en": "Bring field {entity}.{field} back with its data"},
    WidenField: {"zh": "放宽字段 {entity}.{field}", "en": "Widen field {entity}.{field}"},
    WidenOptions: {"zh": "字段 {entity}.{field} 增加选项 {options}", "en": "Add options {options} to {entity}.{field}"},
    RenameOption: {
        "zh": "字段 {entity}.{field} 的选项 {old} 改名为 {option}",
        "en": "Rename option {old} of {entity}.{field} to {option}",
    },
    CarrySeries: {
        "zh": "编号 {entity}.{field} 的 reset 由 {old} 改为 {reset}，接着最大的号往下编",
        "en": "Numbers of {entity}.{field} go on from the highest one; reset changes from {old} to {reset}",
    },
    ComputeField: {
        "zh": "为全部记录计算 {entity}.{field}", "en": "Compute {entity}.{field} for all records",
    },
    OrderTexts: {
        "zh": "{entity} 的 {fields} 按拼音排序", "en": "Sort {fields} of {entity} without regard to case and accents, Chinese by pinyin",
    },
    AddIndex: {"zh": "在 {entity} 上为 {fields} 建立索引", "en": "Add an index on {fields} of {entity}"},
    AddUnique: {"zh": "要求 {entity} 的 {fields} 唯一", "en": "Require {fields} of {entity} to be unique"},
    DropIndex: {"zh": "去掉 {entity} 不再需要的索引 {name}", "en": "Drop index {name} of {entity}, no longer needed"},
    IndexSearch: {"zh": "为 {entity} 的 {fields} 建立搜索", "en": "Build the search index of {entity} over {fields}"},
}

def sentence(operation: Operation, language: Language) -> str:
    """What the operation does, in one sentence without a full stop."""
    values = {name: getattr(operation, name) for name in operation.__slots__}
    shown = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return _SENTENCES[type(operation)][language].format_map(shown)


def as_json(operation: Operation) -> dict[str, object]:
    """The stable machine form: `kind` and the operation's own properties."""
    values = {name: getattr(operation, name) for name in operation.__slots__}
    return {"kind": type(operation).__name__, **values}
