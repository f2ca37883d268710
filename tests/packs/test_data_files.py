"""Records that come as a CSV file beside their declaration: read with the application, written by `apply` and the demo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from engine.records import read
from engine.records.queries import Query, Sort
from engine.runtime import Runtime
from loomwork.applying import apply_spec
from loomwork.data import DataFailed
from loomwork.demo import fill
from metadata.loader import load
from metadata.read.tables import MOST_ROWS
from metadata.specs.app import AppSpec
from tests.storage.applications import SHOP
from web.composition import compose
from web.settings import Settings

CITIES = "\ufeffname,code,vip\n上海,sh,true\n\n\"苏州, 工业园\",sz,\n"
"""With a byte order mark, an empty line, and a cell with a comma."""
PLACES = "subject,customer,amount,helpers\nx,上海,12.50,\ny,sz,,\n"
TREE: Mapping[str, str] = {
    **SHOP,
    "entities/customer.entity.yaml": SHOP["entities/customer.entity.yaml"].replace(
        "code: {type: text}", "code: {type: text, unique: true}\n  vip: {type: bool, default: true}"
    ),
    "data/cities.data.yaml": "data: cities\nentity: customer\nkey: code\nmode: managed\nfile: cities.csv\n",
    "data/cities.csv": CITIES,
    "data/places.data.yaml": "data: places\nentity: order\nkey: subject\nmode: demo\norder: 2\nfile: places.csv\n",
    "data/places.csv": PLACES,
    "export.csv": "not,of\nthe,application\n",
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def loaded(folder: Path) -> AppSpec:
    found = load(folder)
    assert found.app is not None, [problem.line("en") for problem in found.problems]
    return found.app


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Runtime:
    return compose(Settings(database=database_url, data=tmp_path / "data"))


def column(runtime: Runtime, entity: str, *names: str) -> list[tuple[object, ...]]:
    with runtime.reading(OPERATOR) as session:
        page = read.page(session, Query(entity, tuple((name,) for name in names), sort=(Sort(("id",)),)))
        return [tuple(row[one.index] for one in page.columns) for row in page.rows]


def test_records_of_files_are_written_and_kept_as_written(runtime: Runtime, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", TREE)
    apply_spec(runtime, loaded(folder), author="operator", note="")
    assert column(runtime, "customer", "name", "code", "vip") == [("上海", "sh", True), ("苏州, 工业园", "sz", True)]
    (folder / "data/cities.csv").write_text("code,name\nsz,Suzhou\n", "utf-8")
    apply_spec(runtime, loaded(folder), author="operator", note="")
    assert column(runtime, "customer", "name", "code") == [("上海", "sh"), ("Suzhou", "sz")]
    assert column(runtime, "order", "subject") == []


def test_the_demo_finds_links_by_what_people_call_them(runtime: Runtime, tmp_path: Path) -> None:
    app = loaded(write(tmp_path / "shop", TREE))
    fill(runtime, app)
    fill(runtime, app)
    assert [row[:2] for row in column(runtime, "order", "subject", "amount")] == [("x", 12.5), ("y", None)]
    assert [row[0] for row in column(runtime, "order", "customer")] == [1, 2]


def test_a_refused_record_is_told_at_its_line(runtime: Runtime, tmp_path: Path) -> None:
    broken = {**TREE, "data/cities.csv": "code,name\nsh,a\n", "data/places.csv": "subject,customer\nx,sh\ny,nowhere\n"}
    app = loaded(write(tmp_path / "shop", broken))
    with pytest.raises(DataFailed) as failed:
        fill(runtime, app)
    assert failed.value.text("en") == "data/places.csv:3:1 customer: there is no customer 'nowhere'"
    assert column(runtime, "order", "subject") == []


def test_only_tables_beside_data_belong_to_the_application(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", TREE)
    files = loaded(folder).files
    assert files["data/cities.csv"] == CITIES
    assert "export.csv" not in files


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", TREE)
    secret = tmp_path / "secret.csv"
    secret.write_text(CITIES, "utf-8")
    (folder / "data/cities.csv").unlink()
    (folder / "data/cities.csv").symlink_to(secret)
    assert [problem.code.code for problem in load(folder).errors] == ["LW680"]


@pytest.mark.parametrize("text", [
    "code\n" + "".join(f"c{n}\n" for n in range(MOST_ROWS + 1)),
    "code,name\n" + "".join(f"{n},{'好' * 100}\n" for n in range(9_000)),
    "code\n" + "x" * 3_000_000,
])
def test_large_files_are_refused(tmp_path: Path, text: str) -> None:
    found = load(write(tmp_path / "shop", {**TREE, "data/cities.csv": text})).errors
    assert [problem.code.code for problem in found] == ["LW683"]
