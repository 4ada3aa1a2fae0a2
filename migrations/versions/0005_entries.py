"""Which handoffs begin an entry, a life of a lead between the two teams.

Revision 0005, after 0004. Until now a lead that was returned and fixed counted twice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SAME_ENTRY = (
    "UPDATE handoff SET begins_entry = false WHERE cycle > 1 AND NOT EXISTS ("
    "SELECT 1 FROM lead_event AS ended JOIN handoff AS previous"
    " ON previous.workspace_id = ended.workspace_id AND previous.lead_id = ended.lead_id"
    " WHERE ended.workspace_id = handoff.workspace_id AND ended.lead_id = handoff.lead_id"
    " AND previous.cycle = handoff.cycle - 1"
    " AND ended.kind IN ('won', 'lost', 'withdrawn', 'recycled')"
    " AND ended.undone_at IS NULL AND NOT ended.is_by_outsider"
    " AND ended.at >= previous.handed_off_at AND ended.at < handoff.handed_off_at"
    " AND NOT EXISTS (SELECT 1 FROM lead_event AS reopened"
    " WHERE reopened.workspace_id = ended.workspace_id AND reopened.lead_id = ended.lead_id"
    " AND reopened.kind = 'reopened' AND reopened.reason = 'closed_by_mistake'"
    " AND reopened.undone_at IS NULL AND NOT reopened.is_by_outsider"
    " AND reopened.at >= ended.at AND reopened.at < handoff.handed_off_at))"
)
"""Nothing ended the entry of the handoff before, or what ended it was a mistake."""


def upgrade() -> None:
    op.add_column(
        "handoff",
        sa.Column("begins_entry", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.execute(SAME_ENTRY)


def downgrade() -> None:
    op.drop_column("handoff", "begins_entry")
