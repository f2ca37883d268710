"""Pages that are told what happens to the record they show: streams of server-sent events, one for each open page.

One task in each process looks for all of its streams at once, every few seconds, in a few statements whatever their number; between
looks no connection and no transaction is held. A stream is told nothing before its reader's session and rights were read anew,
after what is told. It ends by itself when the session, the release or the right to the record does.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from engine import presence
from engine.accounts import sessions
from engine.notices import About
from engine.presence import Presence
from engine.runtime import Runtime
from engine.storage import releases

LOOK = 2.0
"""Seconds between two looks."""
SOON = 0.25
"""Seconds that arrivals and leavings wait for others, to be looked at together."""
SILENCE = 20.0
"""Seconds until an empty line tells whatever lies between that the stream is alive."""
PARTING = 5.0
"""Seconds that a process which stops waits to take its pages out of the database; they are over after a while by themselves."""
RECHECK = timedelta(seconds=30)
"""How long rights count as read where neither roles nor the record changed: those that time or other records take end then."""
MOST = 500
"""Streams of one process."""
MOST_EACH = 6
"""Streams of one person in one process."""
BACKLOG = 20
"""Events that wait for a slow reader before their stream ends."""
_log = logging.getLogger("loomwork.web")


@dataclass(frozen=True, slots=True)
class State:
    """What is to be told of a record: the pages that others have open on it, its revision and who made that."""

    others: tuple[Presence, ...]
    revision: int
    by: int | None


Tell = Callable[[State], str | None]
"""What the reader is told of a state, as they may know it at this moment; None when they may not read the record any more."""


@dataclass(eq=False, slots=True)
class Stream:
    """One open page of a signed-in person. What follows `tell` belongs to the look, that is to one thread at a time."""

    token: str
    user_id: int
    about: About
    editing: bool
    since: datetime
    tell: Tell
    release: int
    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    state: State | None = None
    told: str = ""
    stamp: int = -1
    checked: datetime | None = None
    renewed: datetime | None = None
    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def presence(self) -> Presence:
        """Its row."""
        return Presence(self.mark, self.about, self.user_id, self.editing, self.since)


class Live:
    """The streams of one process. All but the look happens in the event loop."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._streams: dict[str, Stream] = {}
        self._left: set[str] = set()
        self._wake = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    def join(self, stream: Stream) -> bool:
        """Begins to look for `stream`; False where there are as many as there may be."""
        each = sum(one.user_id == stream.user_id for one in self._streams.values())
        if len(self._streams) >= MOST or each >= MOST_EACH:
            return False
        self._streams[stream.mark] = stream
        self._begin()
        return True

    def leave(self, stream: Stream) -> None:
        """The page is closed, or its stream has ended."""
        if self._streams.pop(stream.mark, None) is not None:
            self._left.add(stream.mark)
            self._begin()

    def end(self) -> None:
        """Ends all streams at once: the process is about to stop."""
        for stream in self._streams.values():
            _put(stream, None)

    async def rest(self) -> None:
        """Waits until nobody is said to be here who was, once all streams have ended."""
        if self._looking is not None and not self._looking.done():
            self._wake.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._looking, PARTING)

    async def texts(self, stream: Stream) -> AsyncIterator[str]:
        """The events of a stream, until it ends."""
        yield "retry: 5000\n\n"
        while True:
            try:
                text = await asyncio.wait_for(stream.waiting.get(), SILENCE)
            except TimeoutError:
                yield ":\n\n"
                continue
            if text is None:
                return
            yield f"event: record\ndata: {text}\n\n"

    def _begin(self) -> None:
        self._wake.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._keep_looking())

    async def _keep_looking(self) -> None:
        while self._streams or self._left:
            self._wake.clear()
            streams, left = list(self._streams.values()), frozenset(self._left)
            try:
                told = await run_in_threadpool(self.look, streams, left)
                self._left -= left
            except Exception:
                _log.warning("open records were not looked at", exc_info=True)
                told = []
            for stream, text in told:
                _put(stream, text)
            await asyncio.sleep(SOON)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK)

    def look(self, streams: Sequence[Stream], left: Collection[str]) -> list[tuple[Stream, str | None]]:
        """What is to be sent to which stream now, None to end it; the rows of those that `left` go."""
        now, database = self._runtime.clock.now(), self._runtime.database
        due = [one for one in streams if one.renewed is None or now - one.renewed >= presence.RENEWED]
        if due or left:
            with database.write() as connection:
                presence.leave(connection, left)
                presence.renew(connection, [one.presence() for one in due], now)
            for one in due:
                one.renewed = now
        if not streams:
            return []
        abouts = {one.about for one in streams}
        with database.read() as connection:
            version = releases.current(connection)
            open_tokens = sessions.still_open(connection, {one.token for one in streams}, now)
            app = self._runtime.application(connection, version.release).app
            around, latest = presence.around(connection, abouts, now), presence.latest(connection, app, abouts)
        found: list[tuple[Stream, str | None]] = []
        for one in streams:
            last = latest.get(one.about)
            if one.token not in open_tokens or one.release != version.release or last is None:
                found.append((one, None))
                continue
            others = tuple(page for page in around.get(one.about, ()) if page.user_id != one.user_id)
            state = State(others, last.revision, last.by)
            checked = one.checked is not None and now - one.checked < RECHECK
            if state == one.state and version.access_stamp == one.stamp and checked:
                continue
            text = one.tell(state)
            one.state, one.stamp, one.checked = state, version.access_stamp, now
            if text != one.told:
                found.append((one, text))
            one.told = text or ""
        return found


class EventStream(StreamingResponse):
    """The answer that a page listens to."""

    def __init__(self, live: Live, stream: Stream) -> None:
        super().__init__(live.texts(stream), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        self._live, self._stream = live, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._live.join(self._stream):
            await Response(status_code=429)(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.leave(self._stream)


def _put(stream: Stream, text: str | None) -> None:
    """Sends `text`; to a reader who takes nothing any more, the end."""
    if text is not None and not stream.waiting.full():
        stream.waiting.put_nowait(text)
        return
    while not stream.waiting.empty():
        stream.waiting.get_nowait()
    stream.waiting.put_nowait(None)
