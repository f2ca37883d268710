"""LW5xx: what entities and their fields mean."""

from metadata.codes.define import code, warning

MISSING_LABEL = warning(
    "LW501",
    ("{what} 没有 {language} 标签", "{what} has no label in {language}"),
    ("应用的每种语言都应有标签", "expected a label in every language of the application"),
    ("写成 label: {{zh: …, en: …}}", "write label: {{zh: ..., en: ...}}"),
)
TITLE_CROSSES_LINK = code(
    "LW502",
    ("标题里的 {path} 跨越了关联", "{path} in the title crosses a link"),
    ("标题只能用本实体的字段；关联字段显示所关联记录的标题", "expected own fields only; a link shows the title of what it names"),
    ("改用关联字段本身，或用 fetch 字段取过来", "use the link itself, or bring the value over with a fetch field"),
)
TEMPLATE_PART = code(
    "LW503",
    ("{part} 不是字段", "{part} is no field"),
    ("花括号里应是字段名，例如 {{name}}", "expected a field name in the braces, for example {{name}}"),
    ("写成 {{字段}}，其余文字不要用花括号", "write {{field}} and keep braces out of the rest"),
)
LINK_TO_CHILD = code(
    "LW504",
    ("{entity} 是子表实体，不能被关联", "{entity} is a child entity and cannot be linked to"),
    ("应关联到有自己页面的实体", "expected an entity that has pages of its own"),
    ("关联它的上级实体，或去掉 child: true", "link to its parent or drop child: true"),
)
CHILDREN_OF_ENTITY = code(
    "LW505",
    ("{entity} 不是子表实体", "{entity} is no child entity"),
    ("children 字段的 of 应是 child: true 的实体", "expected an entity with child: true"),
    ("给 {entity} 加 child: true，或改用 link 和 back", "add child: true to {entity}, or use a link with back"),
)
ORPHAN_CHILD = warning(
    "LW506",
    ("子表实体 {entity} 没有被任何 children 字段使用", "no children field uses the child entity {entity}"),
    ("应有一个实体用 {{type: children, of: {entity}}}", "expected a field {{type: children, of: {entity}}}"),
    ("加上 children 字段，或去掉 child: true", "add the children field or drop child: true"),
)
SERIAL_PATTERN = code(
    "LW507",
    ("编号格式 {text} 不对：{part}", "the number pattern {text} is wrong at {part}"),
    ("应为固定文字、{{yyyy}} {{yy}} {{MM}} {{dd}} {{yyyyMM}} {{yyyyMMdd}}，和一个 {{0001}} 这样的流水号",
     "expected texts, {{yyyy}} {{yy}} {{MM}} {{dd}} {{yyyyMM}} {{yyyyMMdd}}, and one counter such as {{0001}}"),
    ("例如 HT-{{yyyy}}-{{00001}}", "for example HT-{{yyyy}}-{{00001}}"),
)
SERIAL_TWICE = code(
    "LW508",
    ("编号格式 {text} 与 {other} 相同", "the number pattern {text} is that of {other} too"),
    ("每种单据应有自己的格式", "expected a pattern of its own"),
    ("换一个前缀", "choose another prefix"),
)
CYCLE = code(
    "LW509",
    ("{path} 循环依赖", "{path} depend on each other in a circle"),
    ("公式、汇总与取值之间不能成环", "expected formulas, roll-ups and fetches without a circle"),
    ("去掉其中一个依赖", "take one of the dependencies out"),
)
NOT_A_LITERAL = code(
    "LW510",
    ("{name} 的值 {text} 与类型 {kind} 不符", "{text} is no value for {name}, which is of type {kind}"),
    ("{expected_zh}", "{expected_en}"),
    ("改写这个值；表达式以 = 开头", "write such a value; an expression begins with ="),
)
INPUT_ON_DERIVED = code(
    "LW511",
    (
        "{field} 的值由{how_zh}得出，不能有 {words}",
        "{field} gets its value from its {how_en}, so it cannot have {words}",
    ),
    ("算出来的字段没人填", "a derived field is not entered by anyone"),
    ("删去 {words}，或去掉{how_zh}", "delete {words}, or the {how_en}"),
)
FETCH_PATH = code(
    "LW513",
    ("{text} 不是取值路径", "{text} is no path to fetch from"),
    ("应为 关联.字段，例如 customer.tax_no", "expected link.field, for example customer.tax_no"),
    ("只跨一个关联", "cross one link"),
)
FETCH_SOURCE = code(
    "LW514",
    ("{path} 没有可取的值（{kind}）", "{path} has no value to fetch ({kind})"),
    ("应取有值的字段", "expected a field with a value of its own"),
    ("换一个字段", "choose another field"),
)
BOUNDS_CROSSED = code(
    "LW515",
    ("{field} 的 min {low} 大于 max {high}", "{field} has min {low} above max {high}"),
    ("min 应不大于 max", "expected min to be at most max"),
    ("交换或改正", "swap or mend them"),
)
REQUIRED_BUT_READONLY = code(
    "LW516",
    ("{field} 必填又只读，而且没有默认值", "{field} is required and read-only and has no default"),
    ("没人能填它", "nobody could fill it"),
    ("加 default，或去掉其中一个", "add a default or drop one of the two"),
)
NO_COLUMN = code(
    "LW517",
    ("{field} 没有自己的列，不能用在 {place}", "{field} has no column of its own, so it cannot stand in {place}"),
    ("应为有列的字段；跨关联或随时间变化的公式读取时才算",
     "expected a field with a column; a formula over links or the clock is only computed when read"),
    ("去掉它；只读本行与 $today 的公式可写 kept: daily",
     "take it out; a formula over its own row and $today can say kept: daily"),
)
NOT_SEARCHABLE = code(
    "LW518",
    ("{field}（{kind}）不能搜索", "{field} ({kind}) cannot be searched"),
    ("应为文本、电话、邮箱、网址或编号字段", "expected a text, phone, email, url or serial field"),
    ("从 {place} 里去掉它", "take it out of {place}"),
)
UNKNOWN_CURRENCY = code(
    "LW519",
    ("{text} 不是货币代码", "{text} is no currency code"),
    ("应为 ISO 4217 的货币代码，例如 CNY、USD；字段的货币可写成 =路径",
     "expected a code of ISO 4217 such as CNY or USD, or for a field = and a path"),
    ("{fix_zh}", "{fix_en}"),
)
WAS_TAKEN = code(
    "LW520",
    ("曾用名 {name} 现在属于另一个{what_zh}", "the earlier name {name} now belongs to another {what_en}"),
    ("曾用名只有在对方写明 fresh: true 时才能再用", "an earlier name may return only with fresh: true"),
    ("给现在的 {name} 加 fresh: true，或从 was 中删去", "add fresh: true to the present {name}, or take it out of was"),
)
CHILD_IN_CHILD = code(
    "LW521",
    ("子表实体 {entity} 里不能再有子表 {field}", "the child entity {entity} cannot hold children itself ({field})"),
    ("子表只有一层", "expected one level of children"),
    ("把 {entity} 变成普通实体并用关联", "make {entity} an entity of its own and link it"),
)
CHILD_OWNED = code(
    "LW522",
    ("子表实体 {entity} 不能有 {word}", "the child entity {entity} cannot have {word}"),
    ("子表行随上级记录", "rows of a child entity belong to their parent"),
    ("去掉 {word}", "drop {word}"),
)
STATE_FIELD_DECLARED = code(
    "LW523",
    (
        "{field} 是流程 {flow} 的状态字段，不能另外声明",
        "{field} is the state field of flow {flow} and cannot be declared as well",
    ),
    ("状态字段由流程自己加上", "the flow adds its state field itself"),
    ("从 fields 里删去 {field}，状态写在流程里", "delete {field} from fields; its options are the states of the flow"),
)
SCALE_TOO_LARGE = code(
    "LW524",
    ("{field} 的 scale {scale} 太大", "{field} has a scale of {scale}, which is too much"),
    ("最多 {limit} 位小数", "expected at most {limit} digits after the point"),
    ("改小 scale", "lower the scale"),
)
NO_TITLE = warning(
    "LW526",
    ("实体 {entity} 没有标题", "entity {entity} has no title"),
    ("应写 title，或有 name、title、number 字段", "expected a title, or a field called name, title or number"),
    ("加上 title: \"{{字段}}\"", "add title: \"{{field}}\""),
)
FORMULA_KIND = code(
    "LW527",
    ("{field} 的公式得出 {kind}，存不下", "the formula of {field} gives {kind}, which no field can hold"),
    ("应得出文本、数字、日期、布尔或选项", "expected text, a number, a date, a bool or an option"),
    ("改写公式", "rewrite the formula"),
)
NOTHING_TO_SIMILAR = code(
    "LW528",
    ("{field}（{kind}）不能用 similar 比较", "{field} ({kind}) cannot be compared by similar"),
    ("similar 只用于文本字段", "expected a text field for similar"),
    ("改用 same", "use same"),
)
TOO_MANY_FIELDS = code(
    "LW529",
    ("实体 {entity} 有 {count} 个字段，太多", "entity {entity} has {count} fields, which is too many"),
    ("最多 {limit} 个", "expected at most {limit}"),
    ("把一部分移到关联的实体", "move some to a linked entity"),
)
EMPTY_DUPLICATE = code(
    "LW530",
    ("查重规则应正好有一个 same 或 similar", "a duplicate rule has exactly one of same and similar"),
    ("应为 {{same: 字段}} 或 {{similar: 字段}}", "expected {{same: field}} or {{similar: field}}"),
    ("拆成两条规则", "split it into two rules"),
)
PEOPLE_ENTITY = code(
    "LW531",
    ("角色可以授予用户，却没有实体 {entity}", "roles can be given to people, but there is no entity {entity}"),
    ("应有 {names}", "expected {names}"),
    ("在 layers 里加上 base 方案包，或自己声明它", "add the pack base to layers, or declare it"),
)
PEOPLE_FIELD = code(
    "LW532",
    ("平台需要 {entity} 的字段 {name}，它不存在、已停用或类型不符",
     "the platform needs the field {name} of {entity}, which is missing, retired or of another type"),
    ("应为类型 {kinds} 的字段", "expected a field of type {kinds}"),
    ("补上它，或取消 retired", "add it, or take retired back"),
)
ROLLUP_LINKS = code(
    "LW533",
    ("{field} 汇总的 {of} 是多对多关联", "{field} rolls up {of}, which links many to many"),
    ("应为 children 字段或 link 的反向集合", "expected a children field or the reverse collection of a link"),
    ("改用公式，例如 formula: count({of})", "use a formula instead, for example formula: count({of})"),
)
ROLLUP_READS = code(
    "LW534",
    ("{field} 读取 {what}，而汇总是存下来的，不会跟着它变",
     "{field} reads {what}, but a roll-up is stored and would not follow its changes"),
    ("应只读被汇总的行及其关联记录中存下来的字段",
     "expected stored fields of the counted rows and of what they link to"),
    ("改用公式，例如 count(…) 或 sum(…)，读取时再算；若是随 $today 变化的公式，可给它写 kept: daily",
     "use a formula such as count(...) or sum(...), which is computed when read; a formula over $today can say kept: daily"),
)
FETCH_LINK = code(
    "LW535",
    ("{link} 由平台算出，取值时还没有", "{link} is filled in by the platform, after values are fetched"),
    ("应经由人填写的关联字段、owner 或 dept 取值", "expected a link that people enter, owner, or dept"),
    ("改用公式，例如 formula: {link}.字段", "use a formula instead, for example formula: {link}.field"),
)
FETCH_KIND = code(
    "LW536",
    ("{field} 是 {own}，放不下 {path}（{kind}）", "{field} is of type {own} and cannot hold {path} ({kind})"),
    ("应与来源类型相同；选项与关联目标也应相同", "expected the type of its source, with its options or target"),
    ("写成 {{type: fetch, fetch: {path}}}", "write {{type: fetch, fetch: {path}}}"),
)
NAMED_TWICE = code(
    "LW537",
    ("{field} 在 {place} 中出现两次", "{field} stands twice in {place}"),
    ("每个字段应只出现一次", "expected each field once"),
    ("删去一个", "delete one of the two"),
)
SIMILAR_UNSEARCHED = code(
    "LW538",
    ("{field} 不在 search 中，无法用 similar 比较", "{field} is not in search, so similar cannot look for it"),
    ("相似的记录通过全文检索查找", "similar records are found by the search"),
    ("把 {field} 加到 search", "add {field} to search"),
)
TITLE_KIND = code(
    "LW539",
    ("{field}（{kind}）不能放在标题里", "{field} ({kind}) cannot stand in a title"),
    ("标题应由文本、编号、数字、日期和选项组成", "expected texts, serials, numbers, dates and choices in a title"),
    ("换成公式，例如 formula: date({field})", "use a formula over it, for example formula: date({field})"),
)
SERIAL_REPEATS = code(
    "LW540",
    ("编号 {text} 每个周期（{reset}）重新开始，却没有 {parts}，号码会重复",
     "{text} begins again every {reset} without {parts}, so its numbers would repeat"),
    ("格式应含有周期的日期部分", "expected the parts of the date that tell its periods apart"),
    ("在格式中加上 {parts}，或去掉 reset", "add {parts} to the pattern, or drop reset"),
)
RATING_STARS = code(
    "LW950",
    ("评分字段 {field} 的星数不对", "the rating {field} has a wrong number of stars"),
    ("max 应为 {fewest} 到 {most} 的整数", "expected a max from {fewest} to {most}"),
    ("例如 max: 5；更大的范围请用 int 字段", "write for example max: 5, or use an int field for a wider range"),
)
RATING_DEFAULT = code(
    "LW951",
    ("评分字段 {field} 的默认值 {found} 超过它的星数", "the default {found} of the rating {field} is more than its stars"),
    ("应为 1 到 {most}", "expected 1 to {most}"),
    ("减小 default，或增大 max", "lower the default or raise max"),
)
