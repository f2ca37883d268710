"""The benchmark runs: every operation succeeds on all three programs, on both databases. Times are no test's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import browsing
from bench.__main__ import TARGETS, measured
from bench.pages import PAGES


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_operation_is_measured(kind: str, tmp_path: Path) -> None:
    lines = measured(kind, tmp_path, rows=1200, rounds=1, seconds=0.1, visits=1)
    measured_rows = [line.split("|")[1].strip() for line in lines if line.startswith("|") and not line.startswith("|--")]
    slow = ["Loomwork's page at 1,200 leads", *(name for name, *_ in PAGES), "page 200, manager"]
    first = ["first visit, Fast 4G, processor slowed 4 times", *(name for name, *_ in browsing.PAGES)]
    assert measured_rows == ["operation", *TARGETS, *slow, *first]
    weights = [float(line.split("|")[3].strip(" *")) for line in lines[-4:] if line.startswith("|")]
    assert len(weights) == len(browsing.PAGES) and all(0 < weight <= browsing.WEIGHT for weight in weights)
    assert any(line.startswith("ready after") for line in lines)
    assert any(line.startswith("import of 120 rows") for line in lines)
