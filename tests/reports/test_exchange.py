"""What an export writes of links, an import reads back: the same records, and the same file again."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from engine.field_types.base import InvalidValue
from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import Query, RecordRef
from engine.storage.database import Database
from reports.exchange import marks, tables
from reports.exchange.exporting import export_rows, write_csv, write_xlsx
from reports.exchange.importing import ImportRequest, ImportResult, import_table, write_errors
from reports.exchange.linking import Linking
from reports.exchange.tables import TableRefused, open_table
from tests.statements import counted
from tests.workflows.company import PACK, World, company

TEAM = """
entity: team
label: {zh: 小组, en: Team}
title: "{name}"
fields:
  name: {type: text, required: true, unique: true, label: {zh: 名称, en: Name}}
  members: {type: links, to: contact, back: teams, label: {zh: 成员, en: Members}}
  about: {type: any_link, to: [lead, contact], label: {zh: 对象, en: About}}
"""
VISIT = """
entity: visit
label: {zh: 拜访, en: Visit}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  met: {type: link, to: contact, filter: customer == $this.customer, label: {zh: 见到, en: Met}}
  customer: {type: link, to: customer, label: {zh: 客户, en: Customer}}
"""
RATE = """
entity: rate
label: {zh: 费率, en: Rate}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  share: {type: percent, label: {zh: 比例, en: Share}}
  factor: {type: decimal, scale: 3, label: {zh: 系数, en: Factor}}
  since: {type: date, label: {zh: 起始, en: Since}}
  kind: {type: choice, label: {zh: 种类, en: Kind}, options: {TEN, old: {zh: 旧, en: Old, retired: true}}}
  marks: {type: choices, label: {zh: 标记, en: Marks}, options: {a: {zh: 甲, en: A1}, b: {zh: 乙, en: Twin}, c: {zh: 丙, en: Twin}}}
""".replace("TEN", ", ".join(f"k{number}: {{zh: 第{number}, en: No {number}}}" for number in range(10)))
SITE = """
entity: site
label: {zh: 地点, en: Site}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  stars: {type: rating, max: 4, label: {zh: 评分, en: Stars}}
  opens: {type: time, label: {zh: 开门, en: Opens}}
  stay: {type: duration, label: {zh: 停留, en: Stay}}
  color: {type: color, label: {zh: 颜色, en: Colour}}
  place: {type: geo, label: {zh: 位置, en: Place}}
  tags: {type: tags, label: {zh: 标签, en: Tags}}
"""
COLUMNS = (("name",), ("members",), ("about",))


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    rep = PACK["access/rep.role.yaml"].replace("allow:", "allow:\n  team: {create: true, read: all, update: all}\n  contact: {read: own}")
    return company(database, tmp_path / "files", {
        "entities/team.entity.yaml": TEAM, "entities/visit.entity.yaml": VISIT, "entities/rate.entity.yaml": RATE,
        "entities/site.entity.yaml": SITE,
        "access/rep.role.yaml": rep,
    })


def contacts(world: World, *names: str) -> list[int]:
    return [world.create("contact", {"name": name}) for name in names]


def exported(world: World, file: Path) -> list[list[str]]:
    """The teams as a file, and its rows."""
    with world.runtime.reading(OPERATOR) as session:
        rows = export_rows(session, Query("team", COLUMNS))
        if file.suffix == ".xlsx":
            write_xlsx(file, rows)
        else:
            with file.open("w", encoding="utf-8-sig", newline="") as stream:
                write_csv(stream, rows)
    return [list(cells) for _, cells in open_table(file).rows]


def imported(world: World, file: Path, mode: str = "insert", language: str = "en") -> ImportResult:
    request = ImportRequest("team", mode, None if mode == "insert" else "name", language=language)  # type: ignore[arg-type]
    return import_table(world.runtime, OPERATOR, open_table(file), request)


def written(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "in.csv"
    file.write_text("\n".join(("name,members,about", *rows)), encoding="utf-8")
    return file


def teams(world: World) -> dict[object, tuple[object, object]]:
    with world.runtime.reading(OPERATOR) as session:
        ids = [row[0] for row in read.page(session, Query("team", ())).rows]
        found = [read.get(session, "team", id) for id in ids if isinstance(id, int)]
    return {one.values["name"]: (one.values["members"], one.values["about"]) for one in found}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_links_come_back_as_they_went(world: World, tmp_path: Path, ending: str) -> None:
    ann, both, ben = contacts(world, "Ann", "Ann、Ben: Co", "Carl")
    lead = world.create("lead", {"name": "Contact: us"})
    made = {
        "A": {"members": (ben, ann), "about": RecordRef("lead", lead)}, "B": {"members": (both,), "about": RecordRef("contact", ann)},
        "C": {"members": (ann, both, ben)}, "D": {},
    }
    ids = [world.create("team", {"name": name, **values}) for name, values in made.items()]
    file = tmp_path / f"out.{ending}"
    first, before = exported(world, file), teams(world)
    assert first[0] == ["A", "Ann、Carl", "Lead:Contact: us"]
    again = imported(world, file, "upsert")
    assert (again.unchanged, again.updated, again.errors) == (4, 0, [])
    for id in ids:
        world.update("team", id, {"members": (), "about": None})
    assert imported(world, file, "update").updated == 3
    assert exported(world, tmp_path / f"again.{ending}") == first and teams(world) == before
    for id in ids:
        world.update("team", id, {"name": f"old {id}"})
    assert imported(world, file).created == 4
    kept = {name: value for name, value in teams(world).items() if name in made}
    assert kept == before


@pytest.mark.parametrize("about", ["lead:Ask", "Lead:Ask", "线索：Ask", "LEAD: Ask", "lead:#{lead}"])
def test_the_entity_is_named_in_any_language(world: World, tmp_path: Path, about: str) -> None:
    lead = world.create("lead", {"name": "Ask"})
    assert imported(world, written(tmp_path, f"A,,{about.format(lead=lead)}")).errors == []
    assert teams(world)["A"][1] == RecordRef("lead", lead)


def test_a_row_is_told_everything_at_once(world: World, tmp_path: Path) -> None:
    blank = {"zh": "name: 请填写。", "en": "name: Please fill this in."}
    lost = {"zh": "members: 找不到名为“Zoe”的记录。", "en": "members: There is no record titled “Zoe”."}
    for language in ("zh", "en"):
        result = imported(world, written(tmp_path, ",Zoe,"), language=language)
        assert {*result.errors[0].reasons} == {lost[language], blank[language]}


@pytest.mark.parametrize(
    ("row", "en", "zh"),
    [
        ("A,Ann、Zoe,", "members: There is no record titled “Zoe”.", "members: 找不到名为“Zoe”的记录。"),
        ("A,Twin,", "members: There is no record titled “Twin”.", "members: 找不到名为“Twin”的记录。"),
        ("A,Ann、Ben,", "members: Several records are titled “Ann、Ben”.", "members: 有多条记录名为“Ann、Ben”。"),
        (
            "A,,Ann",
            "about: “Ann” does not say of which kind the record is; write “kind:title”. "
            "There are: Lead (lead), Contact (contact).",
            "about: “Ann”没有说明是哪种记录，应写作“种类:名称”。种类可为：线索（lead）、联系人（contact）。",
        ),
        ("A,,lead:Ann", "about: There is no record titled “lead:Ann”.", "about: 找不到名为“lead:Ann”的记录。"),
        ("A,,contact:#99999", "about: The chosen record does not exist or cannot be chosen here.", "about: 所选记录不存在，或不可选用。"),
    ],
)
def test_what_is_no_link_is_told_row_by_row(world: World, tmp_path: Path, row: str, en: str, zh: str) -> None:
    contacts(world, "Ann", "Ben", "Ann、Ben")
    for language, told in (("en", en), ("zh", zh)):
        result = imported(world, written(tmp_path, row, "B,Ben,contact:Ben"), language=language)
        assert [error.reasons for error in result.errors] == [(told,)]
        assert "A" not in teams(world) and "B" in teams(world)
        world.update("team", max(one["id"] for one in world.table_of("team")), {"name": language})  # type: ignore[type-var]


def test_many_links_in_a_cell_are_one_statement(world: World, tmp_path: Path) -> None:
    names = [f"Member {number:03}" for number in range(149)]
    ids = contacts(world, *names, "Ann、Ben: Co")
    cell = "、".join((*names[:70], "Ann、Ben: Co", *names[70:]))
    counts: list[int] = []
    for rows in (["A,Member 001,"], [f"B,{cell},"]):
        with counted() as statements:
            assert imported(world, written(tmp_path, *rows)).errors == []
        counts.append(len(statements))
    assert teams(world)["B"][0] == tuple(sorted(ids))
    assert counts[1] == counts[0]


def test_what_cannot_be_a_title_is_told_at_its_row(world: World, tmp_path: Path) -> None:
    contacts(world, "Ann")
    long = "x" * 3000
    result = imported(world, written(tmp_path, f"A,{long},", f"B,{'Ann、' * 2001}Ann,", f"C,,contact:{long}", "D,Ann,"))
    assert [error.reasons for error in result.errors] == [
        (f"members: There is no record titled “{'x' * 39}…”.",), ("members: At most 1000 entries.",),
        (f"about: There is no record titled “contact:{'x' * 31}…”.",),
    ]
    assert list(teams(world)) == ["D"]


def test_a_title_among_many_that_hold_it(world: World, tmp_path: Path) -> None:
    ids = contacts(world, *(f"{number:02} Ann" for number in range(60)), "Ann")
    assert imported(world, written(tmp_path, "A,Ann,contact:Ann")).errors == []
    assert teams(world)["A"] == ((ids[-1],), RecordRef("contact", ids[-1]))


def test_the_filter_of_a_link_tells_equal_titles_apart(world: World, tmp_path: Path) -> None:
    acme, bolt = world.create("customer", {"name": "Acme"}), world.create("customer", {"name": "Bolt"})
    ann, ben = (world.create("contact", {"name": "Ann", "customer": id}) for id in (acme, bolt))
    world.create("contact", {"name": "Zoe", "customer": acme})
    file = tmp_path / "in.csv"
    file.write_text("name,met,customer\nA,Ann,Acme\nB,Ann,Bolt\nC,Ann,\nD,Zoe,Bolt\n", encoding="utf-8")
    result = import_table(world.runtime, OPERATOR, open_table(file), ImportRequest("visit"))
    assert [error.reasons for error in result.errors] == [
        ("met: Several records are titled “Ann”.",), ("met: The chosen record does not exist or cannot be chosen here.",),
    ]
    assert [(row["name"], row["met"]) for row in world.table_of("visit")] == [("A", ann), ("B", ben)]


def told(result: ImportResult) -> tuple[int, int, int, list[tuple[int, tuple[str, ...]]]]:
    return result.created, result.updated, result.unchanged, [(error.line, error.reasons) for error in result.errors]


def test_what_was_written_before_a_line_that_cannot_be_read_is_told(world: World, tmp_path: Path) -> None:
    file = written(tmp_path, *(f"T{number},," for number in range(250)), "T0,,", '"broken')
    english, chinese = (imported(world, file, "upsert", language) for language in ("en", "zh"))
    assert told(english) == (250, 0, 1, [(253, (
        "Line 253 is not valid CSV (an unclosed quote, or a cell that is too long). Nothing from there on was read.",))])
    assert chinese.errors[0].reasons == ("第 253 行不是有效的 CSV（引号未闭合或单元格过长）。此行及之后的内容未读取。",)
    assert len(world.table_of("team")) == 250


@pytest.mark.parametrize("mode", ["insert", "upsert"])
def test_a_dry_run_counts_what_the_import_does(world: World, tmp_path: Path, mode: str) -> None:
    rows = [f"T{number}," for number in range(250)]
    file = written(tmp_path, *(f"{row}," for row in (*rows, "T3,", ",", *(f"{row}lead:Zoe" for row in rows[:3]), '"x')))
    before = world.digest()
    request = ImportRequest("team", mode, None if mode == "insert" else "name", dry_run=True)  # type: ignore[arg-type]
    rehearsed = import_table(world.runtime, OPERATOR, open_table(file), request)
    assert world.digest() == before
    done = imported(world, file, mode)
    assert told(rehearsed) == told(done) and rehearsed.errors == done.errors
    assert told(done)[:3] == ((250, 0, 0) if mode == "insert" else (250, 0, 1))


def test_a_row_that_breaks_a_rule_elsewhere_is_refused_alone(database: Database, tmp_path: Path) -> None:
    """What follows from a row belongs to it: the total that it changes on another record, and the rules over that."""
    contract = PACK["entities/contract.entity.yaml"] + "checks:\n  paid: {must: received <= 100, say: {zh: 超额, en: Too much}}\n"
    world = company(database, tmp_path / "files", {"entities/contract.entity.yaml": contract})
    number = world.contract()
    file = tmp_path / "in.csv"
    file.write_text("".join(("contract,amount,confirmed\n", *(f"#{number},{amount},true\n" for amount in (60, 50, 40)))))
    for dry in (True, False):
        result = import_table(world.runtime, OPERATOR, open_table(file), ImportRequest("receipt", dry_run=dry))
        assert told(result) == (2, 0, 0, [(3, ("Too much",))])
    assert world.row("contract", number)["received"] == 100


def test_cells_beyond_the_columns_are_refused_and_kept(world: World, tmp_path: Path) -> None:
    file = written(tmp_path, "A,,,,", "B,,,x, y", "C")
    for language, reason in (
        ("en", "This row has 5 cells for 3 columns; a text with a comma may lack its quotes."),
        ("zh", "此行有 5 个单元格，而表头只有 3 列；含逗号的文本可能缺少引号。"),
    ):
        result = imported(world, file, "upsert", language)
        assert [(error.line, error.reasons) for error in result.errors] == [(3, (reason,))]
    assert set(teams(world)) == {"A", "C"}
    write_errors(tmp_path / "errors.csv", open_table(file).header, result.errors)
    assert list(open_table(tmp_path / "errors.csv").rows) == [(2, ("B", "", "", "3", reason, "x", " y"))]


def test_two_columns_for_one_field_are_refused(world: World, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("name,members,Name\nA,,B\n", encoding="utf-8")
    with pytest.raises(TableRefused) as refused:
        imported(world, file)
    assert refused.value.en == "Columns 'name' and 'Name' are both the field name; take one away, or map it with --map."
    assert refused.value.zh == "列“name”和列“Name”是同一个字段 name；请删去其中一列，或在 --map 中另行指定。"


def test_columns_are_called_as_the_file_calls_them(world: World, tmp_path: Path) -> None:
    """Also in the file of refused rows, which is imported again when it is mended; its notes mean nothing there."""
    file = tmp_path / "in.csv"
    file.write_text("比例,Name,系数\nabc,a,1\n5%,,x\n7%,c,3\n", encoding="utf-8")
    headings = {"系数": "factor"}
    result = import_table(world.runtime, OPERATOR, open_table(file), ImportRequest("rate", mapping=headings))
    assert told(result) == (1, 0, 0, [
        (2, ("比例: “abc” is not a number.",)), (3, ("系数: “x” is not a number.", "Name: Please fill this in.")),
    ])
    refused = tmp_path / "in.errors.csv"
    for mended in (("abc", "6%"), ("5%,,x", "5%,b,2")):
        write_errors(refused, open_table(file).header, result.errors)
        file = tmp_path / "again.csv"
        file.write_text(refused.read_text("utf-8-sig").replace(*mended), encoding="utf-8")
        assert open_table(file).header == ("比例", "Name", "系数", "#line", "#error")
        result = import_table(world.runtime, OPERATOR, open_table(file), ImportRequest("rate"))
    assert result.errors == []
    assert {row["name"]: row["factor"] for row in world.table_of("rate")} == {"a": 1, "b": 2, "c": 3}


def test_of_an_option_that_is_none_the_options_are_told(world: World, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("name,kind,marks\na,Expo,\nb,No 3,甲、Twin\nc,k4,b\n", encoding="utf-8")
    for language, reasons in (
        ("en", ["kind: There is no option “Expo”. There are: No 0, No 1, No 2, No 3, No 4, No 5, No 6, No 7 and 2 more.",
                "marks: There is no option “Twin”. There are: A1, b, c."]),
        ("zh", ["kind: 没有选项“Expo”。可用：第0、第1、第2、第3、第4、第5、第6、第7 等 10 个。",
                "marks: 没有选项“Twin”。可用：甲、乙、丙。"]),
    ):
        request = ImportRequest("rate", "upsert", "name", language=language)
        result = import_table(world.runtime, OPERATOR, open_table(file), request)
        assert [reason for error in result.errors for reason in error.reasons] == reasons


def test_a_row_of_several_lines_is_told_where_it_begins(world: World, tmp_path: Path) -> None:
    file = written(tmp_path, '"A\nB",,', "C,Zoe,", 'D,,"lead:', "E,,", "F,,")
    assert [(error.line, error.reasons) for error in imported(world, file).errors] == [
        (2, ("name: Only one line is allowed here.",)), (4, ("members: There is no record titled “Zoe”.",)),
        (5, ("Line 5 is not valid CSV (an unclosed quote, or a cell that is too long). Nothing from there on was read.",)),
    ]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_stars_times_colours_places_and_tags_come_back_as_they_went(world: World, tmp_path: Path, ending: str) -> None:
    columns = ("name", "stars", "opens", "stay", "color", "place", "tags")
    world.create("site", dict(zip(columns, ("a", 3, 570, 8130, "#2f54c8", "31.230400,121.473700", ("VIP", "老客户")), strict=True)))
    world.create("site", {"name": "b", "place": "-33.856800,151.215300"})
    before, file = world.table_of("site"), tmp_path / f"sites{ending}"
    with world.runtime.reading(OPERATOR) as session:
        rows = export_rows(session, Query("site", tuple((name,) for name in columns)))
        if ending == ".xlsx":
            write_xlsx(file, rows)
        else:
            with file.open("w", encoding="utf-8-sig", newline="") as stream:
                write_csv(stream, rows)
    cells = [list(row) for _, row in open_table(file).rows]
    assert ["a", "3", "09:30", "2:15:30", "#2f54c8", "31.230400,121.473700", "VIP, 老客户"] in cells
    again = import_table(world.runtime, OPERATOR, open_table(file), ImportRequest("site", "upsert", "name"))
    assert told(again) == (0, 0, 2, []) and world.table_of("site") == before


def test_times_of_a_sheet_are_times(world: World, tmp_path: Path) -> None:
    """A cell that a sheet shows as a time of day or as hours holds no text."""
    file = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet, clock, hours = book.add_worksheet(), book.add_format({"num_format": "hh:mm"}), book.add_format({"num_format": "[h]:mm:ss"})
        sheet.write_row(0, 0, ("name", "opens", "stay", "stars"))
        sheet.write(1, 0, "a")
        sheet.write(1, 1, 0.40625, clock)
        sheet.write(1, 2, 1.0625, hours)
        sheet.write(1, 3, 4.0)
        sheet.write_row(2, 0, ("b", "25:00", "90", 5))
    result = import_table(world.runtime, OPERATOR, open_table(file), ImportRequest("site", "upsert", "name", language="en"))
    assert told(result) == (1, 0, 0, [(3, (
        "opens: “25:00” is no time of day; write for example 09:30.",
        "stay: “90” is no duration; write 2:15 for 2 h 15 min, or 90m.",
        "stars: “5” is no rating; it must be a whole number from 1 to 4.",
    ))])
    row = world.table_of("site")[0]
    assert (row["opens"], row["stay"], row["stars"]) == (585, 91800, 4)


def workbook(file: Path, *rows: tuple[object, ...]) -> Path:
    """A sheet of rates; a pair is a number and its format, a text that begins with # an error."""
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("name", "share", "factor", "since"))
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write(line, column, cell[0], book.add_format({"num_format": cell[1]}))
                elif isinstance(cell, str) and cell.startswith("#"):
                    sheet.write_formula(line, column, "=1/0", None, cell)
                elif cell is not None:
                    sheet.write(line, column, cell)
    return file


def rates(world: World, file: Path, language: str = "en") -> ImportResult:
    request = ImportRequest("rate", "upsert", "name", language=language)
    return import_table(world.runtime, OPERATOR, open_table(file), request)


def test_a_cell_shown_in_percent_is_what_it_shows(world: World, tmp_path: Path) -> None:
    day = (datetime(2026, 3, 5), "yyyy-mm-dd")
    file = workbook(
        tmp_path / "in.xlsx", ("a", (0.25, "0%"), 2.5, day), ("b", (0.07, "0.00%")), (None, None), ("c", (1.5, "0.0%;[Red]-0.0%")),
        ("d", (-0.125, 10)), ("e", 25, 3), ("f", (0.5, '0.0" %"')), ("g", "7.5%"), ((0.25, "0%"), 0),
    )
    assert told(rates(world, file)) == (8, 0, 0, [])
    found = {row["name"]: row["share"] for row in world.table_of("rate")}
    assert found == {
        "a": Decimal("0.25"), "b": Decimal("0.07"), "c": Decimal("1.5"), "d": Decimal("-0.125"), "e": Decimal("0.25"),
        "f": Decimal("0.005"), "g": Decimal("0.075"), "25%": 0,
    }
    first = next(row for row in world.table_of("rate") if row["name"] == "a")
    assert (first["factor"], first["since"]) == (Decimal("2.5"), date(2026, 3, 5))
    with world.runtime.reading(OPERATOR) as session:
        write_xlsx(tmp_path / "out.xlsx", export_rows(session, Query("rate", (("name",), ("share",), ("factor",), ("since",)))))
    assert told(rates(world, tmp_path / "out.xlsx")) == (0, 0, 8, [])
    odd = workbook(tmp_path / "odd.xlsx", ("h", None, (0.25, "0%")))
    assert told(rates(world, odd))[3] == [(2, ("factor: “25%” is not a number.",))]


def test_a_row_may_name_one_above_it(world: World, tmp_path: Path) -> None:
    """A tree in one file, also as a rehearsal; departments are made with the rules of people."""
    file = tmp_path / "in.csv"
    file.write_text("name,parent\nroot,\nbranch,root\nleaf,branch\n", encoding="utf-8")
    for rehearsed in (True, False):
        request = ImportRequest("department", dry_run=rehearsed)
        assert told(import_table(world.runtime, OPERATOR, open_table(file), request)) == (3, 0, 0, [])
    rows = {row["name"]: row for row in world.table_of("department")}
    assert [rows[name]["parent"] for name in ("root", "branch", "leaf")] == [None, rows["root"]["id"], rows["branch"]["id"]]


def test_what_is_computed_in_a_sheet_ends_where_the_sheet_does(world: World, tmp_path: Path) -> None:
    """Not in the noise of binary fractions."""
    file = workbook(tmp_path / "in.xlsx", ("a", (1 - 0.9, "0%"), 0.1 + 0.2))
    assert told(rates(world, file)) == (1, 0, 0, [])
    (row,) = world.table_of("rate")
    assert (row["share"], row["factor"]) == (Decimal("0.1"), Decimal("0.3"))


def test_an_error_of_a_sheet_is_refused_where_it_stands(world: World, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "in.xlsx", ("a", "#DIV/0!"), ("b", 5), ("#NAME?", 5, 1), (None, None, "#NUM!"), ("c", "#N/A", 1, "#REF!"),
    )
    mend = "instead of a value; mend its formula in the sheet, or clear the cell."
    result = rates(world, file)
    assert told(result)[3] == [
        (2, (f"share: This cell holds the error #DIV/0! {mend}",)),
        (4, (f"name: This cell holds the error #NAME? {mend}",)),
        (5, (f"factor: This cell holds the error #NUM! {mend}", "name: Please fill this in.")),
        (6, (f"share: This cell holds the error #N/A {mend}", f"since: This cell holds the error #REF! {mend}")),
    ]
    assert [row["name"] for row in world.table_of("rate")] == ["b"]
    chinese = rates(world, file, "zh").errors[0]
    assert chinese.reasons == ("share: 此单元格没有值，而是错误 #DIV/0!；请在表格中修正其公式，或清空该单元格。",)
    write_errors(tmp_path / "errors.csv", open_table(file).header, result.errors)
    assert next(iter(open_table(tmp_path / "errors.csv").rows))[1][:2] == ("a", "#DIV/0!")
    book = tmp_path / "head.xlsx"
    with xlsxwriter.Workbook(str(book)) as made:
        made.add_worksheet().write_formula(0, 0, "=A9", None, "#REF!")
    with pytest.raises(TableRefused) as refused:
        rates(world, book)
    assert "'#REF!' is no field" in refused.value.en


SPLIT_EN = "Split it into several files, each with the row of column names, and delete rows and columns that are empty."
SPLIT_ZH = "请拆成几个文件，每个都带列名行，并删去空的行和列。"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def sheet(file: Path, rows: str) -> Path:
    """A workbook of one sheet with `rows` as they stand in its XML."""
    with zipfile.ZipFile(file, "w") as archive:
        for place, target, kind in (("", "xl/workbook.xml", "officeDocument"), ("xl/", "one.xml", "worksheet")):
            told = f'<Relationship Id="a" Type="{RELATIONS}/{kind}" Target="{target}"/>'
            name = f"{place}_rels/{'workbook.xml' if place else ''}.rels"
            archive.writestr(name, f'<Relationships xmlns="{PACKAGE}">{told}</Relationships>')
        book = f'<workbook {NAMESPACE} xmlns:r="{RELATIONS}"><sheets><sheet name="one" r:id="a"/></sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/one.xml", f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>")
    return file


def test_a_formula_without_its_result_is_refused_where_it_stands(world: World, tmp_path: Path) -> None:
    """As programs write it that do not compute; also beyond every value of the sheet, and alone in its row."""
    cells = (
        "<c><f>500*2</f><v/></c>", "<c><f>500*2</f><v></v>\n</c>", "<c><f>500*2</f></c>", '<c><f t="shared" si="0"/></c>',
        "<c><f>SUM(A1:A900000)*1000</f></c>", '<c t="str"><f>""</f><v></v></c>', "<c><f>1*2</f> <v>2</v></c>",
    )
    rows = [f"<row><c><v>{number}</v></c><c/>{cell}</row>" for number, cell in enumerate(cells)]
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("name", "share", "factor"))
    alone = '<row r="12"><c r="B12"><f>A1&amp;1</f></c></row>'
    file = sheet(tmp_path / "in.xlsx", f"<row>{head}</row>{''.join(rows)}{alone}")
    result = rates(world, file)
    said = "This cell holds a formula whose result is not in the file ({0}); open the file in a spreadsheet program and save it, " \
           "or enter the value."
    shown = ("=500*2", "=500*2", "=500*2", "=", "=SUM(A1:A900000)*100")
    assert told(result) == (2, 0, 0, [
        *((line, (f"factor: {said.format(formula)}",)) for line, formula in enumerate(shown, start=2)),
        (12, (f"share: {said.format('=A1&1')}", "name: Please fill this in.")),
    ])
    assert {row["name"]: row["factor"] for row in world.table_of("rate")} == {"5": None, "6": 2}
    assert rates(world, file, "zh").errors[0].reasons == (
        "factor: 此单元格是没有保存结果的公式（=500*2）；请在表格程序中打开并保存该文件，或改填数值。",)
    write_errors(tmp_path / "errors.csv", open_table(file).header, result.errors)
    assert next(iter(open_table(tmp_path / "errors.csv").rows))[1][:3] == ("0", "", "'=500*2")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "more than 1000 columns"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="ALL1048576"><v>1</v></c></row>',
         "too large: its sheet reaches to row 1,048,576 and column 1,000, which is more than 10,000,000 cells. Split it"),
        ('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>', "not a valid Excel file"),
        ('<row r="99999999999999999999"><c><v>1</v></c></row>', "not a valid Excel file"),
        ('<row r="1"><c r="A1"><v>1</v></row>', "not a valid Excel file"),
        ('<row r="x"><c><v>1</v></c></row>', "not a valid Excel file"),
    ],
)
def test_a_hostile_workbook_is_refused_before_it_is_read(tmp_path: Path, rows: str, said: str) -> None:
    file = sheet(tmp_path / "in.xlsx", rows)
    with pytest.raises(TableRefused) as refused:
        open_table(file)
    assert said in refused.value.en and refused.value.zh


def test_a_workbook_with_two_parts_of_one_name_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "in.xlsx", ("a", 1))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", archive.read("xl/worksheets/sheet1.xml"))
    with pytest.raises(TableRefused) as refused:
        open_table(file)
    assert refused.value.en == "This is not a valid Excel file."


def test_of_an_endless_sheet_only_so_much_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "in.xlsx", ("a", 1))
    assert open_table(file).header == ("name", "share", "factor", "since")
    monkeypatch.setattr(marks, "MOST_ELEMENTS", 10)
    with pytest.raises(TableRefused) as refused:
        open_table(file)
    assert (refused.value.en, refused.value.zh) == (
        f"The Excel file is too large: a part of it holds more than 10 elements (rows, cells, values). {SPLIT_EN}",
        f"Excel 文件过大：其中一个部件含有超过 10 个元素（行、单元格、值）。{SPLIT_ZH}",
    )


def test_a_workbook_that_swells_says_how_far_and_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "in.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", " " * 2_000_000)
    with pytest.raises(TableRefused) as refused:
        open_table(file)
    assert (refused.value.en, refused.value.zh) == (
        f"The Excel file is too large: it swells to more than 100 times its size when unpacked. {SPLIT_EN}",
        f"Excel 文件过大：解压后超过原来的 100 倍。{SPLIT_ZH}",
    )
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(TableRefused) as refused:
        open_table(file)
    assert (refused.value.en, refused.value.zh) == (
        f"The Excel file is too large: it has more than 1 MB when unpacked. {SPLIT_EN}",
        f"Excel 文件过大：解压后超过 1 MB。{SPLIT_ZH}",
    )
    monkeypatch.setattr(tables, "MAX_CELLS", 3)
    with pytest.raises(TableRefused) as refused:
        open_table(workbook(tmp_path / "cells.xlsx", ("a", 1)))
    assert refused.value.zh == f"Excel 文件过大：工作表一直到第 2 行、第 4 列，超过 3 个单元格。{SPLIT_ZH}"
    large = tmp_path / "in.csv"
    large.write_text("name\n" + "x" * 2_000_000, "utf-8")
    monkeypatch.setattr(tables, "MAX_BYTES", 1_000_000)
    with pytest.raises(TableRefused) as refused:
        open_table(large)
    assert (refused.value.en, refused.value.zh) == (
        f"The file is too large: it has more than 1 MB. {SPLIT_EN}", f"文件过大：超过 1 MB。{SPLIT_ZH}",
    )


@pytest.mark.parametrize("content", [b"no zip", None])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "in.xlsx"
    if content is not None:
        file.write_bytes(content)
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "x")
    with pytest.raises(TableRefused) as refused:
        open_table(file)
    assert (refused.value.en, refused.value.zh) == ("This is not a valid Excel file.", "这不是有效的 Excel 文件。")


def test_a_link_into_the_trash_is_told_to_those_who_may_read_it(world: World, tmp_path: Path) -> None:
    (gone,) = contacts(world, "Gone")
    world.do(lambda s: write.trash(s, "contact", gone))
    file = written(tmp_path, "A,Gone,", "B,,contact:Gone", "C,Ann、Gone,")
    contacts(world, "Ann")
    lost, found = imported(world, file, language="zh"), imported(world, file)
    assert [error.reasons for error in found.errors] == [
        ("members: The record titled “Gone” is in the trash; restore it first.",),
        ("about: The record titled “contact:Gone” is in the trash; restore it first.",),
        ("members: The record titled “Gone” is in the trash; restore it first.",),
    ]
    assert lost.errors[0].reasons == ("members: 名为“Gone”的记录在回收站中，请先恢复它。",)
    with world.runtime.reading(world["amy"]) as session, pytest.raises(InvalidValue) as refused:
        Linking(session, "team", {}).linked(session.app.entities["team"].fields["members"], "Gone")
    assert refused.value.message.code == "link_not_found"
