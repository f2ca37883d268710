"""What is wrong with how a command was called, in Chinese: the library that reads command lines speaks English only."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

_VALUE = "值不可用"
_SENTENCES = tuple(
    (re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in (
        (r"No such command '(.+?)'\.(?: Did you mean (.+?)\?)?", "没有“{0}”这条命令。{1}"),
        (r"No such option: (\S+)(?: \(Possible options: (.+)\)| Did you mean (.+)\?)?", "没有“{0}”这个选项。{1}"),
        (r"Missing argument '(.+?)'\.", "缺少参数“{0}”。"),
        (r"Missing option '(.+?)'\.", "缺少选项“{0}”。"),
        (r"Missing command\.", "缺少命令。"),
        (r"Got unexpected extra argument\(s\) \((.+)\)", "多出了参数“{0}”。"),
        (r"Option '(.+?)' requires an argument\.", "选项“{0}”后面缺少一个值。"),
        (r"Option '(.+?)' does not take a value\.", "选项“{0}”后面不写值。"),
        (r"Invalid value for '(.+?)': Input should be a valid integer.*", "“{0}”应为整数。"),
        (r"Invalid value for '(.+?)': (.*)", "“{0}”的值不可用：{1}"),
    )
)


def run_in_chinese(command: TyperGroup, name: str) -> int:
    """Runs the command line of the process; its exit code. A wrong call is told in Chinese on the error stream: what is
    wrong, and where the right call is described."""
    try:
        code: Any = command.main(prog_name=name, standalone_mode=False)
    except TyperException as error:
        typer.echo(chinese(error, name), err=True)
        return error.exit_code
    except typer.Abort:
        typer.echo("已中止。", err=True)
        return 1
    return code if isinstance(code, int) else 0


def chinese(error: TyperException, name: str) -> str:
    """What `error` says, and which call describes the command; a text that is help already stays as it is."""
    said = error.format_message()
    for pattern, sentence in _SENTENCES:
        found = pattern.fullmatch(said)
        if found:
            first, rest = ([part for part in found.groups() if part is not None] + ["", ""])[:2]
            return f"错误：{sentence.format(first, rest if _VALUE in sentence else _near(rest))}\n用法见：{_path(error, name)} --help"
    return said if "\n" in said else f"错误：{said}"


def _near(names: str) -> str:
    found = "、".join(re.findall(r"[\w-]+", names))
    return f"是否想写：{found}？" if found else ""


def _path(error: TyperException, name: str) -> str:
    return str(getattr(getattr(error, "ctx", None), "command_path", name))
