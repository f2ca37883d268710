"""What is said about doing the same to many records."""

from __future__ import annotations

from collections.abc import Mapping

BULK: Mapping[str, Mapping[str, str]] = {
    "bulk_none": {"zh": "没有选中任何记录；请先勾选。", "en": "No record is selected; tick some first."},
    "bulk_bad_selection": {
        "zh": "无法识别所选的记录；请刷新列表后重新勾选。",
        "en": "The selection cannot be read; reload the list and select anew.",
    },
    "bulk_bad_filter": {
        "zh": "有筛选条件无法识别，“全部”并不是列表所示；请先修正或移除它。",
        "en": "A filter of the list cannot be read, so “all” would be more than it asks for; correct or remove it first.",
    },
    "bulk_too_many": {
        "zh": "一次最多处理 {limit} 条记录；请用筛选缩小范围，分次进行。",
        "en": "At most {limit} records are done at once; narrow the list with filters and do it in parts.",
    },
    "bulk_no_field": {"zh": "请选择要修改的字段。", "en": "Choose the field to change."},
    "bulk_no_move": {"zh": "请选择要执行的操作。", "en": "Choose the move to make."},
    "bulk_changed_since": {
        "zh": "此记录之后又被修改过，未撤销。",
        "en": "This record was changed since, so it was left as it is.",
    },
    "bulk_no_way_back": {
        "zh": "流程没有退回原状态的操作，无法撤销。",
        "en": "The flow has no way back to the state before, so this cannot be undone.",
    },
    "bulk_undo_over": {
        "zh": "只能在 {days} 天内撤销一次。",
        "en": "This can be undone once, within {days} days.",
    },
    "bulk_fault": {
        "zh": "处理这条记录时程序出错，记录未改动；请把时间告诉管理员，日志中有原因。",
        "en": "The program failed at this record, which was not changed; tell an administrator the time, the log says why.",
    },
    "export_too_many": {
        "zh": "一次最多导出 {limit} 行；请用筛选缩小范围，分次导出。",
        "en": "At most {limit} rows are exported at once; narrow the list with filters and export it in parts.",
    },
    "export_denied": {
        "zh": "您已无权导出这些记录，没有生成文件。",
        "en": "You may no longer export these records; no file was made.",
    },
    "export_list_gone": {
        "zh": "此列表、其中的字段或筛选已不存在，或对您不再可见，没有生成文件；请重新打开列表后再导出。",
        "en": "The list, one of its fields or filters is no more, or no longer yours to see; no file was made. Open the list and "
              "export anew.",
    },
    "export_unsettled": {
        "zh": "导出期间权限不断变化，没有生成文件；请稍后重新导出。",
        "en": "Rights kept changing while rows were read; no file was made. Export again in a while.",
    },
    "export_person_gone": {
        "zh": "发起人已停用，没有生成文件。",
        "en": "Whoever began this is no longer active; no file was made.",
    },
    "bulk_person_gone": {
        "zh": "发起人已停用，其余记录未处理。",
        "en": "Whoever began this is no longer active; the rest was not done.",
    },
}
