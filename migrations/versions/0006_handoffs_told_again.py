"""Mark the lines of a history that tell a handoff again.

Revision 0006, after 0005. Lines from before are weighed when something is next told of their lead.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lead_event") as batch:
        batch.add_column(
            sa.Column("is_repeated", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("lead_event") as batch:
        batch.drop_column("is_repeated")
