"""Every SELECT about metrics. Workspace or person is the scope."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel

from alignment.edge import now, session, workspace
from alignment.metrics.period_choice import chosen_period
from alignment.metrics.periods import ReportPeriod
from alignment.web.forms import Blank

Date = Annotated[date | None, Blank]


class PeriodQuery(BaseModel):
    """Which period the address asks for: the last months, or from one date to another."""

    months: Literal["3", "12", "all"] = "3"
    from_on: Date = None
    until_on: Date = None

    @property
    def span(self) -> str:
        """Which of the usual spans it is, if any."""
        return "" if self.from_on or self.until_on else self.months


def period_of(asked: PeriodQuery) -> ReportPeriod:
    return chosen_period(
        session(),
        workspace(),
        now=now(),
        months=asked.months,
        from_on=asked.from_on,
        until_on=asked.until_on,
    )
