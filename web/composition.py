"""The one place that puts the runtime together: the engine, and the halves that workflows, forms and reports compile."""

from __future__ import annotations

from typing import cast

from engine.clock import Clock
from engine.files import FileStore
from engine.randomness import Randomness
from engine.runtime import ReadSession, Runtime
from engine.storage.database import Database
from forms.compile import compile_forms
from forms.compiled import CompiledForms
from reports.compile import compile_reports
from reports.compiled import CompiledReports
from web.settings import Settings
from workflows.compile import compile_flows
from workflows.compiled import CompiledFlows
from workflows.port import Flows


def compose(settings: Settings, clock: Clock | None = None, randomness: Randomness | None = None) -> Runtime:
    """The runtime over the database and files of `settings`. Raises `Unusable` when the database cannot be used."""
    return Runtime(
        Database(settings.database, allow_superuser=settings.allow_superuser),
        FileStore(settings.data / "files"),
        flows=Flows(),
        compilers={"flows": compile_flows, "forms": compile_forms, "reports": compile_reports},
        clock=clock,
        randomness=randomness,
    )


def flows_of(session: ReadSession) -> CompiledFlows:
    """The flows' half of the session's application."""
    return cast(CompiledFlows, session.parts["flows"])


def forms_of(session: ReadSession) -> CompiledForms:
    """The screens' half of the session's application."""
    return cast(CompiledForms, session.parts["forms"])


def reports_of(session: ReadSession) -> CompiledReports:
    """The reports' half of the session's application."""
    return cast(CompiledReports, session.parts["reports"])
