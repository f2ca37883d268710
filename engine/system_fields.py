"""The fields that every record has without their being declared."""

from __future__ import annotations

from collections.abc import Container, Mapping

from engine.compiled import CompiledField, CompiledLink, CompiledOption
from engine.field_types import FIELD_TYPES
from engine.languages import PlatformTexts, platform_block
from metadata.specs.entity import APPROVAL_FIELD, APPROVAL_STATES, OWNED_FIELDS, SYSTEM_FIELDS
from metadata.specs.people import PEOPLE_TARGETS

LABELS: Mapping[str, PlatformTexts] = platform_block("field", {
    "id": {"zh": "编号", "en": "Id"},
    "revision": {"zh": "版本", "en": "Revision"},
    "created_at": {"zh": "创建时间", "en": "Created"},
    "created_by": {"zh": "创建人", "en": "Created by"},
    "updated_at": {"zh": "修改时间", "en": "Updated"},
    "updated_by": {"zh": "修改人", "en": "Updated by"},
    "archived_at": {"zh": "删除时间", "en": "Trashed"},
    "owner": {"zh": "负责人", "en": "Owner"},
    "dept": {"zh": "所属部门", "en": "Department"},
    "approval": {"zh": "审批状态", "en": "Approval"},
})

APPROVAL_LABELS: Mapping[str, PlatformTexts] = platform_block("approval_state", {
    "unsubmitted": {"zh": "未提交", "en": "Not submitted"},
    "pending": {"zh": "审批中", "en": "In approval"},
    "approved": {"zh": "已通过", "en": "Approved"},
    "rejected": {"zh": "已拒绝", "en": "Rejected"},
    "returned": {"zh": "已退回", "en": "Returned"},
    "recalled": {"zh": "已撤回", "en": "Recalled"},
    "void": {"zh": "已作废", "en": "Void"},
    "not_required": {"zh": "无需审批", "en": "Not needed"},
})


def system_field_kinds(owned: bool, approvable: bool) -> dict[str, str]:
    """The system fields of an entity: name -> stored kind."""
    return {**SYSTEM_FIELDS, **(OWNED_FIELDS if owned else {}), **(APPROVAL_FIELD if approvable else {})}


def system_field(name: str, stored: str, entities: Container[str]) -> CompiledField:
    """One system field, still without its column. It has no lineage: history knows it by its name. Where the application
    has none of the `entities` of people, those who created and own a record are numbers that lead nowhere."""
    options: dict[str, CompiledOption] = {}
    if name in APPROVAL_FIELD:
        options = {state: CompiledOption(state, APPROVAL_LABELS[state], None, False) for state in APPROVAL_STATES}
    target = PEOPLE_TARGETS.get(stored)
    link = CompiledLink((target,), None, None, "restrict") if target is not None and target in entities else None
    return CompiledField(
        name=name, kind=stored, stored=stored, type=FIELD_TYPES[stored], label=LABELS[name], system=True,
        options=options, link=link,
    )
