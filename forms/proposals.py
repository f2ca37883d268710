"""What a form proposes: copies into blanks (`keep: if_blank`), shown before the record is saved. A proposal that nobody has
changed follows its source, as another product brings another price; what somebody typed stays."""

from __future__ import annotations

from collections.abc import Iterable

from forms.binding import Posted

MARK = "_proposed."
"""Before the name of an input: the hidden input that holds what was proposed for it."""


class Unproposed:
    """A posted form in which what was proposed and left as it was is blank."""

    def __init__(self, posted: Posted) -> None:
        self._posted = posted

    def getlist(self, key: str, /) -> list[str]:
        found, proposed = list(self._posted.getlist(key)), list(self._posted.getlist(f"{MARK}{key}"))
        return [""] if proposed and found == proposed else found

    def keys(self) -> Iterable[str]:
        return self._posted.keys()


def standing(posted: Posted) -> dict[str, str]:
    """The proposals that were left as they were, by the name of their input."""
    marks = [key for key in posted.keys() if key.startswith(MARK)]  # noqa: SIM118
    pairs = {key.removeprefix(MARK): list(posted.getlist(key)) for key in marks}
    return {name: proposed[-1] for name, proposed in pairs.items() if proposed and list(posted.getlist(name)) == proposed}
