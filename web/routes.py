"""Every address, in one place. Records live at `/e/{entity}/{id}`, pages of the platform elsewhere, so that no entity's
name can shadow one."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import BaseRoute, Mount, Route

from engine.numerals import PATTERN
from web.api import records as api
from web.endpoints import page
from web.middleware.static import LastingFiles
from web.pages import design_system, files, health, installable, reports
from web.pages.accounts import (
    away,
    forgotten,
    person_account,
    person_link,
    person_second_step,
    person_view,
    profile,
    profile_keys,
    profile_second_step,
    profile_sessions,
    sign_in,
    sign_in_code,
    welcome,
)
from web.pages.bulk import actions as bulk
from web.pages.bulk import runs
from web.pages.finding import following, palette, recent, search, stars, trash
from web.pages.forms import alike, edit, pick, quick
from web.pages.home import approvals, home, notifications
from web.pages.lists import (
    board,
    cell_editing,
    columns,
    export,
    filters,
    groups,
    joined_filters,
    placing,
    preview,
    rescheduling,
    saved_views,
    table,
    tree,
)
from web.pages.records import comments, field_history, live, members, moves, record, record_actions, related, timeline
from web.static_files import STATIC

OPEN = (
    "/sign-in", "/welcome", "/language", "/healthz", "/static", "/design-system", "/manifest.webmanifest", "/service-worker.js",
    "/offline",
)
"""The addresses that need no signing in (R36); a test walks all others."""


class NumberConvertor(Convertor[int]):
    """A record number in an address; what is none leads nowhere."""

    regex = PATTERN

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", NumberConvertor())


def routes(development: bool) -> list[BaseRoute]:
    """The routing table; `development` adds the page of the design system."""
    entity, one = "/e/{entity}", "/e/{entity}/{id:number}"
    addresses: list[BaseRoute] = [
        Route("/", page(home.show)),
        Route(entity, page(table.show)),
        Route(f"{entity}/branch", page(tree.branch)),
        Route(f"{entity}/cards", page(board.more)),
        Route(f"{entity}/filter", page(filters.dialog)),
        Route(f"{entity}/filter/joined", page(joined_filters.dialog)),
        Route(f"{entity}/columns", page(columns.dialog)),
        Route(f"{entity}/group-by", page(groups.menu)),
        Route(f"{entity}/grouped", page(groups.rows)),
        Route(f"{entity}/views", page(saved_views.menu)),
        Route(f"{entity}/views/save", page(saved_views.ask, saved_views.save), methods=["GET", "POST"]),
        Route(f"{entity}/views/{{id:number}}/remove", page(post=saved_views.remove), methods=["POST"]),
        Route(f"{entity}/views/{{id:number}}/pin", page(post=saved_views.pin), methods=["POST"]),
        Route(f"{entity}/views/{{id:number}}/opening", page(post=saved_views.opening), methods=["POST"]),
        Route(f"{entity}/views/{{id:number}}/roles", page(saved_views.ask_roles, saved_views.give_roles), methods=["GET", "POST"]),
        Route(f"{entity}/bulk/export", page(post=export.act), methods=["POST"]),
        Route(f"{entity}/bulk/{{action}}", page(post=bulk.act), methods=["POST"]),
        Route(f"{entity}/bulk/move/{{move}}/pick/{{path}}", page(post=bulk.pick), methods=["POST"]),
        Route(f"{entity}/new", page(edit.new, edit.create), methods=["GET", "POST"]),
        Route(f"{entity}/quick", page(quick.ask, quick.make), methods=["GET", "POST"]),
        Route(f"{entity}/quick/judge", page(post=quick.judged), methods=["POST"]),
        Route(f"{entity}/judge", page(post=edit.judged), methods=["POST"]),
        Route(f"{entity}/alike", page(post=alike.show), methods=["POST"]),
        Route(f"{entity}/rows/{{section}}", page(edit.row)),
        Route(f"{entity}/paste/{{section}}", page(post=edit.paste), methods=["POST"]),
        Route(f"{entity}/pick/{{path}}", page(post=pick.show), methods=["POST"]),
        Route(one, page(record.show)),
        Route(f"{one}/edit", page(edit.edit, edit.save), methods=["GET", "POST"]),
        Route(f"{one}/judge", page(post=edit.judged), methods=["POST"]),
        Route(f"{one}/paste/{{section}}", page(post=edit.paste), methods=["POST"]),
        Route(f"{one}/pick/{{path}}", page(post=pick.show), methods=["POST"]),
        Route(f"{one}/comment", page(post=comments.add), methods=["POST"]),
        Route(f"{one}/comments/{{comment:number}}/edit", page(comments.ask_edit, comments.edit), methods=["GET", "POST"]),
        Route(f"{one}/comments/{{comment:number}}/remove", page(comments.ask_remove, comments.remove), methods=["GET", "POST"]),
        Route(f"{one}/comments/{{comment:number}}/versions", page(comments.versions)),
        Route(f"{one}/people", page(comments.people)),
        Route(f"{one}/cell/{{field}}", page(cell_editing.show, cell_editing.save), methods=["GET", "POST"]),
        Route(f"{one}/choices/{{field}}", page(post=cell_editing.choices), methods=["POST"]),
        Route(f"{one}/preview", page(preview.show)),
        Route(f"{one}/members", page(members.card)),
        Route(f"{one}/members/add", page(members.ask_add, members.add), methods=["GET", "POST"]),
        Route(f"{one}/members/{{member:number}}/edit", page(members.ask_edit, members.edit), methods=["GET", "POST"]),
        Route(f"{one}/members/{{member:number}}/remove", page(members.ask_remove, members.remove), methods=["GET", "POST"]),
        Route(f"{one}/follow", page(post=following.choose), methods=["POST"]),
        Route(f"{one}/live", page(live.show)),
        Route(f"{one}/star", page(post=stars.mark), methods=["POST"]),
        Route(f"{one}/timeline", page(timeline.show_all)),
        Route(f"{one}/history/{{field}}", page(field_history.show)),
        Route(f"{one}/related/{{name}}", page(related.show)),
        Route(f"{one}/move/{{move}}", page(moves.ask, moves.take), methods=["GET", "POST"]),
        Route(f"{one}/move/{{move}}/pick/{{path}}", page(post=moves.pick), methods=["POST"]),
        Route(f"{one}/convert/{{convert}}", page(moves.ask_convert, moves.convert), methods=["GET", "POST"]),
        Route(f"{one}/place", page(placing.ask, placing.place), methods=["GET", "POST"]),
        Route(f"{one}/day", page(post=rescheduling.move), methods=["POST"]),
        Route(f"{one}/recall", page(approvals.ask_recall, approvals.recall), methods=["GET", "POST"]),
        Route(f"{one}/trash", page(record_actions.ask_trash, record_actions.trash), methods=["GET", "POST"]),
        Route(f"{one}/restore", page(post=record_actions.restore), methods=["POST"]),
        Route(f"{one}/assign", page(record_actions.ask_assign, record_actions.assign), methods=["GET", "POST"]),
        Route("/approvals", page(approvals.show)),
        Route("/approvals/seen", page(post=approvals.mark_seen), methods=["POST"]),
        Route("/approvals/{id:number}", page(approvals.ask, approvals.decide), methods=["GET", "POST"]),
        Route("/approvals/{id:number}/pick/{path}", page(post=approvals.pick_person), methods=["POST"]),
        Route("/reports", page(reports.index)),
        Route("/reports/{name}", page(reports.show)),
        Route("/reports/{name}/rows", page(reports.drill)),
        Route("/reports/{name}/csv", page(reports.download)),
        Route("/prints/{name}/{id:number}", page(reports.print_page)),
        Route("/files", page(post=files.upload), methods=["POST"]),
        Route("/files/{id:number}", page(files.download)),
        Route("/files/{id:number}/picture", page(files.picture)),
        Route("/search", page(search.show)),
        Route("/palette", page(palette.show)),
        Route("/shortcuts", page(palette.shortcuts)),
        Route("/recent", page(recent.show)),
        Route("/notifications", page(notifications.show)),
        Route("/notifications/read", page(post=notifications.mark_read), methods=["POST"]),
        Route("/notifications/{id:number}/read", page(post=notifications.mark_one_read), methods=["POST"]),
        Route("/badges", page(notifications.badge, lenient=True)),
        Route("/trash", page(trash.show)),
        Route("/runs", page(runs.index)),
        Route("/runs/{id:number}", page(runs.show)),
        Route("/runs/{id:number}/cancel", page(post=runs.cancel), methods=["POST"]),
        Route("/runs/{id:number}/undo", page(post=runs.undo), methods=["POST"]),
        Route("/runs/{id:number}/csv", page(runs.download)),
        Route("/runs/{id:number}/file", page(runs.exported)),
        Route("/profile", page(profile.show, profile.change_password, lenient=True), methods=["GET", "POST"]),
        Route("/profile/keys/new", page(profile_keys.ask, profile_keys.make), methods=["GET", "POST"]),
        Route("/profile/keys/{id:number}/end", page(post=profile_keys.end), methods=["POST"]),
        Route("/profile/second-step", page(post=profile_second_step.begin), methods=["POST"]),
        Route("/profile/second-step/confirm", page(post=profile_second_step.confirm), methods=["POST"]),
        Route("/profile/second-step/off", page(profile_second_step.ask_off, profile_second_step.switch_off), methods=["GET", "POST"]),
        Route("/profile/sessions/end-others", page(post=profile_sessions.end_others), methods=["POST"]),
        Route("/profile/sessions/{mark}/end", page(post=profile_sessions.end), methods=["POST"]),
        Route("/people/{id:number}/link", page(person_link.ask, person_link.make), methods=["GET", "POST"]),
        Route("/people/{id:number}/second-step", page(person_second_step.ask, person_second_step.remove), methods=["GET", "POST"]),
        Route("/people/{id:number}/view", page(person_view.ask, person_view.begin), methods=["GET", "POST"]),
        Route("/viewing/end", page(post=person_view.end, lenient=True), methods=["POST"]),
        Route("/people/{id:number}/away", page(away.ask, away.enter), methods=["GET", "POST"]),
        Route("/people/{id:number}/away/{absence:number}", page(away.ask_change, away.change), methods=["GET", "POST"]),
        Route("/people/{id:number}/away/{absence:number}/end", page(away.ask_end, away.end), methods=["GET", "POST"]),
        Route("/people/{id:number}/away/pick/{path}", page(post=away.pick_person), methods=["POST"]),
        Route("/people/{id:number}/sign-out", page(person_account.ask_sign_out, person_account.sign_out), methods=["GET", "POST"]),
        Route("/sign-in", page(sign_in.show, sign_in.send, public=True), methods=["GET", "POST"]),
        Route("/sign-in/code", page(sign_in_code.show, sign_in_code.send, public=True), methods=["GET", "POST"]),
        Route("/sign-in/forgotten", page(forgotten.show, forgotten.send, public=True), methods=["GET", "POST"]),
        Route("/welcome/{token}", page(welcome.show, welcome.send, public=True), methods=["GET", "POST"]),
        Route("/sign-out", page(post=sign_in.leave, lenient=True), methods=["POST"]),
        Route("/language", page(post=sign_in.language, lenient=True), methods=["POST"]),
        Route("/healthz", page(health.show, public=True)),
        Route("/manifest.webmanifest", page(installable.manifest, public=True)),
        Route("/service-worker.js", page(installable.service_worker, public=True)),
        Route("/offline", page(installable.offline, public=True)),
        Route("/api/e/{entity}", api.collection, methods=["GET", "POST"]),
        Route("/api/e/{entity}/{id:number}", api.single, methods=["GET", "PATCH"]),
        Mount("/static", LastingFiles(directory=STATIC)),
    ]
    if development:
        addresses.append(Route("/design-system", page(design_system.show, public=True)))
    return addresses
