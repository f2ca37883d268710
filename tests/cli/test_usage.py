"""A command called wrongly says so in the reader's language; Chinese is no second language here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def loomwork(folder: Path, language: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as people run it, in an empty folder."""
    environment = {**os.environ, "LOOMWORK_LANGUAGE": language, "LOOMWORK_DATA": str(folder / "data")}
    return subprocess.run(
        [sys.executable, "-m", "loomwork", *words], env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    ("words", "zh"),
    [
        ("chek", "错误：没有“chek”这条命令。是否想写：check？\n用法见：loomwork --help\n"),
        ("frobnicate", "错误：没有“frobnicate”这条命令。\n用法见：loomwork --help\n"),
        ("check --jsn x", "错误：没有“--jsn”这个选项。是否想写：--json？\n用法见：loomwork check --help\n"),
        ("check --foo x", "错误：没有“--foo”这个选项。\n用法见：loomwork check --help\n"),
        ("user add", "错误：缺少参数“login”。\n用法见：loomwork user add --help\n"),
        ("explain", "错误：缺少选项“--user”。\n用法见：loomwork explain --help\n"),
        ("check a b c", "错误：多出了参数“b c”。\n用法见：loomwork check --help\n"),
        ("serve --port x", "错误：“--port”应为整数。\n用法见：loomwork serve --help\n"),
        ("serve --port", "错误：选项“--port”后面缺少一个值。\n用法见：loomwork --help\n"),
        ("check --json=1 x", "错误：选项“--json”后面不写值。\n用法见：loomwork --help\n"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(tmp_path: Path, words: str, zh: str) -> None:
    done = loomwork(tmp_path, "zh", *words.split())
    assert (done.returncode, done.stdout, done.stderr) == (2, "", zh)


def test_help_and_what_commands_say_stay_as_they_are(tmp_path: Path) -> None:
    assert "人员" in loomwork(tmp_path, "zh", "user").stderr
    nowhere = loomwork(tmp_path, "zh", "check", "nowhere")
    assert (nowhere.returncode, nowhere.stderr) == (1, "找不到文件夹 nowhere。\n")
    assert "No such command 'chek'" in loomwork(tmp_path, "en", "chek").stderr
