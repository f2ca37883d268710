"""LW8xx: applications, packs and layers."""

from metadata.codes.define import code, warning

NO_APPLICATION = code(
    "LW801",
    ("这里没有 app.yaml，也没有 pack.yaml", "there is neither an app.yaml nor a pack.yaml here"),
    ("应是应用或方案包的文件夹", "expected the folder of an application or a pack"),
    ("换到正确的文件夹，或用 loomwork new 新建", "go to the right folder, or make one with loomwork new"),
)
BOTH = code(
    "LW802",
    ("app.yaml 和 pack.yaml 不能同在一处", "app.yaml and pack.yaml stand in one folder"),
    ("只能有一个", "expected one of them"),
    ("删去一个", "delete one"),
)
NO_LAYER = code(
    "LW803",
    ("找不到方案包 {name}", "the pack {name} is not here"),
    ("应在 packs/{name}/pack.yaml", "expected packs/{name}/pack.yaml"),
    ("{fix_zh}", "{fix_en}"),
)
LAYER_VERSION = code(
    "LW804",
    (
        "app.yaml 要 {name} {wanted}，packs/{name} 里是 {found}",
        "app.yaml pins {name} {wanted}, but packs/{name} holds {found}",
    ),
    ("两处版本应相同", "expected the same version"),
    ("在 app.yaml 里写 {name}@{found}，或把 {wanted} 版的 {name} 放进 packs/{name}",
     "write {name}@{found} in app.yaml, or put {name} {wanted} into packs/{name}"),
)
UNKNOWN_TARGET = code(
    "LW805",
    ("下面的层里没有 {kind} {name}，无从扩展", "no layer below declares {kind} {name}, so there is nothing to extend"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
TWO_PACKS = code(
    "LW806",
    ("方案包 {first} 和 {second} 都改了 {path}", "the packs {first} and {second} both change {path}"),
    ("由应用来决定取哪个", "expected the application to decide"),
    ("在自己的层里 extend 它，写上要的值", "extend it in your own layer with the value you want"),
)
NOTHING_TO_RESET = code(
    "LW807",
    ("{name} 没有被任何层改过，无从还原", "no layer below changed {name}, so there is nothing to reset"),
    ("reset 应列出被改过的属性", "expected properties that a layer changed"),
    ("从 reset 里删去 {name}", "take {name} out of reset"),
)
UNKNOWN_SIBLING = code(
    "LW808",
    ("旁边没有 {name}，不知排在哪里", "there is no sibling {name} to stand beside"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
DECLARED_BELOW = code(
    "LW809",
    ("{kind} {name} 已由 {layer} 声明", "{kind} {name} is already declared by {layer}"),
    ("改动它应写 extend: {kind}/{name}", "expected extend: {kind}/{name} to change it"),
    ("把 {kind}: {name} 换成 extend: {kind}/{name}，只写要改的部分；或改名",
     "write extend: {kind}/{name} with only what changes, or choose another name"),
)
REQUIREMENT = code(
    "LW810",
    ("方案包 {pack} 需要 {name} {wanted}，{found_zh}", "the pack {pack} needs {name} {wanted}, {found_en}"),
    ("应先有满足要求的 {name}", "expected {name} in such a version before it"),
    ("在 layers 里把合适版本的 {name} 放在 {pack} 前面", "put a fitting {name} before {pack} in layers"),
)
BAD_REQUIREMENT = code(
    "LW811",
    ("{text} 不是版本要求", "{text} is no version requirement"),
    ("应为 \">=1.0\"、\"==1.2.0\" 或 \">=1.0,<2.0\"", "expected \">=1.0\", \"==1.2.0\" or \">=1.0,<2.0\""),
    ("例如 \">=1.0\"", "for example \">=1.0\""),
)
UNKNOWN_SETTING = code(
    "LW812",
    ("没有方案包声明设置项 {name}", "no pack declares a setting {name}"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
UNKNOWN_ZONE = code(
    "LW813",
    ("{text} 不是时区", "{text} is no time zone"),
    ("应为 Asia/Shanghai 这样的名称", "expected a name such as Asia/Shanghai"),
    ("{fix_zh}", "{fix_en}"),
)
LANGUAGE_VERSION = code(
    "LW814",
    ("这个程序读不了语言版本 {text}", "this program does not read version {text} of the language"),
    ("应为 language: 1", "expected language: 1"),
    ("升级程序，或写 language: 1", "upgrade the program, or write language: 1"),
)
BAD_LAYER = code(
    "LW815",
    ("{text} 不是一层", "{text} is no layer"),
    ("应为 名称@版本，例如 base@1.0.0，或表示自己的 .", "expected name@version such as base@1.0.0, or . for your own"),
    ("写成 base@1.0.0 的样子", "write it like base@1.0.0"),
)
OWN_NOT_LAST = code(
    "LW816",
    ("自己的层 . 应在最后，且只有一个", "your own layer . stands last, and once"),
    ("应为 [base@1.0.0, …, .]", "expected [base@1.0.0, ..., .]"),
    ("把 . 移到最后", "put . at the end"),
)
BAD_EXTEND = code(
    "LW817",
    ("看不懂 extend: {text}", "extend: {text} cannot be read"),
    ("应为 类别/名称，例如 entity/contract", "expected kind/name, for example entity/contract"),
    ("类别有：{kinds}", "the kinds are: {kinds}"),
)
TOO_MANY_FILES = code(
    "LW818",
    ("文件超过 {limit} 个", "there are more than {limit} files"),
    ("一个应用最多 {limit} 个文件", "expected at most {limit} files in an application"),
    ("检查是否选错了文件夹", "check that this is the right folder"),
)
NOTHING_CHANGED = warning(
    "LW819",
    ("这个 extend 什么也没改", "this extension changes nothing"),
    ("应写出要改的部分", "expected what changes"),
    ("写上改动，或删去文件", "write the change or delete the file"),
)
BAD_LOCALE = code(
    "LW820",
    ("{text} 不是语言", "{text} is no language"),
    ("应为 zh-CN、en 这样的代码", "expected a code such as zh-CN or en"),
    ("改正代码", "mend the code"),
)
EXTENDS_HEAD = code(
    "LW821",
    ("{kind} 不能用 extend 修改", "{kind} cannot be changed with extend"),
    ("应在自己的 app.yaml 里写 settings 的值和 menu", "expected the values of settings and the menu in one's own app.yaml"),
    ("把它们写进 app.yaml，例如 settings: {{grade_a: 50000}}，删去这个 extend；别的改动写进 名字.extend.yaml",
     "write them into app.yaml, for example settings: {{grade_a: 50000}}, and delete this extend; changes of anything else stand "
     "in name.extend.yaml"),
)
