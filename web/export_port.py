"""What exports that take long need of lists and notices (`engine.bulk.ExportPort`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.bulk.exporting import Format
from engine.languages import InLanguages
from engine.runtime import ReadSession, WriteSession
from web.bulk_port import WORK
from web.pages.lists.export import write_file
from web.texts import texts_of
from workflows import notify


class ListExports:
    """The `ExportPort` of every application."""

    def export(
        self, session: ReadSession, entity: str, parameters: Sequence[tuple[str, str]], ids: Sequence[int], form: Format, path: Path,
        progress: Callable[[int], None],
    ) -> str:
        """As the page of the list writes it."""
        return write_file(session, entity, parameters, ids, form, path, progress)

    def exported(self, session: WriteSession, run: int, person: int) -> None:
        """A notice that leads to the list of one's work."""
        notify.tell(session, [person], WORK, InLanguages(lambda language: texts_of(language)("work.export_notice")))
