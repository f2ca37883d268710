"""Writes engine/collation/pinyin.txt anew: the Chinese characters in the order of their most common reading, then of their tone,
then of their code point. Only for whoever updates that file: `pip install pypinyin==0.55.0`, whose table of readings (MIT) it takes."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from pypinyin.contrib.tone_convert import to_tone3  # pyright: ignore[reportMissingImports]
from pypinyin.pinyin_dict import pinyin_dict  # pyright: ignore[reportMissingImports]

TARGET = Path(__file__).parent.parent / "engine" / "collation" / "pinyin.txt"


def _reading(accented: str) -> str:
    return to_tone3(accented, neutral_tone_with_five=True).replace("ü", "v")


def main() -> None:
    """One line per reading: the syllable with its tone as a digit (5 is none), a blank, the characters."""
    readings = sorted((_reading(read.split(",")[0]), code) for code, read in pinyin_dict.items())
    lines = [f"{reading} {''.join(chr(code) for _, code in found)}\n" for reading, found in groupby(readings, lambda pair: pair[0])]
    TARGET.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
