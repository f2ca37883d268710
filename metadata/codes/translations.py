"""LW96x: languages that an application adds."""

from metadata.codes.define import code, warning

OWN_LANGUAGE = code(
    "LW960",
    ("{name} 是平台自带的语言", "{name} is a language of the platform itself"),
    ("应为 zh 和 en 以外的语言", "expected a language other than zh and en"),
    ("标签直接写在声明里，例如 label: {{zh: 客户, en: Customer}}",
     "write labels where things are declared: label: {{zh: 客户, en: Customer}}"),
)
NO_LANGUAGE = code(
    "LW961",
    ("{name} 不是语言代码", "{name} is no code of a language"),
    ("应为两三个字母，可加下划线和地区", "expected two or three letters, and perhaps an underscore and a region"),
    ("例如 translation: fr 或 translation: pt_br", "for example translation: fr, or translation: pt_br"),
)
UNKNOWN_TEXT = code(
    "LW962",
    ("平台没有键为 {name} 的文字", "the platform has no text with the key {name}"),
    ("应为 loomwork translate 列出的键", "expected a key that `loomwork translate` lists"),
    ("{fix_zh}", "{fix_en}"),
)
WRONG_PLACES = code(
    "LW963",
    ("{key} 的译文中括号里的 {found} 用不了", "the translation of {key} has {found} in braces, which cannot be filled"),
    ("应只用原文里的：{known}", "expected only those of the original: {known}"),
    ("照原文抄写括号里的内容", "copy what stands in braces from the original"),
)
UNUSED_LABEL = warning(
    "LW964",
    ("没有声明写着“{text}”", "no declaration says “{text}”"),
    ("应与声明里的 {like} 文字逐字相同", "expected a text exactly as a declaration has it in {like}"),
    ("{fix_zh}", "{fix_en}"),
)
UNTRANSLATED = warning(
    "LW966",
    ("{name} 还缺译文：{lacking}", "{name} lacks translations: {lacking}"),
    ("缺的以 {like} 显示", "they are shown in {like}"),
    ("运行 loomwork translate 文件夹 {name} 列出它们", "list them with loomwork translate FOLDER {name}"),
)
