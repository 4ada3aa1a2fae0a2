"""Promises over a period on the board: how the one that runs goes, and a miss of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from alignment.accounts.roles import Side
from alignment.edge import now, session, user
from alignment.sla.models import QuotaPeriod
from alignment.sla.promises.descriptions import describe_result
from alignment.sla.quotas import queries
from alignment.sla.quotas.settling import attainment_of
from alignment.web.breach_summary import MissedPart, quota_summaries
from alignment.web.quota_attainment import period_result


@dataclass(frozen=True, kw_only=True)
class QuotaRow:
    """One quota in the period that runs."""

    href: str
    name: str
    period: str
    result: str
    """ "9 of 10 leads handed off"."""
    remarks: str
    """What should have come by now, the pace, and where it is heading."""
    chip: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class QuotaPart:
    """One team's promises over a period."""

    running: Sequence[QuotaRow]
    missed: MissedPart
    """The period before, where it was missed: it stays until the next one is over."""


def quota_part(side: Side) -> QuotaPart:
    running = queries.running_periods(session(), user().workspace_id, side, now=now())
    before = queries.periods_before(session(), running)
    missed = queries.quota_breaches_of(session(), user().workspace_id, before)
    lines = quota_summaries(missed)
    return QuotaPart(
        running=[_row(period) for period in running],
        missed=MissedPart(count=len(lines), latest=lines),
    )


def _row(period: QuotaPeriod) -> QuotaRow:
    attained = attainment_of(session(), period, now=now())
    result = period_result(attained)
    return QuotaRow(
        href=url_for("agreements.show", agreement_id=period.agreement_id),
        name=attained.quota.name,
        period=attained.span.words,
        result=describe_result(attained.quota, *attained.result_counts),
        remarks=" · ".join(result.remarks),
        chip=result.state,
        due_at=period.due_at,
    )
