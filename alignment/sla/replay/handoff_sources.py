"""Load the sources that promises are counted under."""

from sqlmodel import Session

from alignment.sla.replay import queries
from alignment.sla.replay.columns.handoff_sources import HandoffSourceColumns, LeadSources


def load_handoff_sources(session: Session, workspace_id: int) -> HandoffSourceColumns:
    lead_ids, handed_off_at, source_ids = queries.handoff_columns(session, workspace_id)
    now_lead_ids, now_source_ids = queries.source_columns(session, workspace_id)
    return HandoffSourceColumns(
        lead_ids=lead_ids,
        handed_off_at=handed_off_at,
        source_ids=source_ids,
        now=LeadSources(lead_ids=now_lead_ids, source_ids=now_source_ids),
    )
