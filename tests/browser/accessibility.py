"""Whether a page can be used by everybody, as axe-core judges it: WCAG 2.2 A and AA, and the best practices it knows (R64)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
_RUN = """async ([grave, besides]) => {
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(ending.map((one) => one.finished));
  const found = await axe.run(document, {
    resultTypes: ['violations'], rules: Object.fromEntries(besides.map((rule) => [rule, { enabled: true }])),
  });
  return found.violations.filter((one) => grave.includes(one.impact)).map((one) => ({
    rule: one.id, help: one.help, where: one.nodes.slice(0, 4).map((node) => node.target.join(' ') + ' ' + node.html.slice(0, 160)),
  }));
}"""


def violations(page: Page, *besides: str) -> list[dict[str, Any]]:
    """The serious and critical faults of the page as it stands, open dialogs included; `besides` are rules that axe leaves out
    by itself."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    return page.evaluate(_RUN, [list(GRAVE), list(besides)])


def scan(page: Page, *besides: str) -> None:
    """Asserts that the page has no serious or critical fault; `besides` as of `violations`."""
    found = violations(page, *besides)
    assert not found, f"{page.url}: " + "\n".join(f"{one['rule']}: {one['help']}\n  " + "\n  ".join(one["where"]) for one in found)


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")
