"""LW2xx: the shape of a declaration."""

from metadata.codes.define import code

UNKNOWN_KEY = code(
    "LW201",
    ("{where} 没有 {name} 这个键", "{where} has no key {name}"),
    ("可用的键：{expected}", "expected one of: {expected}"),
    ("{fix_zh}", "{fix_en}"),
)
DELETE_IT = {"fix_zh": "删去它", "fix_en": "delete it"}
RESERVED_KEY = code(
    "LW202",
    ("{name} 是为以后版本保留的词", "{name} is a word kept for a later version"),
    ("这个版本还没有它", "this version does not have it yet"),
    ("{fix_zh}", "{fix_en}"),
)
MISSING_KEY = code(
    "LW203",
    ("{where} 缺少 {name}", "{where} lacks {name}"),
    ("必须写出 {name}", "expected the key {name}"),
    ("加上 {name}: …", "add `{name}: ...`"),
)
MISSING_ONE_OF = code(
    "LW225",
    ("{where} 缺少 {name_zh}", "{where} lacks {name_en}"),
    ("必须写出其中一个", "expected one of these keys"),
    ("例如加上 {first}: …", "add for example `{first}: ...`"),
)
NOT_TEXT = code(
    "LW204",
    ("{name} 应是一段文本，这里是{found_zh}", "{name} is one text, but here is {found_en}"),
    ("应为文本", "expected a text"),
    ("写成一个值；含花括号或方括号的文本请加引号", "write one value; quote text that holds braces or brackets"),
)
NOT_LIST = code(
    "LW205",
    ("{name} 应是列表，这里是{found_zh}", "{name} is a list, but here is {found_en}"),
    ("应为 [a, b]", "expected [a, b]"),
    ("用方括号，或每行以“- ”开头", "use brackets, or one item a line beginning with `- `"),
)
NOT_MAP = code(
    "LW206",
    ("{name} 应由“键: 值”组成，这里是{found_zh}", "{name} is a map of keys to values, but here is {found_en}"),
    ("应为 {{键: 值}}", "expected {{key: value}}"),
    ("写成“键: 值”，缩进两格", "write `key: value` lines, indented by two"),
)
NOT_A_WORD = code(
    "LW207",
    ("{name} 不能是 {text}", "{name} cannot be {text}"),
    ("应为其一：{expected}", "expected one of: {expected}"),
    ("{fix_zh}", "{fix_en}"),
)
NOT_A_FLAG = code(
    "LW208",
    ("{name} 应为 true 或 false，这里是 {text}", "{name} is true or false, but here is {text}"),
    ("应为 true 或 false", "expected true or false"),
    ("写 true 或 false（不要用 yes、no、on、off）", "write true or false (not yes, no, on or off)"),
)
NOT_WHOLE = code(
    "LW209",
    ("{name} 应为整数，这里是 {text}", "{name} is a whole number, but here is {text}"),
    ("应为不小于 {least} 的整数", "expected a whole number of at least {least}"),
    ("写一个整数，例如 120", "write a whole number such as 120"),
)
EMPTY = code(
    "LW210",
    ("{name} 是空的", "{name} is empty"),
    ("至少要有一项", "expected at least one item"),
    ("加上一项，或删去 {name}", "add an item or delete {name}"),
)
UNKNOWN_ENDING = code(
    "LW211",
    ("看不出文件 {file} 是哪一类", "the name {file} does not say what kind of file it is"),
    (
        "文件名应以 .entity.yaml、.flow.yaml 之类结尾",
        "expected a name that ends in .entity.yaml, .flow.yaml or the like",
    ),
    ("{fix_zh}", "{fix_en}"),
)
KIND_MISMATCH = code(
    "LW212",
    ("文件名说是 {ending}，内容却不以 {ending}: 开头", "the file is named .{ending}.yaml but says no `{ending}:`"),
    ("应含 {ending}: 名称，或 extend: {ending}/名称", "expected `{ending}: name` or `extend: {ending}/name`"),
    ("改文件名，或写上 {ending}: 名称", "rename the file or add `{ending}: name`"),
)
NOT_TEXT_OR_MAP = code(
    "LW213",
    ("{name} 不能是{found_zh}", "{name} cannot be {found_en}"),
    ("应为{shapes_zh}", "expected {shapes_en}"),
    ("换一种写法", "write it in one of these ways"),
)
UNKNOWN_TYPE = code(
    "LW214",
    ("没有 {text} 这种字段类型", "there is no field type {text}"),
    ("应为其一：{expected}", "expected one of: {expected}"),
    ("{fix_zh}", "{fix_en}"),
)
BAD_PATTERN = code(
    "LW215",
    ("{text} 不是安全的正则表达式", "{text} is no safe regular expression"),
    ("应为正则表达式，重复部分里不能再有重复", "expected a regular expression without a repeat inside a repeat"),
    ("改写，例如 [0-9]{{11}}", "rewrite it, for example [0-9]{{11}}"),
)
DECLARED_TWICE = code(
    "LW216",
    ("{kind} {name} 已在 {first} 声明", "{kind} {name} is already declared in {first}"),
    ("一个对象只声明一次", "expected one declaration of each object"),
    ("合并两处，或改名", "merge the two or rename one"),
)
BAD_VERSION = code(
    "LW217",
    ("{text} 不是版本号", "{text} is no version"),
    ("应为 1.2.3 这样的三个数", "expected three numbers such as 1.2.3"),
    ("写成 1.0.0 的样子", "write it like 1.0.0"),
)
NOT_A_PATH = code(
    "LW218",
    ("{text} 不是字段路径", "{text} is no field path"),
    ("应为 name 或 customer.name", "expected `name` or `customer.name`"),
    ("只用小写字母、数字、下划线和点", "use lower-case letters, digits, underscores and points only"),
)
NOT_A_LANGUAGE = code(
    "LW219",
    ("{name} 不是语言代码", "{name} is no language code"),
    ("标签应是一段文本，或 {{zh: …, en: …}}", "expected a text or {{zh: ..., en: ...}}"),
    ("用 zh、en 这样的代码", "use codes such as zh and en"),
)
NOT_A_NAME = code(
    "LW220",
    ("{text} 不能作为名称", "{text} cannot be a name"),
    ("名称以小写字母开头，只含小写字母、数字和下划线，最多 {limit} 个字符",
     "expected lower-case letters, digits and underscores, beginning with a letter, at most {limit} characters"),
    ("{near_zh}", "{near_en}"),
)
EMPTY_EXPRESSION = code(
    "LW221",
    ("{name} 的表达式是空的", "the expression of {name} is empty"),
    ("应为条件或公式", "expected a condition or formula"),
    ("写上表达式，或删去 {name}", "write the expression or delete {name}"),
)
KEY_ALONE = code(
    "LW223",
    ("只有 {name} 而没有 {other}，不起作用", "{name} says nothing without {other}"),
    ("{name} 应与 {other} 一起写", "expected {name} together with {other}"),
    ("加上 {other}，或删去 {name}", "add {other}, or delete {name}"),
)
PATTERN_NOT_RUN = code(
    "LW224",
    ("正则表达式 {text} 不能运行：{reason_zh}", "the regular expression {text} cannot be run: {reason_en}"),
    (
        "应为 RE2 那样的正则表达式：字符、字符组、分组、选择和重复，没有环视和反向引用",
        "expected a regular expression as RE2 reads it: characters, classes, groups, choices and repeats, no look-around and "
        "no back references",
    ),
    ("改写，例如 [0-9]{{11}}；其他条件写成 checks", "rewrite it, for example [0-9]{{11}}; other conditions go into checks"),
)
