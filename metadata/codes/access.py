"""LW7xx: roles and rights."""

from metadata.codes.define import code, warning

FIELD_KEY = code(
    "LW701",
    ("{name} 应写成 实体.字段", "{name} should be entity.field"),
    ("应为 实体.字段，例如 contract.margin", "expected entity.field, for example contract.margin"),
    ("补上实体名", "put the entity before it"),
)
INCLUDE_CIRCLE = code(
    "LW702",
    ("角色 {roles} 互相包含", "the roles {roles} include each other in a circle"),
    ("包含关系不能成环", "expected includes without a circle"),
    ("去掉一个 includes", "drop one includes"),
)
SCOPE_NEEDS_OWNER = code(
    "LW703",
    ("{entity} 没有负责人，不能用范围 {scope}", "{entity} has no owner, so the scope {scope} covers nothing"),
    ("应为 all，或带 if 的 all", "expected all, perhaps with an if"),
    (
        "给实体加 owned: true，或写 {{scope: all, if: …}}",
        "add owned: true to the entity, or write {{scope: all, if: ...}}",
    ),
)
WRITE_WITHOUT_READ = warning(
    "LW704",
    ("角色 {role} 能 {verb} {entity}，却看不到它", "role {role} may {verb} {entity} but not read it"),
    ("应同时有 read", "expected read as well"),
    ("加上 read: {scope}", "add read: {scope}"),
)
CHILD_GRANT = code(
    "LW705",
    ("子表实体 {entity} 没有自己的权限", "the child entity {entity} has no rights of its own"),
    ("权限写在上级 {parents} 上", "expected the rights on its parent {parents}"),
    ("删去这一项", "delete this entry"),
)
RIGHT_CONTRADICTS = code(
    "LW706",
    ("{field} 的 {first} 与 {second} 互相矛盾", "{first} and {second} of {field} contradict each other"),
    ("只写一个", "expected one of them"),
    ("去掉一个", "drop one"),
)
NOBODY_READS = warning(
    "LW707",
    ("没有角色能看 {entity}", "no role may read {entity}"),
    ("应有角色写 {entity}: {{read: …}}", "expected a role with {entity}: {{read: ...}}"),
    ("在角色的 allow 里加上", "add it to the allow of a role"),
)
NO_ADMIN = warning(
    "LW708",
    ("没有管理员角色", "no role administers the application"),
    ("应有一个角色写 admin: true", "expected one role with admin: true"),
    ("给一个角色加 admin: true", "add admin: true to a role"),
)
OUTSIDE_INCLUDES = code(
    "LW709",
    ("外部角色 {role} 不能包含内部角色 {other}", "the outside role {role} cannot include the inside role {other}"),
    ("外部角色只包含外部角色", "expected an outside role"),
    ("去掉它，逐个写出权限", "drop it and name the rights one by one"),
)
NAMED_FOR_OUTSIDE = code(
    "LW710",
    ("read 和 edit 只用于外部角色", "read and edit of a field belong to outside roles only"),
    ("内部角色看得到的记录，其字段默认可见", "fields are readable as their record is, unless hidden"),
    ("去掉它，或写 outside: true", "drop it, or say outside: true"),
)
OUTSIDE_SEES_NOTHING = warning(
    "LW711",
    (
        "外部角色 {role} 能看 {entity}，却没有点名任何字段",
        "the outside role {role} may read {entity}, but none of its fields is named",
    ),
    ("外部角色只看得到点名的字段", "an outside role sees only fields that are named"),
    ("在 fields 里写 {entity}.字段: {{read: true}}", "write {entity}.field: {{read: true}} under fields"),
)
COPIES_HIDDEN = warning(
    "LW712",
    (
        "{copy} 由 {hidden} 得来；角色 {roles} 看不到后者（或只看到一部分），却能看到前者",
        "{copy} takes its value from {hidden}, which {roles} may not read, or only in part, but may read {copy}",
    ),
    ("应对两个字段有同样的权限", "expected the same right on both fields"),
    (
        "在角色 {role} 的 fields 里写 {copy}: {{hide: true}}，或不写入这个值",
        "write {copy}: {{hide: true}} under fields of the role {role}, or do not copy the value",
    ),
)
DERIVED_FROM_HIDDEN = warning(
    "LW713",
    (
        "{field} 由 {hidden} 算出；角色 {roles} 看不到后者（或只看到一部分），却能看到前者",
        "{field} is worked out from {hidden}, which {roles} may not read, or only in part, but may read {field}",
    ),
    ("应对两个字段有同样的权限，或写 reveals: true", "expected the same right on both fields, or reveals: true"),
    (
        "在角色 {role} 的 fields 里写 {field}: {{hide: true}}；若有意如此，给 {field} 加上 reveals: true",
        "write {field}: {{hide: true}} under fields of the role {role}; if it is meant so, say reveals: true of {field}",
    ),
)
ROLE_WAS_TAKEN = code(
    "LW714",
    (
        "角色 {role} 的曾用名 {name} 现在是另一个角色，两者的人员无法分开",
        "{name}, an earlier name of the role {role}, is a role of its own now: whose people it has cannot be told",
    ),
    ("应为不再使用的角色名", "expected a name that no role has any more"),
    ("从 was 中删去 {name}，或给另一个角色换个名字", "take {name} out of was, or give the other role another name"),
)
