"""`/api/e/{entity}` and `/api/e/{entity}/{id}`: list, read, create, change. Ids and decimals are strings.

Whoever is signed in acts, and writes carry the session's token in `X-CSRF-Token`; or a program acts by an access key of a person,
`Authorization: Bearer`, and cookies count for nothing. Refusals are
`{"error": {"code", "message", "fields": [{"path", "code", "message"}]}}` with the status that pages have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from engine.accounts import attempts
from engine.compiled import CompiledApp, CompiledEntity
from engine.field_types import FIELD_TYPES
from engine.field_types.base import InvalidValue
from engine.field_types.links import read_id
from engine.outside import parse_json, revision_of
from engine.principal import ANONYMOUS
from engine.records import read, write
from engine.records.queries import ChildInput, Record, RecordRef
from engine.refusals import FieldError, Invalid, Message, NotFound, Refusal, Unread
from engine.runtime import WriteSession
from web.context import Context, Forgotten
from web.endpoints import context_of, key_context_of, note_use
from web.identity import KeyVisit, NewPasswordNeeded, SignInNeeded, key_of
from web.pages.accounts.gate import address_of
from web.pages.lists.request import asked, seen

MOST_BYTES = 4 * 1024 * 1024
Answer = tuple[int, object]


async def collection(request: Request) -> Response:
    """GET lists, POST creates."""
    handler = _list if request.method in ("GET", "HEAD") else _create
    return await _respond(request, handler)


async def single(request: Request) -> Response:
    """GET reads, PATCH changes."""
    handler = _show if request.method in ("GET", "HEAD") else _change
    return await _respond(request, handler)


async def _respond(request: Request, handler: Callable[[Context, bytes], Answer]) -> Response:
    body = await request.body()
    key = key_of(request.headers)
    context = context_of(request) if key is None else key_context_of(request, key)
    status, content = await run_in_threadpool(_answer, context, handler, body)
    return Response(orjson.dumps(content, default=_plain), status, media_type="application/json")


def _answer(context: Context, handler: Callable[[Context, bytes], Answer], body: bytes) -> Answer:
    try:
        answer = handler(context, body)
        if context.visit.touch and isinstance(context.visit, KeyVisit):
            note_use(context)
        return answer
    except SignInNeeded:
        if isinstance(context.visit, KeyVisit) and not _counted(context):
            refusal = attempts.too_many()
            return refusal.status, _error(refusal.message.code, refusal.message.text(context.language))
        return 401, _error("sign_in_needed", "Sign in first.")
    except NewPasswordNeeded:
        return 403, _error("new_password_needed", "Set a password of your own first.")
    except Forgotten:
        return 403, _error("token_missing", context.texts("errors.csrf"))
    except Invalid as refusal:
        return 422, _invalid(context, refusal)
    except Refusal as refusal:
        return refusal.status, _error(refusal.message.code, refusal.message.text(context.language))


def _counted(context: Context) -> bool:
    """Count a key that is none: whether such requests are answered as usual still."""
    address = address_of(context)
    return context.site.runtime.writing(ANONYMOUS, lambda session: attempts.count_key(session.connection, address, session.now))


def _list(context: Context, body: bytes) -> Answer:
    with context.read() as session:
        entity = context.entity()
        request = asked(context, entity)
        if request.errors:
            raise Invalid(request.errors)
        every = context.forms.filters[entity.name]
        columns = tuple(column.path for column in seen(context, every) if column.field.computed != "select")
        view = request.view if request.named else replace(request.view, where=None)
        found = read.page(session, replace(replace(request, view=view).query(), columns=columns))
        rows = [
            {"id": str(row[0]), "revision": row[1], **{".".join(c.path): _json(c.kind, row[c.index]) for c in found.columns}}
            for row in found.rows
        ]
        return 200, {"rows": rows, "after": found.after, "before": found.before}


def _show(context: Context, body: bytes) -> Answer:
    with context.read() as session:
        entity = context.entity()
        return 200, _record(session.app, entity, read.get(session, entity.name, context.number()))


def _create(context: Context, body: bytes) -> Answer:
    with context.read() as session:
        entity = context.entity()
        sent = _parsed(body)
        values = _values(context, session.app, entity, sent)

    def unit(session: WriteSession) -> int:
        return write.create(session, entity.name, values)

    made = context.write(unit, context.request.headers.get("idempotency-key", ""), sent)
    return 201, {"id": str(made)}


def _change(context: Context, body: bytes) -> Answer:
    with context.read() as session:
        entity = context.entity()
        sent = _parsed(body)
        revision = revision_of(sent.get("revision")) if isinstance(sent, dict) else None
        fields = {k: v for k, v in sent.items() if k != "revision"} if isinstance(sent, dict) else sent
        values = _values(context, session.app, entity, fields)
    number = context.number()

    def unit(session: WriteSession) -> None:
        write.update(session, entity.name, number, values, revision)

    context.write(unit, context.request.headers.get("idempotency-key", ""), sent)
    return 200, {"id": str(number)}


def _values(context: Context, app: CompiledApp, entity: CompiledEntity, body: object) -> dict[str, object]:
    """The values of a JSON body, `Unread` for those that could not be read. Unknown names are the engine's to refuse, so
    they pass as they are."""
    if not isinstance(body, dict):
        raise Invalid([FieldError("", Message("invalid"))])
    values: dict[str, object] = {}
    for name, raw in body.items():
        field = entity.fields.get(name)
        try:
            if field is None:
                values[name] = raw
            elif field.children:
                values[name] = _rows(context, app.entities[field.children], raw)
            else:
                values[name] = field.type.parse(raw, field, context.reading)
        except InvalidValue as fault:
            values[name] = Unread(fault.message)
    return values


def _rows(context: Context, child: CompiledEntity, raw: object) -> tuple[ChildInput, ...]:
    if not isinstance(raw, list):
        raise InvalidValue("not_list")
    rows = []
    for item in raw:
        if not isinstance(item, dict):
            raise InvalidValue("not_list")
        values = {
            name: child.fields[name].type.parse(value, child.fields[name], context.reading) if name in child.fields else value
            for name, value in item.items()
            if name != "id"
        }
        number = item.get("id")
        rows.append(ChildInput(None if number is None else read_id(number), values))
    return tuple(rows)


def _record(app: CompiledApp, entity: CompiledEntity, record: Record) -> Mapping[str, object]:
    """A record as JSON: values by field, what masks leave of others, child rows."""
    values = {name: _json(entity.fields[name].stored, value) for name, value in record.values.items()}
    rows = {
        name: [_record(app, app.entities[entity.fields[name].children or ""], row) for row in found]
        for name, found in record.children.items()
    }
    return {
        "id": str(record.id), "revision": record.revision, "title": record.title, "values": {**values, **rows},
        "titles": dict(record.titles), "masked": dict(record.masked), "archived": record.archived,
    }


def _json(kind: str, value: object) -> object:
    """Ids of links are strings, so that no JavaScript reader rounds them; times and durations are the texts that mean them."""
    if kind in ("link", "user", "dept", "file", "id") and isinstance(value, int):
        return str(value)
    if kind in ("time", "duration") and isinstance(value, int):
        return FIELD_TYPES[kind].form_text(value)
    if kind in ("links", "files") and isinstance(value, tuple):
        return [str(item) for item in value]
    return value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, RecordRef):
        return {"entity": value.entity, "id": str(value.id)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _parsed(body: bytes) -> object:
    if not body:
        return None
    if len(body) > MOST_BYTES:
        raise NotFound()
    try:
        return parse_json(body)
    except ValueError:
        raise Invalid([FieldError("", Message("invalid"))]) from None


def _invalid(context: Context, refusal: Invalid) -> Mapping[str, object]:
    fields = [
        {"path": error.path, "code": error.message.code, "message": error.message.text(context.language)}
        for error in refusal.errors
    ]
    return {"error": {"code": "invalid", "message": refusal.message.text(context.language), "fields": fields}}


def _error(code: str, message: str) -> Mapping[str, object]:
    return {"error": {"code": code, "message": message, "fields": []}}
