"""Why a promise was missed: said by either team, suggested where plain, several as one issue."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.errors import Refused
from alignment.leads.handoff import hand_off
from alignment.sla.breaches.causes import RecurringCause, record_cause, recurring_causes
from alignment.sla.models import Breach, Cause
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.sla.light_agreement import in_force, journal
from tests.sla.missed_promises import ONE_OCLOCK, TWO_OCLOCK, given, missed, noticed

DAY = timedelta(days=1)
PERSON, SYSTEM, DEFINITION = Cause.PERSON, Cause.SYSTEM, Cause.DEFINITION


def test_a_cause_is_said_by_either_team_and_changed(session: Session, acme: Cast):
    breach = missed(session, acme)

    record_cause(session, breach, PERSON, by=acme.sam, now=TWO_OCLOCK)
    record_cause(session, breach, DEFINITION, by=acme.mona, now=TWO_OCLOCK)

    assert (breach.cause, breach.cause_by_id) == (DEFINITION, acme.mona.id)
    said = [
        (entry.facts["cause"], entry.facts["by_id"])
        for entry in journal(session, "breach_cause_recorded")
    ]
    assert said == [("person", acme.sam.id), ("definition", acme.mona.id)]


def test_the_same_cause_said_again_is_no_news(session: Session, acme: Cast):
    breach = missed(session, acme)

    for _ in range(2):
        record_cause(session, breach, PERSON, by=acme.sam, now=TWO_OCLOCK)

    assert len(journal(session, "breach_cause_recorded")) == 1


def test_who_is_of_neither_team_cannot_say_why(session: Session, acme: Cast):
    breach = missed(session, acme)
    pia = make_user(session, acme.workspace, "Pia")

    with pytest.raises(Refused, match="Only members of the two teams"):
        record_cause(session, breach, PERSON, by=pia, now=TWO_OCLOCK)

    assert breach.cause is None


def test_where_the_lead_had_no_owner_the_system_is_suggested(session: Session, acme: Cast):
    in_force(session, acme)
    acme.sam.is_active = False
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    breach = noticed(session, lead)

    assert (breach.owner_id, breach.cause, breach.cause_by_id) == (None, SYSTEM, None)


def test_where_it_had_an_owner_nothing_is_suggested(session: Session, acme: Cast):
    assert missed(session, acme).cause is None


def test_a_suggestion_can_be_confirmed(session: Session, acme: Cast):
    breach = missed(session, acme)
    breach.cause = SYSTEM

    record_cause(session, breach, SYSTEM, by=acme.sam, now=TWO_OCLOCK)

    assert breach.cause_by_id == acme.sam.id


@pytest.fixture
def agreement(session: Session, acme: Cast) -> None:
    in_force(session, acme)


def missed_for(session: Session, acme: Cast, cause: Cause | None, *, days_ago: float) -> Breach:
    """One more missed promise, due so many days before one o'clock."""
    breach = noticed(session, given(session, acme))
    breach.due_at = ONE_OCLOCK - days_ago * DAY
    breach.cause = cause
    session.flush()
    return breach


def issues(session: Session, acme: Cast, *, limit: int = 12) -> list[RecurringCause]:
    return recurring_causes(session, acme.id, now=ONE_OCLOCK, limit=limit)


def test_three_of_one_cause_in_five_days_are_one_issue_the_latest_first(
    session: Session, acme: Cast, agreement: None
):
    first, second, third = (missed_for(session, acme, SYSTEM, days_ago=days) for days in (5, 2, 0))

    (issue,) = issues(session, acme)

    assert (issue.cause, issue.count) == (SYSTEM, 3)
    assert [row.breach.id for row in issue.latest] == [third.id, second.id, first.id]


def test_of_many_only_the_latest_are_read(session: Session, acme: Cast, agreement: None):
    for days in (3, 2, 1):
        missed_for(session, acme, SYSTEM, days_ago=days)

    (issue,) = issues(session, acme, limit=2)

    assert (issue.count, len(issue.latest)) == (3, 2)


@pytest.mark.parametrize(
    "some",
    [
        pytest.param([(SYSTEM, 0), (SYSTEM, 1)], id="two"),
        pytest.param([(SYSTEM, 0), (SYSTEM, 1), (PERSON, 1)], id="of two causes"),
        pytest.param([(SYSTEM, 0), (SYSTEM, 1), (SYSTEM, 5.01)], id="over more than five days"),
        pytest.param([(None, 0), (None, 1), (None, 2)], id="without a cause"),
    ],
)
def test_fewer_or_different_ones_are_no_issue(
    session: Session, acme: Cast, agreement: None, some: list[tuple[Cause | None, float]]
):
    for cause, days in some:
        missed_for(session, acme, cause, days_ago=days)

    assert issues(session, acme) == []


def test_the_largest_issue_comes_first(session: Session, acme: Cast, agreement: None):
    for cause in [PERSON] * 3 + [DEFINITION] * 4:
        missed_for(session, acme, cause, days_ago=1)

    assert [issue.cause for issue in issues(session, acme)] == [DEFINITION, PERSON]
