"""When the clock was last set back, which the scheduler notices and administrators are told.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("set_back_from", "set_back_at"):
        op.add_column("heartbeat", sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime()))


def downgrade() -> None:
    for name in ("set_back_at", "set_back_from"):
        op.drop_column("heartbeat", name)
