"""A promise over a period is warned of behind pace, and kept or missed at its end, once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.roles import Side
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.models import Agreement, AgreementVersion, Breach, QuotaPeriod, QuotaPeriodState
from alignment.sla.promises.quotas import Measure, Per
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.quotas.sweep import sweep_quota_periods
from tests.factories import Cast, make_cast
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, journal, sign_both
from tests.sla.promised_quotas import (
    APRIL,
    HALF,
    LAST_SECOND,
    SIGNED,
    TEN_LEADS,
    THREE_QUARTERS,
    hand_over,
    promise_quotas,
    swept,
)

SECOND = timedelta(seconds=1)
RUNNING, KEPT, MISSED, VOID = QuotaPeriodState


@pytest.fixture
def here(engine: Engine) -> Cast:
    with db.transaction(engine) as session:
        return make_cast(session)


@pytest.fixture
def version(engine: Engine, here: Cast) -> AgreementVersion:
    """Marketing promises ten leads a month."""
    return promise_quotas(engine, here)


def missed(engine: Engine) -> list[Breach]:
    with Session(engine) as session:
        return [breach for breach in breaches(session) if breach.quota_period_id is not None]


def told(engine: Engine, kind: str) -> int:
    with Session(engine) as session:
        return len(journal(session, kind))


def months(periods: list[QuotaPeriod]) -> list[tuple[int, QuotaPeriodState]]:
    return [(period.first_on.month, period.state) for period in periods]


def test_the_first_period_is_the_first_whole_one_after_both_have_signed(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    (march,) = swept(engine, now=SIGNED)

    assert (march.first_on, march.last_on) == (date(2027, 3, 1), date(2027, 3, 31))
    assert (march.starts_at, march.due_at) == (berlin("01 00:00"), LAST_SECOND)


def test_a_period_ends_at_midnight_where_the_team_that_owes_it_works(
    engine: Engine, here: Cast
) -> None:
    with db.transaction(engine) as session:
        session.merge(here.marketing_hours).zone = "America/New_York"
    promise_quotas(engine, here)

    (march,) = swept(engine, now=SIGNED)

    assert march.due_at == berlin("2027-04-01 05:59:59")


def test_what_came_by_the_last_second_keeps_the_promise(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    hand_over(engine, here, 9, at=berlin("10 12:00"))
    hand_over(engine, here, 1, at=LAST_SECOND)

    march, april = swept(engine, now=APRIL)

    assert (march.state, march.actual, march.settled_at) == (KEPT, 10, APRIL)
    assert (april.state, april.starts_at) == (RUNNING, APRIL)
    assert (told(engine, "quota_kept"), missed(engine)) == (1, [])


def test_what_comes_a_second_later_does_not(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    hand_over(engine, here, 9, at=berlin("10 12:00"))
    hand_over(engine, here, 1, at=APRIL)

    march, _ = swept(engine, now=APRIL)

    (breach,) = missed(engine)
    assert (march.state, march.actual) == (MISSED, 9)
    assert (breach.quota_period_id, breach.owed_by) == (march.id, Side.MARKETING)
    assert (breach.due_at, breach.noticed_at) == (LAST_SECOND, APRIL)


def test_before_its_end_nothing_is_missed(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    (march,) = swept(engine, now=LAST_SECOND)

    assert (march.state, march.next_at) == (RUNNING, APRIL)
    assert missed(engine) == []


def test_however_often_it_is_swept_a_miss_is_one(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    first = swept(engine, now=APRIL)

    assert swept(engine, now=APRIL + SECOND) == first
    assert (len(missed(engine)), told(engine, "quota_missed")) == (1, 1)


def test_two_sweeps_at_once_do_the_work_of_one(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sweep_quota_periods(engine, now=APRIL), range(4)))

    assert months(swept(engine, now=APRIL)) == [(3, MISSED), (4, RUNNING)]
    assert (len(missed(engine)), told(engine, "quota_missed")) == (1, 1)


def test_after_three_months_without_a_sweep_each_month_is_settled_by_itself(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=SIGNED)
    hand_over(engine, here, 10, at=berlin("2027-04-15 12:00"))

    periods = swept(engine, now=berlin("2027-06-10 09:00"))

    assert months(periods) == [(3, MISSED), (4, KEPT), (5, MISSED), (6, RUNNING)]
    assert [breach.due_at for breach in missed(engine)] == [
        LAST_SECOND,
        berlin("2027-05-31 23:59:59"),
    ]


def test_behind_pace_is_told_once_a_step(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    hand_over(engine, here, 4, at=berlin("10 12:00"))
    for now in (HALF - SECOND, HALF, HALF + SECOND, THREE_QUARTERS - SECOND):
        swept(engine, now=now)
    assert told(engine, "quota_behind_pace") == 1

    swept(engine, now=THREE_QUARTERS)

    assert told(engine, "quota_behind_pace") == 2


def test_on_pace_nobody_is_warned(engine: Engine, here: Cast, version: AgreementVersion) -> None:
    hand_over(engine, here, 5, at=berlin("10 12:00"))

    (march,) = swept(engine, now=HALF)

    assert (told(engine, "quota_behind_pace"), march.next_at) == (0, THREE_QUARTERS)


def test_a_share_is_kept_or_missed_by_what_was_decided_and_nothing_decided_is_neither(
    engine: Engine, here: Cast
) -> None:
    rate = replace(TEN_LEADS, key="accepted", measure=Measure.ACCEPTANCE_RATE, goal=75)
    promise_quotas(engine, here, rate)
    hand_over(engine, here, 3, at=berlin("31 18:00"))

    march, _ = swept(engine, now=APRIL)

    assert (march.state, march.actual, march.whole) == (VOID, 0, 0)
    assert (told(engine, "quota_missed"), told(engine, "quota_kept")) == (0, 0)


def test_an_amendment_holds_from_the_next_period_on(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=berlin("01 09:00"))
    second = amended(engine, here, version, goal=20, now=berlin("10 09:00"))
    hand_over(engine, here, 12, at=berlin("12 12:00"))

    march, april = swept(engine, now=APRIL)

    assert (march.state, march.version_id) == (KEPT, version.id)
    assert (april.state, april.version_id) == (RUNNING, second.id)


def test_a_version_that_is_replaced_before_its_first_period_promises_nothing_in_it(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    second = amended(engine, here, version, goal=20, now=SIGNED + SECOND)

    periods = swept(engine, now=APRIL)

    assert [(x.version_id, x.state) for x in periods] == [
        (version.id, VOID),
        (second.id, MISSED),
        (second.id, RUNNING),
    ]


def test_an_agreement_that_ends_within_a_period_owes_nothing_for_a_part_of_it(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=berlin("01 09:00"))
    with db.transaction(engine) as session:
        found = session.get_one(Agreement, version.agreement_id)
        lifecycle.end(session, found, by=here.mona, now=berlin("20 09:00"))

    assert months(swept(engine, now=APRIL)) == [(3, VOID)]
    assert missed(engine) == []


def test_a_period_that_was_over_is_still_settled_when_the_agreement_ends_after_it(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=berlin("01 09:00"))
    with db.transaction(engine) as session:
        found = session.get_one(Agreement, version.agreement_id)
        lifecycle.end(session, found, by=here.mona, now=APRIL)

    assert months(swept(engine, now=APRIL + SECOND)) == [(3, MISSED)]


def test_what_a_trial_promises_over_a_period_is_not_missed(engine: Engine, here: Cast) -> None:
    with db.transaction(engine) as session:
        agreement = session.get_one(Agreement, promise_quotas(engine, here).agreement_id)
        tried = lifecycle.amend(
            session,
            agreement,
            NewVersion(targets=light_agreement(), quotas=(replace(TEN_LEADS, goal=50),)),
            by=here.mona,
            now=SIGNED,
        )
        lifecycle.start_shadow(session, tried, by=here.mona, now=SIGNED)

    assert {x.version_id for x in swept(engine, now=APRIL)} == {tried.id - 1}


def test_a_week_and_a_quarter_run_side_by_side(engine: Engine, here: Cast) -> None:
    weekly = replace(TEN_LEADS, key="weekly", per=Per.WEEK)
    quarterly = replace(TEN_LEADS, key="quarterly", per=Per.QUARTER)
    promise_quotas(engine, here, weekly, quarterly)

    periods = swept(engine, now=berlin("2027-02-22 00:00"))

    assert {(x.quota_key, x.first_on, x.last_on) for x in periods} == {
        ("weekly", date(2027, 2, 22), date(2027, 2, 28)),
        ("quarterly", date(2027, 4, 1), date(2027, 6, 30)),
    }


def test_a_period_that_cannot_be_counted_stops_no_other(engine: Engine, here: Cast) -> None:
    promise_quotas(engine, here, TEN_LEADS, replace(TEN_LEADS, key="other"))
    with db.transaction(engine) as session:
        (row,) = session.exec(select(QuotaPeriod).where(QuotaPeriod.quota_key == "volume"))
        row.quota_key = "unknown"

    periods = swept(engine, now=APRIL)

    assert {(x.quota_key, x.state) for x in periods} == {
        ("unknown", RUNNING),
        ("other", MISSED),
        ("other", RUNNING),
    }
    waiting = next(x for x in periods if x.quota_key == "unknown")
    assert waiting.next_at == APRIL + timedelta(hours=1)


def test_of_an_agreement_signed_before_periods_were_kept_the_one_that_runs_counts(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    with db.transaction(engine) as session:
        session.delete(session.exec(select(QuotaPeriod)).one())

    assert months(swept(engine, now=berlin("2027-05-10 09:00"))) == [(5, RUNNING)]


def test_where_nothing_is_due_a_sweep_asks_two_questions(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=SIGNED)
    asked: list[str] = []

    def listen(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    sweep_quota_periods(engine, now=SIGNED + SECOND)

    assert len(asked) == 2


def amended(
    engine: Engine, acme: Cast, version: AgreementVersion, *, goal: int, now: datetime
) -> AgreementVersion:
    """The same with another goal, signed by both."""
    with db.transaction(engine) as session:
        second = lifecycle.amend(
            session,
            session.get_one(Agreement, version.agreement_id),
            NewVersion(targets=light_agreement(), quotas=(replace(TEN_LEADS, goal=goal),)),
            by=acme.mona,
            now=now,
        )
        return sign_both(session, acme, second, now=now)
