"""The sentences of `explain`, in zh and en."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.access.matrix import Grant
from engine.access.predicates import Cover
from engine.compiled import CompiledApp, Texts
from engine.expressions.app_labels import AppLabels
from engine.expressions.sentence import to_sentence
from engine.languages import localized, short
from metadata.specs.access import Scope

SCOPES: dict[Scope, Texts] = {
    "own": {"zh": "本人负责的", "en": "one's own"},
    "own_and_reports": {"zh": "本人及下属负责的", "en": "one's own and one's reports'"},
    "dept": {"zh": "本部门的", "en": "the department's"},
    "dept_tree": {"zh": "本部门及下级部门的", "en": "the department's and those below"},
    "members": {"zh": "本人为成员的", "en": "those one is a member of"},
    "pool": {"zh": "无人负责的（公海）", "en": "those nobody owns (the pool)"},
    "involved": {"zh": "本人参与审批或被抄送的", "en": "those one approves or is copied on"},
    "all": {"zh": "全部", "en": "all"},
}


def _texts(zh: str, en: str) -> Texts:
    return {"zh": zh, "en": en}


def _role(name: str, app: CompiledApp, language: str) -> str:
    return localized(app.roles[name], language) if name in app.roles else name


def _roles(names: Iterable[str], app: CompiledApp, language: str) -> str:
    found = [f"“{_role(name, app, language)}” ({name})" for name in sorted(names)]
    chinese = short(language).base == "zh"
    return ("、" if chinese else ", ").join(found) or ("（无）" if chinese else "(none)")


def _entity(name: str, app: CompiledApp, language: str) -> str:
    return app.entities[name].label[language]


def _field(entity: str, field: str, app: CompiledApp, language: str) -> str:
    return app.entities[entity].fields[field].label[language]


def _rows(scopes: Sequence[Scope], language: str) -> str:
    return localized({"zh": "或", "en": " or "}, language).join(localized(SCOPES[scope], language) for scope in scopes)


def _grant(grant: Grant, app: CompiledApp, language: str) -> str:
    """`read customer: one's own` of a role, in words."""
    rows, entity = _rows(grant.scopes, language), _entity(grant.entity, app, language)
    where = localized({"zh": "，且须{}", "en": ", where {}"}, language)
    more = "" if grant.condition is None else where.format(_rule(grant, app, language))
    role = _role(grant.role, app, language)
    if short(language).base == "zh":
        return f"角色“{role}”对“{entity}”的 {grant.verb} 权限：{rows}{more}"
    return f"role “{role}”, {grant.verb} on {entity}: {rows}{more}"


def _rule(grant: Grant, app: CompiledApp, language: str) -> str:
    """The condition of a grant as a sentence; "" without one."""
    return "" if grant.condition is None else to_sentence(grant.condition, language, AppLabels(app, language))


def unrestricted() -> Texts:
    return _texts("以平台或管理员命令身份操作，不受数据权限限制。", "The platform and its operator are not limited by data rights.")


def granted(grant: Grant, scope: Scope, app: CompiledApp) -> Texts:
    return _texts(
        f"允许，依据{_grant(grant, app, 'zh')}；本记录属于“{SCOPES[scope]['zh']}”。",
        f"Allowed by {_grant(grant, app, 'en')}; this record is among “{SCOPES[scope]['en']}”.",
    )


def no_grant(roles: Iterable[str], entity: str, verb: str, app: CompiledApp) -> Texts:
    kept = list(roles)
    return _texts(
        f"所持角色 {_roles(kept, app, 'zh')} 均未授予对“{_entity(entity, app, 'zh')}”的 {verb} 权限。",
        f"None of the roles held, {_roles(kept, app, 'en')}, grants {verb} on {_entity(entity, app, 'en')}.",
    )


def no_row(found: Sequence[Cover], app: CompiledApp) -> Texts:
    return _texts(
        "没有授权覆盖本记录：" + "；".join(_grant(cover.grant, app, "zh") for cover in found) + "。",
        "No grant covers this record: " + "; ".join(_grant(cover.grant, app, "en") for cover in found) + ".",
    )


def denied(denial: Grant, app: CompiledApp) -> Texts:
    return _texts(f"被禁止，依据{_grant(denial, app, 'zh')}。", f"Denied by {_grant(denial, app, 'en')}.")


def lift_denial(denial: Grant, app: CompiledApp) -> Texts:
    return _texts(
        f"删除角色“{_role(denial.role, app, 'zh')}”中的该条 deny，或收回该角色。",
        f"Remove this deny from role “{_role(denial.role, app, 'en')}”, or take the role away.",
    )


def meet_condition(grant: Grant, app: CompiledApp) -> Texts:
    return _texts(
        f"使本记录满足角色“{_role(grant.role, app, 'zh')}”的条件：{_rule(grant, app, 'zh')}。",
        f"Make the record meet the condition of role “{_role(grant.role, app, 'en')}”: {_rule(grant, app, 'en')}.",
    )


def give_role(role: str, app: CompiledApp) -> Texts:
    return _texts(f"授予角色“{_role(role, app, 'zh')}”({role})。", f"Give the role “{_role(role, app, 'en')}” ({role}).")


def add_grant(roles: Sequence[str], entity: str, verb: str, scope: Scope, app: CompiledApp) -> Texts:
    kept = roles[0] if roles else "…"
    word, _, move = verb.partition(".")
    right = f"{word}: {{{move}: {scope}}}" if move else f"{word}: {scope}"
    return _texts(
        f"在角色 {kept} 中加入 allow: {{{entity}: {{{right}}}}}（{SCOPES[scope]['zh']}）。",
        f"Add allow: {{{entity}: {{{right}}}}} to role {kept} ({SCOPES[scope]['en']}).",
    )


def field_granted(grant: Grant, entity: str, field: str, app: CompiledApp) -> Texts:
    return _texts(
        f"字段“{_field(entity, field, app, 'zh')}”允许，依据{_grant(grant, app, 'zh')}。",
        f"The field “{_field(entity, field, app, 'en')}” is covered by {_grant(grant, app, 'en')}.",
    )


def field_denied(entity: str, field: str, app: CompiledApp) -> Texts:
    return _texts(
        f"字段“{_field(entity, field, app, 'zh')}”被角色的 deny 禁止。",
        f"The field “{_field(entity, field, app, 'en')}” is denied by a role.",
    )


def lift_field_denial(entity: str, field: str, app: CompiledApp) -> Texts:
    return _texts(f"删除对 {entity}.{field} 的 deny。", f"Remove the deny of {entity}.{field}.")


def field_hidden(roles: Iterable[str], entity: str, field: str, app: CompiledApp) -> tuple[Texts, Texts]:
    kept = sorted(set(roles))
    return _texts(
        f"覆盖本记录的角色 {_roles(kept, app, 'zh')} 均隐藏了字段“{_field(entity, field, app, 'zh')}”。",
        f"Every role that covers this record, {_roles(kept, app, 'en')}, leaves out “{_field(entity, field, app, 'en')}”.",
    ), _texts(
        f"在其中一个角色中去掉 {entity}.{field} 的 hide（对外角色则写明 read）。",
        f"Take the hide of {entity}.{field} out of one of them (an outside role names it with read).",
    )


def field_masked(roles: Iterable[str], entity: str, field: str, app: CompiledApp) -> tuple[Texts, Texts]:
    kept = sorted(set(roles))
    return _texts(
        f"字段“{_field(entity, field, app, 'zh')}”在本记录上被角色 {_roles(kept, app, 'zh')} 遮盖。",
        f"“{_field(entity, field, app, 'en')}” is masked on this record by {_roles(kept, app, 'en')}.",
    ), _texts(f"去掉或收窄 {entity}.{field} 的 mask。", f"Remove or narrow the mask of {entity}.{field}.")


def field_readonly(roles: Iterable[str], entity: str, field: str, app: CompiledApp) -> tuple[Texts, Texts]:
    kept = sorted(set(roles))
    return _texts(
        f"字段“{_field(entity, field, app, 'zh')}”对角色 {_roles(kept, app, 'zh')} 只读。",
        f"“{_field(entity, field, app, 'en')}” is read-only for {_roles(kept, app, 'en')}.",
    ), _texts(f"去掉 {entity}.{field} 的 readonly。", f"Remove the readonly of {entity}.{field}.")


def field_fixed(entity: str, field: str, app: CompiledApp) -> Texts:
    return _texts(
        f"字段“{_field(entity, field, app, 'zh')}”由系统或流程维护，任何人都不能直接修改。",
        f"“{_field(entity, field, app, 'en')}” is kept by the system or the flow; nobody writes it directly.",
    )


def field_unseen(entity: str, field: str, app: CompiledApp) -> tuple[Texts, Texts]:
    return _texts(
        f"字段“{_field(entity, field, app, 'zh')}”在本记录上不可完整查看，因此不能修改。",
        f"“{_field(entity, field, app, 'en')}” cannot be read in full on this record, so it cannot be changed.",
    ), _texts(f"使 {entity}.{field} 在本记录上可读。", f"Make {entity}.{field} readable on this record.")
