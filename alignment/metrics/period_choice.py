"""The reporting period that a person chose: the last months, all time, or two dates."""

from datetime import date, datetime

from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.metrics import periods
from alignment.metrics.funnel import queries
from alignment.metrics.periods import ReportPeriod

ALL_TIME = "all"
DEFAULT_MONTHS = "3"
SPANS = {DEFAULT_MONTHS: "3 months", "12": "12 months", ALL_TIME: "All"}
"""How many months, the present one included; their words."""


def chosen_period(
    session: Session,
    workspace: Workspace,
    *,
    now: datetime,
    months: str = DEFAULT_MONTHS,
    from_on: date | None = None,
    until_on: date | None = None,
) -> ReportPeriod:
    """Dates win over months; local to the workspace's zone, whoever asks."""
    zone = workspace.zone
    today = periods.local_date(now, zone)
    if from_on or until_on:
        return periods.period_between(from_on, until_on, today=today, zone=zone)
    if months == ALL_TIME:
        first = queries.first_counted_instant(session, workspace.id) or now
        return periods.period_since(first, today=today, zone=zone)
    return periods.last_months(int(months), today=today, zone=zone)
