"""Texts that try to become script, markup or template where they are shown, and others that break careless programs."""

from __future__ import annotations

from itertools import product

MARK = "lwxss"
"""What a vector calls when it runs: `window.lwxss`."""
_BEFORE = (
    "", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", "</option></select>", '" autofocus onfocus=lwxss() x="',
    "' onmouseover=lwxss() x='", "</dd></dl>",
)
"""What leaves the place that a text stands in."""
_AFTER = (
    "<script>lwxss()</script>", "<script src=//x.test/a.js></script>", "<img src=x onerror=lwxss()>", "<svg onload=lwxss()>",
    "<svg><script>lwxss()</script></svg>", "<svg><animate onbegin=lwxss() attributeName=x dur=1s>", "<body onload=lwxss()>",
    "<iframe srcdoc='<script>parent.lwxss()</script>'></iframe>", "<iframe src=javascript:parent.lwxss()></iframe>",
    "<object data=javascript:lwxss()></object>", "<embed src=javascript:lwxss()>", "<base href=//x.test/>",
    "<meta http-equiv=refresh content='0;url=javascript:lwxss()'>", "<a href=javascript:lwxss()>x</a>",
    "<a href='java\tscript:lwxss()'>x</a>", "<form action=javascript:lwxss()><input type=submit></form>",
    "<details open ontoggle=lwxss()>", "<video><source onerror=lwxss()></video>", "<input autofocus onfocus=lwxss()>",
    "<marquee onstart=lwxss()>", "<math><mtext><style><img src=x onerror=lwxss()></style></mtext></math>",
    "<link rel=stylesheet href=//x.test/a.css>", "<style>@import '//x.test/a.css';*{color:red}</style>",
    "<div style=position:fixed;inset:0 onclick=lwxss()>", "<template><script>lwxss()</script></template>",
)
XSS = tuple(before + after for before, after in product(_BEFORE, _AFTER))
"""300 vectors: every way out of a place with every way to run."""

NAUGHTY = (
    "", " ", "0", "-1", "1e308", "NaN", "null", "undefined", "true", "[]", "{}", "'", '"', "\\", "%", "_", "%00", "\x00", "\x7f", "\t",
    "\r\n", "\n" * 50, "a" * 5000, "長" * 3000, "́" * 200, "‮tset", "\ufeff", "\ud800".encode("utf-8", "replace").decode(), "🏳️‍🌈" * 40,
    "２０２６-１１-３０", "١٢٣", "1,234.56", "1.234,56", "９９９９", "9" * 40, "2026-02-30", "0000-00-00", "9999-12-31T23:59:60", "=1+1",
    "@SUM(A1)", "+cmd|' /C calc'!A0", "{{7*7}}", "{% for x in y %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}", "%s%s%n",
    "' OR 1=1 --", "\"; DROP TABLE lw_user; --", "1; SELECT pg_sleep(9)", "../../etc/passwd", "..\\..\\x", "file:///etc/passwd",
    "//x.test/", "https://x.test/@y", "javascript:lwxss()", "data:text/html,<script>lwxss()</script>", "\u2028\u2029", "contract:1",
    "nothing:1", "lead:99999999999999999999", "me", "a|b", "a:b:c:d", "x" * 300 + ":" + "y" * 300,
)
"""What people, programs and attackers type into fields that expect something else."""
