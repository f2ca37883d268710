"""Names in print templates: what is let through prints, and what is refused would print nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

import pytest

from engine.principal import OPERATOR
from engine.records import write
from engine.records.queries import ChildInput, RecordRef
from engine.runtime import Runtime, WriteSession
from engine.storage.database import Database
from metadata.loader import load_files, load_release
from reports.compile import compile_reports
from reports.compiled import CompiledReports
from reports.prints import render_print
from tests.storage.applications import publish

FILES = {
    "app.yaml": "app: acme\nlayers: [.]\nlabel: Acme\n",
    "customer.entity.yaml": (
        'entity: customer\ntitle: "{name}"\nfields:\n  name: {type: text}\n  tax_no: {type: text}\n'
        "  boss: {type: link, to: customer, back: people}\n"
    ),
    "deal.entity.yaml": (
        'entity: deal\ntitle: "{name}"\nfields:\n  name: {type: text, was: [subject]}\n'
        "  customer: {type: link, to: customer, back: deals}\n  about: {type: any_link, to: [customer, deal]}\n"
        "  lines: {type: children, of: line}\n  double: {type: decimal, formula: amount * 2}\n  amount: {type: decimal}\n"
        "  gone: {type: text, retired: true}\n"
    ),
    "line.entity.yaml": (
        "entity: line\nchild: true\nfields:\n  product: {type: text}\n  maker: {type: link, to: customer}\n"
        "  price: {type: decimal}\n"
    ),
    "payment.entity.yaml": (
        'entity: payment\ntitle: "{note}"\nfields:\n  note: {type: text}\n'
        "  deal: {type: link, to: deal, back: payments}\n"
    ),
    "p.print.yaml": "print: p\nentity: deal\nlabel: P\n",
}
TRAIL = ({"step": "Boss", "person": "Amy", "action": "approved", "comment": "fine", "at": None},)


def problems(template: str) -> list[str]:
    return [problem.line("en") for problem in load_files({**FILES, "p.html": template}).problems]


def printed(database: Database, templates: Sequence[str]) -> list[str]:
    """The templates over a deal of Bolt, whose boss is Boss, with a line of Cog and a payment."""
    prints = {f"p{at}.print.yaml": f"print: p{at}\nentity: deal\nlabel: P\n" for at in range(len(templates))}
    pages = {f"p{at}.html": template for at, template in enumerate(templates)}
    publish(database, load_release({**FILES, **prints, **pages}).app)
    runtime = Runtime(database, compilers={"reports": compile_reports})
    deal = runtime.writing(OPERATOR, fill)
    with runtime.reading(OPERATOR) as session:
        reports = cast("CompiledReports", session.parts["reports"])
        return [str(render_print(session, reports, f"p{at}", deal, TRAIL).body) for at in range(len(templates))]


def fill(session: WriteSession) -> int:
    boss = write.create(session, "customer", {"name": "Boss"})
    bolt = write.create(session, "customer", {"name": "Bolt", "tax_no": "T-1", "boss": boss})
    lines = (ChildInput(None, {"product": "Cog", "maker": boss, "price": Decimal(5)}),)
    values = {"name": "Deal", "customer": bolt, "about": RecordRef("customer", boss), "amount": Decimal(21), "lines": lines}
    deal = write.create(session, "deal", values)
    write.create(session, "payment", {"note": "paid", "deal": deal})
    return deal


PRINTS = (
    ("{{ record }}", "Deal"), ("{{ record.name }}", "Deal"), ("{{ record['name'] }}", "Deal"), ("{{ record.id }}", "1"),
    ("{{ record.customer }}", "Bolt"), ("{{ record.customer.tax_no }}", "T-1"),
    ("{{ record.customer.boss.name }}", "Boss"), ("{{ record.double | int }}", "42"), ("{{ record.about }}", "Boss"),
    ("{% for line in lines %}{{ loop.index }}{{ line.product }}{% endfor %}", "1Cog"),
    ("{% for line in record.lines %}{{ line.maker }}{% endfor %}", "Boss"), ("{{ record.lines[0].product }}", "Cog"),
    ("{{ (record.lines | last).product }}", "Cog"), ("{{ lines | sum(attribute='price') | int }}", "5"),
    ("{% for each in record.payments %}{{ each.note }}{% else %}none{% endfor %}", "paid"),
    ("{{ record.payments[0].note }}", "paid"), ("{% set deal = record %}{{ deal.name }}{{ deal.lines[0].product }}", "DealCog"),
    ("{% set a = record.name if approved else '-' %}{{ a }}", "Deal"), ("{{ trail[0].step }}", "Boss"),
    ("{% for each in trail %}{{ each.person }}{{ each.action }}{{ each.comment }}{% endfor %}", "Amyapprovedfine"),
    ("{{ company.name }} {{ language }} {{ currency }}", "Acme en CNY"),
    ("{% for row in record.lines or record.payments %}{{ row.product }}{% endfor %}", "Cog"),
    ("{% for k in ['a', 'b'] if k != 'a' %}{{ k }}{% endfor %}", "b"),
    ("{% if approved %}{% set x = 'a' %}{% else %}{% set x = lines %}{% endif %}{{ x }}", "a"),
)
PRINT_NOTHING = (
    ("{{ record.nam }}", "p.html:1:1 LW302 entity deal has no field nam; there are: ", "did you mean name?"),
    ("\n{{ record.customer.tax }}", "p.html:2:1 LW302 entity customer has no field tax; there are: ", "did you mean tax_no?"),
    ("{{ record.subject }}", "LW302 entity deal has no field subject; ", "; it is called name now"),
    ("{{ record.gone }}", "p.html:1:1 LW3", ""),
    ("{{ record.payment }}", "LW302 entity deal has no field payment; ", "did you mean payments?"),
    ("{% for line in lines %}{{ line.prodct }}{% endfor %}", "LW302 entity line has no field prodct", "did you mean product?"),
    ("{% for line in lines %}{{ line.maker.name }}{% endfor %}", "LW926 line.maker.name would print nothing", ""),
    ("{% for each in record.payments %}{{ each.deal.name }}{% endfor %}", "LW926 each.deal.name would print nothing", ""),
    ("{% set buyer = record.customer %}{{ buyer.tax_no }}", "LW926 buyer.tax_no would print nothing", ""),
    ("{% set deal = record %}{{ deal.payments[0].note }}", "LW926 deal.payments would print nothing", ""),
    ("{{ record['payments'][0].note }}", "LW926 payments would print nothing", ""),
    ("{{ record.customer.deals }}", "LW926 record.customer.deals would print nothing", ""),
    ("{{ record.name.size }}", "LW926 record.name.size would print nothing", ""),
    ("{{ recrod.name }}", "LW925 the template has no value called recrod here", "did you mean record?"),
    ("{% for a in trail %}{% endfor %}{{ a.step }}", "LW925 the template has no value called a here", ""),
    ("{% for a in trail %}{{ a.name }}{% endfor %}", "LW925 the template has no value called name here", ""),
)


def test_what_is_let_through_prints(database: Database) -> None:
    assert {template: problems(template) for template, _ in PRINTS if problems(template)} == {}
    found = printed(database, [template for template, _ in PRINTS])
    assert list(zip(PRINTS, found, strict=True)) == [((template, shown), shown) for template, shown in PRINTS]


def test_what_is_refused_would_print_nothing(database: Database) -> None:
    found = printed(database, [template for template, _, _ in PRINT_NOTHING])
    assert [(template, text) for (template, _, _), text in zip(PRINT_NOTHING, found, strict=True) if text.strip()] == []


@pytest.mark.parametrize(("template", "said", "way_out"), PRINT_NOTHING)
def test_what_would_print_nothing_is_refused_at_its_line(template: str, said: str, way_out: str) -> None:
    (line,) = problems(template)
    assert said in line
    assert line.endswith(way_out)


def test_a_path_over_a_link_to_several_entities_is_refused() -> None:
    (line,) = problems("{{ record.about.name }}")
    assert "LW926 record.about.name would print nothing" in line


def test_a_sum_names_a_field_of_its_rows() -> None:
    (line,) = problems("{{ lines | sum('prise') }}")
    assert "LW302 entity line has no field prise" in line
    assert line.endswith("did you mean price?")
