"""Kinds that refer to other records, to people and to files."""

from __future__ import annotations

from metadata.field_kinds.base import STORED_FIELD, FieldKind, no_literal
from metadata.shapes.model import EXPRESSION, LABEL, NAME, NAME_OR_NAMES, props, word

_LINKING = props(
    back=(NAME, "Name of the reverse collection on the target."),
    back_label=(LABEL, "What people call the reverse collection (the plural of this entity unless said)."),
    filter=(EXPRESSION, "Which records can be chosen; bare names are its own, `$this` is what one may read of this record."),
    on_delete=(word("restrict", "clear", "cascade"), "What happens when the target is deleted (restrict unless said)."),
)
_TO = props(to=(NAME, "The entity it links to."))
_PLAIN = {n: p for n, p in STORED_FIELD.items() if n not in ("formula", "kept")}
_MANY = {n: p for n, p in _PLAIN.items() if n not in ("unique", "fetch", "keep", "reveals", "index", "default")}

LINK_KINDS = (
    FieldKind("link", "link", "One record of another entity.", no_literal, {**_PLAIN, **_LINKING, **_TO}, ("to",)),
    FieldKind("user", "user", "A person.", no_literal, {**_PLAIN, **_LINKING}),
    FieldKind("dept", "dept", "A department.", no_literal, {**_PLAIN, **_LINKING}),
    FieldKind(
        "any_link", "any_link", "One record of one of several entities.", no_literal,
        {**{n: p for n, p in _PLAIN.items() if n not in ("fetch", "keep", "reveals")}, **_LINKING,
         **props(to=(NAME_OR_NAMES, "The entities it may link to."))},
        ("to",),
    ),
    FieldKind(
        "links", "links", "Any number of records of another entity.", no_literal,
        {**_MANY, **{n: p for n, p in _LINKING.items() if n != "on_delete"}, **_TO}, ("to",),
        reserved=frozenset({"on_delete", "through"}),
    ),
    FieldKind("children", None, "Line items that live inside this record.", no_literal,
              {n: STORED_FIELD[n] for n in ("required", "required_if", "readonly", "readonly_if")}
              | props(of=(NAME, "The child entity of the rows.")), ("of",)),
    FieldKind("file", "file", "One file.", no_literal, _MANY),
    FieldKind("files", "files", "Any number of files.", no_literal, _MANY),
    FieldKind("image", "file", "One picture (JPEG, PNG, WebP, GIF), shown small; a file in expressions.", no_literal, _MANY),
    FieldKind("signature", "file", "What somebody signed by hand or with their name, a picture; a file in expressions.", no_literal, _MANY),
    FieldKind("images", "files", "Any number of pictures, shown small; files in expressions.", no_literal, _MANY),
)
