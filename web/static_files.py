"""The files that pages load: which, in what order, and under which address. Many small files of ours travel as a few bundles,
joined when they are asked for: there is no build step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
SHEETS: Mapping[str, tuple[str, ...]] = {
    "bundles/pages.css": (
        "css/tokens.css", "css/base.css", "css/layout.css", "css/components.css", "css/pages.css", "css/board.css", "css/grid.css",
    ),
}
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "bundles/vendor.js": ("vendor/htmx.js", "vendor/idiomorph-ext.js"),
    "bundles/pages.js": (
        "js/app.js", "js/floating.js", "js/columns.js", "js/cells.js", "js/preview.js", "js/groups.js", "js/palette.js",
        "js/selection.js", "js/board.js", "js/tree.js", "js/tabs.js", "js/grid.js", "js/fields.js", "js/pictures.js", "js/signature.js",
        "js/drafts.js", "js/faults.js", "js/quick.js", "js/live.js", "js/mentions.js", "js/notices.js", "js/copy.js", "js/install.js",
        "js/viewing.js",
    ),
}
"""What every page loads, in this order: bundles by their names, and the files that each is made of."""
LATER: Mapping[str, tuple[str, ...]] = {"bundles/rich.js": ("vendor/squire.js", "js/rich.js")}
"""What a page loads once it shows a field that needs it (`js/fields.js`)."""
FIRST = "js/theme.js"
"""What runs before a page is painted."""


def content(name: str) -> bytes | None:
    """The content of a static file or bundle; None where there is none of that name."""
    parts = SHEETS.get(name) or SCRIPTS.get(name) or LATER.get(name)
    files = [STATIC / part for part in parts or (name,)]
    if not all(file.is_file() for file in files):
        return None
    return b"\n".join(file.read_bytes() for file in files)


def static_address(cached: bool) -> Callable[[str], str]:
    """Makes addresses of static files that change with their content, so that browsers may keep them for ever."""

    def address(name: str) -> str:
        found = content(name)
        mark = hashlib.sha256(found).hexdigest()[:10] if found is not None else "0"
        return f"/static/{name}?v={mark}"

    return cache(address) if cached else address
