"""Who may do what to which rows and fields. One predicate per entity and verb; deny by default."""

from engine.access.additions import may_add
from engine.access.explaining import Explanation, explain
from engine.access.fields import Readability
from engine.access.rights import (
    allowed,
    allowed_among,
    allowed_verbs,
    editable,
    editable_on,
    editable_somewhere,
    editable_when_made,
    everywhere,
    may,
    may_report,
    predicate,
    readable,
    readable_on,
    readable_on_each,
)
from engine.access.standing import seats_of

__all__ = [
    "Explanation", "Readability", "allowed", "allowed_among", "allowed_verbs", "editable", "editable_on", "editable_somewhere",
    "editable_when_made", "everywhere", "explain", "may", "may_add", "may_report", "predicate", "readable", "readable_on",
    "readable_on_each", "seats_of",
]
