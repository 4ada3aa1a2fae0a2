"""No row can point across a workspace's border: the database itself refuses, on both of them."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import LeadEvent
from alignment.tables import METADATA
from tests.factories import MONDAY_NINE, Cast, make_lead

OUTSIDE = {"workspace", "heartbeat", "downtime"}
"""The border itself, and what an installation knows of its own ticking."""


def test_a_lead_cannot_be_owned_by_somebody_of_another_workspace(
    session: Session, acme: Cast, stella: User
) -> None:
    lead = make_lead(session, acme)

    lead.owner_id = stella.id
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_line_of_history_cannot_belong_to_a_lead_of_another_workspace(
    session: Session, acme: Cast, stella: User
) -> None:
    lead = make_lead(session, acme)

    line = LeadEvent(
        workspace_id=stella.workspace_id,
        lead_id=lead.id,
        kind=EventKind.CALLED,
        at=MONDAY_NINE,
        recorded_at=MONDAY_NINE,
        dedupe_key="called",
    )
    session.add(line)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("name", sorted(set(METADATA.tables) - OUTSIDE))
def test_every_table_names_its_workspace_and_every_key_holds_it(
    name: str, session: Session
) -> None:
    inspector = inspect(session.connection())

    columns = {column["name"]: column for column in inspector.get_columns(name)}
    keys = inspector.get_foreign_keys(name)

    assert columns["workspace_id"]["nullable"] is False
    for key in keys:
        assert key["constrained_columns"][0] == "workspace_id"
        assert key["referred_columns"][0] in ("workspace_id", "id")
