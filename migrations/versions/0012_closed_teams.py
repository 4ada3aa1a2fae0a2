"""When a team was closed; until now a team could only be added and renamed.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("team", sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime()))


def downgrade() -> None:
    op.drop_column("team", "closed_at")
