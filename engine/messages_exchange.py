"""What imports, and people managed from the command line, are told."""

from __future__ import annotations

from collections.abc import Mapping

EXCHANGE: Mapping[str, Mapping[str, str]] = {
    "print_too_large": {
        "zh": "打印内容超出限制，未能生成；请联系管理员简化打印模板。",
        "en": "This print is larger than a print may be and was not made; ask an administrator to simplify its template.",
    },
    "print_failed": {
        "zh": "打印模板有误，未能生成；请把原因告诉管理员：{reason}",
        "en": "The template of this print is at fault and the print was not made; tell an administrator the reason: {reason}",
    },
    "unknown_login": {"zh": "没有登录名为“{login}”的人员。", "en": "Nobody has the log-in “{login}”."},
    "unknown_role": {"zh": "没有角色 {role}。可用：{known}。", "en": "There is no role {role}. There are: {known}."},
    "inactive_person": {
        "zh": "{login} 已停用，只有新密码进不来；加上 --activate 可同时重新启用。",
        "en": "{login} is inactive and a new password alone lets nobody in; --activate makes them active again.",
    },
    "import_denied": {"zh": "您没有权限导入这类记录。", "en": "You are not allowed to import records of this kind."},
    "import_no_match": {"zh": "没有以此为键的记录可更新。", "en": "There is no record with this key to update."},
    "import_many_match": {"zh": "有多条记录使用此键。", "en": "Several records have this key."},
    "import_many_cells": {
        "zh": "此行有 {cells} 个单元格，而表头只有 {columns} 列；含逗号的文本可能缺少引号。",
        "en": "This row has {cells} cells for {columns} columns; a text with a comma may lack its quotes.",
    },
    "import_unknown_option": {
        "zh": "没有选项“{value}”。可用：{offered}。", "en": "There is no option “{value}”. There are: {offered}.",
    },
    "import_error_cell": {
        "zh": "此单元格没有值，而是错误 {shown}；请在表格中修正其公式，或清空该单元格。",
        "en": "This cell holds the error {shown} instead of a value; mend its formula in the sheet, or clear the cell.",
    },
    "import_formula_cell": {
        "zh": "此单元格是没有保存结果的公式（{shown}）；请在表格程序中打开并保存该文件，或改填数值。",
        "en": "This cell holds a formula whose result is not in the file ({shown}); open the file in a spreadsheet program and save "
              "it, or enter the value.",
    },
    "link_not_found": {"zh": "找不到名为“{text}”的记录。", "en": "There is no record titled “{text}”."},
    "link_trashed": {
        "zh": "名为“{text}”的记录在回收站中，请先恢复它。", "en": "The record titled “{text}” is in the trash; restore it first.",
    },
    "link_of_what": {
        "zh": "“{text}”没有说明是哪种记录，应写作“种类:名称”。种类可为：{known}。",
        "en": "“{text}” does not say of which kind the record is; write “kind:title”. There are: {known}.",
    },
    "link_ambiguous": {"zh": "有多条记录名为“{text}”。", "en": "Several records are titled “{text}”."},
}
