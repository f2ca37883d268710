"""load: a whole application or every problem at once, in order."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from metadata.folders import MOST_FILES
from metadata.loader import (
    NoSuchPack,
    Unreadable,
    load,
    load_files,
    load_release,
    pack_files,
    shipped_pack,
    shipped_packs,
)
from metadata.specs.common import People

APP = {"app.yaml": "app: acme\nlabel: {zh: 甲, en: Acme}\nlayers: [.]\n"}
USERS = {
    "user.entity.yaml": (
        'entity: user\ntitle: "{name}"\nfields:\n  name: {type: text}\n  superior: {type: user, back: reports}\n'
    ),
}
CONTRACT = """
entity: contract
label: {zh: 合同, en: Contract}
title: "{number} {name}"
owned: true
search: [number, name]
fields:
  number: {type: serial, pattern: "HT-{yyyy}-{00001}", reset: year, gapless: true}
  name: {type: text, required: true, max: 120}
  phone: {type: phone, default: 0139}
  kind: {type: choice, options: {Yes: {zh: 是, en: "Yes"}, No: {label: {zh: 否, en: "No"}, color: red}}, default: No}
  customer:
    type: link
    to: customer
    back: contracts
    required: true
    filter: owner == $user
  amount: {type: money, required: true, min: 0}
  discount: {type: percent, max: 25%, required_if: amount > 100000}
  net:
    type: money
    formula: amount * (1 - coalesce(discount, 0%))
  quarter: {type: formula, formula: net / 4}
  due: {type: date, default: =$today + 30d}
  lines: {type: children, of: line}
  total: {type: rollup, of: lines, value: sum(price)}
  tax_no: {type: text, fetch: customer.tax_no, keep: if_blank}
  level: {type: fetch, fetch: customer.level}
checks:
  adds_up: {must: total == amount, say: {zh: 不符, en: Does not add up}, on_field: amount}
"""
LINE = "entity: line\nchild: true\nfields:\n  price: {type: money}\n"
CUSTOMER = (
    'entity: customer\ntitle: "{name}"\nowned: true\nfields:\n  name: {type: text}\n  tax_no: {type: text}\n'
    "  level: {type: choice, options: [A, B]}\n  signed: {type: rollup, of: contracts, value: sum(amount)}\n"
)
FLOW = """
flow: contract
entity: contract
states:
  draft: {start: true, label: {zh: 草稿, en: Draft}}
  review: {lock: all, approval: contract_review}
  effective: {lock: [amount], end: true}
moves:
  submit:
    {from: draft, to: review, by: [owner, role(rep)], needs: [lines], if: amount > 0, ask: {due: {required: true}}}
on_enter:
  effective:
    - {notify: [field(customer.owner), "role(rep, near)"], text: "{name} done"}
"""
REVIEW = """
approval: contract_review
entity: contract
steps:
  boss: {who: superior(1), mode: ratio, ratio: 60%}
outcome: {approved: effective, rejected: draft, returned: draft, recalled: draft, terminated: draft}
"""
REP = """
role: rep
admin: true
includes: [base_rep]
allow:
  contract: {create: true, read: [own, members], update: {scope: own, if: status == 'draft'}, move: own}
  customer: {read: {if: owner == $user}}
  user: {read: all}
fields:
  contract.amount: {mask: {scope: dept}}
"""
FILES = {
    **APP, **USERS, "contract.entity.yaml": CONTRACT, "line.entity.yaml": LINE, "customer.entity.yaml": CUSTOMER,
    "contract.flow.yaml": FLOW, "contract_review.approval.yaml": REVIEW, "rep.role.yaml": REP,
    "base_rep.role.yaml": "role: base_rep\nlabel: Base\n",
}


@pytest.fixture(scope="module")
def app():
    loaded = load_files(FILES)
    assert [problem.line("en") for problem in loaded.errors] == []
    assert loaded.app is not None
    return loaded.app


def test_scalars_stay_what_was_typed(app) -> None:
    fields = app.entities["contract"].fields
    assert list(fields["kind"].options) == ["Yes", "No"]
    assert fields["kind"].default.literal == "No"
    assert fields["phone"].default.literal == "0139"


def test_literals_are_values_of_their_kind(app) -> None:
    fields = app.entities["contract"].fields
    assert fields["discount"].maximum.literal == Decimal("0.25")
    assert fields["amount"].minimum.literal == Decimal("0")
    assert fields["due"].default.expression.typed.type.name == "date"
    assert app.approvals["contract_review"].steps["boss"].ratio.literal == Decimal("0.60")


def test_derived_fields_are_stored_as_what_they_give(app) -> None:
    fields = app.entities["contract"].fields
    stored = {name: fields[name].stored for name in ("net", "quarter", "total", "tax_no", "level", "number", "lines")}
    assert stored == {
        "net": "money", "quarter": "money", "total": "money", "tax_no": "text", "level": "choice", "number": "serial",
        "lines": None,
    }
    assert list(fields["level"].options) == ["A", "B"]
    assert app.entities["customer"].fields["signed"].stored == "money"


def test_names_are_joined(app) -> None:
    assert app.entities["customer"].backs == {"contracts": ("contract", "customer")}
    assert app.entities["line"].parents == (("contract", "lines"),)
    status = app.entities["contract"].fields["status"]
    assert (status.kind, status.readonly, list(status.options)) == ("choice", True, ["draft", "review", "effective"])
    assert app.roles["rep"].all_includes == ("rep", "base_rep")
    assert app.entities["user"].fields["superior"].link.to == ("user",)


def test_a_grant_over_all_moves_names_them(app) -> None:
    assert [g.verb for g in app.roles["rep"].grants if g.verb.startswith("move")] == ["move.submit"]
    update = next(g for g in app.roles["rep"].grants if g.verb == "update")
    assert update.scopes == ("own",) and update.condition.typed.type.name == "bool"
    assert app.roles["rep"].fields["contract", "amount"].mask_scopes == ("dept",)


def test_people_and_questions(app) -> None:
    submit = app.flows["contract"].moves["submit"]
    assert [(who.kind, who.role) for who in submit.by] == [("owner", None), ("role", "rep")]
    assert submit.asks["due"].kind == "date" and submit.asks["due"].required
    told = app.flows["contract"].on_enter["effective"][0].people
    assert told[0].path == ("customer", "owner")
    assert (told[1].kind, told[1].near) == ("role", True)
    assert isinstance(told[0], People)


def test_expressions_know_their_places(app) -> None:
    for name, text in (("net", "amount * (1"), ("quarter", "net / 4")):
        place = app.entities["contract"].fields[name].formula.place
        assert CONTRACT.splitlines()[place.line - 1][place.column - 1:].startswith(text)
    after_the_sign = app.entities["contract"].fields["due"].default.expression.place
    assert CONTRACT.splitlines()[after_the_sign.line - 1][after_the_sign.column - 1:].startswith("$today")


def test_the_digest_depends_on_every_text() -> None:
    first, again = load_files(FILES).app, load_files(dict(reversed(FILES.items()))).app
    other = load_files({**FILES, "line.entity.yaml": LINE + "# a comment\n"}).app
    assert first and again and other
    assert first.digest == again.digest != other.digest
    assert first.files["line.entity.yaml"] == LINE


def test_problems_come_at_once_in_file_order_with_the_head_first() -> None:
    loaded = load_files({
        "app.yaml": "app: acme\nlayers: [base@1.0.0, .]\nzone: Nowhere\n",
        "packs/base/pack.yaml": "pack: base\nversion: 1.0.0\n",
        "packs/base/z.entity.yaml": "entity: z\nfields: {name: {type: txt}}\n",
        "a.entity.yaml": "entity: a\nicon: [x]\nfields: {name: {type: text, maxx: 1}}\nsearch: [nme]\n",
        "b.entity.yaml": "entity: b\nfields: {: }\n",
    })
    assert [(p.code.code, p.place.file) for p in loaded.errors] == [
        ("LW214", "packs/base/z.entity.yaml"), ("LW813", "app.yaml"), ("LW204", "a.entity.yaml"),
        ("LW201", "a.entity.yaml"), ("LW302", "a.entity.yaml"), ("LW106", "b.entity.yaml"),
    ]


def test_every_name_problem_is_told_at_once() -> None:
    broken = CONTRACT.replace("to: customer", "to: custmer").replace("[number, name]", "[nmber, name, nam]")
    loaded = load_files({**FILES, "contract.entity.yaml": broken.replace("of: line}", "of: lne}")})
    told = [problem for problem in loaded.errors if problem.code.code in ("LW301", "LW302")]
    found = [(p.code.code, p.values["name"], p.values["fix_en"]) for p in told]
    assert found == [
        ("LW302", "nmber", "did you mean number?"), ("LW302", "nam", "did you mean name?"),
        ("LW301", "custmer", "did you mean customer?"), ("LW301", "lne", "did you mean line?"),
    ]


@pytest.mark.parametrize("name", shipped_packs())
def test_a_shipped_pack_loads_with_what_it_requires(name: str) -> None:
    loaded = load(shipped_pack(name))
    assert [problem.line("en") for problem in loaded.problems] == []
    assert loaded.app is not None
    assert loaded.app.layers[-1].name == name


def test_an_application_holds_copies_of_its_packs() -> None:
    files = {"app.yaml": "app: acme\nlayers: [base@1.0.0, .]\n", **pack_files("base")}
    loaded = load_files(files)
    assert loaded.app is not None
    assert [layer.name for layer in loaded.app.layers] == ["base", "."]
    assert loaded.app.entities["customer"].layer == "base"


def test_an_unknown_pack_is_told() -> None:
    with pytest.raises(NoSuchPack):
        shipped_pack("nothing")


def test_a_folder_without_a_head_is_told(tmp_path: Path) -> None:
    assert [p.code.code for p in load(tmp_path).problems] == ["LW801"]


def test_hidden_folders_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(APP["app.yaml"], "utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("?", "utf-8")
    assert load(tmp_path).problems == ()


def test_numbers_of_files_and_fields_are_limited() -> None:
    many = {f"e{number}.entity.yaml": "" for number in range(MOST_FILES + 1)}
    assert [p.code.code for p in load_files(many).problems] == ["LW818"]
    fields = "".join(f"  f{number}: {{type: text}}\n" for number in range(501))
    wide = load_files({**APP, "wide.entity.yaml": f'entity: wide\ntitle: "{{f1}}"\nfields:\n{fields}'})
    assert [p.code.code for p in wide.problems] == ["LW529"]


def test_settings_are_literals_of_their_kind_and_the_application_sets_them() -> None:
    base = {"packs/base/pack.yaml": (
        "pack: base\nversion: 1.0.0\nsettings:\n"
        "  grade_a: {type: money, default: 100000}\n  share: {type: percent, default: 25%}\n"
    )}
    loaded = load_files({"app.yaml": "app: acme\nlayers: [base@1.0.0, .]\nsettings: {grade_a: 5}\n", **base})
    assert loaded.app is not None
    assert {name: setting.default.literal for name, setting in loaded.app.settings.items()} == {
        "grade_a": Decimal(5), "share": Decimal("0.25"),
    }
    wrong = load_files({"app.yaml": "app: acme\nlayers: [base@1.0.0, .]\nsettings: {grade_a: =$today}\n", **base})
    assert [p.code.code for p in wrong.problems] == ["LW510"]


def test_the_menu_of_a_higher_layer_wins() -> None:
    base = {
        "packs/base/pack.yaml": "pack: base\nversion: 1.0.0\n",
        "packs/base/customer.entity.yaml": CUSTOMER.split("  tax_no")[0],
        "packs/base/main.menu.yaml": "menu: main\nitems: [customer]\n",
    }
    app = load_files({"app.yaml": "app: acme\nlayers: [base@1.0.0, .]\nmenu: [home, customer]\n", **base}).app
    assert app and [item.target for item in app.menus["main"].items] == ["home", "customer"]
    app = load_files({"app.yaml": "app: acme\nlayers: [base@1.0.0, .]\n", **base}).app
    assert app and [item.target for item in app.menus["main"].items] == ["customer"]


def test_links_that_lead_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "secret.entity.yaml"
    outside.write_text("entity: secret", "utf-8")
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "app.yaml").write_text(APP["app.yaml"], "utf-8")
    (folder / "x.entity.yaml").symlink_to(outside)
    assert load(folder).problems == ()


@pytest.mark.parametrize("file", ["app.yaml", "pack.yaml", "x.entity.yaml", "x.role.yaml", "x.scenario.yaml"])
@pytest.mark.parametrize("text", ["{}", "[]", "a", "app: [a]\nlayers: {}", "pack: x\nrole: []"])
def test_any_shape_at_the_top_is_told_and_never_raises(file: str, text: str) -> None:
    assert load_files({"app.yaml": "app: x\nlayers: [.]\n", file: text}).app is None


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("box.entity.yaml", 'entity: box\ntitle: "{name}"\nfields:\n\tname: {type: text}\n', "LW121"),
        ("box.entity.yaml", 'entity: box\ntitle: "{name}"\nsearch: [name]\nfields:\n  - name: {type: text}\n', "LW206"),
        ("contract.extend.yaml", "extend: entity/contract\nfields:\n  - box: {type: text}\n", "LW206"),
        ("contract.extend.yaml", "extend: entity/contract\nfields: box\n", "LW206"),
        ("contract.extend.yaml", "extend: entity/contracts\nfields:\n  box: {type: text}\n", "LW805"),
    ],
)
def test_what_only_follows_from_what_cannot_be_read_is_not_told(file: str, text: str, told: str) -> None:
    """Names that stand in the file itself; any other unknown name is told beside it."""
    files = {
        **APP, file: text,
        "contract.entity.yaml": 'entity: contract\ntitle: "{name}"\nfields:\n  name: {type: text}\n',
        "keeper.role.yaml": "role: keeper\nallow:\n  box: {read: all}\n  crate: {read: all}\n",
        "a.list.yaml": "list: a\nentity: contract\nlabel: A\ncolumns: [name, box]\n",
    }
    found = {(p.code.code, p.values.get("name")) for p in load_files(files).problems if p.severity == "error"}
    assert {code for code, _ in found} == {told, "LW301"}
    assert [name for code, name in found if code == "LW301"] == ["crate"]


@pytest.mark.parametrize(
    ("field", "told"),
    [("{type: int}", set()), ("{type: txt}", {"LW214"}), ("{type: text}", {"LW430", "LW431"})],
)
def test_what_does_not_fit_a_field_of_an_unknown_type_is_not_told(field: str, told: set[str]) -> None:
    """Places that name the field, or what is derived from it; any other misfit is told beside it."""
    thing = f"""entity: thing
title: "{{name}}"
fields:
  name: {{type: text}}
  size: {field}
  parts: {{type: links, to: thing}}
  larger: {{type: formula, formula: size + 1}}
"""
    form = "form: f\nentity: thing\nsections:\n  all: {fields: [name, size, parts], visible_if: larger > 3}\n"
    listed = "list: l\nentity: thing\nlabel: L\ncolumns: [name]\nwhere: size > 5 and larger < 9\nsort: [size]\n"
    other = "list: o\nentity: thing\nlabel: O\ncolumns: [name]\nwhere: name > 5\nsort: [parts]\n"
    alike = """entity: alike
title: "{name}"
fields:
  name: {type: text}
  size: {type: decimal}
  larger: {type: formula, formula: size + name}
"""
    files = {
        **APP, "thing.entity.yaml": thing, "f.form.yaml": form, "l.list.yaml": listed, "o.list.yaml": other,
        "alike.entity.yaml": alike,
    }
    found = [problem for problem in load_files(files).errors if problem.place.file not in ("o.list.yaml", "alike.entity.yaml")]
    assert {problem.code.code for problem in load_files(files).errors if problem not in found} == {"LW430", "LW431", "LW909"}
    assert {problem.code.code for problem in found} == told


def test_a_stored_role_that_names_what_an_extension_lost_does_not_run() -> None:
    """What is not told because it only follows is missing all the same: rights are whole or they are none."""
    files = {
        **APP,
        "contract.entity.yaml": 'entity: contract\ntitle: "{name}"\nfields:\n  name: {type: text}\n',
        "secret.extend.yaml": "extend: entity/contracts\nfields:\n  secret: {type: text}\n",
        "keeper.role.yaml": "role: keeper\nallow:\n  contract: {read: all}\nfields:\n  contract.secret: {hide: true}\n",
    }
    with pytest.raises(Unreadable):
        load_release(files)
