"""SELECTs about promises over a period, as metrics count them. The workspace is the scope."""

from dataclasses import dataclass

from sqlalchemy import and_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from alignment.metrics.bulk_columns import within_period
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.outcomes import PromiseOutcome, PromiseRemark
from alignment.sla.models import Breach, QuotaPeriod, QuotaPeriodState

OUTCOME_OF_STATE = {
    QuotaPeriodState.RUNNING: PromiseOutcome.OPEN,
    QuotaPeriodState.KEPT: PromiseOutcome.KEPT,
    QuotaPeriodState.MISSED: PromiseOutcome.MISSED,
}


@dataclass(frozen=True, kw_only=True)
class QuotaPromise:
    """A promise over one period; it counts like one of a lead."""

    period: QuotaPeriod
    breach: Breach | None

    @property
    def outcome(self) -> PromiseOutcome:
        return OUTCOME_OF_STATE[self.period.state]

    @property
    def is_excused(self) -> bool:
        return self.breach is not None and self.breach.is_excused

    def has(self, outcome: PromiseOutcome | PromiseRemark) -> bool:
        """Nobody dates it back or withdraws it, and trials promise none."""
        if outcome is PromiseRemark.EXCUSED:
            return self.is_excused
        return self.outcome is outcome


def quota_promises(session: Session, workspace_id: int, period: ReportPeriod) -> list[QuotaPromise]:
    """Those that were or are due in this period, by their last second."""
    rows = session.execute(
        sa_select(QuotaPeriod, Breach)
        .outerjoin(
            Breach,
            and_(
                col(Breach.workspace_id) == QuotaPeriod.workspace_id,
                col(Breach.quota_period_id) == QuotaPeriod.id,
            ),
        )
        .where(
            col(QuotaPeriod.workspace_id) == workspace_id,
            col(QuotaPeriod.state).in_(OUTCOME_OF_STATE),
            *within_period(QuotaPeriod.due_at, period),
        )
        .order_by(col(QuotaPeriod.due_at), col(QuotaPeriod.id))
    )
    return [QuotaPromise(period=quota_period, breach=breach) for quota_period, breach in rows]
