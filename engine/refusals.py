"""Refusals: what the engine raises when it will not do what was asked, with texts for people in zh and en.

A refusal undoes its transaction; the database stays byte for byte as it was (law 3). The texts live in
`engine.messages`; here is only the shape. What one may not read answers as what does not exist (law 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.languages import localized, short
from engine.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Message:
    """A coded text: `code` is a key of `engine.messages.MESSAGES`, `values` fill it; label values may be per-language maps."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The text in `language` (`zh-CN` counts as `zh`)."""
        spoken = short(language)
        filled = {k: localized(v, spoken) if isinstance(v, Mapping) else v for k, v in self.values.items()}
        return MESSAGES[self.code][spoken].format_map(filled)


@dataclass(frozen=True, slots=True)
class FieldError:
    """A fault at one input: `path` is the field name, or `lines.2.qty` for the third child row; "" for the record. `others` are the
    paths at which it might stand as well: of a rule over several fields, the first is as good as the last."""

    path: str
    message: Message
    others: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands where a value would, for an input that could not be read: `message` says why. It is judged with all other
    inputs, so that whoever entered them hears of everything at once."""

    message: Message


class Refusal(Exception):
    """Base of all refusals; `status` is the HTTP status that pages and the API answer with."""

    status = 409

    def __init__(self, message: Message) -> None:
        super().__init__(message.code)
        self.message = message


class NotFound(Refusal):
    """The record, field, page or file does not exist, or may not be known (law 2)."""

    status = 404

    def __init__(self, code: str = "not_found") -> None:
        super().__init__(Message(code))


class Denied(Refusal):
    """The principal sees the thing but may not do this to it."""

    status = 403


class Invalid(Refusal):
    """One or more inputs are refused; nothing was written."""

    status = 422

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(Message("invalid"))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Clash:
    """One field of a conflict: what the writer read, wants, and what is stored now."""

    field: str
    original: object
    mine: object
    theirs: object


class Conflict(Refusal):
    """Someone saved meanwhile (R22); `clashes` name the fields, `revision` is the current one."""

    status = 409

    def __init__(self, revision: int, clashes: Sequence[Clash], by: object = "") -> None:
        super().__init__(Message("conflict", {"by": by}))
        self.revision = revision
        self.clashes = tuple(clashes)


class Refused(Refusal):
    """A rule of the flow, the approval or the platform says no; the message says which and what would help."""

    status = 409


class BadRequest(Refusal):
    """What was sent is nothing that we gave out, such as a cursor of another list."""

    status = 400


class Busy(Refusal):
    """The write could not get through after all retries; trying again helps."""

    status = 503
