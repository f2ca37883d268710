"""What an installation sets: where its data are and how it is reached. Read once, at start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from engine.refusals import Message, Refusal

MOST_PORT = 65535
MOST_WORKERS = 256
_TILES = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/[!-~]+", re.ASCII | re.IGNORECASE)
_HOLE = re.compile(r"\{[^{}]*\}?")


class BadSetting(Refusal):
    """A variable of the environment holds what it cannot hold; the message names it."""

    status = 503


@dataclass(frozen=True, slots=True)
class Settings:
    """`database` is a SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`), `data` the folder of files and of the
    default SQLite database. `base_url` is the address people use (None: the one they came by); cookies are `Secure`
    when it is https. `development` adds the design system's gallery page. `allow_superuser` lets PostgreSQL be used
    through a role that may do more than it should (T14). `trusted_proxies` are addresses or networks of proxies whose
    `X-Forwarded-For` and `X-Forwarded-Proto` are believed; nobody else's are (T42). `map_tiles` is the address of the
    pictures that maps are drawn over, with {z}, {x} and {y} ("": over the outlines that come with the program), `map_credit` says
    whose they are.
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
    map_tiles: str = ""
    map_credit: str = ""

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
            host=env.get("LOOMWORK_HOST") or "127.0.0.1",
            port=whole("LOOMWORK_PORT", env.get("LOOMWORK_PORT") or "8000", MOST_PORT),
            workers=whole("LOOMWORK_WORKERS", env.get("LOOMWORK_WORKERS") or "1", MOST_WORKERS),
            base_url=_address(env, "LOOMWORK_BASE_URL"),
            development=_switch(env, "LOOMWORK_DEVELOPMENT"),
            admin=env.get("LOOMWORK_ADMIN") or "admin",
            allow_superuser=_switch(env, "LOOMWORK_ALLOW_SUPERUSER"),
            trusted_proxies=_networks(env, "LOOMWORK_TRUSTED_PROXIES"),
            map_tiles=_tiles(env, "LOOMWORK_MAP_TILES"),
            map_credit=env.get("LOOMWORK_MAP_CREDIT", "").strip(),
        )


def whole(name: str, text: str, most: int) -> int:
    """The number from 1 to `most` that `text` is. Raises `BadSetting`, which calls it `name`."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
    if not 1 <= number <= most:
        raise BadSetting(Message("bad_number_setting", {"name": name, "least": 1, "most": most, "value": text}))
    return number


def _switch(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "")
    if text not in ("", "0", "1"):
        raise _bad(name, " 1（开）或 0（关）", "1 (on) or 0 (off)", text)
    return text == "1"


def _address(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name, "")
    if text and not text.startswith(("http://", "https://")):
        raise _bad(name, "以 http:// 或 https:// 开头的地址", "an address that begins with http:// or https://", text)
    return text or None


def _tiles(env: Mapping[str, str], name: str) -> str:
    """The address of tiles. Its origin goes into a header, so that it must be one that can stand there."""
    text = env.get(name, "").strip()
    if text and not (_TILES.fullmatch(text) and sorted(_HOLE.findall(text)) == ["{x}", "{y}", "{z}"]):
        raise _bad(
            name, "地图图块的地址，各含一次 {z}、{x}、{y}，例如 https://tiles.example.com/{z}/{x}/{y}.png",
            "the address of map tiles with {z}, {x} and {y} once each, such as https://tiles.example.com/{z}/{x}/{y}.png", text,
        )
    return text


def origin(address: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Addresses and networks; `*` trusts every proxy."""
    found = tuple(env.get(name, "").replace(",", " ").split())
    for text in found:
        try:
            ip_network(text if text != "*" else "0.0.0.0/0", strict=False)
        except ValueError:
            raise _bad(name, "地址或网段，例如 10.0.0.0/8", "addresses or networks such as 10.0.0.0/8", text) from None
    return found


def _bad(name: str, zh: str, en: str, value: str) -> BadSetting:
    return BadSetting(Message("bad_setting", {"name": name, "wanted": {"zh": zh, "en": en}, "value": value}))


def normal_url(url: str) -> str:
    """`postgres://` and `postgresql://` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
