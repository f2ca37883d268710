"""`loomwork new`: an application folder with a layer of its own on top of a shipped pack, ready for an editor."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from metadata.loader import load, shipped_pack, shipped_packs
from metadata.schemas import editor_settings, schema_files

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
FOLDERS = ("entities", "flows", "access", "screens", "reports", "prints", "scenarios", "data")

APP_YAML = """\
# The application: which layers it is made of, whose today it is, which money it counts in.
app: {name}
language: 1
label: {{zh: {name}, en: {name}}}
layers: [{layers}, .]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
"""


@dataclass
class NameRefused(Exception):
    """The application cannot be created under this name or from this pack; the texts say why and what would do."""

    zh: str
    en: str


def create_application(folder: Path, pack: str) -> Path:
    """Writes the folder and returns it. Raises `NameRefused` when it exists, is no identifier, or the pack is unknown."""
    name = folder.name
    if not NAME.match(name):
        raise NameRefused(
            f"“{name}”不能作为应用名称：请用小写字母开头，只含小写字母、数字和下划线，最长 40 个字符。",
            f"'{name}' cannot name an application: use a lower-case letter first, then letters, digits and _, at most 40.",
        )
    if folder.exists() and any(folder.iterdir()):
        raise NameRefused(f"文件夹 {folder} 已存在且不为空。", f"The folder {folder} exists and is not empty.")
    if pack not in shipped_packs():
        known = ", ".join(shipped_packs())
        raise NameRefused(f"没有名为“{pack}”的方案包。可用：{known}。", f"There is no pack '{pack}'. There are: {known}.")
    _write(folder, name, _layers(pack))
    return folder


def _layers(pack: str) -> list[tuple[str, str]]:
    """(name, version) of the pack and of every pack it needs, in layer order."""
    app = load(shipped_pack(pack)).app
    assert app is not None, "shipped packs are without errors"
    return [(pack if layer.name == "." else layer.name, layer.version or "") for layer in app.layers]


def _write(folder: Path, name: str, packs: list[tuple[str, str]]) -> None:
    for part in FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    layers = ", ".join(f"{pack}@{version}" for pack, version in packs)
    (folder / "app.yaml").write_text(APP_YAML.format(name=name, layers=layers), encoding="utf-8")
    for pack, _ in packs:
        shutil.copytree(shipped_pack(pack), folder / "packs" / pack)
    (folder / ".gitignore").write_text("data/\n", encoding="utf-8")
    schemas = folder / ".loomwork" / "schemas"
    schemas.mkdir(parents=True)
    for file_name, text in schema_files().items():
        (schemas / file_name).write_text(text, encoding="utf-8")
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "settings.json").write_text(json.dumps(editor_settings(), indent=2) + "\n", encoding="utf-8")
    (folder / ".vscode" / "extensions.json").write_text(
        json.dumps({"recommendations": ["redhat.vscode-yaml"]}, indent=2) + "\n", encoding="utf-8"
    )
