"""Copies the front-end files that pages use from a `node_modules` folder to `web/static/vendor`, with their licences.

Run as `python scripts/vendor.py node_modules`. The icons that pages and packs may name are cut into one sprite.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from web.icons import ICONS  # noqa: E402  (the script runs from anywhere; the path above makes the import work)

VENDOR = ROOT / "web" / "static" / "vendor"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.js",
    "echarts/dist/echarts.common.min.js": "echarts.js",
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "world-atlas/land-50m.json": "land.json",
    "squire-rte/dist/squire.js": "squire.js",
}
LICENCES = {
    "htmx.org": "LICENSE",
    "idiomorph": "LICENSE",
    "echarts": "LICENSE",
    "leaflet": "LICENSE",
    "world-atlas": "LICENSE",
    "squire-rte": "LICENSE",
    "@tabler/icons": "LICENSE",
}

def main(modules: Path) -> None:
    """Fills `web/static/vendor` anew. Exits with a plain message when a file is not where it should be."""
    missing = [name for name in (*FILES, "@tabler/icons") if not (modules / name).exists()]
    if missing:
        raise SystemExit(f"not in {modules}: {', '.join(missing)}; run npm ci first")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, target in FILES.items():
        text = (modules / source).read_text(encoding="utf-8")
        (VENDOR / target).write_text(without_map(text), encoding="utf-8")
    (VENDOR / "icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline"), encoding="utf-8")
    copy_licences(modules)


def without_map(text: str) -> str:
    """`text` without its pointer to a source map that is not shipped."""
    return re.sub(r"/[/*]# sourceMappingURL=\S+( \*/)?\s*$", "", text)


def sprite(folder: Path) -> str:
    """One SVG with a `<symbol>` for each icon of `web.icons.ICONS`."""
    symbols = []
    for name in ICONS:
        file = folder / f"{name}.svg"
        if not file.exists():
            raise SystemExit(f"Tabler has no icon named {name}")
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", file.read_text(encoding="utf-8"), flags=re.S)
        shapes = " ".join(line.strip() for line in inner.splitlines() if line.strip())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


def copy_licences(modules: Path) -> None:
    folder = VENDOR / "licences"
    folder.mkdir()
    for package, name in LICENCES.items():
        text = (modules / package / name).read_text(encoding="utf-8")
        (folder / f"{package.replace('/', '-').lstrip('@')}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "node_modules"))
