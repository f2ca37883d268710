"""What makes the application one that people install on a phone or desk: its manifest, its service worker, and the page that
is shown while there is no network. All of it is for everybody and tells nothing of anybody's data."""

from __future__ import annotations

import hashlib

from starlette.responses import JSONResponse, Response

from engine.principal import ANONYMOUS
from web.context import Context
from web.shell import shell_of
from web.static_files import FIRST, SCRIPTS, SHEETS, STATIC, static_address

SHELL = (*SHEETS, FIRST, *SCRIPTS, "vendor/icons.svg", "icons/loomwork.svg")
"""The static files of every page; the service worker has them at hand before they are asked for."""
_COLORS = {"theme_color": "#2f54c8", "background_color": "#f5f6f8"}


def manifest(context: Context) -> Response:
    """The web application manifest, named like the application in the language of the browser."""
    with context.site.runtime.reading(ANONYMOUS) as session:
        name = session.app.label[context.language]
    icons = [
        {"src": f"/static/icons/loomwork-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
    ]
    masked = {"src": "/static/icons/loomwork-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"}
    shortcuts = [
        {"name": context.texts(f"shell.{key}"), "url": url} for key, url in (("approvals", "/approvals"), ("search", "/search"))
    ]
    said = {
        "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "name": name, "short_name": name[:12],
        "lang": context.language.tag, "icons": [*icons, masked], "shortcuts": shortcuts, **_COLORS,
    }
    return JSONResponse(said, media_type="application/manifest+json", headers={"Vary": "Accept-Language, Cookie"})


def service_worker(context: Context) -> Response:
    """The worker, with the files of the shell by the marks of their content: one that changed makes another worker."""
    address = static_address(cached=not context.site.settings.development)
    files = [address(name) for name in SHELL]
    mark = hashlib.sha256("\n".join(files).encode()).hexdigest()[:12]
    text = (STATIC / "js" / "service-worker.js").read_text(encoding="utf-8")
    head = f'const SHELL = "shell-{mark}";\nconst FILES = {[*files, "/offline"]!r};\n'
    return Response(head + text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def offline(context: Context) -> Response:
    """What is shown in place of a page while there is no network, in both languages."""
    return context.piece("pages/offline.html", shell=shell_of(context))
