"""Changes that `apply` refuses, because they would lose or convert what people have stored."""

from __future__ import annotations

from collections.abc import Sequence

from engine.refusals import Message, Refusal
from metadata.codes.define import code
from metadata.problems import Problem

ENTITY_VANISHED = code(
    "LC101",
    (
        "数据库里有实体“{name}”，但已没有文件声明它",
        "the database has entity '{name}', but no file declares it any more",
    ),
    (
        "实体不能悄悄消失：里面可能有 {rows} 条记录",
        "entities do not vanish silently: it holds {rows} records",
    ),
    (
        "改了名就在新实体上写 was: [{name}]；不再用就写 retired: true",
        "if it was renamed, write was: [{name}] on the new one; if it is no longer used, write retired: true",
    ),
)
FIELD_VANISHED = code(
    "LC102",
    (
        "实体“{entity}”的字段“{name}”在数据库里有，但已不再声明",
        "field '{name}' of '{entity}' is in the database but no longer declared",
    ),
    (
        "字段不能悄悄消失",
        "fields do not vanish silently",
    ),
    (
        "改了名就在新字段上写 was: [{name}]；不再用就写 {name}: {{retired: true}}",
        "if it was renamed, write was: [{name}] on the new one; if it is no longer used, write {name}: {{retired: "
        "true}}",
    ),
)
KIND_CHANGED = code(
    "LC103",
    (
        "字段“{entity}.{name}”的存储类型由 {old} 改成了 {new}",
        "field '{entity}.{name}' changes its stored kind from {old} to {new}",
    ),
    (
        "已有的值需要转换，apply 不转换已有的值",
        "the values there are would have to be converted, and apply converts no stored values",
    ),
    (
        "保留原类型；或停用它并用新名字另建一个字段",
        "keep the kind, or retire the field and declare another under a new name",
    ),
)
SCALE_CHANGED = code(
    "LC104",
    (
        "字段“{entity}.{name}”的小数位由 {old} 改成了 {new}",
        "field '{entity}.{name}' changes its decimal digits from {old} to {new}",
    ),
    (
        "已有的值需要转换，apply 不转换已有的值",
        "the values there are would have to be converted, and apply converts no stored values",
    ),
    (
        "写回 scale: {old}",
        "write scale: {old} again",
    ),
)
TARGET_CHANGED = code(
    "LC105",
    (
        "字段“{entity}.{name}”改为指向别的实体",
        "field '{entity}.{name}' points at another entity than before",
    ),
    (
        "已有的值指向原来的实体",
        "the values there are point at the former one",
    ),
    (
        "保留原目标；或停用它并用新名字另建一个字段",
        "keep the target, or retire the field and declare another under a new name",
    ),
)
OPTION_VANISHED = code(
    "LC106",
    (
        "字段“{entity}.{name}”少了选项“{option}”",
        "option '{option}' of '{entity}.{name}' is no longer declared",
    ),
    (
        "记录里可能还有这个值",
        "records may hold it",
    ),
    (
        "改了名就写 was: [{option}]；不再用就写 retired: true",
        "if it was renamed, write was: [{option}]; if it is no longer used, write retired: true",
    ),
)
ROLE_VANISHED = code(
    "LC114",
    (
        "没有文件再声明角色“{role}”，而字段“{entity}.{name}”的值可能还是它",
        "no file declares role '{role}' any more, and '{entity}.{name}' may hold it",
    ),
    (
        "角色不能悄悄消失",
        "roles do not vanish silently",
    ),
    (
        "改了名就在新角色上写 was: [{role}]；不再用就保留它的文件，在其中写 retired: true",
        "if it was renamed, write was: [{role}] on the new one; if it is no longer used, keep its file and write retired: true "
        "in it",
    ),
)
ROLE_HELD = code(
    "LC115",
    (
        "角色“{role}”将不再存在，但仍有人拥有它（{count}）：{people}",
        "role '{role}' goes, but is still held ({count}): {people}",
    ),
    (
        "没有人因为发布而失去角色",
        "nobody loses a role by a release",
    ),
    (
        "先收回：在页面 /e/role_assignment 删除这些授予，或逐人运行 loomwork user roles {login} --role 保留的角色（一个不留则用 --none）；"
        "改了名就在新角色上写 was: [{role}]",
        "take it away first: delete these assignments on the page /e/role_assignment, or run loomwork user roles {login} --role "
        "ROLE_THAT_STAYS (--none if none stays) for each of them; if it was renamed, write was: [{role}] on the new one",
    ),
)
OPTION_RENAMED_IN_SET = code(
    "LC107",
    (
        "多选字段“{entity}.{name}”的选项“{option}”改了名",
        "option '{option}' of the multiple choice '{entity}.{name}' is renamed",
    ),
    (
        "多选里的值需要逐条转换，apply 不转换已有的值",
        "the stored sets would have to be converted, and apply converts no stored values",
    ),
    (
        "保留选项名，只改显示文字 label",
        "keep the option's name and change its label only",
    ),
)
VALUES_REPLACED = code(
    "LC108",
    (
        "字段“{entity}.{name}”原来由人填写，现在改为计算",
        "field '{entity}.{name}' was filled in by people and becomes computed",
    ),
    (
        "已填的值会被覆盖",
        "the values there are would be overwritten",
    ),
    (
        "用新名字声明计算字段，再停用原字段",
        "declare the computed field under a new name and retire this one",
    ),
)
CHILD_CHANGED = code(
    "LC109",
    (
        "实体“{name}”的 child 改变了",
        "entity '{name}' changes its child property",
    ),
    (
        "已有的记录会失去或缺少上级",
        "the records there are would lose, or lack, their parent",
    ),
    (
        "写回 child: {old}",
        "write child: {old} again",
    ),
)
NOT_UNIQUE = code(
    "LC110",
    (
        "“{entity}”的 {fields} 已有 {count} 组重复值",
        "{count} values of {fields} in '{entity}' are there more than once",
    ),
    (
        "唯一规则要求现有记录先不重复",
        "a unique rule needs records that keep it",
    ),
    (
        "先合并或改正重复的记录，再应用",
        "merge or correct the repeated records, then apply",
    ),
)
APPROVAL_NEEDS_FIELD = code(
    "LC111",
    (
        "审批“{approval}”有 {count} 个正在进行，还要用到字段“{entity}.{name}”",
        "{count} running approvals of '{approval}' still need field '{entity}.{name}'",
    ),
    (
        "进行中的审批按提交时的定义走完",
        "a running approval ends under the definition it was submitted under",
    ),
    (
        "等它们结束（或由管理员终止）后再停用；改了名就在新字段上写 was: [{name}]",
        "retire it when they have ended or an administrator has stopped them; if it was renamed, write was: [{name}] on "
        "the new one",
    ),
)
APPROVAL_NEEDS_ENTITY = code(
    "LC112",
    (
        "审批“{approval}”有 {count} 个正在进行，还要用到实体“{entity}”",
        "{count} running approvals of '{approval}' still need entity '{entity}'",
    ),
    (
        "审批结束之前，其记录要有流程和审批，用到的实体不能停用",
        "until they end, their records need a flow and an approval, and no entity they use may be retired",
    ),
    (
        "保留实体、流程和审批；等它们结束（或由管理员终止）后再去掉",
        "keep the entity, its flow and its approval; take them away when they have ended or an administrator has stopped "
        "them",
    ),
)


CURRENCY_CHANGED = code(
    "LC113",
    (
        "字段“{entity}.{name}”的币种由 {old} 改成了 {new}",
        "field '{entity}.{name}' changes its currency from {old} to {new}",
    ),
    (
        "已有的金额会变成另一种钱，apply 不换算已有的值",
        "the amounts there are would become other money, and apply converts no stored values",
    ),
    (
        "保留 currency: {old}；要用 {new} 就用新名字另建一个字段",
        "keep currency: {old}; for amounts in {new} declare another field under a new name",
    ),
)


class ChangeRefused(Refusal):
    """The declaration would lose or convert stored data; `problems` name each place. Nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = {"zh": problems[0].line("zh"), "en": problems[0].line("en")}
        super().__init__(Message("change_refused", {"count": len(problems), "first": first}))
        self.problems = tuple(problems)
