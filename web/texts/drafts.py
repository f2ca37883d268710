"""Texts of forms that were left, or that wait for the network."""

TEXTS = {
    "left": ("这张表单您上次没有填完（{when}）。", "You left this form unfinished ({when})."),
    "unsent": ("这张表单上次因网络中断没有发出（{when}）。", "This form could not be sent for want of a network ({when})."),
    "changed": ("此后有人保存过这条记录。", "Somebody has saved the record since."),
    "compared": (
        "此后有人保存过这条记录；保存时会与您当时看到的内容比较，两边都改过的逐项由您选择。",
        "Somebody has saved the record since. Saving compares with what you saw then; where both changed a field, you choose.",
    ),
    "go_on": ("继续填写", "Go on"),
    "throw_away": ("放弃", "Throw away"),
    "waits": (
        "网络中断，等待发送。恢复后会自动发送一次，请不要关闭此页。",
        "There is no network. This form waits for it and is then sent once; please keep the page open.",
    ),
    "stay": ("先不发送，继续编辑", "Do not send yet, go on editing"),
}
