"""Which period a person means: the last months, all of it, or from one date to another."""

from datetime import date, datetime

from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.metrics import periods, queries
from alignment.metrics.periods import Period

ALL = "all"
USUAL = "3"
SPANS = {USUAL: "3 months", "12": "12 months", ALL: "All"}
"""How many months, the present one included; their words."""


def choose(
    session: Session,
    workspace: Workspace,
    *,
    now: datetime,
    months: str = USUAL,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Period:
    """Dates win over months; local to the workspace's zone, whoever asks."""
    zone = workspace.zone
    today = periods.local_date(now, zone)
    if from_on or until_on:
        return periods.chosen(from_on, until_on, today=today, zone=zone)
    if months == ALL:
        first = queries.first_instant(session, workspace.id) or now
        return periods.since(first, today=today, zone=zone)
    return periods.last_months(int(months), today=today, zone=zone)
