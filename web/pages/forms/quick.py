"""The short form of a new record, in a dialog: from a related list, or for a link whose record is not there yet. What it leaves out is on
the whole form, one press away with all that is typed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.records import read
from engine.records.duplicates import Duplicate
from engine.refusals import FieldError, NotFound
from forms.binding import Bound, bind
from forms.compile import is_conditional
from forms.compiled import CompiledForm, CompiledSection
from forms.layout import rows_of
from forms.proposals import Unproposed
from web.composition import flows_of
from web.context import Context, local
from web.pages.forms.creating import check_may_add, check_may_create, make_typed
from web.pages.forms.views import Frame, Typed, make_form, posted_texts
from web.view_models.forms import FormView

FIXED = "_fixed"
"""Names the link that is given with the dialog and not shown in it; no field has such a name."""
MAKES = "_makes"
"""Sent by a form whose links may be to a record that is made on the way; a dialog's may not."""
SCOPE = "q-"
"""Part of the ids of its inputs: the form under the dialog may have the same fields."""
MOST = 8
"""Fields of a short form. Who must fill more, fills the whole one."""
_ELSEWHERE = frozenset({"children", "file", "files"})



def short_fields(context: Context, entity: CompiledEntity, fixed: str = "") -> tuple[str, ...]:
    """The fields of the short form, those required first to be taken and the others of the first section; none where a record needs the
    whole form: it has rows of its own, files that must be there, too much to fill in, or goes to its approvers at once."""
    form = context.forms.form(entity.name, context.principal.roles, None)
    flow = flows_of(context.session).flows.get(entity.name)
    if any(section.children for section in form.sections) or (flow is not None and flow.states[flow.start].approval):
        return ()
    writable = [entity.fields[name] for name in form.fields if entity.fields[name].writable and name not in (fixed, entity.state_field)]
    required = [field.name for field in writable if field.required]
    if len(required) > MOST or any(entity.fields[name].stored in _ELSEWHERE for name in required):
        return ()
    first = {name for row in form.sections[0].rows for name in row} if form.sections else set[str]()
    others = [field.name for field in writable if field.name in first and not field.required and field.stored not in _ELSEWHERE]
    chosen = {*required, *others[: MOST - len(required)]}
    return tuple(field.name for field in writable if field.name in chosen)


def quick_address(entity: CompiledEntity, given: Iterable[tuple[str, str]], fixed: str = "") -> str:
    """Where the dialog is found, with what is filled in; `fixed` names the one that is not shown."""
    pairs = [*given, *([(FIXED, fixed)] if fixed else [])]
    return f"/e/{entity.name}/quick" + (f"?{urlencode(pairs)}" if pairs else "")


def title_field(entity: CompiledEntity) -> CompiledField | None:
    """The text by which people know a record, where it is entered: what was typed in search of it goes there."""
    named = (entity.fields[name] for kind, name in entity.title if kind == "field")
    return next((field for field in named if field.writable and field.stored in ("text", "long")), None)


def ask(context: Context) -> Response:
    """The dialog; values of the address are filled in."""
    entity = context.entity()
    check_may_create(context, entity)
    bound = bind(context.app, entity, context.request.query_params, context.reading)
    check_may_add(context, entity, {name: value for name, value in bound.values.items() if name in context.request.query_params})
    return _dialog(context, entity, Typed(bound.texts, bound.rows, bound.values), _fixed(entity, context.query(FIXED)), bound)


def make(context: Context) -> Response:
    """Makes the record, and tells the page under the dialog what was made; what is refused stands at its field."""
    name = context.part("entity")
    attempt = make_typed(context, name)
    with context.read():
        entity = context.entity()
        fixed = _fixed(entity, context.text(FIXED))
        if attempt.made is None:
            typed = posted_texts(attempt.bound, attempt.errors)
            return _dialog(context, entity, typed, fixed, attempt.bound, attempt.errors, attempt.duplicates, 422)
        title = read.title(context.session, name, attempt.made) or ""
        said = context.texts("records.made", entity=entity.label[context.language], title=title or f"#{attempt.made}")
        astray = context.texts("records.quick_astray", title=title or f"#{attempt.made}")
        told = {
            "id": str(attempt.made), "title": title, "text": said, "astray": astray, "another": bool(context.text("_another")),
        }
        return Response(status_code=204, headers={"HX-Trigger": json.dumps({"made": told})})


def judged(context: Context) -> Response:
    """The inputs of the dialog as they stand for what is typed now; nothing is written."""
    with context.read():
        context.check_token()
        entity = context.entity()
        check_may_create(context, entity)
        fixed = _fixed(entity, context.text(FIXED))
        bound = bind(context.app, entity, Unproposed(context.typed), context.reading)
        form = _form(context, entity, posted_texts(bound, ()), fixed, bound, ())
        return context.piece("pieces/quick_body.html", form=replace(form, errors=0, faults=()), duplicates=())


def _dialog(
    context: Context, entity: CompiledEntity, typed: Typed, fixed: str, bound: Bound, errors: Iterable[FieldError] = (),
    duplicates: Iterable[Duplicate] = (), status: int = 200,
) -> Response:
    faulty = [path for error in errors for path in ((*error.others,) if error.path == fixed else (error.path,))]
    form = _form(context, entity, typed, fixed, bound, faulty)
    return context.piece(
        "pieces/quick.html",
        status,
        form=form,
        whole=form.back,
        duplicates=tuple(duplicates),
        list_href=f"/e/{entity.name}",
        may_repeat=entity.duplicates_then != "block",
        several=bool(fixed),
    )


def _form(
    context: Context, entity: CompiledEntity, typed: Typed, fixed: str, bound: Bound, faulty: Iterable[str]
) -> FormView:
    """The short form. A field that is refused is shown even where it would not be by itself. Raises `NotFound` for an entity without
    one."""
    names = short_fields(context, entity, fixed)
    if not names:
        raise NotFound()
    known = context.forms.form(entity.name, context.principal.roles, None).fields
    shown = {*names, *(path for path in faulty if path in known and path != fixed and entity.fields[path].stored not in _ELSEWHERE)}
    layout = _layout(context.app, entity, [entity.fields[name] for name in known if name in shown])
    base = f"/e/{entity.name}"
    title = context.texts("records.create_title", entity=entity.label[context.language])
    unshown = [(name, text) for name, text in bound.texts.items() if name not in shown and text and entity.fields[name].writable]
    hidden = (("_key", context.new_key()), (FIXED, fixed), ("_next", _next(context)), *unshown)
    frame = Frame(title, context.texts("records.create"), f"{base}/quick", base, f"{base}/new", hidden, SCOPE)
    return replace(make_form(context, entity, layout, None, typed, frame), judge=f"{base}/quick/judge")


def _layout(app: CompiledApp, entity: CompiledEntity, fields: list[CompiledField]) -> CompiledForm:
    sections = (CompiledSection("quick", None, tuple(rows_of(fields))),)
    return CompiledForm("quick", entity.name, sections, conditional=is_conditional(app, entity, sections))


def _next(context: Context) -> str:
    """Where the whole form leads back to."""
    wanted = context.text("_next") or context.query("_next")
    return local(wanted) if wanted else ""


def _fixed(entity: CompiledEntity, name: str) -> str:
    """The link that the dialog does not show; "" for what is none."""
    declared = entity.fields.get(name)
    return name if declared is not None and declared.link is not None else ""
