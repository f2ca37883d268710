"""Pictures that browsers show: told by how their content begins, never by what its sender says it is. SVG is none of them: it
holds scripts."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = 16
"""Bytes that tell."""
_BEGINNINGS: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif",
}
PICTURE_KINDS = ("image", "images", "signature")
"""Kinds of fields whose files are pictures."""


def picture_type(head: bytes) -> str | None:
    """The media type of the picture that begins with `head`; None for what is none."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _BEGINNINGS.items() if head.startswith(beginning)), None)


PICTURE_TYPES = frozenset({*_BEGINNINGS.values(), "image/webp"})
