"""Texts of error pages."""

TEXTS = {
    "offline_title": ("网络连接中断", "No connection"),
    "title_400": ("请求有误", "Bad request"),
    "text_400": ("请求的内容无法理解。", "The request could not be understood."),
    "title_403": ("没有权限", "Not allowed"),
    "text_403": ("您没有权限执行此操作。", "You are not allowed to do this."),
    "title_404": ("没有找到", "Not found"),
    "text_404": ("页面或记录不存在，或者您无权查看。", "The page or record does not exist, or is not for you to see."),
    "title_405": ("不支持的操作", "Not supported"),
    "text_405": ("这个地址不支持此操作。", "This address does not do that."),
    "title_409": ("现在无法完成", "Not possible right now"),
    "text_409": (
        "记录的状态已经变化，请刷新后再试。",
        "The record has changed meanwhile. Please reload and try again.",
    ),
    "title_413": ("内容太大", "Too large"),
    "text_413": (
        "发送的内容太大：一次最多 {limit}。文件请分几次上传，或先压缩。",
        "This is too large: at most {limit} at a time. Please send files one by one, or make them smaller.",
    ),
    "title_422": ("有内容需要修改", "Some entries need a correction"),
    "text_422": ("提交的内容没有通过检查。", "What was sent did not pass the checks."),
    "title_429": ("操作太频繁", "Too many attempts"),
    "text_429": ("请稍后再试。", "Please try again later."),
    "title_500": ("出错了", "Something went wrong"),
    "text_500": (
        "这是我们的问题，没有数据因此改变。请稍后再试。",
        "This is our fault; no data was changed. Please try again later.",
    ),
    "title_503": ("系统繁忙", "Busy"),
    "text_503": ("系统繁忙，请稍后重试。", "The system is busy. Please try again."),
    "csrf": ("页面已过期，请返回刷新后再试。", "The page is out of date. Please go back, reload, and try again."),
    "reference": ("错误编号：{reference}", "Reference: {reference}"),
    "go_home": ("回到工作台", "Go to home"),
    "go_back": ("返回上一页", "Go back"),
}
