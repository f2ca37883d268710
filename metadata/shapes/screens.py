"""The shape of forms, lists, menus, home pages, reports and prints."""

from __future__ import annotations

from metadata.shapes.model import (
    EXPRESSION,
    FLAG,
    LABEL,
    NAME,
    NAME_OR_NAMES,
    NAMES,
    PATH,
    PATHS,
    TEXT,
    Either,
    ListOf,
    MapOf,
    Record,
    Text,
    props,
    word,
)
from metadata.specs.screens import WAYS

_FOR = Either(text=Text("people"), list=ListOf(Text("people"), at_least=1))
_LINE = Either(text=NAME, list=ListOf(NAME, at_least=1))

SECTION = Record(
    "section",
    props(
        label=(LABEL, "Heading."),
        tab=(LABEL, "The tab that it stands on, with all sections of the same tab, below those without."),
        fields=(ListOf(_LINE, at_least=1), "Lines of fields; a list inside is fields side by side."),
        visible_if=(EXPRESSION, "Shown only while this is true."),
        collapsed_if=(EXPRESSION, "Folded while this is true."),
        children=(NAME, "A grid of this children field."),
        columns=(NAMES, "Columns of the grid."),
        total=(NAMES, "Columns that are summed below the grid."),
        retired=(FLAG, "Not shown."),
    ),
    patched=True, needs={"columns": "children", "total": "children"},
)
RELATED = Record("related", props(related=(NAMES, "Reverse collections shown as lists.")), ("related",))

FORM = Record(
    "form",
    props(
        form=(NAME, "Name of the form."),
        entity=(NAME, "The entity whose records it shows."),
        for_=(_FOR, "`role(x)`, `state(x)`, or both: the best match wins."),
        sections=(MapOf(SECTION, at_least=1), "The sections, in order."),
        side=(ListOf(Either(text=word("timeline", "approvals", "related"), map=RELATED)), "What stands beside."),
        retired=(FLAG, "Not used."),
    ),
    ("form", "entity", "sections"),
)
LIST = Record(
    "list",
    props(
        list=(NAME, "Name of the list."),
        entity=(NAME, "The entity whose records it shows."),
        label=(LABEL, "What people call it."),
        columns=(ListOf(PATH, at_least=1), "Columns: field paths."),
        sort=(ListOf(TEXT, at_least=1), "Order: field paths, a leading minus for descending."),
        where=(EXPRESSION, "Which records."),
        filters=(PATHS, "Fields offered as filters."),
        for_=(_FOR, "`role(x)`: shown to these people only."),
        default=(FLAG, "Opened first."),
        show=(word(*WAYS), "How it is shown (table unless said); people may switch."),
        by=(NAME, "What it is shown by: the state or choice of a board, the date of a calendar, the link of a tree, the "
            "image of a gallery, the position of a map. Else the first that would do."),
        total=(NAME, "The amount or number that a board sums for each of its columns."),
        until=(NAME, "Where records last several days in a calendar: the date of the last."),
        due=(NAME, "The date by which records should be done: one that is over is marked, as long as the flow of the record has "
             "not ended."),
        retired=(FLAG, "Not shown."),
    ),
    ("list", "entity", "columns"), needs={"by": "show", "total": "show", "until": "show"},
)

_ITEM_PROPS = props(
    to=(TEXT, "`home`, an entity, `list.x` or `report.x`."),
    label=(LABEL, "What the item says."),
    icon=(TEXT, "Icon beside it."),
)
_LEAF = Either(text=TEXT, map=Record("menu entry", _ITEM_PROPS, ("to",)))
MENU_ITEM = Either(
    text=TEXT,
    map=Record("menu item", _ITEM_PROPS | props(items=(ListOf(_LEAF, at_least=1), "The items of a group."))),
)
MENU_ITEMS = ListOf(MENU_ITEM, at_least=1)
MENU = Record(
    "menu",
    props(
        menu=(NAME, "Name of the menu."),
        items=(MENU_ITEMS, "Entities, lists, reports and groups, in order."),
        for_=(_FOR, "`role(x)`: the menu of these people."),
        retired=(FLAG, "Not used."),
    ),
    ("menu", "items"),
)

HOME_NUMBER = Either(
    text=NAME,
    map=Record(
        "home number",
        props(
            list=(NAME, "The list whose records are counted."),
            total=(NAME, "The amount or number of them that is summed instead."),
            label=(LABEL, "What the number is called (as its list unless said)."),
            icon=(TEXT, "Icon beside it (that of the entity unless said)."),
        ),
        ("list",),
    ),
)
HOME_LIST = Either(
    text=NAME,
    map=Record(
        "home list",
        props(
            list=(NAME, "The list whose first records are shown."),
            due=(NAME, "The date of theirs that is marked once it is over (that which the list says unless said)."),
        ),
        ("list",),
    ),
)
HOME = Record(
    "home",
    props(
        home=(NAME, "Name of the page."),
        for_=(_FOR, "`role(x)`: the page of these people. A role that includes another goes before it; whoever has none sees the "
                    "first for all."),
        numbers=(ListOf(HOME_NUMBER, at_least=1), "Numbers at its head: counts or sums over lists."),
        lists=(ListOf(HOME_LIST, at_least=1), "Lists of which it shows the first records."),
        retired=(FLAG, "Not used."),
    ),
    ("home",), one_of=(("numbers", "lists"),),
)

GROUPING = Either(
    text=TEXT,
    map=Record("grouping", props(by=(TEXT, "A field path, or `month(sign_date)` and the like."),
                                 label=(LABEL, "Heading.")), ("by",)),
)
MEASURE = Either(
    text=TEXT,
    map=Record(
        "measure",
        props(value=(TEXT, "`count()`, `sum(amount)`, `min(x)`, `max(x)` or `avg(x)`."), label=(LABEL, "Heading."),
              retired=(FLAG, "Not shown.")),
        ("value",), patched=True,
    ),
)
CHART = Record(
    "chart",
    props(
        kind=(word("column", "bar", "line", "pie"), "How it is drawn."),
        stack=(NAME, "The grouping that is stacked."),
        measure=(NAME, "The measure that is drawn (the first unless said)."),
    ),
    ("kind",),
)
REPORT = Record(
    "report",
    props(
        report=(NAME, "Name of the report."),
        entity=(NAME, "The entity whose records are grouped."),
        label=(LABEL, "What people call it."),
        where=(EXPRESSION, "Which records count."),
        rows=(ListOf(GROUPING, at_least=1), "Groupings: field paths, or day week month quarter year of one."),
        measures=(MapOf(MEASURE, at_least=1), "What is computed per group."),
        chart=(CHART, "How it is drawn."),
        was=(NAME_OR_NAMES, "Earlier names of the report."),
        retired=(FLAG, "Not shown."),
    ),
    ("report", "entity", "rows", "measures"),
    frozenset({"compare", "columns"}),
)
PRINT = Record(
    "print",
    props(
        print=(NAME, "Name of the print."),
        entity=(NAME, "The entity whose records are printed."),
        label=(LABEL, "What its button says."),
        template=(TEXT, "The template file beside this one; `<name>.html` unless said."),
        paper=(word("A4", "A5", "A4-landscape", "letter"), "Size of the paper (A4 unless said)."),
        if_=(EXPRESSION, "Only records for which this is true."),
        retired=(FLAG, "Not offered."),
    ),
    ("print", "entity"),
)
