"""Randomness as an argument, so that tests can repeat what happened."""

from __future__ import annotations

import random
import secrets
from typing import Protocol


class Randomness(Protocol):
    """`token` is URL-safe text made of `size` random bytes; `fraction` lies in [0, 1)."""

    def token(self, size: int = 32) -> str: ...

    def fraction(self) -> float: ...


class SystemRandomness:
    """The operating system's randomness; fit for secrets."""

    def token(self, size: int = 32) -> str:
        return secrets.token_urlsafe(size)

    def fraction(self) -> float:
        return secrets.randbits(53) / (1 << 53)


class SeededRandomness:
    """The same sequence for the same seed. For tests and demo data; never for secrets."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def token(self, size: int = 32) -> str:
        return self._random.randbytes(size).hex()

    def fraction(self) -> float:
        return self._random.random()
