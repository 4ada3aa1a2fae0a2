"""What a person's digest says about leads that came back, and those that were put off."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from alignment.accounts.absences.days_off import DaysOff, add_days_off
from alignment.accounts.models import User
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.models import Lead
from alignment.leads.notices.digest_lines import lead_digest_lines
from alignment.leads.routing import assign
from alignment.leads.touches import record_touch
from alignment.notifications.digests.schedule import digest_day
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.notifications.preferences.snoozing import SnoozeRequest, snooze_thread
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user

TEN = MONDAY_NINE + timedelta(hours=1)
TUESDAY = datetime(2027, 3, 2, 7, 30, tzinfo=UTC)


def said(session: Session, person: User, *, now: datetime = TUESDAY) -> list[tuple[str, str]]:
    wishes = effective_preferences_of(session, [person], now=now)[person.id]
    day = digest_day(wishes, now=now)
    return [(line.section, line.words) for line in lead_digest_lines(session, person, day, now)]


def came_back(session: Session, acme: Cast) -> Lead:
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return_to_marketing(session, lead, reason=ReturnReason.NO_NEED, by=acme.sam, now=TEN)
    return lead


WAITS = ("decision", "Came back from sales and waits for an answer.")


def test_a_returned_lead_waits_for_who_handed_it_off(session: Session, acme: Cast):
    came_back(session, acme)
    ines = make_user(session, acme.workspace, "Ines", team=acme.marketing, is_team_lead=True)

    assert said(session, acme.mona) == [WAITS]
    assert said(session, ines) == []
    assert said(session, acme.sam) == []


def test_where_that_person_is_gone_the_teams_lead_hears(session: Session, acme: Cast):
    came_back(session, acme)
    ines = make_user(session, acme.workspace, "Ines", team=acme.marketing, is_team_lead=True)
    acme.mona.is_active = False
    session.flush()

    assert said(session, ines) == [WAITS]


def test_an_answered_return_is_not_said(session: Session, acme: Cast):
    lead = came_back(session, acme)
    answer_return(session, lead, answer=ReturnAnswer.RECYCLED, by=acme.mona, now=TEN)

    assert said(session, acme.mona) == []


def test_the_other_team_hears_that_a_lead_was_put_off(session: Session, acme: Cast):
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    snooze_thread(session, acme.sam, f"lead-{lead.id}", SnoozeRequest(length="monday"), now=TEN)

    assert said(session, acme.mona) == [("information", "Sam put it off until Mon 8 Mar 2027.")]
    assert said(session, acme.olga) == []


def test_on_the_return_from_days_off_each_own_lead_says_what_others_did(
    session: Session, acme: Cast
):
    """Sam is off from Tuesday to Thursday; Tim calls Ada, and Bo goes to Tim."""
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    ada, bo, cy = (make_lead(session, acme, name) for name in ("Ada", "Bo", "Cy"))
    for lead in (ada, bo, cy):
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE - timedelta(days=3), owner=acme.sam)
    leave = DaysOff(first_on=date(2027, 3, 2), last_on=date(2027, 3, 4))
    add_days_off(session, acme.sam, leave, by=acme.sam, now=MONDAY_NINE)
    wednesday, friday = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=3)
    record_touch(session, ada, EventKind.CALLED, by=tim, now=wednesday, at=wednesday)
    assign(session, bo, owner=tim, by=acme.olga, now=wednesday)

    assert said(session, acme.sam, now=friday) == [
        ("meanwhile", "Called by Tim on Wed 3 Mar 2027."),
        ("meanwhile", "Assigned to Tim by Olga on Wed 3 Mar 2027."),
    ]
    assert said(session, tim, now=friday) == []
    assert said(session, acme.sam, now=friday + timedelta(days=3)) == []


def test_on_the_first_day_off_the_substitute_hears_of_the_open_leads_once(
    session: Session, acme: Cast
):
    """Sam is off from Tuesday to Thursday, and Tim stands in."""
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    for name in ("Ada", "Bo"):
        lead = make_lead(session, acme, name)
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    days = {"first_on": date(2027, 3, 2), "last_on": date(2027, 3, 4), "substitute_id": tim.id}
    add_days_off(session, acme.sam, DaysOff(**days), by=acme.sam, now=MONDAY_NINE)
    wishes = effective_preferences_of(session, [tim], now=TUESDAY)[tim.id]

    (line,) = lead_digest_lines(session, tim, digest_day(wishes, now=TUESDAY), TUESDAY)

    assert (line.title, line.words, line.link) == (
        "You stand in for Sam until Thu 4 Mar 2027",
        "2 open leads",
        f"/leads?owner={acme.sam.id}",
    )
    assert said(session, tim, now=TUESDAY + timedelta(days=1)) == []
    assert said(session, acme.mona) == []
