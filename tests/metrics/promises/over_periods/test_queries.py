"""A finished promise over a period counts in every rate of kept promises, by its last day."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.roles import Side
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.listing import queries
from alignment.metrics.promises.listing.queries import PromiseFilter
from alignment.metrics.promises.outcomes import PromiseOutcome, PromiseRemark
from alignment.metrics.promises.over_periods.queries import QuotaPromise
from alignment.metrics.promises.report import promise_report
from alignment.metrics.promises.tally import PromiseTally
from alignment.metrics.summaries.mail_content import weekly_numbers
from alignment.sla.breaches.excuses.approval import excuse_breach
from alignment.sla.quotas.queries import quota_breaches_of
from tests.factories import BERLIN, Cast, make_cast
from tests.sla.lead_histories import berlin
from tests.sla.promised_quotas import APRIL, hand_over, promise_quotas, swept

SPRING = ReportPeriod(from_on=date(2027, 3, 1), until_on=date(2027, 4, 30), zone=BERLIN)
MARCH = ReportPeriod(from_on=date(2027, 3, 1), until_on=date(2027, 3, 31), zone=BERLIN)
ONLY_APRIL = ReportPeriod(from_on=date(2027, 4, 1), until_on=date(2027, 4, 30), zone=BERLIN)
MISSED = PromiseTally(kept=0, missed=1, open=0)


@pytest.fixture
def acme(engine: Engine) -> Cast:
    """Marketing promised ten leads a month; in March nine came, and April runs."""
    with db.transaction(engine) as session:
        acme = make_cast(session)
    promise_quotas(engine, acme)
    hand_over(engine, acme, 9, at=berlin("10 12:00"))
    swept(engine, now=APRIL)
    return acme


def of_marketing(session: Session, acme: Cast, period: ReportPeriod) -> PromiseTally:
    report = promise_report(session, acme.workspace, period=period, now=APRIL)
    return report.sides[Side.MARKETING].signed


def test_it_counts_in_the_month_in_which_it_ended(session: Session, acme: Cast) -> None:
    assert of_marketing(session, acme, MARCH) == MISSED
    assert of_marketing(session, acme, ONLY_APRIL) == PromiseTally(kept=0, missed=0, open=1)


def test_both_pages_of_numbers_count_it_alike(session: Session, acme: Cast) -> None:
    funnel = load_funnel(session, acme.workspace, by=FunnelBy.MONTH, period=MARCH, now=APRIL)

    tally = funnel.total.promises[Side.MARKETING]
    assert (tally.kept, tally.missed) == (0, 1)


def test_excused_it_stands_apart(session: Session, acme: Cast) -> None:
    wanted = PromiseFilter(period=SPRING, side=Side.MARKETING, outcome=PromiseOutcome.MISSED)
    (row,) = queries.promises_page(session, acme.sam, wanted, number=1, now=APRIL).rows
    assert isinstance(row, QuotaPromise)
    (missed,) = quota_breaches_of(session, acme.id, [row.period.id])

    excuse_breach(session, missed.breach, reason="A fair", by=acme.sam, now=APRIL)

    assert of_marketing(session, acme, MARCH) == PromiseTally(kept=0, missed=1, open=0, excused=1)


@pytest.mark.parametrize(
    ("outcome", "count"),
    [
        (None, 2),
        (PromiseOutcome.MISSED, 1),
        (PromiseOutcome.OPEN, 1),
        (PromiseOutcome.KEPT, 0),
        (PromiseRemark.WITHDRAWN, 0),
    ],
)
def test_the_list_behind_a_number_holds_it(
    session: Session, acme: Cast, outcome: PromiseOutcome | PromiseRemark | None, count: int
) -> None:
    wanted = PromiseFilter(period=SPRING, side=Side.MARKETING, outcome=outcome)

    page = queries.promises_page(session, acme.sam, wanted, number=1, now=APRIL)

    assert (page.total, len(page.rows)) == (count, count)


def test_the_mail_of_the_week_in_which_it_ended_names_it(session: Session, acme: Cast) -> None:
    words = weekly_numbers(
        session, acme.workspace, date(2027, 4, 5), now=berlin("2027-04-05 09:00")
    )

    assert words is not None
    (marketing,) = [side for side in words["sides"] if side["side"] == "marketing"]
    rows = {row["name"]: row["values"] for row in marketing["rows"]}
    assert (rows["Leads"], rows["All promises"]) == (["0 of 1", "–"], ["0 of 1", "–"])
