"""What a browser says of itself, in words that people know their devices by."""

from __future__ import annotations

from web.texts import Texts

_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("wxwork", "WeCom"), ("DingTalk", "DingTalk"), ("Lark", "Feishu"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Marks in the order of looking: most browsers name others as well, to be taken for them."""
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)
_HANDHELD = frozenset({"iPhone", "iPad", "Android", "HarmonyOS"})


def device_of(agent: str, texts: Texts) -> str:
    """"Chrome on Windows", in the reader's language; an unknown browser is called that."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    if browser and system:
        return texts("accounts.device", browser=browser, system=system)
    return browser or system or texts("accounts.device_unknown")


def device_icon(agent: str) -> str:
    """The icon of a telephone or of a computer."""
    return "device-mobile" if _first(_SYSTEMS, agent) in _HANDHELD else "device-desktop"


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in known if mark in agent), "")
