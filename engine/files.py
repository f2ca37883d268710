"""Files that people attach: contents in a folder, what is known of them in `lw_file`.

A content lies under a random name, so no text of a user is ever part of a path (T47); it is written and synced before
the transaction that registers it, and never changed. Contents that no row names any more are swept later.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa

from engine.pictures import HEAD, PICTURE_TYPES, picture_type
from engine.randomness import Randomness, SystemRandomness
from engine.refusals import Message, NotFound, Refusal
from engine.storage.platform import file

if TYPE_CHECKING:
    from engine.runtime import WriteSession

LIMIT = 50 * 1024 * 1024
"""Bytes of one file, unless the store is made with another limit."""
LONGEST_NAME = 200
_CHUNK = 1 << 20
_UNKNOWN = "application/octet-stream"
_STORAGE_NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII)


class TooLarge(Refusal):
    """The file is larger than the limit; nothing of it was kept."""

    status = 413


@dataclass(frozen=True, slots=True)
class Content:
    """A stored content: `storage` its name in the store, `digest` its sha256, `size` in bytes; `picture` is the media type of one
    that is a picture which browsers show."""

    storage: str
    digest: str
    size: int
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file. `entity_id`, `record_id` and `field_id` are None until a record names it."""

    id: int
    storage: str
    digest: str
    name: str
    media_type: str
    size: int
    entity_id: int | None
    record_id: int | None
    field_id: int | None
    created_by: int | None
    comment_id: int | None = None


class FileStore:
    """The contents, in `folder` (made when first needed). `limit` is in bytes."""

    def __init__(self, folder: Path, limit: int = LIMIT, randomness: Randomness | None = None) -> None:
        self.folder = folder
        self.limit = limit
        self._randomness = randomness or SystemRandomness()

    def put(self, stream: BinaryIO | Iterable[bytes]) -> Content:
        """Store what `stream` holds. Raises `TooLarge`."""
        storage = self._randomness.token(24)
        path = self._path(storage)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        try:
            digest, size, picture = self._write(partial, stream)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        _sync_folder(path.parent)
        return Content(storage, digest, size, picture)

    def open(self, storage: str) -> BinaryIO:
        """The content, to be read and closed. Raises `NotFound` when it is not there."""
        try:
            return self._path(storage).open("rb")
        except FileNotFoundError:
            raise NotFound() from None

    def digest(self, storage: str) -> str | None:
        """The sha256 of the content as it is now; None when it is not there."""
        try:
            with self._path(storage).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return None

    def sweep(self, used: Iterable[str], before: datetime) -> int:
        """Delete contents stored before that instant that are not `used`; returns how many. Younger ones may belong
        to a transaction that has not ended."""
        kept = set(used)
        swept = 0
        for path in self._contents():
            stored = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if path.name not in kept and stored < before:
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _contents(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("*/*") if path.is_file())

    def _path(self, storage: str) -> Path:
        if not _STORAGE_NAME.fullmatch(storage):
            raise NotFound()
        return self.folder / storage[:2].lower() / storage

    def _write(self, path: Path, stream: BinaryIO | Iterable[bytes]) -> tuple[str, int, str | None]:
        digest, size, head = hashlib.sha256(), 0, b""
        with path.open("xb") as target:
            for chunk in _chunks(stream):
                size += len(chunk)
                if size > self.limit:
                    raise TooLarge(Message("file_too_large", {"limit": self.limit // (1024 * 1024)}))
                digest.update(chunk)
                target.write(chunk)
                head = head if len(head) >= HEAD else (head + chunk)[:HEAD]
            target.flush()
            os.fsync(target.fileno())
        return digest.hexdigest(), size, picture_type(head)


def register(session: WriteSession, content: Content, name: str, media_type: str = "") -> int:
    """Make a stored content known as a file of the session's principal; returns its id. Until a record names it, only
    its uploader may read it. `name` is cleaned; `media_type` is taken from it when what was sent is no media type, and that of a
    picture from its content alone."""
    clean = clean_name(name)
    values = {
        "storage": content.storage, "digest": content.digest, "size": content.size, "name": clean,
        "media_type": content.picture or _media_type(media_type, clean), "created_by": session.principal.user_id,
        "created_at": session.now,
    }
    return int(session.connection.execute(file.insert().values(values).returning(file.c.id)).scalar_one())


def find(connection: sa.Connection, number: int) -> StoredFile | None:
    """The file with that id, whoever asks; who may see it is the business of `engine.records.attachments`."""
    return next(iter(find_all(connection, (number,))), None)


def find_all(connection: sa.Connection, numbers: Collection[int]) -> list[StoredFile]:
    """As `find`, of several."""
    return stored(connection, file.c.id.in_(sorted(numbers))) if numbers else []


def stored(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[StoredFile]:
    """As `find_all`, of those that fulfil `where`, in their order."""
    columns = [file.c[name] for name in StoredFile.__slots__]
    return [StoredFile(*row) for row in connection.execute(sa.select(*columns).where(where).order_by(file.c.id))]


def forget_unclaimed(connection: sa.Connection, before: datetime) -> int:
    """Delete what is known of uploads from before that instant that no record names; returns how many. Their contents
    are left to `FileStore.sweep`."""
    unclaimed = file.c.record_id.is_(None) & (file.c.created_at < before)
    return connection.execute(file.delete().where(unclaimed)).rowcount


def clean_name(name: str) -> str:
    """A file name fit to be shown and sent: no folders, no control or direction marks, at most 200 characters with its
    ending kept."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNWANTED.sub("", last).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= LONGEST_NAME or not dot or len(ending) > 16:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def _media_type(given: str, name: str) -> str:
    """Of what is no picture by its content, whatever it is said to be."""
    bare = given.partition(";")[0].strip().lower()
    said = len(bare) <= 100 and _MEDIA_TYPE.fullmatch(bare) and bare != _UNKNOWN
    found = bare if said else mimetypes.guess_type(name)[0] or _UNKNOWN
    return _UNKNOWN if found in PICTURE_TYPES else found


def _chunks(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    read = getattr(stream, "read", None)
    if read is None:
        yield from stream
        return
    while chunk := read(_CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    """The new name itself survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
