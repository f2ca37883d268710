"""LW9xx: screens, reports, prints, data and scenarios."""

from metadata.codes.define import code, warning

NOT_AN_AUDIENCE = code(
    "LW901",
    ("看不懂 for: {text}", "for: {text} cannot be read"),
    ("应为 role(x)、state(x)，或两者的列表", "expected role(x), state(x), or a list of both"),
    ("例如 for: role(sales)", "for example for: role(sales)"),
)
NOT_A_GROUPING = code(
    "LW902",
    ("{text} 不能分组", "{text} is no grouping"),
    (
        "应为字段，或 day、week、month、quarter、year 加字段",
        "expected a field, or day, week, month, quarter or year of one",
    ),
    ("例如 month(sign_date)", "for example month(sign_date)"),
)
EMPTY_SECTION = code(
    "LW903",
    ("分区 {name} 里什么也没有", "the section {name} shows nothing"),
    ("应有 fields 或 children 之一", "expected either fields or children"),
    ("{fix_zh}", "{fix_en}"),
)
SHOWN_TWICE = warning(
    "LW904",
    ("{field} 在这张表单里出现两次", "{field} stands on this form twice"),
    ("一个字段只放一处", "expected a field once"),
    ("去掉一处", "take one out"),
)
TWIN_TABS = code(
    "LW975",
    ("分区 {first} 和 {second} 的分页只有一种语言相同", "the tabs of the sections {first} and {second} are the same in one language only"),
    ("同一分页应逐字相同", "expected the same words in every language for the same tab"),
    ("改成同样的 tab，或换一个名字", "write the same tab twice, or another name"),
)
NO_FORM_SHOWS = warning(
    "LW915",
    ("没有表单或列表显示 {entity}.{field}", "no form or list shows {entity}.{field}"),
    ("应出现在某个表单里，或写 hidden: true", "expected on a form, or hidden: true"),
    ("写一个 extend: form/{form}，把它放进某个分区的 fields", "write extend: form/{form} and put it into the fields of a section"),
)
NOT_CHILDREN = code(
    "LW905",
    ("{field} 不是子表字段", "{field} is no children field"),
    ("应为 type: children 的字段", "expected a field of type children"),
    ("{fix_zh}", "{fix_en}"),
)
TWO_DEFAULTS = code(
    "LW906",
    ("{entity} 有两个默认列表：{first} 和 {second}", "{entity} has two default lists, {first} and {second}"),
    ("同样的人只能有一个默认列表", "expected one default list for the same people"),
    ("去掉一个 default: true", "drop one default: true"),
)
MENU_TARGET = code(
    "LW907",
    ("菜单项 {name} 无处可去", "the menu item {name} leads nowhere"),
    ("应为 home、实体、list.x 或 report.x", "expected home, an entity, list.x or report.x"),
    ("{fix_zh}", "{fix_en}"),
)
MENU_GROUP = code(
    "LW908",
    ("菜单分组缺少 label 或 items", "a menu group needs both a label and items"),
    ("应为 {{label: …, items: [...]}}，或 {{to: …}}", "expected {{label: ..., items: [...]}}, or {{to: ...}}"),
    ("补上，或写 to", "add what is missing, or say to"),
)
NOT_SORTABLE = code(
    "LW909",
    ("不能按 {name}（{kind}）排序", "{name} ({kind}) cannot be sorted by"),
    ("应为有列的字段", "expected a field with a column"),
    ("换一个字段", "choose another field"),
)
CHART_NAME = code(
    "LW910",
    ("图表的 {word}: {name} 不在报表里", "{word}: {name} of the chart is not in the report"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
NOT_A_DATE = code(
    "LW911",
    ("{name}（{kind}）不能按 {bucket} 分组", "{name} ({kind}) cannot be grouped by {bucket}"),
    ("应为 date 或 datetime 字段", "expected a date or datetime field"),
    ("去掉 {bucket}()，或换一个字段", "drop {bucket}(), or choose another field"),
)
NOT_GROUPABLE = code(
    "LW912",
    ("不能按 {name}（{kind}）分组", "{name} ({kind}) cannot be grouped by"),
    ("应为只有一个短值的字段", "expected a field that holds one short value"),
    ("换一个字段", "choose another field"),
)
MIXED_CURRENCIES = code(
    "LW913",
    ("{name} 各行的货币可能不同（{field}），不能合计",
     "the amounts of {name} may be of different currencies ({field}) and cannot be put together"),
    ("应为一种货币的金额", "expected amounts of one currency"),
    ("换算成一种货币，存入写明该货币的金额字段（如 currency: CNY），再用那个字段",
     "convert them to one currency in a money field that names it (such as currency: CNY), and use that field"),
)
NO_TEMPLATE = code(
    "LW920",
    ("找不到打印模板 {file}", "the print template {file} is not here"),
    ("应在打印声明旁边", "expected it beside the declaration"),
    ("新建 {file}，或改 template", "create {file} or change template"),
)
TEMPLATE_SYNTAX = code(
    "LW921",
    ("模板第 {line} 行写错了：{detail}", "the template is wrong on line {line}: {detail}"),
    ("应为 Jinja 模板", "expected a Jinja template"),
    ("改正这一行", "mend this line"),
)
TEMPLATE_FORBIDDEN = code(
    "LW922",
    ("模板里不能用 {tag}", "a template cannot use {tag}"),
    ("只能用 if、for、set 和输出", "expected if, for, set and output only"),
    ("去掉它", "take it out"),
)
TEMPLATE_WORD = code(
    "LW923",
    ("模板里没有 {name}", "a template knows no {name}"),
    ("可用：{known}", "expected one of {known}"),
    ("改用其中之一", "use one of these"),
)
TEMPLATE_LARGE = code(
    "LW924",
    ("模板太大，或嵌套太深", "the template is too large or nested too deep"),
    ("最多 {characters} 个字符、{depth} 层嵌套、{loops} 层循环",
     "expected at most {characters} characters, {depth} levels and {loops} loops within each other"),
    ("简化模板，或拆成几个打印", "make it simpler, or make several prints of it"),
)
TEMPLATE_NAME = code(
    "LW925",
    ("模板里没有名为 {name} 的值", "the template has no value called {name} here"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
TEMPLATE_BEYOND = code(
    "LW926",
    ("{path} 印不出内容：这里没有 {name}", "{path} would print nothing: there is no {name} to be had here"),
    (
        "应为记录或循环中一行的字段；跨关联的路径和反向集合都从 record 写起，例如 record.customer.name",
        "expected a field of the record or of a loop's row; paths over links and reverse collections begin with record, for "
        "example record.customer.name",
    ),
    ("从 record 写起，或在该行的实体里加一个 fetch 字段", "begin with record, or give the row's entity a fetch field"),
)
NOT_SHOWN_BY = code(
    "LW927",
    ("{name}（{kind}）不能作为 {show} 的依据", "a {show} cannot be shown by {name} ({kind})"),
    ("应为 {entity} 自己的 {kinds} 字段", "expected a field of {entity} of type {kinds}"),
    ("{fix_zh}", "{fix_en}"),
)
NOT_SHOWABLE = code(
    "LW928",
    ("{entity} 不能显示为 {show}", "{entity} cannot be shown as a {show}"),
    ("应有 {kinds} 字段", "expected that it has a field of type {kinds}"),
    ("加上这样的字段，或去掉 show", "give it such a field, or take out show"),
)
NOT_OF_THE_WAY = code(
    "LW929",
    ("{word} 不适用于 show: {show} 的 {name}", "{word} cannot be {name} where it says show: {show}"),
    ("{known_zh}", "{known_en}"),
    ("改用其中之一，或去掉 {word}", "use one of these, or take out {word}"),
)
UNKNOWN_LIST = code(
    "LW980",
    ("没有列表 {name}", "there is no list {name}"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
NOT_SUITED = code(
    "LW981",
    ("{word} 不能是 {kind} 类型的 {name}", "{word} cannot be {name}, which is of type {kind}"),
    ("{known_zh}", "{known_en}"),
    ("改用其中之一，或去掉 {word}", "use one of these, or take out {word}"),
)
DATA_EMPTY = code(
    "LW930",
    ("数据 {name} 没有记录", "the data {name} holds no records"),
    ("应有 rows、file、generate 之一", "expected one of rows, file and generate"),
    ("写上 rows", "add rows"),
)
DATA_KEY = code(
    "LW931",
    ("这一行没有键 {fields}", "this row has no value for its key {fields}"),
    ("每行都应有键", "expected the key in every row"),
    ("写上 {fields}", "add {fields}"),
)
DATA_TWICE = code(
    "LW932",
    ("键 {key} 的记录重复", "two rows have the key {key}"),
    ("键应唯一", "expected every key once"),
    ("合并，或改键", "merge them or change a key"),
)
DATA_VALUE = code(
    "LW933",
    ("{name} 的值 {text} 与类型 {kind} 不符", "{text} is no value for {name}, which is of type {kind}"),
    ("{expected_zh}", "{expected_en}"),
    ("改写这个值", "write such a value"),
)
DATA_WITHOUT_KEY = code(
    "LW934",
    ("数据 {name} 没有说靠什么认出记录", "the data {name} does not say by what a record is found again"),
    ("应写 key: [字段]", "expected key: [field]"),
    ("加上 key", "add key"),
)
STEP_WITHOUT_ACTION = code(
    "LW940",
    ("这一步什么也没做", "this step does nothing"),
    ("应有 {expected} 之一", "expected one of {expected}"),
    ("写上要做的事", "say what is done"),
)
UNKNOWN_GIVEN = code(
    "LW941",
    ("前面没有 {name}", "nothing called {name} is given before"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
STEP_WITHOUT_PERSON = code(
    "LW942",
    ("没说是谁做的", "this step does not say who does it"),
    ("应有 as: 名称", "expected as: name"),
    ("加上 as", "add as"),
)
