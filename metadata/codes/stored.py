"""LW67x to LW69x: what is stored: formulas that are kept by the day, and data that comes in files."""

from metadata.codes.define import code

KEPT_READS = code(
    "LW670",
    ("{field} 写明 kept: daily，却读取 {what}", "{field} says kept: daily, but reads {what}"),
    ("应只读本行有列的字段和 $today", "expected fields of its own row that have a column, and $today"),
    ("用 fetch 或汇总把值放到本行，公式则也写 kept: daily；或去掉 kept，读取时再算",
     "bring the value into the row with a fetch or roll-up, a formula by kept: daily too; or drop kept: it is computed when read"),
)
KEPT_WITHOUT_DAY = code(
    "LW671",
    ("{field} 写明 kept: daily，公式却不读 $today", "{field} says kept: daily, but its formula does not read $today"),
    ("应为随日期变化的公式", "expected a formula that changes with the day"),
    ("去掉 kept", "drop kept"),
)
KEPT_UNIQUE = code(
    "LW672",
    ("{field} 随日期变化，不能唯一", "{field} changes with the day and cannot be unique"),
    ("应为只由人改变的字段", "expected a field that changes by a write only"),
    ("去掉它", "take it out"),
)
SYSTEM_WRITE = code(
    "LW690",
    ("{field} 由平台填写，不能写入", "{field} is filled in by the platform and cannot be written"),
    ("应为可填的字段", "expected a field that can be entered"),
    ("删去它，或另设一个字段", "delete it, or declare a field of your own"),
)
