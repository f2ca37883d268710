"""LW1xx: the text of a file and its YAML."""

from metadata.codes.define import code, warning

NOT_UTF8 = code(
    "LW101",
    ("这个文件不是 UTF-8 文本", "this file is not UTF-8 text"),
    ("应为 UTF-8 编码的 YAML", "expected YAML in UTF-8"),
    ("用编辑器另存为 UTF-8", "save it as UTF-8 in your editor"),
)
FORBIDDEN_CHARACTER = code(
    "LW102",
    ("含有不允许的字符 {character}", "the character {character} is not allowed"),
    ("应只含可见字符、空格和换行", "expected visible characters, spaces and line ends only"),
    ("删除该字符", "delete the character"),
)
TOO_LARGE = code(
    "LW103",
    ("文件有 {size} 字节，太大", "the file has {size} bytes, which is too much"),
    ("最多 {limit} 字节", "at most {limit} bytes are read"),
    ("拆成几个文件，一个对象一个文件", "split it: one object a file"),
)
TOO_DEEP = code(
    "LW104",
    ("嵌套超过 {limit} 层", "nested more than {limit} levels deep"),
    ("最多 {limit} 层", "at most {limit} levels are read"),
    ("减少嵌套", "nest less"),
)
TOO_MANY_NODES = code(
    "LW105",
    ("文件中的值超过 {limit} 个", "the file holds more than {limit} values"),
    ("最多 {limit} 个", "at most {limit} are read"),
    ("拆成几个文件，一个对象一个文件", "split it: one object a file"),
)
SYNTAX = code(
    "LW106",
    ("不是合法的 YAML：{detail}", "this is not valid YAML: {detail}"),
    ("应为缩进一致的“键: 值”", "expected `key: value` lines, evenly indented"),
    ("检查这一行及上一行的缩进、引号和括号", "check indentation, quotes and brackets on this line and the one before"),
)
ANCHOR = code(
    "LW107",
    ("不支持锚点 &{name}", "the anchor &{name} is not supported"),
    ("应直接写出值", "expected the value itself"),
    ("删去 &{name}；若是文本，请加引号", "remove &{name}; if it is text, quote it"),
)
ALIAS = code(
    "LW108",
    ("不支持引用 *{name}", "the alias *{name} is not supported"),
    ("应直接写出值", "expected the value itself"),
    ("把值再写一遍；若是文本，请加引号", "write the value out again; if it is text, quote it"),
)
MERGE_KEY = code(
    "LW109",
    ("不支持合并键 <<", "the merge key << is not supported"),
    ("应写出各个键", "expected the keys themselves"),
    ("把这些键写出来", "write the keys out"),
)
TAG = code(
    "LW110",
    ("不支持类型标记 {tag}", "the tag {tag} is not supported"),
    ("应直接写出值", "expected the value itself"),
    ("删去标记；若是文本，请加引号", "remove the tag; if it is text, quote it"),
)
DUPLICATE_KEY = code(
    "LW111",
    ("键 {name} 重复，第 {line} 行已有", "the key {name} stands here twice; the first is on line {line}"),
    ("同一处每个键只能有一个", "expected every key once"),
    ("合并两处，或删去一处", "merge the two or delete one"),
)
KEY_WITHOUT_VALUE = code(
    "LW112",
    ("键 {name} 没有值", "the key {name} has no value"),
    ("冒号后应有值", "expected a value after the colon"),
    ("写上值，或删去这个键", "give it a value or delete the key"),
)
COMMA_ENDED_TEXT = code(
    "LW113",
    (
        "逗号在此截断了文本，{name} 成了没有值的键",
        "the comma ended your text here, so {name} became a key without a value",
    ),
    ("花括号内含逗号的文本应加引号", "expected text with a comma inside {{}} to be quoted"),
    ("给整段文本加引号：\"{whole}\"", "quote the whole text: \"{whole}\""),
)
KEY_NOT_IDENTIFIER = code(
    "LW114",
    ("{name} 不能作为名称", "{name} cannot be a name"),
    ("名称以小写字母开头，只含小写字母、数字和下划线，最多 {limit} 个字符",
     "expected lower-case letters, digits and underscores, beginning with a letter, at most {limit} characters"),
    ("{near_zh}，显示文字写在 label 里", "{near_en} and put the words people see into its label"),
)
CUT_BY_COMMENT = code(
    "LW115",
    ("文本在“ #”处被当作注释截断", "a comment cut your text at ` #`"),
    ("含“ #”的文本应加引号", "expected text with ` #` to be quoted"),
    (
        "给整段文本加引号；若确是注释，# 后加一个空格",
        "quote the whole text; if it is a comment, put a space after the #",
    ),
)
NOT_A_MAPPING = code(
    "LW116",
    ("文件应由“键: 值”组成", "the file is not a mapping of keys to values"),
    ("应以 {kind}: 名称 开头", "expected it to begin with `{kind}: name`"),
    ("写成“键: 值”", "write it as `key: value` lines"),
)
SECOND_DOCUMENT = code(
    "LW117",
    ("文件里有第二个文档（---）", "a second document (---) begins here"),
    ("一个文件只写一个对象", "expected one object a file"),
    ("把它移到另一个文件", "move it to a file of its own"),
)
EMPTY_FILE = code(
    "LW118",
    ("文件是空的", "the file is empty"),
    ("应以 {kind}: 名称 开头", "expected it to begin with `{kind}: name`"),
    ("写上内容，或删去文件", "fill it or delete it"),
)
COMPLEX_KEY = code(
    "LW119",
    ("键应是一个词，这里却是列表或映射", "a key is one word, but this one is a list or a mapping"),
    ("应为“名称: 值”", "expected `name: value`"),
    ("若要写文本，请给花括号加引号", "if you meant text with {{}} or [], quote it"),
)
DIRECTIVE = code(
    "LW120",
    ("不支持 YAML 指令（% 开头的行）", "YAML directives (lines that begin with %) are not supported"),
    ("应直接写内容", "expected the content itself"),
    ("删去这一行", "delete the line"),
)
TAB = code(
    "LW121",
    ("缩进里有制表符", "a tab stands in the indentation"),
    ("应用空格缩进", "expected spaces"),
    ("把制表符换成两个空格", "replace the tab by two spaces"),
)
COLON_IN_TEXT = code(
    "LW122",
    ("这段文本里又有一个“: ”，YAML 读不懂", "a second `: ` in this text makes it unreadable"),
    ("含“: ”的文本应加引号", "expected text with `: ` to be quoted"),
    ("给冒号后的整段文本加引号", "quote the whole text after the first colon"),
)
NAMED_OTHERWISE = warning(
    "LW141",
    ("文件名说的是 {ending}，里面改的却是 {kind}", "the file's name says {ending}, but it changes a declaration of {kind}"),
    ("应为 {name}.{kind}.yaml 或 {name}.extend.yaml", "expected {name}.{kind}.yaml or {name}.extend.yaml"),
    ("给文件改名", "rename the file"),
)
KEY_TOO_DEEP = code(
    "LW140",
    ("{name} 比第 {line} 行的 {above} 缩进更深，而 {above} 已经有值",
     "{name} is indented deeper than {above} on line {line}, which has a value already"),
    ("同一层的键应在同一列开始", "expected keys of one level to begin in one column"),
    ("让 {name} 从第 {column} 列开始；若它是 {above} 的文本的一部分，请给整段文本加引号",
     "let {name} begin in column {column}; if it is part of the text of {above}, quote that text whole"),
)
BAD_START = code(
    "LW123",
    ("未加引号的文本不能以 {character} 开头", "text without quotes cannot begin with {character}"),
    ("以 {character} 开头的文本应加引号", "expected text that begins with {character} to be quoted"),
    ("给文本加引号", "quote the text"),
)
UNCLOSED_QUOTE = code(
    "LW124",
    ("引号没有闭合", "a quote opened here is never closed"),
    ("应有配对的引号", "expected a closing quote"),
    ("补上引号", "close the quote"),
)
UNCLOSED_BRACKET = code(
    "LW125",
    ("括号没有闭合，或内部缺逗号", "a bracket opened here is not closed, or a comma is missing inside it"),
    ("应为 {{a: 1, b: 2}} 或 [a, b]", "expected {{a: 1, b: 2}} or [a, b]"),
    ("补上括号或逗号；含逗号、冒号、括号的文本请加引号",
     "close the bracket or add the comma; quote text that holds commas, colons or brackets"),
)
FULL_WIDTH_COLON = code(
    "LW126",
    ("这里的冒号“：”是全角的", "the colon ： here is full-width"),
    ("应为半角冒号加一个空格", "expected an ASCII colon and a space"),
    ("把“：”改成“: ”", "replace ： by : and a space"),
)
