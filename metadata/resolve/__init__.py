"""resolve: specs as declared -> specs with names joined, stored kinds known, literals read and expressions typed."""

from __future__ import annotations

from metadata.places import Places
from metadata.problems import Problem
from metadata.resolve.languages import with_languages
from metadata.resolve.renames import renamed
from metadata.resolve.retired import without_retired
from metadata.resolve.structure import joined
from metadata.resolve.typing import typed
from metadata.specs.app import AppSpec

__all__ = ["resolve"]


def resolve(app: AppSpec, places: Places | None = None) -> tuple[AppSpec, list[Problem]]:
    """The same application resolved, and what could not be. Unknown names are the business of `metadata.checks`,
    except inside expressions, whose names the expression checker tells."""
    app, old = renamed(with_languages(app), places or Places())
    app, faults = typed(joined(without_retired(app)))
    return app, [*old, *faults]
