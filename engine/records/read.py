"""Reading records: the one door for everything that shows, counts, sums, picks, searches or exports them (law 1).

All functions take the session first and carry the read predicate of its principal. What may not be read answers as what
does not exist.
"""

from engine.records.comments_read import CommentView, comment_versions, comments
from engine.records.detail import always_readable, get, named, readable_fields, title, titles, valued_fields
from engine.records.duplicates import Duplicate, duplicates
from engine.records.group import group, groupable
from engine.records.history_read import history
from engine.records.members_read import Member, members, shared_with
from engine.records.paging import count, page
from engine.records.picker import pick
from engine.records.recent import Recent, recent
from engine.records.search_records import search
from engine.records.titled import Titled, titled

__all__ = [
    "CommentView", "Duplicate", "Member", "Recent", "Titled", "always_readable", "comment_versions", "comments", "count",
    "duplicates", "get", "group", "groupable", "history", "members", "named", "page", "pick", "readable_fields", "recent", "search",
    "shared_with", "title", "titled", "titles", "valued_fields",
]
