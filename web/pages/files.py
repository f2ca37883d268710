"""Files: taken in before the record that will hold them is saved, and given out as attachments only (T48), but for pictures,
which are also shown."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import Response, StreamingResponse

from engine import files
from engine.pictures import HEAD, picture_type
from engine.records.attachments import file_of
from engine.refusals import Message, NotFound, Refused
from engine.runtime import WriteSession
from forms.widgets import Input, Option
from web.context import Context

CHUNK = 1 << 18


def upload(context: Context) -> Response:
    """Keeps what was sent for one field and answers with an input for each file; until a record names it only its sender
    sees it. With `pictures` what is none is refused at once (and again when the record is saved). The inputs of other fields are
    posted along where they still hold what was chosen for them."""
    field = context.query("field")[:120]
    sent = [part for part in context.posted.getlist(f"_upload.{field}") if isinstance(part, UploadFile) and part.filename]
    store = context.site.runtime.files
    with context.read():
        context.check_token()
    contents = [(store.put(part.file), part.filename or "", part.content_type or "") for part in sent]
    pictures = bool(context.query("pictures"))
    if pictures and not all(content.picture for content, _, _ in contents):
        raise Refused(Message("not_picture"))

    def unit(session: WriteSession) -> list[int]:
        return [files.register(session, content, name, kind) for content, name, kind in contents]

    numbers = context.write(unit)
    made = [
        Option(str(number), files.clean_name(name), True)
        for number, (_, name, _) in zip(numbers, contents, strict=True)
    ]
    return context.piece("pieces/files.html", files=made, one=Input(field, "images" if pictures else "files", ""))


def picture(context: Context) -> Response:
    """A picture to be shown: only what begins as one, and as nothing but what it begins as. Browsers keep it and ask each time
    whether they still may show it."""
    found = file_of(context.session, context.number())
    stream = context.site.runtime.files.open(found.storage)
    head = stream.read(HEAD)
    kind, mark = picture_type(head), f'"{found.digest}"'
    if kind is None:
        stream.close()
        raise NotFound()
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
        "ETag": mark,
    }
    if context.request.headers.get("if-none-match") == mark:
        stream.close()
        return Response(status_code=304, headers=headers)

    def parts():
        with stream:
            yield head
            while chunk := stream.read(CHUNK):
                yield chunk

    return StreamingResponse(parts(), media_type=kind, headers={**headers, "Content-Length": str(found.size)})


def download(context: Context) -> Response:
    """The content, never shown inside a page of ours: as an attachment, without sniffing, in a sandbox."""
    found = file_of(context.session, context.number())
    stream = context.site.runtime.files.open(found.storage)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
        "Content-Length": str(found.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }

    def parts():
        with stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    return StreamingResponse(parts(), media_type="application/octet-stream", headers=headers)
