"""The shape of roles."""

from __future__ import annotations

from metadata.shapes.model import (
    EXPRESSION,
    FLAG,
    LABEL,
    NAME,
    NAME_OR_NAMES,
    NAMES,
    Either,
    ListOf,
    MapOf,
    Prop,
    Record,
    Text,
    props,
    word,
)
from metadata.specs.access import VERBS

SCOPES = ("own", "own_and_reports", "dept", "dept_tree", "members", "pool", "involved", "all")
_LATER_SCOPES = ("portal",)
_LATER_VERBS = frozenset({"claim", "release", "reveal"})
_SCOPE = Text("word", ("true", *SCOPES), reserved=_LATER_SCOPES)
_LISTED = Text("word", SCOPES, reserved=_LATER_SCOPES)
_SCOPES = Either(text=_SCOPE, list=ListOf(_LISTED, at_least=1))

CONDITIONED = Record(
    "conditioned grant",
    props(scope=(_SCOPES, "Whose records."), if_=(EXPRESSION, "Only records for which this is true.")),
)
GRANT = Either(text=_SCOPE, list=ListOf(_LISTED, at_least=1), map=CONDITIONED)
_DOC = {
    "create": "New records.", "read": "Seeing records.", "update": "Changing records.",
    "delete": "Moving to the trash.",
    "import": "Importing from files.", "export": "Exporting to files.", "print": "Printing.",
    "assign": "Giving records another owner.",
    "share": "Adding members to owned records; who owns one that they can read may, and administrators may, without being granted it.",
}
GRANTS = Record(
    "grants",
    {verb: Prop(GRANT, _DOC[verb] + " `true` is all; else a scope, a list of them, or {scope, if}.") for verb in VERBS}
    | {"move": Prop(Either(text=_SCOPE, map=MapOf(GRANT)), "Moves of the flow by name, or one scope for all of them.")},
    reserved=_LATER_VERBS, patched=True,
)

MASK = Record(
    "mask",
    props(scope=(_SCOPES, "On whose records."), if_=(EXPRESSION, "Only on records for which this is true.")),
)
FIELD_RIGHT = Record(
    "field right",
    props(
        hide=(FLAG, "Not among the fields that this role's grants give."),
        deny=(FLAG, "Kept from everyone who has this role, whatever other roles give."),
        mask=(Either(text=word("true"), map=MASK), "Shows part of it."),
        readonly=(FLAG, "Can be read, not changed."),
        read=(FLAG, "Named for an outside role: can be read."),
        edit=(FLAG, "Named for an outside role: can be changed."),
    ),
    patched=True,
)

ROLE = Record(
    "role",
    props(
        role=(NAME, "Name of the role."),
        label=(LABEL, "What people call it."),
        includes=(NAMES, "Roles whose rights it has too."),
        outside=(FLAG, "For people outside the house: only fields that are named can be seen."),
        admin=(FLAG, "Administers the application; also reads records whose approval comes to them."),
        allow=(MapOf(GRANTS), "Rights per entity."),
        deny=(MapOf(GRANTS), "What this role never may, whatever other roles give."),
        fields=(MapOf(FIELD_RIGHT, "path"), "Rights per field: `contract.margin`."),
        reports=(NAMES, "Reports it may open."),
        was=(NAME_OR_NAMES, "Earlier names of the role."),
        retired=(FLAG, "No longer given to people; `apply` waits until nobody has it."),
    ),
    ("role",),
)
