"""Escalation steps known by what they are, and which due time and owner a warning named.

Revision 0004, after 0003. Until now a step was known by its place in the ladder of its promise,
which an amendment moves.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD_KEY = "uq_escalation_workspace_id_timer_id_step"
NEW_KEY = "uq_escalation_workspace_id_timer_id_step_reached_at"

STEPS = sa.text(
    "SELECT escalation.id, escalation.step, escalation.timer_id, timer.target_key, timer.segment,"
    " version.targets"
    " FROM escalation"
    " JOIN timer ON timer.workspace_id = escalation.workspace_id"
    " AND timer.id = escalation.timer_id"
    " JOIN agreement_version AS version ON version.workspace_id = timer.workspace_id"
    " AND version.id = timer.version_id"
    " ORDER BY escalation.id"
)


def upgrade() -> None:
    op.add_column("timer", sa.Column("warned_due_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    op.add_column("timer", sa.Column("warned_owner_id", sa.Integer()))
    op.execute(
        "UPDATE timer SET warned_due_at = due_at, warned_owner_id = owner_id"
        " WHERE warned_at IS NOT NULL"
    )
    with op.batch_alter_table("escalation") as batch:
        batch.alter_column(
            "step",
            existing_type=sa.Integer(),
            type_=sa.String(length=64),
            existing_nullable=False,
            postgresql_using="step::varchar",
        )
        batch.drop_constraint(OLD_KEY, type_="unique")
        batch.create_unique_constraint(NEW_KEY, ["workspace_id", "timer_id", "step", "reached_at"])
    _rewrite_steps()


def downgrade() -> None:
    _restore_places()
    with op.batch_alter_table("escalation") as batch:
        batch.drop_constraint(NEW_KEY, type_="unique")
        batch.alter_column(
            "step",
            existing_type=sa.String(length=64),
            type_=sa.Integer(),
            existing_nullable=False,
            postgresql_using="step::integer",
        )
        batch.create_unique_constraint(OLD_KEY, ["workspace_id", "timer_id", "step"])
    op.drop_column("timer", "warned_owner_id")
    op.drop_column("timer", "warned_due_at")


def _rewrite_steps() -> None:
    """Give every recorded step the identity of the step that stands at its place."""
    connection = op.get_bind()
    for row in connection.execute(STEPS).mappings().all():
        connection.execute(
            sa.text("UPDATE escalation SET step = :step WHERE id = :id"),
            {"id": row["id"], "step": _identity(_ladder(row), int(row["step"]))},
        )


def _restore_places() -> None:
    """The place of each step again; of steps at one place only the first told is kept."""
    connection = op.get_bind()
    taken: set[tuple[int, int]] = set()
    for row in connection.execute(STEPS).mappings().all():
        ladder = _ladder(row)
        known = [_identity(ladder, place) for place in range(len(ladder))]
        place = known.index(row["step"]) if row["step"] in known else -1
        statement = "UPDATE escalation SET step = :step WHERE id = :id"
        if place < 0 or (row["timer_id"], place) in taken:
            statement = "DELETE FROM escalation WHERE id = :id AND :step IS NOT NULL"
        taken.add((row["timer_id"], place))
        connection.execute(sa.text(statement), {"id": row["id"], "step": str(place)})


def _ladder(row: sa.RowMapping) -> Sequence[Mapping[str, Any]]:
    """The steps of the target that the timer was read under, as its version keeps them."""
    targets = row["targets"]
    known = json.loads(targets) if isinstance(targets, str) else targets
    same_key = [target for target in known if target["key"] == row["target_key"]]
    of_segment = [
        target
        for target in same_key
        if (target.get("segment") or {}).get("name", "") == row["segment"]
    ]
    steps: Sequence[Mapping[str, Any]] = (of_segment or same_key or [{}])[0].get("steps", [])
    return steps


def _identity(ladder: Sequence[Mapping[str, Any]], place: int) -> str:
    """As ``EscalationStep.identity`` writes it; a place that no ladder has keeps its number."""
    if place >= len(ladder):
        return str(place)
    step = ladder[place]
    return f"{step['when']}:{step['to']}:{step.get('person_id') or ''}"
