"""Publishing: what is created, what is extended, what is refused."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.collation import collation_key
from engine.storage import catalogue
from engine.storage.database import Database
from engine.storage.obstacles import ChangeRefused
from engine.storage.operations import (
    AddField,
    AddIndex,
    AddSystemColumns,
    AddUnique,
    CreateEntity,
    DropIndex,
    IndexSearch,
    Operation,
    OrderTexts,
    ParkEntity,
    ParkField,
    RenameEntity,
    RenameField,
    RenameOption,
    ReviveField,
    WidenField,
    WidenOptions,
    sentence,
)
from engine.storage.platform import catalogue_field
from engine.storage.verify import verify
from metadata.specs.app import AppSpec
from tests.storage.applications import CUSTOMER, ORDER, ORDER_LINE, SHOP, load_app, publish, shop
from tests.workflows.company import PACK


def column(database: Database, entity: str, field: str) -> tuple[str, str]:
    """Physical table and column of a field."""
    with database.read() as connection:
        entry = catalogue.load(connection).entities[entity]
    return entry.table, entry.fields[field].column or ""


def insert(database: Database, entity: str, **values: object) -> None:
    table = column(database, entity, next(iter(values)))[0]
    named = {column(database, entity, name)[1]: value for name, value in values.items()}
    names = ", ".join(f'"{name}"' for name in named)
    slots = ", ".join(f":{name}" for name in named)
    now = "now()" if database.dialect == "postgresql" else "0"
    with database.write() as connection:
        statement = f'INSERT INTO "{table}" (created_at, updated_at, {names}) VALUES ({now}, {now}, {slots})'
        connection.execute(sa.text(statement), named)


def values(database: Database, entity: str, field: str) -> list[object]:
    table, name = column(database, entity, field)
    with database.read() as connection:
        return list(connection.execute(sa.text(f'SELECT "{name}" FROM "{table}" ORDER BY id')).scalars())


def codes(refused: pytest.ExceptionInfo[ChangeRefused]) -> list[str]:
    return [problem.code.code for problem in refused.value.problems]


def test_first_publication_creates_everything(database: Database) -> None:
    applied = publish(database, shop())
    assert applied.release == 1
    assert applied.changed
    assert set(applied.operations) == {
        CreateEntity(name) for name in ("user", "department", "order", "order_line", "customer")
    }
    with database.read() as connection:
        names = set(sa.inspect(connection).get_table_names())
        entities = catalogue.load(connection).entities
    assert {entry.table for entry in entities.values()} <= names
    assert f"l{entities['order'].fields['helpers'].id}" in names
    assert entities["order"].fields["lines"].column is None
    assert entities["order"].fields["customer"].target == (entities["customer"].id,)


def test_second_publication_has_nothing_to_do(database: Database) -> None:
    publish(database, shop())
    again = publish(database, shop())
    assert (again.release, again.operations, again.changed) == (1, (), False)


@pytest.mark.parametrize(
    ("entity", "old", "new", "expected"),
    [
        ("customer", "  code:", "  fax: {type: text}\n  code:", [AddField("customer", "fax")]),
        ("customer", "  code:", "  vip: {type: bool}\n  code:", [AddField("customer", "vip")]),
        ("customer", "  code:", "  friends: {type: links, to: user}\n  code:", [AddField("customer", "friends")]),
        (
            "order", "agency: {zh", "online: {zh: 线上, en: Online}, agency: {zh",
            [WidenOptions("order", "kind", ("online",))],
        ),
        ("customer", "{type: text}", "{type: long}", [WidenField("customer", "name"), WidenField("customer", "code")]),
        ("customer", "fields:", "indexes: [[code, name]]\nfields:", [AddIndex("customer", ("code", "name"))]),
        ("customer", "code: {type: text}", "code: {type: text, unique: true}", [AddUnique("customer", ("code",))]),
        ("customer", "fields:", "search: [name]\nfields:", [IndexSearch("customer", ("name",))]),
        (
            "customer", "code: {type: text}", "code: {type: text, retired: true}", [ParkField("customer", "code")],
        ),
        (
            "customer", "fields:", "owned: true\nfields:",
            [
                AddSystemColumns("customer", ("owner", "dept")),
                AddIndex("customer", ("owner", "-updated_at", "-id")),
                AddIndex("customer", ("dept", "-updated_at", "-id")),
            ],
        ),
    ],
)
def test_extends(database: Database, entity: str, old: str, new: str, expected: list[Operation]) -> None:
    texts = {"customer": CUSTOMER, "order": ORDER}
    publish(database, shop())
    insert(database, "customer", name="Acme")
    changed = shop(**{entity: texts[entity].replace(old, new)})
    assert list(publish(database, changed).operations) == expected
    assert publish(database, changed).operations == ()
    assert values(database, "customer", "name") == ["Acme"]


def test_new_bool_is_false_in_old_rows(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="Acme")
    publish(database, shop(customer=CUSTOMER + "  vip: {type: bool}\n"))
    assert [bool(value) for value in values(database, "customer", "vip")] == [False]


def test_rename_keeps_column_and_values(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="Acme", code="7")
    before = column(database, "customer", "code")
    renamed = shop(customer=CUSTOMER.replace("code: {type: text}", "tax_no: {type: text, was: [code]}"))
    applied = publish(database, renamed)
    assert [type(operation) for operation in applied.operations] == [RenameField]
    assert column(database, "customer", "tax_no") == before
    assert values(database, "customer", "tax_no") == ["7"]
    assert publish(database, renamed).operations == ()


def test_swapped_names_swap_columns(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="Acme", code="7")
    swapped = "  code: {type: text, was: [name], fresh: true}\n  name: {type: text, was: [code], fresh: true}\n"
    spec = shop(customer=CUSTOMER.replace("  name: {type: text}\n  code: {type: text}\n", swapped))
    publish(database, spec)
    assert values(database, "customer", "code") == ["Acme"]
    assert values(database, "customer", "name") == ["7"]
    assert publish(database, spec).operations == ()


def test_renamed_entity_keeps_its_table(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="Acme")
    account = CUSTOMER.replace("entity: customer", "entity: account\nwas: [customer]")
    order = ORDER.replace("to: customer", "to: account")
    applied = publish(database, shop(customer=None, account=account, order=order))
    assert [type(operation) for operation in applied.operations] == [RenameEntity]
    assert values(database, "account", "name") == ["Acme"]


def test_renamed_option_takes_the_values_along(database: Database) -> None:
    publish(database, shop())
    insert(database, "order", subject="x", kind="direct")
    own = "own: {label: {zh: 直销, en: Own}, was: [direct]}"
    renamed = shop(order=ORDER.replace("direct: {zh: 直销, en: Direct}", own))
    assert publish(database, renamed).operations == (RenameOption("order", "kind", "direct", "own"),)
    assert values(database, "order", "kind") == ["own"]
    assert publish(database, renamed).operations == ()


SWAPPED = ORDER.replace(
    "{direct: {zh: 直销, en: Direct}, agency: {zh: 代理, en: Agency}}",
    "{direct: {was: [agency], zh: 代理, en: Agency}, agency: {was: [direct], zh: 直销, en: Direct}}",
)


@pytest.mark.parametrize("unique", ["", "unique:\n  one: {fields: [kind, amount]}\n"], ids=["", "unique"])
def test_swapped_options_swap_their_values(database: Database, unique: str) -> None:
    publish(database, shop(order=ORDER + unique))
    for kind in ("direct", "agency", None, "direct"):
        insert(database, "order", subject="x", kind=kind, amount=1 if kind != "direct" or not unique else None)
    if unique:
        insert(database, "order", subject="x", kind="direct", amount=1)
    before = values(database, "order", "kind")
    swapped = {"direct": "agency", "agency": "direct", None: None}
    assert set(publish(database, shop(order=SWAPPED + unique)).operations) == {
        RenameOption("order", "kind", "direct", "agency"), RenameOption("order", "kind", "agency", "direct"),
    }
    assert values(database, "order", "kind") == [swapped[kind] for kind in before]
    assert publish(database, shop(order=SWAPPED + unique)).operations == ()
    publish(database, shop(order=SWAPPED + unique, customer=CUSTOMER + "  fax: {type: phone}\n"))
    assert values(database, "order", "kind") == [swapped[kind] for kind in before]


def test_an_options_name_goes_to_another_while_its_own_values_move_on(database: Database) -> None:
    """direct is called own now, agency is called direct; later an option agency comes back as another."""
    publish(database, shop())
    for kind in ("direct", "agency"):
        insert(database, "order", subject="x", kind=kind)
    options = "{direct: {zh: 直销, en: Direct}, agency: {zh: 代理, en: Agency}}"
    moved = "own: {was: [direct], zh: 自营, en: Own}, direct: {was: [agency], zh: 代理, en: Agency}"
    spec = shop(order=ORDER.replace(options, f"{{{moved}}}"))
    publish(database, spec)
    assert values(database, "order", "kind") == ["own", "direct"]
    anew = shop(order=ORDER.replace(options, f"{{{moved}, agency: {{zh: 新, en: New}}}}"))
    assert publish(database, anew).operations == (WidenOptions("order", "kind", ("agency",)),)
    assert publish(database, anew).operations == ()
    assert values(database, "order", "kind") == ["own", "direct"]


def test_options_listed_before_their_names_were_kept_are_known(database: Database) -> None:
    """A catalogue that holds present names only."""
    publish(database, shop())
    insert(database, "order", subject="x", kind="direct")
    with database.write() as connection:
        is_kind = catalogue_field.c.name == "kind"
        connection.execute(catalogue_field.update().where(is_kind).values(options=["direct", "agency"]))
    assert publish(database, shop()).operations == ()
    publish(database, shop(order=SWAPPED))
    assert values(database, "order", "kind") == ["agency"]
    assert publish(database, shop(order=SWAPPED)).operations == ()


FLOW = """
flow: order
entity: order
states: {draft: {start: true}, sent: {}, done: {end: true}}
moves: {send: {from: draft, to: sent}, finish: {from: sent, to: done}}
"""


def test_swapped_states_swap_their_records(database: Database) -> None:
    flow = "flows/order.flow.yaml"
    publish(database, load_app({**SHOP, flow: FLOW}))
    for state in ("draft", "sent", "done"):
        insert(database, "order", subject="x", status=state)
    swapped = FLOW.replace("draft: {start: true}, sent: {}", "sent: {start: true, was: draft}, draft: {was: sent}").replace(
        "{from: draft, to: sent}, finish: {from: sent,", "{from: sent, to: draft}, finish: {from: draft,"
    )
    publish(database, load_app({**SHOP, flow: swapped}))
    assert values(database, "order", "status") == ["sent", "draft", "done"]
    assert publish(database, load_app({**SHOP, flow: swapped})).operations == ()


def company_with(kind: str, role: str, was: str) -> AppSpec:
    """The company of the tests of flows, its role `rep` under another name, and roles of people stored as `kind`."""
    files = {path: re.sub(r"\brep\b", role, text) for path, text in PACK.items()}
    files["access/rep.role.yaml"] += was
    people = "entities/role_assignment.entity.yaml"
    return load_app({**files, people: files[people].replace("role: {type: text,", f"role: {{{kind},")})


@pytest.mark.parametrize("kind", ["type: text", "type: choice, options_from: roles"])
def test_who_has_a_role_has_it_under_its_new_name(database: Database, kind: str) -> None:
    publish(database, company_with(kind, "rep", ""))
    insert(database, "role_assignment", role="rep")
    insert(database, "role_assignment", role="boss")
    renamed = company_with(kind, "seller", "\nwas: [agent, rep]\n")
    assert publish(database, renamed).operations == (RenameOption("role_assignment", "role", "rep", "seller"),)
    assert values(database, "role_assignment", "role") == ["seller", "boss"]
    assert publish(database, renamed).operations == ()


def without_role(kind: str, left: str | None) -> AppSpec:
    """The company whose role `board` is gone: its file says `left`, or is no more."""
    files = {path: text for path, text in PACK.items() if path != "access/board.role.yaml"}
    people = "entities/role_assignment.entity.yaml"
    files[people] = files[people].replace("role: {type: text,", f"role: {{{kind},")
    return load_app({**files, **({"access/board.role.yaml": left} if left else {})})


RETIRED_ROLE = "role: board\nretired: true\n"


@pytest.mark.parametrize("kind", ["type: text", "type: choice, options_from: roles"])
def test_a_role_goes_when_nobody_has_it_any_more(database: Database, kind: str) -> None:
    publish(database, company_with(kind, "rep", ""))
    insert(database, "user", login="eve", name="Eve")
    insert(database, "user", login="amy", name="Amy")
    for user in (1, 2):
        insert(database, "role_assignment", role="board", user=user)
    with pytest.raises(ChangeRefused) as refused:
        publish(database, without_role(kind, RETIRED_ROLE))
    assert [problem.line("en") for problem in refused.value.problems] == [
        "access/board.role.yaml:1:7 LC115 role 'board' goes, but is still held (2): amy, eve; nobody loses a role by a release; "
        "take it away first: delete these assignments on the page /e/role_assignment, or run loomwork user roles amy --role "
        "ROLE_THAT_STAYS (--none if none stays) for each of them; if it was renamed, write was: [board] on the new one"
    ]
    assert [problem.line("zh") for problem in refused.value.problems] == [
        "access/board.role.yaml:1:7 LC115 角色“board”将不再存在，但仍有人拥有它（2）：amy, eve；没有人因为发布而失去角色；"
        "先收回：在页面 /e/role_assignment 删除这些授予，或逐人运行 loomwork user roles amy --role 保留的角色（一个不留则用 --none）；"
        "改了名就在新角色上写 was: [board]"
    ]
    table = column(database, "role_assignment", "role")[0]
    with database.write() as connection:
        connection.execute(sa.text(f'UPDATE "{table}" SET archived_at = created_at'))
    publish(database, without_role(kind, RETIRED_ROLE))
    assert values(database, "role_assignment", "role") == ["board", "board"]
    assert publish(database, without_role(kind, RETIRED_ROLE)).operations == ()
    assert [fault for fault in verify(database) if fault.message.code == "fault_option"] == []


def test_a_role_that_no_file_declares_is_asked_for(database: Database) -> None:
    """Records may name it, in the trash too; retired, it stays what they say and can no longer be given."""
    kind = "type: choice, options_from: roles"
    publish(database, company_with(kind, "rep", ""))
    with pytest.raises(ChangeRefused) as refused:
        publish(database, without_role(kind, None))
    assert [problem.line("en") for problem in refused.value.problems] == [
        "access/board.role.yaml:1:7 LC114 no file declares role 'board' any more, and 'role_assignment.role' may hold it; roles do "
        "not vanish silently; if it was renamed, write was: [board] on the new one; if it is no longer used, keep its file and "
        "write retired: true in it"
    ]
    assert [problem.line("zh") for problem in refused.value.problems] == [
        "access/board.role.yaml:1:7 LC114 没有文件再声明角色“board”，而字段“role_assignment.role”的值可能还是它；角色不能悄悄消失；"
        "改了名就在新角色上写 was: [board]；不再用就保留它的文件，在其中写 retired: true"
    ]
    spec = without_role(kind, RETIRED_ROLE)
    publish(database, spec)
    assert spec.entities["role_assignment"].fields["role"].options["board"].retired and "board" not in spec.roles


def test_parked_field_comes_back_with_its_values(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="Acme", code="7")
    publish(database, shop(customer=CUSTOMER.replace("code: {type: text}", "code: {type: text, retired: true}")))
    assert publish(database, shop()).operations == (ReviveField("customer", "code"),)
    assert values(database, "customer", "code") == ["7"]


def test_dropping_a_unique_rule_drops_its_index_only(database: Database) -> None:
    unique = CUSTOMER.replace("code: {type: text}", "code: {type: text, unique: true}")
    publish(database, shop(customer=unique))
    (operation,) = publish(database, shop()).operations
    assert isinstance(operation, DropIndex)
    insert(database, "customer", code="7")
    insert(database, "customer", code="7")


def test_unique_rule_that_rows_break_is_refused(database: Database) -> None:
    publish(database, shop())
    for _ in range(2):
        insert(database, "customer", code="7")
    with pytest.raises(ChangeRefused) as refused:
        publish(database, shop(customer=CUSTOMER.replace("code: {type: text}", "code: {type: text, unique: true}")))
    assert codes(refused) == ["LC110"]
    (problem,) = refused.value.problems
    assert problem.line("en") == (
        "entities/customer.entity.yaml:7:3 LC110 1 values of code in 'customer' are there more than once; "
        "a unique rule needs records that keep it; merge or correct the repeated records, then apply"
    )


@pytest.mark.parametrize(
    ("entity", "old", "new", "code"),
    [
        ("customer", "  code: {type: text}\n", "", "LC102"),
        ("customer", "code: {type: text}", "code: {type: int}", "LC103"),
        ("customer", "code: {type: text}", "code: {type: rich}", "LC103"),
        ("order", "{type: money}", "{type: money, scale: 4}", "LC104"),
        ("order", "to: customer", "to: department", "LC105"),
        ("order", ", agency: {zh: 代理, en: Agency}", "", "LC106"),
        ("order_line", "child: true\n", "", "LC109"),
    ],
)
def test_refuses_what_would_lose_or_convert(database: Database, entity: str, old: str, new: str, code: str) -> None:
    publish(database, shop())
    texts = {"customer": CUSTOMER, "order": ORDER, "order_line": ORDER_LINE}
    text = texts[entity].replace(old, new)
    others = {"order": ORDER.replace("  lines: {type: children, of: order_line}\n", "")} if code == "LC109" else {}
    with pytest.raises(ChangeRefused) as refused:
        publish(database, shop(**{**others, entity: text}))
    assert code in codes(refused)
    assert publish(database, shop()).operations == ()


@pytest.mark.parametrize(("app", "order"), [
    (SHOP["app.yaml"].replace("CNY", "JPY"), ORDER), (SHOP["app.yaml"], ORDER.replace("{type: money}", "{type: money, currency: JPY}")),
])
def test_amounts_keep_their_currency(database: Database, app: str, order: str) -> None:
    changed = load_app({**SHOP, "app.yaml": app, "entities/order.entity.yaml": order})
    publish(database, shop())
    insert(database, "order", subject="x", amount=1234)
    with pytest.raises(ChangeRefused) as refused:
        publish(database, changed)
    (problem,) = refused.value.problems
    assert problem.line("en") == (
        "entities/order.entity.yaml:12:3 LC113 field 'order.amount' changes its currency from CNY to JPY; the amounts there are "
        "would become other money, and apply converts no stored values; keep currency: CNY; for amounts in JPY declare another "
        "field under a new name"
    )
    assert problem.line("zh") == (
        "entities/order.entity.yaml:12:3 LC113 字段“order.amount”的币种由 CNY 改成了 JPY；已有的金额会变成另一种钱，apply 不换算已有的值；"
        "保留 currency: CNY；要用 JPY 就用新名字另建一个字段"
    )


def test_amounts_keep_their_currency_also_under_another_name(database: Database) -> None:
    """Two fields that exchange their names and their currencies, too."""
    money = "  price: {type: money, currency: USD}\n  cost: {type: money, currency: EUR}\n"
    swapped = (
        "  price: {type: money, currency: USD, was: [cost], fresh: true}\n"
        "  cost: {type: money, currency: EUR, was: [price], fresh: true}\n"
    )
    publish(database, shop(customer=CUSTOMER + money))
    insert(database, "customer", name="Acme", price=100)
    with pytest.raises(ChangeRefused) as refused:
        publish(database, shop(customer=CUSTOMER + swapped))
    assert codes(refused) == ["LC113"]


def test_a_currency_said_in_words_or_without_amounts_changes_nothing(database: Database) -> None:
    publish(database, shop())
    insert(database, "order", subject="x", amount=1234)
    assert publish(database, shop(order=ORDER.replace("{type: money}", "{type: money, currency: CNY}"))).operations == ()
    other = CUSTOMER + "  limit: {type: money}\n"
    publish(database, shop(customer=other))
    publish(database, shop(customer=other.replace("{type: money}", "{type: money, currency: USD}")))


def test_vanished_entity_is_refused_unless_named(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="Acme")
    without = shop(customer=None, order=ORDER.replace("  customer: {type: link, to: customer, back: orders}\n", ""))
    with pytest.raises(ChangeRefused) as refused:
        publish(database, without)
    assert codes(refused) == ["LC101", "LC102"]
    assert "1 records" in refused.value.problems[0].line("en")
    applied = publish(database, without, "park:customer", "park:order.customer")
    assert ParkEntity("customer") in applied.operations
    assert ParkField("order", "customer") in applied.operations


def test_every_operation_has_a_sentence(database: Database) -> None:
    for operation in publish(database, shop()).operations:
        assert operation.entity in sentence(operation, "zh")
        assert operation.entity in sentence(operation, "en")


def test_texts_of_older_databases_get_what_they_sort_by(database: Database) -> None:
    publish(database, shop())
    insert(database, "customer", name="王芳")
    insert(database, "customer", name="Ärger")
    table, name = column(database, "customer", "name")
    with database.write() as connection:
        for index in connection.execute(sa.text(_INDEXES[database.dialect]), {"table": table}).scalars().all():
            connection.execute(sa.text(f'DROP INDEX "{index}"'))
        connection.execute(sa.text(f'ALTER TABLE "{table}" DROP COLUMN "{name}_order"'))
    applied = publish(database, shop())
    assert OrderTexts("customer", ("name",)) in applied.operations
    said = sentence(OrderTexts("customer", ("name",)), "zh"), sentence(OrderTexts("customer", ("name",)), "en")
    assert said == ("customer 的 name 按拼音排序", "Sort name of customer without regard to case and accents, Chinese by pinyin")
    with database.read() as connection:
        kept = connection.execute(sa.text(f'SELECT "{name}_order" FROM "{table}" ORDER BY id')).scalars().all()
    assert kept == [collation_key("王芳"), "arger"]
    assert not {fault.code for fault in verify(database)} & {"fault_order", "fault_index"}
    assert not publish(database, shop()).changed


_INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE tablename = :table AND indexname NOT LIKE '%pkey'",
}
