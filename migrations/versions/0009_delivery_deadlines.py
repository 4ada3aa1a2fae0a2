"""Before when a message must go, so that the rate limit does not hold it past its use.

Revision 0009, after 0008. Messages that wait already have no deadline.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("deliver_by_at", sqlmodel.sql.sqltypes.UTCDateTime()))


def downgrade() -> None:
    op.drop_column("delivery", "deliver_by_at")
