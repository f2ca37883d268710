"""What an installation sets: where its data are and how it is reached. Read once, at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.refusals import Message, Refusal

MOST_PORT = 65535
MOST_WORKERS = 256


class BadSetting(Refusal):
    """A variable of the environment holds what it cannot hold; the message names it."""

    status = 503


@dataclass(frozen=True, slots=True)
class Settings:
    """`database` is a SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`), `data` the folder of files and of the
    default SQLite database. `base_url` is the address people use (None: the one they came by); cookies are `Secure`
    when it is https. `development` adds the design system's gallery page. `allow_superuser` lets PostgreSQL be used
    through a role that may do more than it should (T14). `trusted_proxies` are addresses or networks of proxies whose
    `X-Forwarded-For` and `X-Forwarded-Proto` are believed; nobody else's are (T42).
    """

    database: str
    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    base_url: str | None = None
    development: bool = False
    admin: str = "admin"
    allow_superuser: bool = False
    trusted_proxies: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether people reach the installation over https."""
        return bool(self.base_url and self.base_url.startswith("https://"))

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, database: str | None = None, data: Path | None = None
    ) -> Settings:
        """Settings from `LOOMWORK_*` variables; `database` and `data`, when given, win over them. Raises `BadSetting`."""
        env = os.environ if environment is None else environment
        folder = data or Path(env.get("LOOMWORK_DATA", "data"))
        return cls(
            database=normal_url(database or env.get("LOOMWORK_DATABASE") or f"sqlite:///{folder / 'loomwork.db'}"),
            data=folder,
            host=env.get("LOOMWORK_HOST", "127.0.0.1"),
            port=_number(env, "LOOMWORK_PORT", 8000, MOST_PORT),
            workers=_number(env, "LOOMWORK_WORKERS", 1, MOST_WORKERS),
            base_url=env.get("LOOMWORK_BASE_URL") or None,
            development=env.get("LOOMWORK_DEVELOPMENT") == "1",
            admin=env.get("LOOMWORK_ADMIN", "admin"),
            allow_superuser=env.get("LOOMWORK_ALLOW_SUPERUSER") == "1",
            trusted_proxies=tuple(env.get("LOOMWORK_TRUSTED_PROXIES", "").replace(",", " ").split()),
        )


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = env.get(name) or str(default)
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
    if not 1 <= number <= most:
        raise BadSetting(Message("bad_number_setting", {"name": name, "least": 1, "most": most, "value": text}))
    return number


def normal_url(url: str) -> str:
    """`postgres://` and `postgresql://` mean psycopg 3; a bare path means a SQLite file."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url if "://" in url else f"sqlite:///{url}"
