"""Which rows of a statement have a star of whoever asks (C31)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.records.select import Selection
from engine.storage.platform import star


def starred_clause(selection: Selection) -> sa.ColumnElement[bool]:
    """Whether the row has a star of the principal's."""
    root, given = selection.root, star.alias()
    return sa.exists().where(
        given.c.user_id == selection.view.bind("lw_user"), given.c.entity_id == root.entity.lineage,
        given.c.record_id == root.row.c.id,
    )
