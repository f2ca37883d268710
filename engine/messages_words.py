"""Words and short phrases that stand inside other texts."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "yes": {"zh": "是", "en": "Yes"},
    "no": {"zh": "否", "en": "No"},
    "just_now": {"zh": "刚刚", "en": "just now"},
    "minutes_ago": {"zh": "{count} 分钟前", "en": "{count} min ago"},
    "hours_ago": {"zh": "{count} 小时前", "en": "{count} h ago"},
    "yesterday": {"zh": "昨天", "en": "yesterday"},
    "hours": {"zh": " 小时", "en": " h"},
    "minutes": {"zh": " 分", "en": " min"},
    "seconds": {"zh": " 秒", "en": " s"},
    "extension": {"zh": " 转 ", "en": " ext. "},
    "stars": {"zh": "{value} 星（共 {most} 星）", "en": "{value} of {most} stars"},
    "no_stars": {"zh": "不评分", "en": "No rating"},
    "home": {"zh": "工作台", "en": "Home"},
    "all_of": {"zh": "全部{entity}", "en": "All: {entity}"},
    "someone": {"zh": "有人", "en": "Someone"},
    "oneself": {"zh": "您在另一处", "en": "You, elsewhere,"},
    "condition_hidden": {"zh": "您无权查看的条件", "en": "a condition you may not see"},
    "count": {"zh": "数量", "en": "Count"},
    "in_period": {"zh": "{field}（{period}）", "en": "{field} ({period})"},
    "day": {"zh": "日", "en": "day"},
    "week": {"zh": "周", "en": "week"},
    "month": {"zh": "月", "en": "month"},
    "quarter": {"zh": "季度", "en": "quarter"},
    "year": {"zh": "年", "en": "year"},
    "forgot_password": {
        "zh": "{name} 忘记了密码，请发送设置新密码的链接。", "en": "{name} forgot the password: send a link for a new one.",
    },
}
