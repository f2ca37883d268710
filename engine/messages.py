"""Every text the engine says to people, in zh and en, by code. Texts are `str.format` templates over the values of a
`engine.refusals.Message`. A block is the codes of one subject; whoever adds a subject adds a block and lists it in
`_BLOCKS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.languages import PlatformTexts, platform_block
from engine.messages_absences import ABSENCES
from engine.messages_bulk import BULK
from engine.messages_exchange import EXCHANGE
from engine.messages_flows import FLOWS
from engine.messages_words import WORDS

Block = Mapping[str, Mapping[str, str]]

_GENERAL: Block = {
    "invalid": {"zh": "有内容需要修改后才能保存。", "en": "Some entries must be corrected before saving."},
    "not_found": {"zh": "没有找到。", "en": "Not found."},
    "unknown_field": {"zh": "没有这个字段。", "en": "There is no such field."},
    "conflict": {
        "zh": "您编辑期间，{by}已保存过这条记录。",
        "en": "{by} saved this record while you were editing it.",
    },
    "denied": {"zh": "您没有权限执行此操作。", "en": "You are not allowed to do this."},
    "busy": {"zh": "系统繁忙，请稍后重试。", "en": "The system is busy. Please try again."},
    "bad_revision": {
        "zh": "无法识别记录的修订号，请重新打开记录后再保存。",
        "en": "The revision of the record cannot be read; open the record anew and save again.",
    },
    "bad_key": {
        "zh": "幂等键应为 1 至 {limit} 个可见字符。",
        "en": "An idempotency key has 1 to {limit} visible characters.",
    },
    "login_unseen": {
        "zh": "登录名不能含有空格和看不见的字符，请重新输入。",
        "en": "A log-in holds no blanks and no characters that cannot be seen; type it anew.",
    },
    "no_people": {
        "zh": "此应用没有人员（user、department、role_assignment），无人可登录，只能由操作员用命令行使用；"
              "请在 app.yaml 的 layers 中加上 base。",
        "en": "This application has no people (user, department, role_assignment): nobody signs in, and only the operator's "
              "commands work in it. Add base to the layers of app.yaml.",
    },
    "key_reused": {
        "zh": "此幂等键已用于内容不同的请求；每个请求请使用新的键。",
        "en": "This idempotency key was used before for another request; use a new key for each.",
    },
}

_VALUES: Block = {
    "not_text": {"zh": "应为文本。", "en": "Text was expected."},
    "bad_character": {
        "zh": "含有不允许的字符 {character}。",
        "en": "Contains a character that cannot be stored: {character}.",
    },
    "one_line": {"zh": "只能填写一行。", "en": "Only one line is allowed here."},
    "too_long": {
        "zh": "最多 {limit} 个字符，现有 {length} 个。",
        "en": "At most {limit} characters; this has {length}.",
    },
    "bad_pattern": {"zh": "格式不符合要求。", "en": "This does not have the required form."},
    "bad_email": {"zh": "“{value}”不是有效的邮箱地址。", "en": "“{value}” is not an e-mail address."},
    "bad_phone": {
        "zh": "“{value}”不是有效的电话号码，应如 13812345678 或 021-55556666。",
        "en": "“{value}” is not a telephone number; write it like 13812345678 or +86 21 5555 6666.",
    },
    "bad_url": {"zh": "“{value}”不是有效的网址，应以 http:// 或 https:// 开头。",
                "en": "“{value}” is not a web address; it must begin with http:// or https://."},
    "not_number": {"zh": "“{value}”不是有效的数字。", "en": "“{value}” is not a number."},
    "not_amount": {
        "zh": "“{value}”不是有效的金额。请填写数字，例如 {example}。",
        "en": "“{value}” is not an amount. Enter digits, for example {example}.",
    },
    "wrong_currency": {
        "zh": "这里的金额以 {currency} 计，“{value}”是 {found}。请换算后填写，例如 {example}。",
        "en": "Amounts here are in {currency}; “{value}” is in {found}. Convert it first, for example {example}.",
    },
    "inexact_number": {
        "zh": "{value} 位数过多，请以文本形式提供。",
        "en": "{value} has too many digits for a JSON number; send it as text.",
    },
    "not_whole": {"zh": "“{value}”不是整数。", "en": "“{value}” is not a whole number."},
    "not_position": {"zh": "“{value}”不是有效的位置，请先写纬度再写经度，例如 31.2304, 121.4737。",
                     "en": "“{value}” is no position; write latitude and longitude, for example 31.2304, 121.4737."},
    "not_color": {"zh": "“{value}”不是有效的颜色，例如 #2f54c8。", "en": "“{value}” is no colour; write for example #2f54c8."},
    "not_time": {"zh": "“{value}”不是有效的时刻，例如 09:30。", "en": "“{value}” is no time of day; write for example 09:30."},
    "not_duration": {"zh": "“{value}”不是有效的时长，请写成 2:15（2 小时 15 分）或 90m（90 分钟）。",
                     "en": "“{value}” is no duration; write 2:15 for 2 h 15 min, or 90m."},
    "too_many_tags": {"zh": "最多 {limit} 个标签。", "en": "At most {limit} tags."},
    "tag_too_long": {"zh": "标签“{value}”太长，最多 {limit} 个字。", "en": "The tag “{value}” is too long; at most {limit} characters."},
    "not_tag": {"zh": "“{value}”不是一个标签；标签之间用逗号分开。", "en": "“{value}” is not one tag; commas part tags."},
    "not_stars": {"zh": "“{value}”不是有效的评分，应为 1 到 {most} 的整数。",
                  "en": "“{value}” is no rating; it must be a whole number from 1 to {most}."},
    "too_many_digits": {
        "zh": "整数部分最多 {digits} 位。",
        "en": "At most {digits} digits before the decimal point.",
    },
    "too_many_decimals": {"zh": "最多 {decimals} 位小数。", "en": "At most {decimals} decimals."},
    "not_bool": {"zh": "“{value}”应为是或否。", "en": "“{value}” is neither yes nor no."},
    "bad_date": {
        "zh": "“{value}”不是有效的日期，例如 2026-03-05。",
        "en": "“{value}” is not a date such as 2026-03-05.",
    },
    "bad_datetime": {
        "zh": "“{value}”不是有效的时间，例如 2026-03-05T14:30。",
        "en": "“{value}” is not a time such as 2026-03-05T14:30.",
    },
    "date_range": {"zh": "日期应在 {first} 至 {last} 之间。", "en": "The date must lie between {first} and {last}."},
    "skipped_time": {"zh": "{zone} 的时钟跳过了 {value}。", "en": "The clock of {zone} skipped {value}."},
    "unknown_period": {"zh": "没有时间段“{value}”。", "en": "There is no period “{value}”."},
    "unknown_option": {"zh": "没有选项“{value}”。", "en": "There is no option “{value}”."},
    "not_list": {"zh": "应为列表。", "en": "A list was expected."},
    "too_many": {"zh": "最多 {limit} 项。", "en": "At most {limit} entries."},
    "bad_id": {"zh": "“{value}”不是有效的记录编号。", "en": "“{value}” is not a record."},
    "bad_target": {"zh": "这里不能选择“{value}”。", "en": "“{value}” cannot be chosen here."},
}

_RULES: Block = {
    "unknown_input": {"zh": "没有名为“{name}”的字段。", "en": "There is no field named “{name}”."},
    "required": {"zh": "请填写。", "en": "Please fill this in."},
    "required_choice": {"zh": "请选择。", "en": "Please choose one."},
    "readonly": {"zh": "此字段不能修改。", "en": "This field cannot be changed."},
    "readonly_now": {"zh": "此字段目前不能修改。", "en": "This field cannot be changed now."},
    "locked": {
        "zh": "记录处于当前状态时，此字段已锁定。",
        "en": "This field is locked in the record's present state.",
    },
    "under_approval": {"zh": "审批进行中，结束后才能转给他人。",
                       "en": "It is under approval, and can be assigned when that has ended."},
    "locked_record": {"zh": "记录处于当前状态时已锁定。", "en": "The record is locked in its present state."},
    "set_once": {"zh": "填写后不能再修改。", "en": "Once filled in, this cannot be changed."},
    "too_small": {"zh": "不能小于 {limit}。", "en": "Must be at least {limit}."},
    "too_large": {"zh": "不能大于 {limit}。", "en": "Must be at most {limit}."},
    "too_small_untold": {
        "zh": "小于此记录的规则所允许的值，请填写更大的值。",
        "en": "This is less than a rule of this record allows; enter more.",
    },
    "too_large_untold": {
        "zh": "大于此记录的规则所允许的值，请填写更小的值。",
        "en": "This is more than a rule of this record allows; enter less.",
    },
    "rule_untold": {
        "zh": "不符合此记录的一条规则，该规则涉及您无权查看的内容；请与可查看全部内容的同事确认。",
        "en": "A rule of this record does not allow this; it reads what you may not see. Ask somebody who sees all of it.",
    },
    "retired_option": {"zh": "选项“{value}”已停用。", "en": "The option “{value}” is no longer offered."},
    "no_such_record": {
        "zh": "所选记录不存在，或不可选用。",
        "en": "The chosen record does not exist or cannot be chosen here.",
    },
    "too_many_files": {"zh": "最多 {limit} 个文件。", "en": "At most {limit} files."},
    "no_such_file": {"zh": "所选文件不存在。", "en": "The chosen file does not exist."},
    "no_such_row": {"zh": "此行已不存在。", "en": "This row no longer exists."},
    "taken": {"zh": "已被使用，请换一个值。", "en": "This value is already taken."},
    "taken_together": {"zh": "这一组合已存在：{fields}。", "en": "This combination already exists: {fields}."},
    "role_not_held": {
        "zh": "您只能授予自己拥有的角色；“{role}”请由管理员授予。",
        "en": "You can give only roles that you hold yourself; have an administrator give “{role}”.",
    },
    "last_administrator": {
        "zh": "这样将没有任何启用的管理员，再没有人能管理人员和角色。请先把管理员角色授予另一位启用的人员。",
        "en": "This would leave no active administrator, and nobody to manage people and roles. First give the role of an "
              "administrator to another active person.",
    },
    "may_not_share": {
        "zh": "所有人可见的视图由管理员维护；请另存为自己的视图。",
        "en": "Views for everybody are kept by administrators; save it as a view of your own.",
    },
    "too_many_views": {
        "zh": "每种列表最多保存 {limit} 个视图；请先删除不用的。",
        "en": "At most {limit} views of one list are kept; delete those no longer needed first.",
    },
    "paste_large": {
        "zh": "一次最多粘贴 {rows} 行；更多行请使用导入。",
        "en": "At most {rows} rows are pasted at once; import a file to bring in more.",
    },
    "too_many_stars": {
        "zh": "最多标记 {limit} 条记录；请先取消不再需要的星标。",
        "en": "At most {limit} records can be starred; take away the stars no longer needed first.",
    },
    "duplicate": {"zh": "可能与已有记录重复。", "en": "This looks like a record that already exists."},
    "check_failed": {"zh": "{say}", "en": "{say}"},
    "result_denied": {
        "zh": "这样保存后，您将无权处理这条记录。",
        "en": "Saved like this, the record would leave the rows you may work on.",
    },
}

_ACTIONS: Block = {
    "may_not_create": {"zh": "您不能新建此类记录。", "en": "You may not create such records."},
    "may_not_add": {
        "zh": "此“{link}”名下现在不能新建此类记录：它的状态或负责人不允许。请先打开该记录查看。",
        "en": "You may not create such records here: the {link} they would belong to does not allow it as it stands now. Look at it"
              " first.",
    },
    "may_not_update": {"zh": "您不能修改这条记录。", "en": "You may not change this record."},
    "may_not_delete": {"zh": "您不能删除这条记录。", "en": "You may not delete this record."},
    "may_not_restore": {"zh": "您不能恢复这条记录。", "en": "You may not restore this record."},
    "may_not_assign": {"zh": "您不能分配这条记录。", "en": "You may not assign this record."},
    "in_trash": {"zh": "记录在回收站中，请先恢复。", "en": "The record is in the trash; restore it first."},
    "not_in_trash": {"zh": "记录不在回收站中。", "en": "The record is not in the trash."},
    "linked_from": {"zh": "仍有“{entity}”引用此记录，不能删除。",
                    "en": "Records of “{entity}” still refer to this one; it cannot be deleted."},
    "locked_with": {"zh": "“{entity}”中要一并删除的记录已锁定，不能删除。",
                    "en": "Records of “{entity}” that would go with this one are locked; it cannot be deleted."},
    "linked_from_somewhere": {"zh": "仍有其他记录引用此记录，不能删除。",
                              "en": "Other records still refer to this one; it cannot be deleted."},
    "link_in_trash": {"zh": "此记录引用的“{title}”（{entity}）在回收站中，请先恢复它。",
                      "en": "This record refers to “{title}” ({entity}), which is in the trash; restore that first."},
    "link_in_trash_untold": {
        "zh": "此记录引用的一条记录在回收站中，须先恢复那条记录。",
        "en": "This record refers to one that is in the trash; that one must be restored first.",
    },
    "dependent_rule": {"zh": "“{title}”（{entity}）引用此记录，这样将不符合它的规则：{why}",
                       "en": "“{title}” ({entity}) refers to this record and would break a rule: {why}"},
    "dependent_rule_untold": {
        "zh": "您无权查看的一条记录引用此记录，这样将不符合它的规则。",
        "en": "A record that you may not see refers to this one and would break a rule of its own.",
    },
    "taken_alike": {"zh": "已有相同的记录。", "en": "There is such a record already."},
    "bad_assignee": {"zh": "请选择在职人员。", "en": "Choose a person who is active."},
    "may_not_share_record": {
        "zh": "您不能为这条记录添加或更改成员；请联系其负责人。", "en": "You may not change who shares this record; ask its owner.",
    },
    "member_owns": {"zh": "此人是负责人，无需添加为成员。", "en": "This person owns the record and need not be a member."},
    "member_cannot_read": {
        "zh": "此人的角色不能查看与其共享的此类记录，添加后仍看不到；请先由管理员调整其角色。",
        "en": "The roles of this person do not let them see such records that are shared with them; ask an administrator first.",
    },
    "member_cannot_write": {
        "zh": "此人的角色不能编辑与其共享的此类记录；请选择“可查看”，或先由管理员调整其角色。",
        "en": "The roles of this person do not let them change such records that are shared with them; choose “can read”, or ask an "
              "administrator first.",
    },
    "bad_level": {"zh": "请选择可查看或可编辑。", "en": "Choose whether they can read or can change."},
    "level_above_own": {
        "zh": "您自己现在不能编辑这条记录，只能让他人查看；请选择“可查看”。",
        "en": "You cannot change this record yourself now and can only let others read it; choose “can read”.",
    },
    "too_many_members": {
        "zh": "一条记录最多有 {limit} 名成员；请先移除一些。", "en": "A record has at most {limit} members; remove some first.",
    },
    "shared": {"zh": "{@actor}与您共享了一条记录", "en": "{@actor} shared a record with you"},
    "share_changed": {"zh": "{@actor}更改了与您的共享", "en": "{@actor} changed how a record is shared with you"},
    "share_ended": {"zh": "{@actor}结束了与您共享的一条记录", "en": "{@actor} no longer shares a record with you"},
    "followed_changed": {"zh": "{@actor}修改了您关注的记录", "en": "{@actor} changed a record you follow"},
    "followed_moved": {"zh": "{@actor}推进了您关注的记录，现为：{@state}", "en": "{@actor} moved a record you follow; it is now: {@state}"},
    "followed_commented": {"zh": "{@actor}评论了您关注的记录", "en": "{@actor} commented on a record you follow"},
    "followed_system": {"zh": "您关注的记录有自动变更", "en": "A record you follow was changed automatically"},
    "followed_several": {"zh": "您关注的记录有多项新动态", "en": "Several things happened to a record you follow"},
    "too_many_followed": {
        "zh": "最多可关注 {limit} 条记录；请先取消关注一些。", "en": "You can follow at most {limit} records; stop following some first.",
    },
    "mentioned": {"zh": "{@actor}在评论中提到了您", "en": "{@actor} mentioned you in a comment"},
    "mention_unknown": {
        "zh": "评论中提到的人不存在或已停用；请删去后从列表中另选。",
        "en": "Somebody whom the comment mentions is not there or not active; take them out, or choose from the list again.",
    },
    "mention_unseen": {
        "zh": "{name}看不到这条记录，不能在评论中提到；请删去，或先让对方能查看此记录。",
        "en": "{name} cannot see this record and cannot be mentioned; take the mention out, or let them see the record first.",
    },
    "too_many_mentions": {
        "zh": "一条评论最多提到 {limit} 人；请删去一些。",
        "en": "A comment can mention at most {limit} people; take some out.",
    },
    "comment_of_another": {
        "zh": "只能修改或撤回自己的评论。",
        "en": "Only your own comments can be changed or taken back.",
    },
    "comment_settled": {
        "zh": "评论发表超过 {minutes} 分钟后不能再修改或撤回；请另发一条说明。",
        "en": "A comment can be changed or taken back for {minutes} minutes only; add another one instead.",
    },
    "empty_comment": {"zh": "请填写评论内容。", "en": "Write something first."},
}

_STORAGE: Block = {
    "database_unknown": {
        "zh": "无法识别的数据库地址：{url}。应为 sqlite:///路径/loomwork.db 或 postgresql://用户@主机/名称。",
        "en": "This is no database address that is known here: {url}. Write sqlite:///path/loomwork.db or "
              "postgresql://user@host/name.",
    },
    "database_too_old": {
        "zh": "{product} {found} 太旧，至少需要 {needed}。",
        "en": "{product} {found} is too old; {needed} or later is needed.",
    },
    "database_superuser": {
        "zh": "数据库连接使用了超级用户（或可执行服务器程序的角色）。请改用普通用户；确需如此时设置 LOOMWORK_ALLOW_SUPERUSER=1。",
        "en": "The database is connected to as a superuser, or as a role that may run programs on its server. Use an "
              "ordinary role, or set LOOMWORK_ALLOW_SUPERUSER=1 if it must be so.",
    },
    "database_unreachable": {
        "zh": "暂时连接不上数据库，请稍后重试。若刚才在保存，请先确认是否已保存。",
        "en": "The database cannot be reached at the moment; try again shortly. If you were saving, look first whether it "
              "was saved.",
    },
    "database_away": {
        "zh": "连接不上数据库 {url}：{reason}。请确认数据库在运行，且地址、用户和密码（LOOMWORK_DATABASE 或 --database）正确。",
        "en": "The database {url} cannot be reached: {reason}. Make sure that it runs, and that address, user and password "
              "(LOOMWORK_DATABASE or --database) are right.",
    },
    "database_missing": {
        "zh": "还没有数据库 {file}。loomwork apply 文件夹（或 serve）会建立它；若在别处，请用 --database 或 --data 指明。",
        "en": "There is no database {file} yet. loomwork apply FOLDER (or serve) makes it; one elsewhere is named with --database "
              "or --data.",
    },
    "database_no_database": {
        "zh": "{file} 不是 SQLite 数据库；请用 --database 或 LOOMWORK_DATABASE 指明另一个。",
        "en": "{file} is no SQLite database; name another one with --database or LOOMWORK_DATABASE.",
    },
    "database_damaged": {
        "zh": "数据库文件 {file} 已损坏；请用备份替换它。",
        "en": "The database file {file} is damaged; put a backup in its place.",
    },
    "bad_setting": {"zh": "{name} 应为{wanted}，现为“{value}”。", "en": "{name} should be {wanted}; it is “{value}”."},
    "bad_number_setting": {
        "zh": "{name} 应为 {least} 至 {most} 的整数，现为“{value}”。",
        "en": "{name} should be a whole number from {least} to {most}; it is “{value}”.",
    },
    "database_empty": {
        "zh": "数据库里还没有发布任何应用。loomwork apply 文件夹 可发布一个。",
        "en": "No application has been released in this database yet. loomwork apply FOLDER releases one.",
    },
    "database_newer": {
        "zh": "数据库由更新版本的 Loomwork 建立（结构版本 {found}，本程序支持到 {known}），请升级程序。",
        "en": "The database was made by a newer Loomwork (schema {found}; this program knows {known}). Upgrade the program.",
    },
    "database_older": {
        "zh": "数据库的结构版本是 {found}，本程序需要 {known}；请先运行 loomwork apply。",
        "en": "The database has schema {found}; this program needs {known}. Run loomwork apply first.",
    },
    "language_newer": {
        "zh": "数据库中的应用使用第 {found} 版语言，本程序支持到第 {known} 版，请升级程序。",
        "en": "The application in the database is in language {found}; this program knows {known}. Upgrade the program.",
    },
    "release_missing": {"zh": "没有第 {release} 号发布。", "en": "There is no release {release}."},
    "release_unreadable": {
        "zh": "本程序无法运行第 {release} 号发布：{problem}",
        "en": "This program cannot run release {release}: {problem}",
    },
    "release_uncompilable": {
        "zh": "声明通过了检查，却无法编译，未作任何更改。这是本程序的缺陷，请附上声明报告：{reason}",
        "en": "The declarations pass their checks but cannot be compiled; nothing was changed. This is a fault of the "
              "program; please report it with the declarations: {reason}",
    },
    "change_refused": {
        "zh": "有 {count} 处改动会丢失或转换已有数据，未作任何更改。{first}",
        "en": "{count} changes would lose or convert stored data; nothing was changed. {first}",
    },
    "not_picture": {"zh": "这不是图片。可用 JPEG、PNG、WebP 或 GIF。", "en": "This is no picture. Take a JPEG, PNG, WebP or GIF."},
    "file_too_large": {"zh": "文件不能超过 {limit} MB。", "en": "A file may have at most {limit} MB."},
    "job_taken_over": {"zh": "任务已由另一个进程接手。", "en": "Another worker has taken this job over."},
}

_READING: Block = {
    "bad_cursor": {
        "zh": "此页链接已失效，请从第一页重新开始。",
        "en": "This page link no longer fits; start again from the first page.",
    },
    "bad_filter": {"zh": "筛选条件无效。", "en": "This filter is not valid."},
    "bad_sort": {"zh": "排序条件过多。", "en": "There are too many sort fields."},
    "bad_filter_group": {
        "zh": "筛选组合“{value}”无法识别。应写作 any(字段:条件:值;…)，可用 all、any、none，最多 {depth} 层、{limit} 项。",
        "en": "The joined filters “{value}” cannot be read. Write any(field:operator:value;…), with all, any or none, at most {depth} "
              "deep and of {limit} parts.",
    },
    "too_many_filters": {"zh": "最多 {limit} 个筛选条件。", "en": "At most {limit} filters."},
    "too_many_columns": {"zh": "最多 {limit} 列。", "en": "At most {limit} columns."},
}

_ACCOUNTS: Block = {
    "bad_credentials": {"zh": "登录名或密码不正确。", "en": "The login or the password is not right."},
    "too_many_attempts": {
        "zh": "尝试次数过多，请在 {minutes} 分钟后再试。",
        "en": "Too many attempts. Try again in {minutes} minutes.",
    },
    "password_short": {"zh": "密码至少 {limit} 个字符。", "en": "A password needs at least {limit} characters."},
    "password_login": {"zh": "密码不能由登录名组成。", "en": "The password may not be made of the login."},
    "too_many_keys": {
        "zh": "最多可以有 {limit} 个访问密钥，请先删除不再使用的。",
        "en": "You may have {limit} access keys at most; delete one that is not used any more first.",
    },
    "viewing_only": {
        "zh": "您正在以他人的身份查看，只能看，不能改。请先点击页面上方的“回到我自己”。",
        "en": "You see the pages as somebody else and can change nothing. Go “Back to me” first, at the top of the page.",
    },
    "may_not_view": {
        "zh": "您不能以此人的身份查看：需要修改所有角色授予的权限，此人已启用，且其角色都是您可以授予的。",
        "en": "You may not see the pages as this person: that takes the right to change every role assignment, and somebody else who "
              "is active and holds no role that you could not give.",
    },
    "code_wrong": {
        "zh": "验证码不正确。请输入身份验证器现在显示的 6 位数字；每个验证码只能用一次。",
        "en": "The code is not right. Type the 6 digits that your authenticator shows now; each code works once.",
    },
    "halfway_over": {
        "zh": "登录超时，请重新输入登录名和密码。",
        "en": "That took too long. Sign in with user name and password again.",
    },
    "second_step_on": {
        "zh": "两步验证已经开启；如需更换设备，请先关闭再重新设置。",
        "en": "Two-step sign-in is on already. To change the device, switch it off and set it up again.",
    },
    "own_second_step": {
        "zh": "自己的两步验证请在“个人设置”中用密码关闭。",
        "en": "Switch your own two-step sign-in off in your settings, with your password.",
    },
    "second_step_over": {
        "zh": "设置已失效，请重新开始设置两步验证。",
        "en": "This set-up is over. Begin to set up two-step sign-in again.",
    },
    "link_over": {
        "zh": "此链接已失效：可能已经用过、已被新的链接取代，或已过期。请向管理员要一个新的链接。",
        "en": "This link does not work any more: it was used, replaced by a newer one, or is too old. Ask your administrator for a "
              "new one.",
    },
    "link_inactive": {
        "zh": "此人已停用，不能登录。请先在此人的页面上启用，再发送链接。",
        "en": "This person is switched off and cannot sign in. Make them active on their page first, then send a link.",
    },
    "not_in_charge": {
        "zh": "您不能管理此人的账号：需要修改此人的权限，且此人的角色都是您可以授予的。",
        "en": "This account is not yours to see to: that takes the right to change the person, and every role of theirs must be "
              "one that you could give.",
    },
    "administrator_exists": {
        "zh": "第一位管理员已经建立。",
        "en": "The first administrator has already been set up.",
    },
}

_FAULTS: Block = {
    "fault_file": {"zh": "数据库文件损坏：{line}", "en": "The database file is damaged: {line}"},
    "fault_unknown_entity": {
        "zh": "目录中没有实体“{entity}”。",
        "en": "The catalogue does not know entity {entity}.",
    },
    "fault_no_table": {"zh": "实体“{entity}”的表 {table} 不存在。", "en": "Table {table} of {entity} is missing."},
    "fault_no_column": {
        "zh": "字段“{entity}.{field}”的列 {column} 不存在。",
        "en": "Column {column} of field {entity}.{field} is missing.",
    },
    "fault_no_index": {
        "zh": "实体“{entity}”在 {fields} 上的索引 {index} 不存在。",
        "en": "Index {index} on {fields} of {entity} is missing.",
    },
    "fault_link": {
        "zh": "“{entity}”{record} 号记录的“{field}”指向不存在的 {target} {id}。",
        "en": "{field} of {entity} {record} points at {target} {id}, which does not exist.",
    },
    "fault_orphan": {"zh": "“{entity}”{record} 号明细没有所属记录。", "en": "{entity} {record} lies in no record."},
    "fault_option": {
        "zh": "“{entity}.{field}”有 {count} 条记录的值“{value}”未声明，例如 {record} 号。",
        "en": "{count} records of {entity} have the undeclared {field} “{value}”, {record} for one.",
    },
    "fault_numbering": {
        "zh": "“{entity}.{field}”在周期 {period} 已用到 {used}，编号却停在 {last}。",
        "en": "{entity}.{field} has used {used} in period {period}, but its series stands at {last}.",
    },
    "fault_search": {
        "zh": "“{entity}”{record} 号记录与搜索索引不符。",
        "en": "{entity} {record} does not agree with the search index.",
    },
    "fault_order": {
        "zh": "“{entity}”{record} 号记录的“{field}”与其排序键不符，列表会把它排错位置。请修改该记录的这个字段并保存。",
        "en": "{field} of {entity} {record} does not agree with what it sorts by, so lists put it in the wrong place. Change the "
              "field of that record and save it.",
    },
    "fault_rollup": {
        "zh": "“{entity}”{record} 号记录的“{field}”存为 {stored}，应为 {computed}。",
        "en": "{field} of {entity} {record} is stored as {stored}; computed it is {computed}.",
    },
    "fault_copy": {
        "zh": "“{entity}”{record} 号记录的“{field}”存为 {stored}，应为写入时其来源 {source} 的值 {computed}。",
        "en": "{field} of {entity} {record} is stored as {stored}; its source {source} held {computed} when the record was written.",
    },
    "fault_formula": {
        "zh": "“{entity}”{record} 号记录的公式“{field}”存为 {stored}，应为 {computed}。",
        "en": "The formula {field} of {entity} {record} is stored as {stored}; over its row it is {computed}.",
    },
    "fault_file_record": {
        "zh": "{file} 号文件属于不存在的“{entity}”{record}。",
        "en": "File {file} belongs to {entity} {record}, which does not exist.",
    },
    "fault_file_missing": {"zh": "{file} 号文件的内容丢失。", "en": "The content of file {file} is missing."},
    "fault_file_changed": {
        "zh": "{file} 号文件的内容已被改动。",
        "en": "The content of file {file} has been changed.",
    },
    "fault_approval_record": {
        "zh": "{instance} 号审批针对不存在的“{entity}”{record}。",
        "en": "Approval {instance} is about {entity} {record}, which does not exist.",
    },
    "fault_bulk_record": {
        "zh": "{bulk} 号批量操作针对不存在的“{entity}”{record}。",
        "en": "Bulk run {bulk} is about {entity} {record}, which does not exist.",
    },
    "fault_member_record": {
        "zh": "成员 {user} 属于不存在的“{entity}”{record}。", "en": "Member {user} is of {entity} {record}, which does not exist.",
    },
    "fault_approval_state": {
        "zh": "{instance} 号审批的状态“{state}”与结束时间不符。",
        "en": "Approval {instance} is {state}, which does not agree with its time of end.",
    },
    "fault_approval_twice": {
        "zh": "同一记录有两个进行中的审批：{other} 和 {instance}。",
        "en": "One record has two open approvals: {other} and {instance}.",
    },
    "fault_approval_task": {
        "zh": "{instance} 号审批已结束，任务 {task} 却仍待处理。",
        "en": "Approval {instance} has ended, but its task {task} is open.",
    },
    "fault_approval_field": {
        "zh": "“{entity}”{record} 号记录的审批状态“{state}”与审批过程不符。",
        "en": "{entity} {record} says its approval is {state}, which does not agree with its instances.",
    },
    "fault_history": {
        "zh": "有 {count} 条历史属于未知实体 {lineage}。",
        "en": "{count} history rows belong to the unknown entity {lineage}.",
    },
}

_BLOCKS: tuple[Block, ...] = (
    _GENERAL, _VALUES, _RULES, _ACTIONS, _STORAGE, _FAULTS, _READING, _ACCOUNTS, FLOWS, EXCHANGE, BULK, ABSENCES, WORDS,
)

MESSAGES: Mapping[str, PlatformTexts] = platform_block("message", {code: texts for block in _BLOCKS for code, texts in block.items()})
