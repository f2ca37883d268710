"""The command line as people and scripts use it: words, exit codes, files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from loomwork.cli import app
from tests.ports import free_port


class Shell:
    """Runs commands in one folder with one application `shop` on the base pack."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.runner = CliRunner()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("LOOMWORK_LANGUAGE", "en")
        monkeypatch.setenv("LOOMWORK_DATA", str(folder / "data"))

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = self.runner.invoke(app, list(words))
        assert result.exit_code == code, (words, result.output, result.exception)
        return result


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """With the application applied."""
    shell("new", "shop", "--from", "base")
    shell("apply", "shop", "--yes")
    return shell


def test_new_makes_a_folder_that_an_editor_completes(shell: Shell) -> None:
    shell("new", "shop", "--from", "base")
    settings = json.loads((shell.folder / "shop/.vscode/settings.json").read_text("utf-8"))
    for schema in settings["yaml.schemas"]:
        assert (shell.folder / "shop" / schema).is_file(), schema
    assert "No problems." in shell("check", "shop").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "Shop", "--from", "base"), "'Shop' cannot name an application"),
        (("new", "shop", "--from", "crm"), "There is no pack 'crm'. There are:"),
        (("check", "nowhere"), "There is no folder nowhere."),
        (("apply", "nowhere", "--yes"), "There is no folder nowhere."),
        (("verify",), "There is no database "),
        (("export", "customer", "x.csv"), "There is no database "),
    ],
)
def test_what_cannot_be_done_is_said_plainly(shell: Shell, words: tuple[str, ...], said: str) -> None:
    assert said in shell(*words, code=1).output


def test_check_names_every_problem_and_the_json_is_stable(shop: Shell) -> None:
    file = shop.folder / "shop/entities/product.entity.yaml"
    file.write_text("extend: entity/product\nfields:\n  weight: {typ: int}\n  color: {type: colour}\n", encoding="utf-8")
    shown = shop("check", "shop", code=1).output
    assert re.search(r"entities/product\.entity\.yaml:3:\d+ LW\d{3} ", shown)
    assert re.search(r"entities/product\.entity\.yaml:4:\d+ LW\d{3} ", shown)
    problems = json.loads(shop("check", "shop", "--json", code=1).output)["problems"]
    assert {"code", "severity", "file", "line", "column", "message", "expected", "fix"} == set(problems[0])
    assert problems == sorted(problems, key=lambda p: (p["file"], p["line"], p["column"]))


def test_check_tells_errors_from_warnings_and_lets_no_error_drown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("new", "shop", "--from", "base")
    app_file = shell.folder / "shop/app.yaml"
    app_file.write_text(re.sub("languages: .*", "languages: [zh-CN, fr]", app_file.read_text("utf-8")), "utf-8")
    (shell.folder / "shop/entities/product.entity.yaml").write_text(
        "extend: entity/product\nfields:\n  weight: {typ: int}\n", encoding="utf-8"
    )
    lines = shell("check", "shop", code=1).output.splitlines()
    kinds = [bool(re.search(r"LW\d{3} warning: ", line)) for line in lines]
    errors = [line for line, warning in zip(lines, kinds, strict=True) if not warning]
    assert kinds == sorted(kinds, reverse=True), lines
    assert [line for line in errors if "product.entity.yaml:3:12 LW201 " in line] and errors[-1].endswith(" warnings.")
    labels = [line for line in lines if "LW501" in line]
    assert len(labels) == 4 and re.fullmatch(r"LW501 warning: \d+ more like these; loomwork check --all lists them", labels[-1])
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
    told = shell("check", "shop", code=1).output
    assert re.search(r"(.*LW501 警告：.*\n){3}LW501 警告：同类还有 \d+ 处；loomwork check --all 列出全部\n", told)
    every = json.loads(shell("check", "shop", "--json", code=1).output)["problems"]
    found = re.search(r"(\d+) 个错误，(\d+) 个警告。", told)
    assert found and [int(count) for count in found.groups()] == [
        sum(p["severity"] == kind for p in every) for kind in ("error", "warning")
    ]
    whole = shell("check", "shop", "--all", code=1).output
    assert "同类还有" not in whole and len(whole.splitlines()) == len(every) + 1
    assert whole.count("LW501 警告：") == sum(p["code"] == "LW501" for p in every) > 10


def test_translate_lists_what_a_language_lacks(shop: Shell) -> None:
    outline = shop("translate", "shop", "pt_br", "--name", "Português").output
    assert outline.startswith('translation: pt_br\nname: "Português"\nlike: en\nlabels:\n')
    assert '  shell.save: ""  # Save\n' in outline and '  message.denied: ""  # You are not allowed to do this.\n' in outline
    file = shop.folder / "shop" / "pt_br.translation.yaml"
    file.write_text(outline.replace('shell.save: ""', "shell.save: Salvar"), "utf-8")
    again = shop("translate", "shop", "pt_br").output
    assert again.startswith("labels:\n") and "shell.save" not in again
    assert "LW966 warning: pt_br lacks translations" in shop("check", "shop").output
    assert "--like takes zh or en, not fr." in shop("translate", "shop", "de", "--like", "fr", code=1).output


def test_a_faulty_folder_never_replaces_the_running_release(shop: Shell) -> None:
    (shop.folder / "shop/entities/product.entity.yaml").write_text("extend: entity/nothing\n", encoding="utf-8")
    shop("apply", "shop", "--yes", code=1)
    assert "All is well." in shop("verify").output
    empty = f"sqlite:///{shop.folder / 'empty.db'}"
    assert shop("serve", "shop", "--database", empty, code=1).output.count("LW") >= 1


def test_apply_says_what_it_does_and_then_that_there_is_nothing(shop: Shell) -> None:
    assert "Nothing to do." in shop("apply", "shop", "--yes").output
    file = shop.folder / "shop/entities/product.entity.yaml"
    file.write_text(
        "extend: entity/product\nfields:\n  weight: {type: int, label: {zh: 重量, en: Weight}}\n", encoding="utf-8"
    )
    assert "weight" in shop("apply", "shop", code=1).output.lower()
    assert "Release 2 is live." in shop("apply", "shop", "--yes").output
    file.write_text("extend: entity/product\nfields:\n  weight: {type: text}\n", encoding="utf-8")
    refused = shop("apply", "shop", "--yes", code=1).output
    assert "entities/product.entity.yaml:3" in refused
    assert "All is well." in shop("verify").output


def test_what_vanished_is_named_where_it_was_declared(shop: Shell) -> None:
    """In one's own layer, not in the pack that it patched."""
    file = shop.folder / "shop/entities/product.entity.yaml"
    text = ("extend: entity/product\nfields:\n  weight: {type: int, label: {zh: 重量, en: Weight}}\n"
            "  grade: {type: choice, options: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}, label: {zh: 等级, en: Grade}}\n")
    file.write_text(text, encoding="utf-8")
    shop("apply", "shop", "--yes")
    file.write_text(text.replace("  weight", "  mass").replace("b: {zh: 乙", "c: {zh: 乙"), encoding="utf-8")
    told = shop("apply", "shop", "--yes", code=1).output
    assert re.search(r"^entities/product\.entity\.yaml:3:\d+ LC102 field 'weight' of 'product'", told, re.M)
    assert re.search(r"^entities/product\.entity\.yaml:4:\d+ LC106 ", told, re.M)


def test_people(shop: Shell) -> None:
    assert "first password: " in shop("user", "add", "amy", "--name", "Amy", "--role", "employee").output
    assert "amy" in shop("user", "list").output
    shop("user", "roles", "amy", "--role", "admin", "--role", "employee")
    assert re.search(r"amy\s+Amy\s+.*admin", shop("user", "list").output)
    assert shop("user", "roles", "amy").output == "Roles of amy: admin, employee\n"
    assert re.search(r"amy\s+Amy\s+.*admin", shop("user", "list").output)
    assert "--role and --none do not go together." in shop("user", "roles", "amy", "--none", "--role", "admin", code=1).output
    assert shop("user", "roles", "amy", "--none").output == "Roles of amy: none\n"
    assert shop("user", "roles", "admin", "--none").output == (
        "Mind: there is no active administrator now. Make one with user roles, or with user reset --activate.\nRoles of admin: none\n"
    )
    shop("user", "roles", "admin", "--role", "admin")
    assert "There is no role" in shop("user", "add", "bob", "--role", "boss", code=1).output
    shop("user", "add", "amy", code=1)
    assert "New password of amy: " in shop("user", "reset", "amy").output
    shop.folder.joinpath("gone.csv").write_text("login,active\namy,no\n", encoding="utf-8")
    shop("import", "user", "gone.csv", "--mode", "update", "--match", "login")
    assert shop("user", "reset", "amy", code=1).output.strip() == (
        "amy is inactive and a new password alone lets nobody in; --activate makes them active again."
    )
    assert "New password of amy: " in shop("user", "reset", "amy", "--activate").output
    assert "inactive" not in shop("user", "list").output
    for words in (("user", "reset", "nobody"), ("user", "roles", "nobody"), ("user", "roles", "nobody", "--role", "employee")):
        assert shop(*words, code=1).output == "Nobody has the log-in “nobody”.\n"
    for words in (("cid", "--name", ""), ("cid", "--name", " "), ("", "--name", "Cid")):
        assert ": Please fill this in." in shop("user", "add", *words, code=1).output
    assert "cid" not in shop("user", "list").output


def test_import_refuses_rows_one_by_one_and_export_gives_them_back(shop: Shell) -> None:
    shop.folder.joinpath("products.csv").write_text(
        "code,name,price\nP1,=1+1,10.50\nP2,,3\nP3,工业相机,abc\nP4,'quoted,7\n", encoding="utf-8"
    )
    shown = shop("import", "product", "products.csv", "--dry-run", code=1).output
    assert "products.csv:3 name: Please fill this in." in shown
    assert "created 2, updated 0, unchanged 0, refused 2" in shown
    shop("import", "product", "products.csv", code=1)
    with shop.folder.joinpath("products.errors.csv").open(encoding="utf-8-sig", newline="") as stream:
        errors = list(csv.DictReader(stream))
    assert [row["#line"] for row in errors] == ["3", "4"]
    again = shop("import", "product", "products.csv", "--mode", "upsert", "--match", "code", code=1).output
    assert "created 0, updated 0, unchanged 2, refused 2" in again
    shop("export", "product", "out.csv", "--columns", "code,name,price")
    with shop.folder.joinpath("out.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [["code", "name", "price"], ["P1", "'=1+1", "10.50"], ["P4", "''quoted", "7.00"]]
    shop("import", "product", "out.csv", "--mode", "upsert", "--match", "code")
    shop("export", "product", "out.xlsx", "--columns", "code,name,price")
    assert "unchanged 2" in shop("import", "product", "out.xlsx", "--mode", "upsert", "--match", "code").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "nothing", "x.csv"), "There is no file x.csv."),
        (("import", "product", "bad.csv"), "Column 'colour' is no field here."),
        (("import", "product", "bad.csv", "--mode", "upsert"), "Column 'colour'"),
        (("export", "nothing", "x.csv"), "There is no entity 'nothing'."),
        (("export", "product", "x.txt"), "x.txt should end in .csv or .xlsx."),
        (("explain", "--user", "admin", "--action", "frobnicate", "--record", "product/1"),
         "There is no action “frobnicate” on Product; there are: create, read, update, delete, import, export, print, assign, share."),
        (("explain", "--user", "admin", "--action", "read", "--record", "product/1", "--field", "colour"),
         "There is no field “colour” of Product; there are: "),
        (("explain", "--user", "admin", "--action", "read", "--record", "product/1"), "There is no record product/1."),
        (("explain", "--user", "zoe", "--action", "read", "--record", "product/1"), "There is no active user 'zoe'."),
        *((("explain", "--user", "admin", "--action", "read", "--record", record), "--record should be entity/id")
          for record in ("product", "product/²", "product/٣", f"product/{2**63}", "product/" + "9" * 5000, "product/-1", "product/0")),
        (("explain", "--user", "\udcff", "--action", "read", "--record", "product/1"), "There is no active user"),
        (("explain", "--user", "admin", "--action", "²", "--record", "²/1"), "There is no entity “²”; there are: "),
        (("export", "product", "out.csv", "--columns", "²"), "There is no such field."),
        (("export", "product", "out.csv", "--columns", "name..name,"), "There is no such field."),
        (("export", "product", "out.csv", "--as", "\udcff"), "There is no active user"),
    ],
)
def test_wrong_words_are_answered(shop: Shell, words: tuple[str, ...], said: str) -> None:
    shop.folder.joinpath("bad.csv").write_text("code,colour\nP1,red\n", encoding="utf-8")
    assert said in shop(*words, code=1).output


def test_an_import_names_all_faults_of_a_row_at_once(shop: Shell) -> None:
    shop.folder.joinpath("p.csv").write_text("code,name,price\nP1,,abc\n,Camera,\n", encoding="utf-8")
    told = shop("import", "product", "p.csv", code=1).output
    assert re.search(r"p\.csv:2 price: .*abc.*; name: Please fill this in\.\n", told)
    assert "NAME.errors.csv" in shop("import", "--help").output


def test_explain_names_the_rule_and_a_way(shop: Shell) -> None:
    shop("user", "add", "amy", "--role", "employee")
    shop.folder.joinpath("p.csv").write_text("code,name,price\nP1,Camera,10\n", encoding="utf-8")
    shop("import", "product", "p.csv")
    result = shop.runner.invoke(app, ["explain", "--user", "amy", "--action", "delete", "--record", "product/1"])
    assert result.exit_code == 1 and result.output.strip()
    assert shop("explain", "--user", "amy", "--action", "read", "--record", "product/1").output.strip()


def test_doctor_says_what_is_there_and_how_to_mend_what_is_not(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    new = shell("doctor").output
    for said in ("Python 3", "The front-end files are there", "The data folder is made when it is first needed",
                 "There is no database yet"):
        assert said in new
    assert not (shell.folder / "data").exists()
    shell("new", "shop", "--from", "base")
    shell("apply", "shop", "--yes")
    well = shell("doctor").output
    assert "The data folder can be written to" in well and "The database can be used" in well
    monkeypatch.setattr("loomwork.cli.system.STATIC", shell.folder)
    ill = shell("doctor", code=1).output
    assert "✗ Front-end files are missing: htmx.js" in ill and "python3 scripts/setup.py demo" in ill
    assert "✗" in shell("doctor", "--database", "mysql://nowhere/x", code=1).output


def test_what_is_done_as_somebody_has_that_person_s_rights(shop: Shell) -> None:
    shop.folder.joinpath("products.csv").write_text("code,name,price\nP1,Camera,10.50\n", encoding="utf-8")
    shop("user", "add", "amy", "--name", "Amy", "--role", "employee")
    refused = shop("import", "product", "products.csv", "--as", "amy", code=1).output
    assert "'amy' may not import product; add allow: {product: {import: all}} to one of their roles" in refused
    shop.folder.joinpath("out.csv").write_text("kept", "utf-8")
    for file in ("out.csv", "out.xlsx"):
        told = shop("export", "product", file, "--as", "amy", code=1).output
        assert "'amy' may not export product; add allow: {product: {export: all}} to one of their roles" in told
    assert sorted(path.name for path in shop.folder.glob("out*")) == ["out.csv"]
    assert shop.folder.joinpath("out.csv").read_text("utf-8") == "kept"
    shop("user", "roles", "amy", "--role", "admin")
    shop("import", "product", "products.csv", "--as", "amy")
    shop("export", "product", "out.csv", "--as", "amy", "--columns", "code,name")
    assert "P1" in shop.folder.joinpath("out.csv").read_text("utf-8-sig")
    assert "There is no active user 'nobody'." in shop("export", "product", "x.csv", "--as", "nobody", code=1).output
    assert not shop.folder.joinpath("x.csv").exists()


def test_a_demo_that_is_started_again_says_whose_password_is_the_demo_s(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.run", lambda *given, **settings: None)
    for name in ("DATABASE", "HOST", "WORKERS", "ADMIN"):
        monkeypatch.setenv(f"LOOMWORK_{name}", "")  # serving puts them into the environment of its processes
    monkeypatch.setenv("LOOMWORK_PORT", str(free_port()))
    assert "With passwords of their own" not in shell("demo", "base", "--data", "demo").output
    shell.folder.joinpath("people.csv").write_text("login,name,active\nann,Ann,yes\nben,Ben,no\n", encoding="utf-8")
    shell("import", "user", "people.csv", "--data", "demo")
    shell("user", "add", "late", "--role", "employee", "--data", "demo")
    told = shell("demo", "base", "--data", "demo").output
    assert re.search(r"\n    ann +Ann .*\n\n  Password of all these: loomwork-demo ", told)
    assert "\n  With passwords of their own: late\n" in told and "ben" not in told
    monkeypatch.setenv("LOOMWORK_LANGUAGE", "zh")
    told = shell("demo", "base", "--data", "demo").output
    assert "以上账号的密码：loomwork-demo" in told and "另有自设密码的账号：late" in told


def test_an_application_without_people_is_the_operators(shell: Shell) -> None:
    (shell.folder / "notes").mkdir()
    (shell.folder / "notes/app.yaml").write_text("app: notes\nlayers: [.]\n", encoding="utf-8")
    (shell.folder / "notes/note.entity.yaml").write_text(
        'entity: note\ntitle: "{name}"\nowned: true\nfields:\n  name: {type: text}\n', encoding="utf-8"
    )
    (shell.folder / "in.csv").write_text("name\nhello\n", encoding="utf-8")
    said = "This application has no people (user, department, role_assignment): nobody signs in"
    assert said in shell("apply", "notes", "--yes").output
    shell("import", "note", "in.csv")
    shell("export", "note", "out.csv")
    assert "hello" in (shell.folder / "out.csv").read_text("utf-8-sig")
    for words in (("user", "list"), ("user", "add", "amy"), ("user", "reset", "amy"), ("user", "roles", "amy")):
        assert said in shell(*words, code=1).output
    assert "All is well." in shell("verify").output
