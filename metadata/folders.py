"""Folders of applications and packs, as mappings of relative path to text; and the packs that ship with Loomwork."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from pathlib import Path

TEXT_ENDINGS = (".yaml", ".yml", ".html", ".css")
TABLE_ENDING = ".csv"
DATA_ENDING = ".data.yaml"
"""Tables belong to the application where they lie in one folder with a declaration of data."""
MOST_FILES = 5000
_SKIPPED = {"node_modules", "__pycache__"}
_LARGEST = 2_000_000

SHIPPED = Path(__file__).parent / "packs"
"""The packs that come with the program."""


class NoSuchPack(Exception):
    """No pack of this name ships with Loomwork."""


def shipped_pack(name: str) -> Path:
    """The folder of a shipped pack; raises `NoSuchPack`."""
    folder = SHIPPED / name
    if not (folder / "pack.yaml").is_file():
        raise NoSuchPack(name)
    return folder


def shipped_packs() -> tuple[str, ...]:
    """Names of the shipped packs."""
    return tuple(sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "pack.yaml").is_file()))


def read_folder(folder: Path, prefix: str = "") -> dict[str, str | bytes]:
    """The texts of a folder by relative path (with `prefix` before it), sorted; at most `MOST_FILES` + 1.

    Hidden folders and links that lead out of the folder are not followed. What is no UTF-8 stays bytes, for the parser
    to refuse with its place; files above the reader's limit are cut just above it.
    """
    files: dict[str, str | bytes] = {}
    for path in _walk(folder):
        files[prefix + path.relative_to(folder).as_posix()] = _text(path)
        if len(files) > MOST_FILES:
            break
    return files


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        endings = (*TEXT_ENDINGS, TABLE_ENDING) if any(name.endswith(DATA_ENDING) for name in names) else TEXT_ENDINGS
        for name in sorted(names):
            path = Path(root) / name
            if name.endswith(endings) and not name.startswith(".") and path.is_file() and _inside(path, folder):
                yield path


def _inside(path: Path, folder: Path) -> bool:
    return not path.is_symlink() or path.resolve().is_relative_to(folder.resolve())


def _text(path: Path) -> str | bytes:
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    try:
        return getincrementaldecoder("utf-8")().decode(content, final=len(content) < _LARGEST)
    except UnicodeDecodeError:
        return content


def pack_files(name: str) -> dict[str, str | bytes]:
    """The files of a shipped pack as an application holds them, under `packs/<name>/`; raises `NoSuchPack`."""
    return read_folder(shipped_pack(name), f"packs/{name}/")


def texts(files: Mapping[str, str | bytes]) -> dict[str, str]:
    """Those files that are text."""
    return {path: text for path, text in files.items() if isinstance(text, str)}
