"""LW67x to LW69x: what is stored: formulas that are kept by the day, and data that comes in files."""

from metadata.codes.define import code

SYSTEM_WRITE = code(
    "LW690",
    ("{field} 由平台填写，不能写入", "{field} is filled in by the platform and cannot be written"),
    ("应为可填的字段", "expected a field that can be entered"),
    ("删去它，或另设一个字段", "delete it, or declare a field of your own"),
)
