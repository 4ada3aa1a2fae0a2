"""Each button pressed in a chat stands for itself, and is kept for an hour to know its copies.

Revision 0011, after 0010. Until now only the last press of an account was kept, so that one that
arrived after a later one was taken for a copy.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_press",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("pressed_at", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_chat_press_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_press")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_chat_press_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id",
            "account",
            "pressed_at",
            name=op.f("uq_chat_press_workspace_id_account_pressed_at"),
        ),
    )
    op.create_index(
        op.f("ix_chat_press_workspace_id_seen_at"), "chat_press", ["workspace_id", "seen_at"]
    )
    op.drop_column("chat_account", "last_press")


def downgrade() -> None:
    op.add_column(
        "chat_account",
        sa.Column(
            "last_press",
            sqlmodel.sql.sqltypes.AutoString(length=32),
            nullable=False,
            server_default="",
        ),
    )
    op.drop_table("chat_press")
