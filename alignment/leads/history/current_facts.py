"""The facts of a lead as of now, read from its columns."""

from typing import Any

from sqlmodel import Session

from alignment.leads.history.facts import COLUMNS_READ, facts_from_columns
from alignment.leads.models import Lead, Source


def current_facts(session: Session, lead: Lead) -> dict[str, Any]:
    """What promises depend on, as of now (``sla.promises.targets`` reads these names)."""
    source = session.get_one(Source, lead.source_id) if lead.source_id else None
    return facts_from_columns(lead.model_dump(include=COLUMNS_READ), source.name if source else "")
