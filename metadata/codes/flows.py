"""LW6xx: flows, approvals and conversions."""

from metadata.codes.define import code, warning

NO_START = code(
    "LW601",
    ("流程 {flow} 没有起始状态", "flow {flow} has no start state"),
    ("应有一个状态写 start: true", "expected one state with start: true"),
    ("给 {near} 加 start: true", "add start: true to {near}"),
)
TWO_STARTS = code(
    "LW602",
    ("流程 {flow} 有两个起始状态：{first} 和 {second}", "flow {flow} has two start states, {first} and {second}"),
    ("只能有一个起始状态", "expected one start state"),
    ("去掉一个 start: true", "drop one start: true"),
)
UNREACHABLE = code(
    "LW603",
    ("到不了状态 {state}", "nothing leads to the state {state}"),
    ("从 {start} 应能一步步走到", "expected a way from {start}"),
    ("加一个 to: {state} 的动作，或删去这个状态", "add a move with to: {state}, or delete the state"),
)
DEAD_END = warning(
    "LW604",
    ("记录到了 {state} 就出不去了", "records that reach {state} never leave it"),
    ("应有离开它的动作，或写 end: true", "expected a move that leaves it, or end: true"),
    ("加一个 from: {state} 的动作，或写 end: true", "add a move from {state}, or say end: true"),
)
END_HAS_MOVES = code(
    "LW605",
    ("{state} 写了 end: true，却有动作 {move} 离开它", "{state} says end: true, yet the move {move} leaves it"),
    ("终点没有离开的动作", "expected no move from an end state"),
    ("去掉 end: true 或这个动作", "drop end: true or the move"),
)
NO_STEP_RULE = code(
    "LW606",
    (
        "审批 {approval} 的每一步都有条件，却没说都不满足时怎么办",
        "every step of {approval} has a condition, and nothing says what happens when none applies",
    ),
    ("应写 if_no_step: approve、admin 或 refuse", "expected if_no_step: approve, admin or refuse"),
    ("加上 if_no_step", "add if_no_step"),
)
NEVER_STARTED = warning(
    "LW607",
    ("没有状态发起审批 {approval}", "no state starts the approval {approval}"),
    ("流程里应有状态写 approval: {approval}", "expected a state with approval: {approval}"),
    ("给审批中的状态加 approval: {approval}", "add approval: {approval} to the state in which it waits"),
)
OTHER_ENTITY = code(
    "LW608",
    ("审批 {approval} 属于 {other}，不属于 {entity}", "the approval {approval} is for {other}, not for {entity}"),
    ("应为 {entity} 的审批", "expected an approval of {entity}"),
    ("换一个审批，或改它的 entity", "choose another approval or change its entity"),
)
TWO_FLOWS = code(
    "LW609",
    ("实体 {entity} 已有流程 {other}，不能再有 {flow}", "{entity} already has the flow {other}, so it cannot have {flow} as well"),
    ("一个实体应只有一个流程", "expected one flow for an entity"),
    ("合并两个流程，或停用其中一个（retired: true）", "join the two, or retire one (retired: true)"),
)
EFFECT_SHAPE = code(
    "LW610",
    ("看不懂这个动作效果：{words}", "this effect cannot be read: {words}"),
    (
        "应为 {{set}}、{{create, set}}、{{update, set}}、{{move, each 或 of}}、{{convert}} 或 {{notify, text}}，"
        "可加 if",
        "expected {{set}}, {{create, set}}, {{update, set}}, {{move, each or of}}, {{convert}} or {{notify, text}}, "
        "each with if",
    ),
    ("一个效果只做一件事，拆成几个", "let an effect do one thing; split it"),
)
RATIO_MISSING = code(
    "LW611",
    ("步骤 {step} 的 mode 与 ratio 不配", "mode and ratio of the step {step} do not go together"),
    ("mode: ratio 时写 ratio，其他时候不写", "expected ratio with mode: ratio and only there"),
    ("例如 mode: ratio, ratio: 60%", "for example mode: ratio, ratio: 60%"),
)
NOBODY = code(
    "LW612",
    ("{who} 不能用在这里", "{who} cannot stand here"),
    ("应为能作决定的人", "expected people who can act"),
    ("{fix_zh}", "{fix_en}"),
)
AROUND_APPROVAL = warning(
    "LW613",
    ("动作 {move} 绕过了审批 {approval}", "the move {move} goes around the approval {approval}"),
    ("{state} 应由审批结果离开", "expected the outcome of the approval to leave {state}"),
    ("去掉这个动作，或让它 by: role(…)", "delete the move, or narrow it with by: role(...)"),
)
OUTCOME_WAITS = code(
    "LW614",
    (
        "审批结果 {outcome} 又回到发起它的状态 {state}",
        "the outcome {outcome} leads back to {state}, which starts the approval",
    ),
    ("结果应指向别的状态", "expected another state"),
    ("换一个状态", "choose another state"),
)
NO_FLOW = code(
    "LW615",
    ("实体 {entity} 没有流程，{what} 无处着落", "entity {entity} has no flow, so {what} has no states to use"),
    ("应有 entity: {entity} 的流程", "expected a flow with entity: {entity}"),
    ("加一个流程", "add a flow"),
)
SYSTEM_LOOP = code(
    "LW616",
    ("系统动作 {moves} 首尾相接，停不下来", "the system moves {moves} follow each other in a circle"),
    ("系统动作不能成环", "expected system moves without a circle"),
    ("去掉一个，或让其中一个由人来做", "drop one, or let people do one of them"),
)
NOBODY_MAY = warning(
    "LW617",
    ("没有角色获准动作 {entity}.{move}", "no role may do the move {entity}.{move}"),
    ("应有角色写 move: {{{move}: …}}", "expected a role with move: {{{move}: ...}}"),
    ("在角色的 allow 里加上", "add it to the allow of a role"),
)
SETS_STATE = code(
    "LW618",
    ("{field} 只能由动作改变，不能用 {place} 写入", "{field} changes by moves only and cannot be written in {place}"),
    ("应写动作", "expected a move"),
    ("删去它，改用 {{move: …}}", "delete it and use {{move: ...}}"),
)
LACKS_REQUIRED = warning(
    "LW619",
    ("新建 {entity} 时没给必填字段 {fields}", "creating {entity} here leaves its required {fields} blank"),
    ("必填字段都应有值或默认值", "expected a value or a default for every required field"),
    ("在 set 里给出 {fields}", "give {fields} in set"),
)
MOVE_TARGET = code(
    "LW620",
    ("move 只能用 each 或 of 之一", "a move effect takes each or of, not both"),
    (
        "应为 {{move: x, each: 集合}} 或 {{move: x, of: 关联}}",
        "expected {{move: x, each: collection}} or {{move: x, of: link}}",
    ),
    ("去掉一个", "drop one"),
)
UNREAD_WRITE = code(
    "LW621",
    ("{field} 是算出来的，不能写入", "{field} is derived and cannot be written"),
    ("应为可填的字段", "expected a field that can be entered"),
    ("删去它", "delete it"),
)
BAD_RATIO = code(
    "LW622",
    ("ratio {text} 不在 0 与 100% 之间", "the ratio {text} is not between 0 and 100%"),
    ("应为 1% 到 100%", "expected 1% to 100%"),
    ("例如 60%", "for example 60%"),
)
MOVE_NOWHERE = code(
    "LW623",
    ("动作 {move} 从 {state} 又到 {state}", "the move {move} leads from {state} to {state}"),
    ("应到别的状态", "expected another state"),
    ("换掉 from 或 to", "change from or to"),
)
CARRY_UNKNOWN = code(
    "LW624",
    ("{name} 带不走", "{name} cannot come along"),
    ("应为 files、comments，或 {entity} 的反向集合", "expected files, comments, or a reverse collection of {entity}"),
    ("{fix_zh}", "{fix_en}"),
)
WHERE_WITHOUT_EACH = code(
    "LW625",
    ("where 只筛选 each 的记录，这里没有 each", "where chooses among the records of each, and there is no each"),
    ("应为 {{move: x, each: 集合, where: 条件}}", "expected {{move: x, each: collection, where: condition}}"),
    ("加上 each；对单条记录写 if", "add each, or write if for a single record"),
)
OTHER_SOURCE = code(
    "LW626",
    ("转化 {convert} 从 {other} 开始，不能用在 {entity} 上", "the conversion {convert} starts from {other}, so {entity} cannot run it"),
    ("应为 from: {entity} 的转化", "expected a conversion with from: {entity}"),
    ("换一个转化，或改正它的 from", "choose another conversion, or mend its from"),
)
CARRY_NOWHERE = code(
    "LW627",
    ("{name} 没有去处：新建的记录都接不住它", "{name} cannot come along: nothing that is created takes it"),
    ("文件应在第一个目标里有同名同类的字段；反向集合的关联字段应能指向某个目标",
     "expected a file field of the same name and kind on the first target, or a link that can lead to a target"),
    ("去掉它，或给目标加上字段（关联可用 any_link）", "drop it, or add the field to the target (a link may be an any_link)"),
)
NO_TEXT = code(
    "LW628",
    ("{path}（{kind}）没有可填入文字的值", "{path} ({kind}) has no text to fill in"),
    ("花括号里应是有单个值的字段", "expected a field with a single value in the braces"),
    ("换一个字段", "choose another field"),
)
UNKNOWN_TARGET = code(
    "LW629",
    ("to 里没有 {name}", "there is no {name} among the targets"),
    ("{known_zh}", "{known_en}"),
    ("{fix_zh}", "{fix_en}"),
)
STUCK = code(
    "LW630",
    (
        "审批 {approval} 以 {ends} 结束时，记录停在 {state} 里出不来",
        "a record whose approval {approval} ends as {ends} stays in {state} for ever",
    ),
    ("outcome 里应为每种结果写一个状态，或有离开 {state} 的动作",
     "expected a state in outcome for each of them, or a move that leaves {state}"),
    ("在 outcome 里加上 {ends}，或加一个 from: {state} 的动作", "add {ends} to outcome, or a move with from: {state}"),
)
UNKNOWN_COLOR = code(
    "LW650",
    ("没有颜色 {color}", "there is no colour {color}"),
    ("应为以下之一：{known}", "expected one of: {known}"),
    ("{fix_zh}", "{fix_en}"),
)
