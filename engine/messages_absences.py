"""What absences and stand-ins say to people."""

from __future__ import annotations

from collections.abc import Mapping

ABSENCES: Mapping[str, Mapping[str, str]] = {
    "stand_in_self": {"zh": "代理人不能是外出者本人；请选择其他人。", "en": "Nobody stands in for themselves; choose somebody else."},
    "stand_in_away": {
        "zh": "此人在 {first} 至 {last} 也外出；请选择其他人，或调整日期。",
        "en": "This person is away too, from {first} to {last}; choose somebody else or other days.",
    },
    "absence_overlaps": {
        "zh": "与 {first} 至 {last} 的外出安排重叠；请调整日期，或修改那一条。",
        "en": "There is an absence from {first} to {last} already; choose other days or change that one.",
    },
    "absence_backwards": {"zh": "最后一天不能早于第一天。", "en": "The last day cannot be before the first."},
    "absence_over": {"zh": "这条外出安排已经结束，不能再修改。", "en": "This absence is over and cannot be changed."},
    "may_not_enter_absence": {
        "zh": "您只能登记自己的外出；他人的请由管理员登记。",
        "en": "You may enter your own absences only; those of others are for an administrator to enter.",
    },
    "told_stand_in": {
        "zh": "{{@actor}} 将于 {first} 至 {last} 外出，期间由您代为审批",
        "en": "{{@actor}} is away from {first} to {last}; you stand in for their approvals",
    },
    "told_stand_in_now": {
        "zh": "{{@actor}} 已外出（至 {last}），由您代为审批：现有待审批 {count} 项",
        "en": "{{@actor}} is away until {last} and you stand in for their approvals; waiting now: {count}",
    },
    "told_stand_in_ended": {"zh": "您不再代 {{@actor}} 审批", "en": "You no longer stand in for the approvals of {{@actor}}"},
    "told_absence_entered": {
        "zh": "{{@actor}} 为您登记了外出（{first} 至 {last}），期间有人代您审批",
        "en": "{{@actor}} entered that you are away from {first} to {last}; somebody stands in for your approvals",
    },
    "told_absence_ended": {"zh": "{{@actor}} 结束了您的外出安排", "en": "{{@actor}} ended an absence of yours"},
    "told_stand_in_away": {
        "zh": "您的代理人 {{@actor}} 在 {first} 至 {last} 也外出；您外出期间可另选代理人",
        "en": "{{@actor}}, who stands in for you, is away too from {first} to {last}; you can choose somebody else",
    },
    "told_stand_in_gone": {
        "zh": "您的代理人 {{@actor}} 已停用；请在个人设置中另选代理人",
        "en": "{{@actor}}, who was to stand in for you, is no longer active; choose somebody else in your settings",
    },
    "told_admin_stand_in_gone": {
        "zh": "{{@actor}} 已停用，而其被指定为他人外出时的代理人；请协助另选",
        "en": "{{@actor}} is no longer active, but was to stand in for somebody who is away; help to choose somebody else",
    },
}
