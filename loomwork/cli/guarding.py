"""What holds for every command: the language it is told to speak is one that it knows, and a path that it cannot use is told in
one line."""

from __future__ import annotations

import errno
import os
from typing import Any

from typer.core import TyperGroup

from loomwork.cli.terminal import KNOWN_LANGUAGES, stop

_WHY = {
    errno.ENOENT: ("没有这个文件或文件夹", "there is no such file or folder"),
    errno.ENOTDIR: ("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: ("它是文件夹", "it is a folder"),
    errno.EEXIST: ("已有同名的文件", "there is a file of this name"),
    errno.EACCES: ("没有权限", "this user lacks the right to"),
    errno.EPERM: ("没有权限", "this user lacks the right to"),
    errno.EROFS: ("磁盘只读", "the disk cannot be written to"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.ENAMETOOLONG: ("名称过长", "the name is too long"),
}


class Guarded(TyperGroup):
    """The commands, each run within these bounds."""

    def invoke(self, ctx: Any) -> Any:
        given = os.environ.get("LOOMWORK_LANGUAGE", "")
        if given and given not in KNOWN_LANGUAGES:
            stop(f"LOOMWORK_LANGUAGE 应为 zh 或 en，现为“{given}”。", f"LOOMWORK_LANGUAGE should be zh or en; it is “{given}”.")
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:
                raise
            zh, en = _WHY.get(error.errno or 0, (error.strerror, error.strerror))
            stop(f"无法使用 {error.filename}：{zh}。请检查路径与权限，或改用别的路径。",
                 f"{error.filename} cannot be used: {en}. Look at the path and at who may use it, or give another one.")
