"""Who stands in for somebody on days off.

Revision 0007, after 0006. Days off from before name nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = "fk_absence_workspace_id_substitute_id"


def upgrade() -> None:
    with op.batch_alter_table("absence") as batch:
        batch.add_column(sa.Column("substitute_id", sa.Integer()))
        batch.create_foreign_key(
            KEY, "user", ["workspace_id", "substitute_id"], ["workspace_id", "id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("absence") as batch:
        batch.drop_constraint(KEY, type_="foreignkey")
        batch.drop_column("substitute_id")
