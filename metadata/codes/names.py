"""LW3xx: names that are used but not declared, or declared where they cannot be."""

from metadata.codes.define import code, warning
from metadata.problems import Code


def _unknown(number: str, zh: str, en: str) -> Code:
    return code(
        number,
        ("没有" + zh + " {name}", "there is no " + en + " {name}"),
        ("{known_zh}", "{known_en}"),
        ("{fix_zh}", "{fix_en}"),
    )


UNKNOWN_ENTITY = _unknown("LW301", "实体", "entity")
UNKNOWN_FIELD = code(
    "LW302",
    ("实体 {entity} 没有字段 {name}", "entity {entity} has no field {name}"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_STATE = code(
    "LW303",
    ("流程 {flow} 没有状态 {name}", "flow {flow} has no state {name}"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_MOVE = code(
    "LW304",
    ("实体 {entity} 的流程没有动作 {name}", "the flow of entity {entity} has no move {name}"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_ROLE = _unknown("LW305", "角色", "role")
UNKNOWN_APPROVAL = _unknown("LW306", "审批", "approval")
UNKNOWN_CONVERT = _unknown("LW307", "转化", "conversion")
UNKNOWN_COLLECTION = code(
    "LW308",
    ("实体 {entity} 没有子表或反向集合 {name}", "entity {entity} has no children field or reverse collection {name}"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_REPORT = _unknown("LW309", "报表", "report")
NOT_A_LINK = code(
    "LW311",
    ("{name} 不是关联字段，后面不能再用点", "{name} is no link, so nothing can follow it after a point"),
    ("点前应是 link、user 或 dept 字段", "expected a link, user or dept field before the point"),
    ("去掉点后的部分，或改用关联字段", "drop what follows the point or go through a link"),
)
NOT_PEOPLE = code(
    "LW312",
    ("{text} 指不出人", "{text} names no people"),
    ("应为 owner、initiator、role(x)、role(x, near)、superior(1)、chain(role(x))、chain(3)、field(x) 或 user(login)",
     "expected owner, initiator, role(x), role(x, near), superior(1), chain(role(x)), chain(3), field(x), user(login)"),
    ("角色写成 role({text})", "write a role as role({text})"),
)
SYSTEM_NAME = code(
    "LW313",
    ("{name} 是系统字段的名称", "{name} is the name of a system field"),
    ("应为其他名称", "expected another name"),
    ("换一个名称，例如 {name}_no", "choose another name, for example {name}_no"),
)
BACK_TAKEN = code(
    "LW314",
    (
        "实体 {entity} 已有 {name}，不能再作反向集合的名称",
        "entity {entity} already has {name}, so it cannot name a reverse collection",
    ),
    ("反向名称在目标实体上应唯一", "expected a reverse name that is free on the target"),
    ("把 back 改为其他名称", "give `back` another name"),
)
RETIRED_USED = code(
    "LW315",
    ("{name} 已停用，此处仍在使用", "{name} is retired but still used here"),
    ("应使用仍在用的名称", "expected a name that is in use"),
    ("去掉它，或把用到它的也停用，或取消停用", "remove it here, retire what uses it too, or bring it back"),
)
OLD_NAME = warning(
    "LW316",
    ("{old} 已改名为 {name}", "{old} is called {name} now"),
    ("应使用新名称", "expected the new name"),
    ("改为 {name}", "write {name}"),
)
RESERVED_NAME = code(
    "LW317",
    ("{name} 是表达式里的词，不能作字段名", "{name} is a word of expressions and cannot name a field"),
    ("应为其他名称", "expected another name"),
    ("换一个名称，例如 {name}_value", "choose another name, for example {name}_value"),
)
