"""A row for each quota in each period; a breach belongs to a timer or to such a row.

Revision 0010, after 0009. Until now promises over a period were shown and could not be missed. The
rows of agreements in force are written by the sweep that looks at them.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BELONGS_TO_ONE = (
    "(timer_id IS NULL) <> (quota_period_id IS NULL) AND (timer_id IS NULL) = (lead_id IS NULL)"
)


def upgrade() -> None:
    instant = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "quota_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("quota_key", sa.String(length=64), nullable=False),
        sa.Column("owed_by", sa.String(length=32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("starts_at", instant(), nullable=False),
        sa.Column("due_at", instant(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("steps_checked", sa.Integer(), nullable=False),
        sa.Column("warned_at", instant(), nullable=True),
        sa.Column("actual", sa.BigInteger(), nullable=True),
        sa.Column("whole", sa.Integer(), nullable=True),
        sa.Column("settled_at", instant(), nullable=True),
        sa.Column("next_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_quota_period_workspace_id"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agreement_id"],
            ["agreement.workspace_id", "agreement.id"],
            name="fk_quota_period_workspace_id_agreement_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "version_id"],
            ["agreement_version.workspace_id", "agreement_version.id"],
            name="fk_quota_period_workspace_id_version_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quota_period"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_quota_period_workspace_id_id"),
        sa.UniqueConstraint(
            "workspace_id",
            "version_id",
            "quota_key",
            "first_on",
            name="uq_quota_period_workspace_id_version_id_quota_key_first_on",
        ),
    )
    op.create_index("ix_quota_period_next_at", "quota_period", ["next_at"])
    op.create_index(
        "ix_quota_period_workspace_id_due_at", "quota_period", ["workspace_id", "due_at"]
    )
    with op.batch_alter_table("breach") as batch:
        batch.alter_column("timer_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("lead_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("quota_period_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_breach_workspace_id_quota_period_id",
            "quota_period",
            ["workspace_id", "quota_period_id"],
            ["workspace_id", "id"],
        )
        batch.create_unique_constraint(
            "uq_breach_workspace_id_quota_period_id", ["workspace_id", "quota_period_id"]
        )
        batch.create_check_constraint("of_timer_or_quota", BELONGS_TO_ONE)


def downgrade() -> None:
    op.execute("DELETE FROM breach WHERE timer_id IS NULL")
    with op.batch_alter_table("breach") as batch:
        batch.drop_constraint("of_timer_or_quota", type_="check")
        batch.drop_constraint("uq_breach_workspace_id_quota_period_id", type_="unique")
        batch.drop_constraint("fk_breach_workspace_id_quota_period_id", type_="foreignkey")
        batch.drop_column("quota_period_id")
        batch.alter_column("timer_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("lead_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("quota_period")
