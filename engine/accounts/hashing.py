"""What is stored of random tokens."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> str:
    """What is stored of a token: a leaked table signs nobody in."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
