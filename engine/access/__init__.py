"""Who may do what to which rows and fields. One predicate per entity and verb; deny by default."""

from engine.access.fields import Readability
from engine.access.rights import allowed, editable, may, predicate, readable

__all__ = ["Readability", "allowed", "editable", "may", "predicate", "readable"]
