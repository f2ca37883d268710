"""The approval to-do page, and decisions."""

from __future__ import annotations

from starlette.responses import Response

from engine.languages import localized
from engine.numerals import number_of
from engine.records import read
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.runtime import ReadSession, WriteSession
from forms.widgets import Input
from web.context import Context
from web.icons import icon_name
from web.pages.forms.record_candidates import find_records
from web.pages.records.approval_panel import todo_tags
from web.view_models.shell import Row
from workflows import approvals
from workflows.approvals import TodoItem

ACTIONS = ("approve", "reject", "return", "transfer")
TABS = ("open", "copies", "done")
MOST = 200
_TOO_LATE = ("approval_handled", "approval_not_yours")
_KINDS = {"approve": "good", "reject": "danger", "return": "", "transfer": "primary"}


def show(context: Context) -> Response:
    """What waits for my decision, the copies I have not read, or what I decided lately."""
    tab = context.query("tab") if context.query("tab") in TABS else TABS[0]
    if tab == "done":
        items = approvals.done(context.session, MOST)
    else:
        items = [item for item in approvals.todo(context.session, MOST) if (item.kind == "cc") == (tab == "copies")]
    return context.page("pages/approvals.html", rows=[_row(context, item) for item in items], tab=tab, tabs=TABS)


def mark_seen(context: Context) -> Response:
    """All copies sent to me are read."""

    def unit(session: WriteSession) -> None:
        for item in approvals.todo(session, MOST):
            if item.kind == "cc":
                approvals.seen(session, item.task)

    context.write(unit)
    return context.go("/approvals?tab=copies", "pages.marked_read")


def todo_rows(context: Context) -> list[Row]:
    """What waits for me to decide or correct, as lines."""
    return [_row(context, item) for item in approvals.todo(context.session, MOST) if item.kind != "cc"]


def ask(context: Context) -> Response:
    """The dialog of one action on one of my tasks. Where somebody was quicker, it leads to the record as it stands."""
    task = context.number()
    try:
        item = _open_to_me(context.session, task)
    except NotFound:
        if approvals.subject(context.session, task) is None:
            raise
        return context.go(_address(context.session, task), "approvals.handled")
    return _dialog(context, item, context.query("action"), "", {}, 200)


def decide(context: Context) -> Response:
    """Records a decision; one that comes too late leads to the record as it stands."""
    task, action, comment = context.number(), context.text("action"), context.text("comment")
    person = number_of(context.text("target"))

    def unit(session: WriteSession) -> str:
        if action == "transfer" and person is None:
            raise Invalid([FieldError("target", Message("required"))])
        approvals.decide(session, task, action, comment, person if action == "transfer" else None)
        return _address(session, task)

    try:
        back = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        told = {error.path: error.message.text(context.language) for error in refusal.errors}
        with context.read():
            return _dialog(context, _open_to_me(context.session, task), action, comment, told, 422)
    except (Refused, Denied) as refusal:
        if refusal.message.code not in _TOO_LATE:
            raise
        with context.read() as session:
            return context.go(_address(session, task), "approvals.handled")
    return context.go(str(back), "records.decided")


def _address(session: ReadSession, task: int) -> str:
    """The page of the record that a task is about; the to-do page where it may not be read."""
    record = approvals.subject(session, task)
    return "/approvals" if record is None else f"/e/{record.entity}/{record.id}"


def pick_person(context: Context) -> Response:
    """People a task may be transferred to."""
    with context.read():
        context.check_token()
        _open_to_me(context.session, context.number())
        options = find_records(context, "user", context.text("_text.target"))
        return context.piece("pieces/options.html", id="o-target", options=options)


def ask_recall(context: Context) -> Response:
    """The dialog before an approval is taken back."""
    entity = context.entity()
    record = read.get(context.session, entity.name, context.number())
    return context.piece(
        "pieces/confirm.html", title=context.texts("approvals.recall"), text=context.texts("approvals.recall_ask"),
        submit=context.texts("approvals.recall"), kind="danger", hidden=[], action=f"/e/{entity.name}/{record.id}/recall",
        key=context.new_key(),
    )


def recall(context: Context) -> Response:
    """Takes the approval back."""
    name, number = context.part("entity"), context.number()

    def unit(session: WriteSession) -> None:
        approvals.recall(session, name, number, context.text("comment") or None)

    context.write(unit, context.text("_key"))
    return context.go(f"/e/{name}/{number}", "approvals.recalled")


def _dialog(
    context: Context, item: TodoItem, action: str, comment: str, told: dict[str, str], status: int
) -> Response:
    if action not in item.actions:
        raise NotFound()
    needed = item.comment_required == "always" and action != "transfer"
    needed = needed or (item.comment_required == "on_reject" and action in ("reject", "return"))
    base = f"/approvals/{item.task}"
    target = Input(
        "target", "link", context.texts("approvals.transfer_to"), error=told.get("target", ""), required=True,
        address=f"{base}/pick/target",
    )
    field = Input(
        "comment", "area", context.texts("approvals.comment"), comment, error=told.get("comment", ""), required=needed
    )
    return context.piece(
        "pieces/decide.html", status, title=context.texts(f"approvals.{action}"), record=item.title or "",
        target=target if action == "transfer" else None, comment=field, action=action, address=base,
        kind=_KINDS[action], key=context.new_key(),
    )


def _open_to_me(session: ReadSession, task: int) -> TodoItem:
    """My task of that number, or one that I may hand to somebody else. Raises `NotFound`."""
    found = approvals.open_task(session, task) or approvals.redirectable(session, task)
    if found is None:
        raise NotFound()
    return found


def _row(context: Context, item: TodoItem) -> Row:
    language = context.language
    entity = context.app.entities[item.entity]
    sub = " · ".join(part for part in (localized(item.approval, language), entity.label[language], item.initiator) if part)
    href = f"/e/{item.entity}/{item.record_id}" if item.title is not None else "/approvals"
    title = item.title if item.title is not None else context.texts("records.hidden_value")
    return Row(title, href, sub, context.ago(item.ended or item.since), icon_name(entity.icon), todo_tags(context, item))
