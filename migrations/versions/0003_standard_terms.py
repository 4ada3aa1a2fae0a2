"""Tables, columns and kinds of journal entry under the standard terms of the field; why a delivery
waits and why an endpoint is switched off in columns of their own; a line of a lead's history that
was taken back has no key any more.

Revision 0003, after 0002. No row is added or lost.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    ("digested", "digest_done"),
    ("gap", "downtime"),
    ("mail_act", "mail_action"),
    ("pulse", "heartbeat"),
    ("signinlink", "sign_in_link"),
    ("usersession", "user_session"),
)
COLUMNS = (
    ("delivery", "carried_by_id", "merged_into_id"),
    ("digest_done", "made_on", "last_date"),
    ("endpoint", "sealed", "encrypted"),
    ("escalation", "moved_to_id", "reassigned_to_id"),
    ("excuse", "answer", "answer_text"),
    ("handoff", "is_touch_dated_back", "is_touch_backdated"),
    ("heartbeat", "at", "last_beat_at"),
    ("import", "keeps_unknown", "keeps_extra_columns"),
    ("import", "problem", "failure_reason"),
    ("import", "stored_as", "stored_name"),
    ("lead_event", "key", "dedupe_key"),
    ("mail_action", "closed_at", "locked_at"),
    ("mail_action", "done", "last_action"),
    ("mail_action", "done_at", "last_action_at"),
    ("membership", "is_lead", "is_team_lead"),
    ("preference", "per_hour", "max_per_person_hour"),
    ("preference", "workspace_per_hour", "max_per_workspace_hour"),
    ("task_reminder", "said_on", "reminded_on"),
    ("user", "stamp", "security_stamp"),
)
JOURNAL_KINDS = (
    ("cause_said", "breach_cause_recorded"),
    ("excuse_taken_back", "excuse_revoked"),
    ("happening_undone", "lead_event_undone"),
    ("lead_took_over", "lead_absorbed"),
    ("step_reached", "escalation_step_reached"),
)
JOURNAL_FACTS = (("person_placed", "is_lead", "is_team_lead"),)

CONSTRAINT_TYPES = {"pk": "primary", "uq": "unique", "fk": "foreignkey"}
WAIT_CAUSES = sa.Enum(
    "recipient", "grouping", "downtime", "rate_limit", native_enum=False, length=32
)
DISABLED_CAUSES = sa.Enum("person", "failure", native_enum=False, length=32)

DELIVERY = sa.table(
    "delivery",
    sa.column("outcome", sa.String()),
    sa.column("reason", sa.String()),
    sa.column("wait_cause", sa.String()),
)
ENDPOINT = sa.table(
    "endpoint",
    sa.column("disabled_at", sa.DateTime()),
    sa.column("disabled_reason", sa.String()),
    sa.column("disabled_cause", sa.String()),
)
JOURNAL = sa.table(
    "journal_entry",
    sa.column("id", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
)


def upgrade() -> None:
    for old, new in TABLES:
        _rename_table(old, new)
    for table, old, new in COLUMNS:
        _rename_column(table, old, new)
    for old, new in JOURNAL_KINDS:
        _rename_journal_kind(old, new)
    for kind, old, new in JOURNAL_FACTS:
        _rename_journal_fact(kind, old, new)
    _mark_outsiders()
    op.add_column("delivery", sa.Column("wait_cause", WAIT_CAUSES))
    op.add_column("endpoint", sa.Column("disabled_cause", DISABLED_CAUSES))
    _read_causes_out_of_reasons()
    _drop_keys_of_retracted_events()


def downgrade() -> None:
    _mark_keys_of_retracted_events()
    op.drop_column("endpoint", "disabled_cause")
    op.drop_column("delivery", "wait_cause")
    with op.batch_alter_table("lead_event") as batch_op:
        batch_op.drop_column("is_by_outsider")
    for kind, old, new in JOURNAL_FACTS:
        _rename_journal_fact(kind, new, old)
    for old, new in JOURNAL_KINDS:
        _rename_journal_kind(new, old)
    for table, old, new in reversed(COLUMNS):
        _rename_column(table, new, old)
    for old, new in TABLES:
        _rename_table(new, old)


def _mark_outsiders() -> None:
    """What was told before counts as before: no touch of it is marked."""
    with op.batch_alter_table("lead_event") as batch_op:
        batch_op.add_column(
            sa.Column("is_by_outsider", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def _read_causes_out_of_reasons() -> None:
    is_held = DELIVERY.c.reason.startswith("Held by the brake on storms")
    held = DELIVERY.update().where(DELIVERY.c.outcome == "pending", is_held)
    op.execute(held.values(wait_cause="rate_limit"))
    by_person = ENDPOINT.c.disabled_reason.endswith("switched it off.")
    disabled = ENDPOINT.update().where(ENDPOINT.c.disabled_at.is_not(None))
    op.execute(disabled.where(by_person).values(disabled_cause="person"))
    op.execute(disabled.where(~by_person).values(disabled_cause="failure"))


def _rename_table(old: str, new: str) -> None:
    op.rename_table(old, new)
    if _is_postgresql():
        op.execute(f'ALTER SEQUENCE IF EXISTS "{old}_id_seq" RENAME TO "{new}_id_seq"')
    _follow(new, lambda named: named.conventional_name(old))


def _rename_column(table: str, old: str, new: str) -> None:
    op.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')
    _follow(table, lambda named: named.conventional_name(table, {new: old}))


@dataclass(frozen=True)
class Named:
    """A key, a constraint or an index of a table as it is now."""

    kind: str
    name: str | None
    columns: tuple[str, ...]
    target: tuple[str, tuple[str, ...]] = ("", ())
    """For a foreign key, the table and the columns it points at."""

    def conventional_name(self, table: str, renamed: Mapping[str, str] | None = None) -> str:
        """What the convention calls it, or called it when the table's or a column's name was
        another."""
        columns = [(renamed or {}).get(column, column) for column in self.columns]
        return "_".join([self.kind, table, *(columns if self.kind != "pk" else [])])


def _follow(table: str, old_name: Callable[[Named], str]) -> None:
    """Rename whatever is still named after the old name of the table or of the column."""
    stale = [
        named
        for named in _named(table)
        if named.name == old_name(named) != named.conventional_name(table)
    ]
    if not stale:
        return
    if _is_postgresql():
        for named in stale:
            _rename_on_postgresql(table, named)
        return
    with op.batch_alter_table(table) as batch_op:
        for named in stale:
            _build_anew(batch_op, table, named)


def _named(table: str) -> Iterator[Named]:
    inspector = sa.inspect(op.get_bind())
    key = inspector.get_pk_constraint(table)
    yield Named("pk", key["name"], tuple(key["constrained_columns"]))
    for unique in inspector.get_unique_constraints(table):
        yield Named("uq", unique["name"], tuple(unique["column_names"]))
    for index in inspector.get_indexes(table):
        yield Named("ix", index["name"], tuple(filter(None, index["column_names"])))
    for foreign in inspector.get_foreign_keys(table):
        target = foreign["referred_table"], tuple(foreign["referred_columns"])
        yield Named("fk", foreign["name"], tuple(foreign["constrained_columns"]), target)


def _rename_on_postgresql(table: str, named: Named) -> None:
    new = named.conventional_name(table)
    if named.kind == "ix":
        op.execute(f'ALTER INDEX "{named.name}" RENAME TO "{new}"')
    else:
        op.execute(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{named.name}" TO "{new}"')


def _build_anew(batch_op: BatchOperations, table: str, named: Named) -> None:
    """SQLite renames neither; none of these indexes is partial or unique."""
    new, old, columns = named.conventional_name(table), str(named.name), list(named.columns)
    if named.kind == "ix":
        batch_op.drop_index(old)
        batch_op.create_index(new, columns)
        return
    batch_op.drop_constraint(old, type_=CONSTRAINT_TYPES[named.kind])
    if named.kind == "pk":
        batch_op.create_primary_key(new, columns)
    elif named.kind == "uq":
        batch_op.create_unique_constraint(new, columns)
    else:
        batch_op.create_foreign_key(new, named.target[0], columns, list(named.target[1]))


def _rename_journal_kind(old: str, new: str) -> None:
    op.execute(JOURNAL.update().where(JOURNAL.c.kind == old).values(kind=new))


def _rename_journal_fact(kind: str, old: str, new: str) -> None:
    connection = op.get_bind()
    entries = connection.execute(
        sa.select(JOURNAL.c.id, JOURNAL.c.facts).where(JOURNAL.c.kind == kind)
    ).all()
    for number, facts in entries:
        renamed = {new if name == old else name: value for name, value in facts.items()}
        connection.execute(JOURNAL.update().where(JOURNAL.c.id == number).values(facts=renamed))


def _drop_keys_of_retracted_events() -> None:
    with op.batch_alter_table("lead_event") as batch_op:
        batch_op.alter_column("dedupe_key", existing_type=sa.String(200), nullable=True)
    op.execute("UPDATE lead_event SET dedupe_key = NULL WHERE dedupe_key LIKE 'undone:%'")


def _mark_keys_of_retracted_events() -> None:
    op.execute("UPDATE lead_event SET dedupe_key = 'undone:' || id || ':' WHERE dedupe_key IS NULL")
    with op.batch_alter_table("lead_event") as batch_op:
        batch_op.alter_column("dedupe_key", existing_type=sa.String(200), nullable=False)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
