"""What `verify` finds: coded, with a text for people."""

from __future__ import annotations

from dataclasses import dataclass

from engine.refusals import Message
from metadata.problems import Language


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be; `message` says what and where."""

    message: Message

    @property
    def code(self) -> str:
        return self.message.code

    def text(self, language: Language) -> str:
        return self.message.text(language)


def fault(code: str, **values: object) -> Fault:
    """The fault `code` (a key of `engine.messages`)."""
    return Fault(Message(code, values))
