"""LW4xx: expressions: what cannot be read, what names nothing, what does not fit together."""

from metadata.codes.define import code

TOO_LONG = code(
    "LW401",
    ("表达式有 {length} 个字符", "the expression has {length} characters"),
    ("最多 {limit} 个", "expected at most {limit}"),
    ("拆成公式字段，再引用它", "split it: make a formula field and use that"),
)
BAD_CHARACTER = code(
    "LW402",
    ("表达式中不能有 {found}", "{found} cannot stand in an expression"),
    ("应为字段名、数字、'文本'、运算符或函数", "expected a field, a number, 'text', an operator or a function"),
    ("删去它；文本要放在单引号里", "remove it; put texts in single quotes"),
)
OPEN_TEXT = code(
    "LW403",
    ("文本没有结束", "the text does not end"),
    ("应以单引号结束", "expected a closing single quote"),
    ("补上 '；文本中的单引号写两次", "add '; write a quote inside a text twice"),
)
SLIP = code(
    "LW404",
    ("这里写了 {found}", "{found} is written here"),
    ("应为 {meant}", "expected {meant}"),
    ("把 {found} 换成 {meant}", "replace {found} by {meant}"),
)
BAD_NUMBER = code(
    "LW405",
    ("数字 {found} 太长或含有非半角数字", "the number {found} is too long or has digits that are not plain"),
    ("最多 {digits} 位半角数字", "expected at most {digits} plain digits"),
    ("缩短它", "shorten it"),
)
BAD_UNIT = code(
    "LW406",
    ("{found} 的单位不对", "{found} has no such unit"),
    ("应为 % 或整数加 {units} 之一", "expected % or a whole number with one of {units}"),
    ("例如 25%、15d、2wd、1mo", "for example 25%, 15d, 2wd, 1mo"),
)
LONG_SPAN = code(
    "LW407", ("时长 {found} 太长", "the duration {found} is too long"), ("不超过 {limit}", "expected at most {limit}"),
    ("缩短它", "shorten it"),
)
UNFINISHED = code(
    "LW408", ("表达式没有写完", "the expression ends too early"), ("后面还应有{wanted_zh}", "expected {wanted_en} after it"),
    ("补全它", "complete it"),
)
MISSING = code(
    "LW409", ("这里是 {found}", "{found} stands here"), ("应为 {wanted}", "expected {wanted}"),
    ("在它前面补上 {wanted}", "put {wanted} before it"),
)
UNEXPECTED = code(
    "LW410", ("多出了 {found}", "{found} is one too many"), ("应在此结束，或接一个运算符", "expected the end, or an operator"),
    ("删去它，或在它前面补运算符", "remove it, or put an operator before it"),
)
TOO_DEEP = code(
    "LW411", ("表达式嵌套过深", "the expression is nested too deeply"), ("最多 {limit} 层", "expected at most {limit} levels"),
    ("拆成公式字段", "split it into formula fields"),
)
TOO_LARGE = code(
    "LW412", ("表达式过大", "the expression is too large"), ("最多 {limit} 个部分", "expected at most {limit} parts"),
    ("拆成公式字段", "split it into formula fields"),
)
CHAINED = code(
    "LW413", ("比较不能连写：第二个 {found}", "comparisons cannot be chained: a second {found}"),
    ("应为用 and 连接的两个比较", "expected two comparisons joined by and"), ("例如 a < b and b < c", "for example a < b and b < c"),
)
MISPLACED_NOT = code(
    "LW414", ("not 不能放在这里", "not cannot stand here"), ("not 应放在整个比较之前", "expected not before a whole comparison"),
    ("例如 not (a == b)，或用 !=", "for example not (a == b), or !="),
)
NO_NAME = code(
    "LW415", ("点号后面是 {found}", "{found} stands after the dot"), ("应为字段名", "expected the name of a field"),
    ("写成 链接.字段", "write link.field"),
)
NO_MEASURE = code(
    "LW416", ("{found} 不是汇总", "{found} is no measure"), ("应为 {functions} 之一", "expected one of {functions}"),
    ("例如 sum(amount) 或 count()", "for example sum(amount) or count()"),
)
UNKNOWN_NAME = code(
    "LW420", ("{entity} 没有字段 {name}", "{entity} has no field {name}"), ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_FUNCTION = code(
    "LW421", ("没有函数 {name}", "there is no function {name}"), ("{known_zh}", "{known_en}"), ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_CONTEXT = code(
    "LW422", ("没有 {name}", "there is no {name}"), ("{known_zh}", "{known_en}"), ("{fix_zh}", "{fix_en}"),
)
CONTEXT_NOT_HERE = code(
    "LW423", ("此处不能使用 ${name}", "${name} cannot be used here"), ("此处可用：{known}", "this place knows {known}"),
    ("改用字段，或把规则移到允许它的位置", "use a field, or move the rule to a place that allows it"),
)
FUNCTION_NOT_HERE = code(
    "LW427", ("此处不能使用 {name}()", "{name}() cannot be used here"),
    ("它只说明正在进行的写入，例如 check 中", "expected a place that knows the write going on, such as a check"),
    ("改用字段，或把规则移到 check", "use a field, or move the rule to a check"),
)
UNKNOWN_SETTING = code(
    "LW424", ("没有设置项 {name}", "there is no setting {name}"), ("{known_zh}", "{known_en}"), ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_OPTION = code(
    "LW425", ("{field} 没有选项 {name}", "{field} has no option {name}"), ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_ROLE = code(
    "LW426", ("没有角色 {name}", "there is no role {name}"), ("{known_zh}", "{known_en}"), ("{fix_zh}", "{fix_en}"),
)
WRONG_TYPE = code(
    "LW430", ("{what} 是{found_zh}", "{what} is {found_en}"), ("应为{wanted_zh}", "expected {wanted_en}"),
    ("换一个值，或用函数转换", "use another value, or a function that converts it"),
)
NOT_COMPARABLE = code(
    "LW431", ("{left_zh}与{right_zh}不能这样放在一起", "{left_en} and {right_en} do not go together here"),
    ("两边应为同一类型", "expected both sides of one type"), ("转换其中一边", "convert one side"),
)
DATE_WITH_INSTANT = code(
    "LW432", ("日期与时间不能这样放在一起", "a date and an instant do not go together here"),
    ("两边都应是日期", "expected dates on both sides"),
    ("用 date(…) 把时间变成日期", "make the instant a date with date(…)"),
)
CURRENCY_MIX = code(
    "LW433", ("混用了货币 {left} 与 {right}", "the currencies {left} and {right} are mixed"), ("应为一种货币", "expected one currency"),
    ("先换算成同一货币", "convert one of them first"),
)
ARGUMENTS = code(
    "LW434", ("{name} 有 {found} 个参数", "{name} has {found} arguments"), ("应为 {wanted} 个", "expected {wanted}"),
    ("写成 {usage}", "write {usage}"),
)
NOT_A_LINK = code(
    "LW435", ("{name} 不是链接，后面不能再接字段", "{name} is no link, so no field can follow it"),
    ("点号之前应是指向一条记录的链接", "expected a link to one record"), ("去掉点号之后的部分", "remove what follows the dot"),
)
NOT_A_COLLECTION = code(
    "LW436", ("{name} 不是子表或反向集合", "{name} is no child table or reverse collection"), ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
COLLECTION_ALONE = code(
    "LW437", ("{name} 是一组记录，不能单独使用", "{name} is a set of records and cannot stand alone"),
    ("应放在 count、any、all、sum、min、max、avg 中", "expected inside count, any, all, sum, min, max or avg"),
    ("例如 count({name}) > 0", "for example count({name}) > 0"),
)
SPAN_ALONE = code(
    "LW440", ("时长 {found} 不能放在这里", "the duration {found} cannot stand here"),
    ("应与日期或时间相加减", "expected it added to or taken from a date or an instant"),
    ("例如 $today + {found}；要比较天数，用 days_between(a, b) > 15",
     "for example $today + {found}; to compare days, days_between(a, b) > 15"),
)
OTHER_BLANK = code(
    "LW441", ("{name} 不是字段，也不是一个词", "{name} is neither a field nor a word of expressions"),
    ("没有值写作 blank", "expected the word blank for no value"),
    ("例如 name != blank，或 is_blank(name)", "for example name != blank, or is_blank(name)"),
)
NOT_A_LIST = code(
    "LW438", ("in 的右边是{found_zh}", "{found_en} stands right of in"),
    ("应为列表、多选字段或 role(x)", "expected a list, a choices field or role(x)"),
    ("例如 status in ['draft', 'review']", "for example status in ['draft', 'review']"),
)
WRONG_RESULT = code(
    "LW439", ("表达式的结果是{found_zh}", "the expression gives {found_en}"), ("应为{wanted_zh}", "expected {wanted_en}"),
    ("改写它，使结果类型相符", "rewrite it so that its result fits"),
)
