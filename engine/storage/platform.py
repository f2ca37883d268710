"""The platform's own tables (`lw_`). Entities and fields are named here by their lineage number in the catalogue, so
that a rename in the metadata touches no row. Instants are stored in UTC.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage.types import Instant

PLATFORM = sa.MetaData()
SCHEMA_VERSION = 3
LANGUAGE_VERSION = 1

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", Key, sa.Identity(), primary_key=True, autoincrement=True)


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    """A platform table. Numbers given by the database are never given twice, also after the last row was deleted."""
    numbered = any(isinstance(part, sa.Column) and part.identity is not None for part in parts)
    return sa.Table(f"lw_{name}", PLATFORM, *parts, sqlite_autoincrement=numbered)


version = _table(
    "version",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("language_version", sa.Integer, nullable=False),
    sa.Column("release", Key, nullable=False),
    sa.Column("access_stamp", Key, nullable=False),
)
"""One row (id 1), read with every request: a publish or a revoke bites at once in every process (R34)."""

release = _table(
    "release",
    _id(),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("author", sa.String(120), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
)

catalogue_entity = _table(
    "entity",
    _id(),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("table_name", sa.String(50), nullable=False, unique=True),
    sa.Column("search", sa.JSON, nullable=True),
    sa.Column("parked", sa.Boolean, nullable=False),
)
"""Lineage of entities: `names` all names it ever had, latest last; `search` the lineage numbers of its search
fields."""

catalogue_field = _table(
    "field",
    _id(),
    sa.Column("entity_id", Key, sa.ForeignKey("lw_entity.id"), nullable=False, index=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("column_name", sa.String(50), nullable=True),
    sa.Column("stored", sa.String(20), nullable=False),
    sa.Column("scale", sa.Integer, nullable=True),
    sa.Column("target", sa.Text, nullable=True),
    sa.Column("options", sa.JSON, nullable=True),
    sa.Column("definition", sa.Text, nullable=True),
    sa.Column("parked", sa.Boolean, nullable=False),
)
"""Lineage of fields. `column_name` None: no column (children, links, computed in the SELECT). `target`: lineage
numbers of the entities it links to, or of the child entity. `options`: the options that stored values may have, by
their present names, with all names that each ever had, latest last. `definition`: what a computed value is computed
from; when it changes, stored values are computed anew."""

history = _table(
    "history",
    _id(),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor_id", Key, nullable=True),
    sa.Column("actor_kind", sa.String(12), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index("lw_history_record", "entity_id", "record_id", "id"),
    sa.Index("lw_history_actor", "actor_id", "id"),
)
"""One row per change set. `changes`: field lineage number (text) -> [before, after] in JSON form; child rows under
the children field's number."""

outbox = _table(
    "outbox",
    _id(),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("entity_id", Key, nullable=True),
    sa.Column("record_id", Key, nullable=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("done_at", Instant, nullable=True),
    sa.Index("lw_outbox_open", "done_at", "id"),
)

job = _table(
    "job",
    _id(),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("unique_key", sa.String(200), nullable=True, unique=True),
    sa.Column("run_at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("error", sa.Text, nullable=True),
    sa.Index("lw_job_due", "state", "run_at"),
)

idempotency = _table(
    "idempotency",
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("actor", sa.String(40), primary_key=True),
    sa.Column("result", sa.JSON, nullable=True),
    sa.Column("at", Instant, nullable=False),
)

numbering = _table(
    "numbering",
    sa.Column("field_id", Key, primary_key=True, autoincrement=False),
    sa.Column("period", sa.String(10), primary_key=True),
    sa.Column("last", Key, nullable=False),
)

anchor = _table(
    "anchor",
    sa.Column("entity_id", Key, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("touched", Key, nullable=False),
)
"""Rows that writers lock first where no record of their own stands for the rule (law 15)."""

credential = _table(
    "credential",
    sa.Column("user_id", Key, primary_key=True, autoincrement=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
)

session = _table(
    "session",
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", Key, nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("language", sa.String(10), nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("agent", sa.String(200), nullable=False),
    sa.Column("viewing_id", Key, nullable=True),
)
"""`viewing_id`, since schema version 3: as whom the user sees the pages."""

attempt = _table(
    "attempt",
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("until", Instant, nullable=False),
)
"""Failed sign-ins per login and per address, counted before hashing (T42)."""

member = _table(
    "member",
    _id(),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("level", sa.String(5), nullable=False),
    sa.Column("expires_at", Instant, nullable=True),
    sa.UniqueConstraint("entity_id", "record_id", "user_id"),
    sa.Index("lw_member_user", "user_id", "entity_id", "record_id"),
)
"""Members of owned records: `level` read or write."""

file = _table(
    "file",
    _id(),
    sa.Column("storage", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", Key, nullable=False),
    sa.Column("entity_id", Key, nullable=True),
    sa.Column("record_id", Key, nullable=True),
    sa.Column("field_id", Key, nullable=True),
    sa.Column("created_by", Key, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("comment_id", Key, nullable=True),
    sa.Index("lw_file_record", "entity_id", "record_id"),
)
"""A stored file; until a record names it (`record_id`), only its uploader may read it. `comment_id`, since schema version 3: the
comment on the record that carries it."""

comment = _table(
    "comment",
    _id(),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("author_id", Key, nullable=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("edited_at", Instant, nullable=True),
    sa.Column("removed_at", Instant, nullable=True),
    sa.Column("files", sa.Integer, nullable=True),
    sa.Index("lw_comment_record", "entity_id", "record_id", "id"),
)
"""`text` names people as `@{id}`. `edited_at`, `removed_at`, since schema version 3: when its author changed it last, or took it
back; what it said before is in `lw_comment_version`. `files`, since the same: how many it carries, so that who reads comments without
any asks for none."""

comment_version = _table(
    "comment_version",
    _id(),
    sa.Column("comment_id", Key, sa.ForeignKey("lw_comment.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("until", Instant, nullable=False),
)
"""What a comment said, until its author changed it or took it back. Since schema version 3."""

notification = _table(
    "notification",
    _id(),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("entity_id", Key, nullable=True),
    sa.Column("record_id", Key, nullable=True),
    sa.Column("texts", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant, nullable=True),
    sa.Column("actor_id", Key, nullable=True),
    sa.Index("lw_notification_user", "user_id", "read_at", "id"),
)
"""`actor_id`, since schema version 3: whose doing it tells, where its text names them."""

conversion = _table(
    "conversion",
    sa.Column("convert", sa.String(64), primary_key=True),
    sa.Column("entity_id", Key, primary_key=True, autoincrement=False),
    sa.Column("record_id", Key, primary_key=True, autoincrement=False),
    sa.Column("made", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

approval_definition = _table(
    "approval_definition",
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
)
"""Definitions that instances were started under, by content hash (a running instance keeps its own)."""

approval_instance = _table(
    "approval_instance",
    _id(),
    sa.Column("approval", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("initiator_id", Key, nullable=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("step", sa.String(64), nullable=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("snapshot", sa.JSON, nullable=False),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=True),
    sa.Index("lw_approval_instance_record", "entity_id", "record_id", "id"),
)
"""`state`: running returned approved rejected recalled terminated revoked."""

approval_node = _table(
    "approval_node",
    _id(),
    sa.Column("instance_id", Key, sa.ForeignKey("lw_approval_instance.id"), nullable=False, index=True),
    sa.Column("step", sa.String(64), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("mode", sa.String(8), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=True),
)

approval_task = _table(
    "approval_task",
    _id(),
    sa.Column("instance_id", Key, sa.ForeignKey("lw_approval_instance.id"), nullable=False, index=True),
    sa.Column("node_id", Key, sa.ForeignKey("lw_approval_node.id"), nullable=True, index=True),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("assignee_id", Key, nullable=True),
    sa.Column("seat", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("reason", sa.String(24), nullable=True),
    sa.Column("comment", sa.Text, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=True),
    sa.Index("lw_approval_task_todo", "assignee_id", "state", "id"),
    sa.Index("lw_approval_task_record", "entity_id", "record_id", "assignee_id"),
)
"""`kind` approve, resubmit or cc; `state` per `approvals.md` 2.0. Whoever has a task here is `involved` in the
record."""

approval_event = _table(
    "approval_event",
    _id(),
    sa.Column("instance_id", Key, sa.ForeignKey("lw_approval_instance.id"), nullable=False, index=True),
    sa.Column("task_id", Key, nullable=True),
    sa.Column("actor_id", Key, nullable=True),
    sa.Column("behalf_id", Key, nullable=True),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(24), nullable=True),
    sa.Column("comment", sa.Text, nullable=True),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

saved_view = _table(
    "saved_view",
    _id(),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("owner_id", Key, nullable=False),
    sa.Column("label", sa.String(60), nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("lw_saved_view_entity", "entity_id", "owner_id"),
)
"""A list as somebody keeps it, for themselves or (`shared`) for everybody who may open the list. `content`: the pairs of its
address, fields by lineage. Since schema version 2."""

view_pin = _table(
    "view_pin",
    _id(),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("view_id", Key, nullable=False, index=True),
    sa.UniqueConstraint("user_id", "view_id"),
)
"""Saved views that people have pinned above their list. Since schema version 3."""

view_default = _table(
    "view_default",
    _id(),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("user_id", Key, nullable=True),
    sa.Column("role", sa.String(120), nullable=True),
    sa.Column("view_id", Key, nullable=False, index=True),
    sa.UniqueConstraint("entity_id", "user_id"),
    sa.UniqueConstraint("entity_id", "role"),
)
"""The saved view that a list opens with, for a person or for a role. Since schema version 3."""

star = _table(
    "star",
    _id(),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.UniqueConstraint("user_id", "entity_id", "record_id"),
)
"""Records that people mark for themselves. Since schema version 3."""

follow = _table(
    "follow",
    _id(),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("following", sa.Boolean, nullable=False),
    sa.UniqueConstraint("user_id", "entity_id", "record_id"),
    sa.Index("lw_follow_record", "entity_id", "record_id"),
)
"""Records that people follow, or have stopped to follow. Since schema version 3."""

absence = _table(
    "absence",
    _id(),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("stand_in_id", Key, nullable=False),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", Key, nullable=True),
    sa.Column("ended_at", Instant, nullable=True),
    sa.Index("lw_absence_user", "user_id", "until_at"),
    sa.Index("lw_absence_stand_in", "stand_in_id", "until_at"),
)
"""When somebody is away, and who stands in for them: in force from `from_at` to before `until_at`, unless `ended_at` says that it
was called off. Since schema version 3."""

presence = _table(
    "presence",
    sa.Column("mark", sa.String(32), primary_key=True),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("record_id", Key, nullable=False),
    sa.Column("user_id", Key, nullable=False),
    sa.Column("editing", sa.Boolean, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False, index=True),
    sa.Index("lw_presence_record", "entity_id", "record_id"),
)
"""Pages of records that are open now; a row counts for a while after `seen_at`. Since schema version 3."""

account_link = _table(
    "account_link",
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", Key, nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("made_by", Key, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)
"""Links by which people set a password: `kind` invite or reset, `made_by` None for the operator. Since schema version 3."""

second_factor = _table(
    "second_factor",
    sa.Column("user_id", Key, primary_key=True, autoincrement=False),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("confirmed_at", Instant, nullable=True),
    sa.Column("last_step", Key, nullable=False),
)
"""Authenticators: `confirmed_at` is blank until a first code; codes of `last_step` and before are spent. Since schema version 3."""

recovery_code = _table(
    "recovery_code",
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", Key, nullable=False, index=True),
)
"""Codes for when the authenticator is lost; a used one is deleted. Since schema version 3."""

half_sign_in = _table(
    "half_sign_in",
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", Key, nullable=False, index=True),
    sa.Column("language", sa.String(10), nullable=True),
    sa.Column("expires_at", Instant, nullable=False),
)
"""Right passwords that wait for their code. Since schema version 3."""

access_token = _table(
    "access_token",
    _id(),
    sa.Column("user_id", Key, nullable=False, index=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant, nullable=True),
)
"""Keys by which programs act for a person. Since schema version 3."""

bulk = _table(
    "bulk",
    _id(),
    sa.Column("entity_id", Key, nullable=False),
    sa.Column("owner_id", Key, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("listed", sa.JSON, nullable=True),
    sa.Column("undo_of", Key, nullable=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=True),
    sa.Column("cancelled", sa.Boolean, nullable=False),
    sa.Index("lw_bulk_owner", "owner_id", "id"),
)
"""One thing done to many records, as `owner_id` asked. `listed`: the address of the list whose records were meant, fields by
lineage; None when records were named. Since schema version 3."""

bulk_item = _table(
    "bulk_item",
    sa.Column("bulk_id", Key, sa.ForeignKey("lw_bulk.id"), primary_key=True, autoincrement=False),
    sa.Column("record_id", Key, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("before", sa.JSON, nullable=True),
    sa.Index("lw_bulk_item_state", "bulk_id", "state", "record_id"),
)
"""One record of it: `state` waiting, changed, unchanged, refused or left; `reason` why refused, a JSON object of a text for each
language; `before` what taking it back needs. Since schema version 3."""

export = _table(
    "export",
    sa.Column("bulk_id", Key, sa.ForeignKey("lw_bulk.id"), primary_key=True, autoincrement=False),
    sa.Column("total", Key, nullable=False),
    sa.Column("done", Key, nullable=False),
    sa.Column("name", sa.String(200), nullable=True),
    sa.Column("storage", sa.String(64), nullable=True),
    sa.Column("size", Key, nullable=True),
    sa.Column("reason", sa.JSON, nullable=True),
)
"""How far an export is: `done` of `total` rows; its file, as long as it is kept; `reason` why it was refused, a text for each
language. Since schema version 3."""
