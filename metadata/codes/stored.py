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
DATA_FILE_MISSING = code(
    "LW680",
    ("找不到数据文件 {file}", "the data file {file} is not here"),
    ("应为声明旁边的 UTF-8 文件", "expected a file in UTF-8 beside the declaration"),
    ("新建 {file} 并存成 UTF-8，或改 file", "create {file} and save it as UTF-8, or change file"),
)
DATA_FILE_PLACE = code(
    "LW681",
    ("{text} 不是声明旁边的 CSV 文件", "{text} is no CSV file beside the declaration"),
    ("应为同一文件夹中以 .csv 结尾的文件名", "expected the name of a file in the same folder that ends in .csv"),
    ("例如 file: regions.csv", "for example file: regions.csv"),
)
DATA_FILE_UNREADABLE = code(
    "LW682",
    ("从这一行起不是有效的 CSV", "from this line on the file is no valid CSV"),
    ("引号应成对，单元格不过长", "expected quotes in pairs and cells that are not too long"),
    ("改正这一行的引号", "mend the quotes of this line"),
)
DATA_FILE_LARGE = code(
    "LW683",
    ("数据文件太大", "the data file is too large"),
    ("最多 {rows} 行、{size} 字节", "expected at most {rows} rows and {size} bytes"),
    ("拆成几个文件，或用 loomwork import 导入", "make several files of it, or bring it in with loomwork import"),
)
DATA_FILE_HEADER = code(
    "LW684",
    ("第一行没有为第 {number} 列命名", "the first row does not name column {number}"),
    ("第一行的每一格应是字段名", "expected the name of a field in every cell of the first row"),
    ("写上字段名，或删去这一列", "write the name, or delete the column"),
)
DATA_FILE_TWICE = code(
    "LW685",
    ("有两列都叫 {name}", "two columns are called {name}"),
    ("每个字段应只有一列", "expected one column for a field"),
    ("删去一列", "delete one of the two"),
)
DATA_FILE_CELLS = code(
    "LW686",
    ("这一行有 {found} 格，而第一行只有 {columns} 列", "this row has {found} cells, but the first row names {columns}"),
    ("每一格上面应有字段名", "expected the name of a field above every cell"),
    ("给含逗号的文本加引号，或删去多余的格", "quote texts with a comma, or delete what is too much"),
)
DATA_FILE_CHILDREN = code(
    "LW687",
    ("{name} 是子表，一格放不下", "{name} holds rows of its own, for which there is no cell"),
    ("应为有单个值的字段", "expected a field with a value of its own"),
    ("去掉这一列，把子表写在 rows 里", "delete the column and write such records in rows"),
)
SYSTEM_WRITE = code(
    "LW690",
    ("{field} 由平台填写，不能写入", "{field} is filled in by the platform and cannot be written"),
    ("应为可填的字段", "expected a field that can be entered"),
    ("删去它，或另设一个字段", "delete it, or declare a field of your own"),
)
