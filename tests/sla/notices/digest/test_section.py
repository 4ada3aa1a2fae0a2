"""What a person's digest says about promises: what is due, missed, asked, and news."""

from datetime import date, datetime

from sqlmodel import Session

from alignment.accounts.absences.days_off import DaysOff, add_days_off
from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.models import Lead
from alignment.notifications.digests.schedule import digest_day
from alignment.notifications.digests.sections import DigestLine, DigestSection
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.sla.breaches.excuses.approval import answer_excuse, ask_for_excuse, excuse_breach
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, Escalation, Timer
from alignment.sla.notices.digest.section import promise_lines
from alignment.sla.timers.queries import open_timers_owed_by
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, make_stella, make_user, save
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import clock, draft_light, in_force
from tests.sla.missed_promises import given, lea_of, missed, noticed

HALF_PAST_EIGHT = berlin("2027-03-02 08:30")
TUESDAY_NOON = berlin("2027-03-02 12:00")


def told(session: Session, person: User, *, now: datetime) -> list[DigestLine]:
    wishes = effective_preferences_of(session, [person], now=now)[person.id]
    return list(promise_lines(session, person, digest_day(wishes, now=now), now))


def said(session: Session, person: User, *, now: datetime) -> list[tuple[DigestSection, str, str]]:
    return [(line.section, line.title, line.words) for line in told(session, person, now=now)]


def with_sam(session: Session, acme: Cast) -> Lead:
    """Handed off to Sam on Monday at nine: to be accepted by one, touched by five."""
    in_force(session, acme)
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def test_a_clock_due_today_and_one_past_due_stand_under_their_headings(
    session: Session, acme: Cast
):
    lead = with_sam(session, acme)

    found = told(session, acme.sam, now=berlin("2027-03-01 13:30"))

    assert [(line.section, line.title, line.words) for line in found] == [
        (DigestSection.OVERDUE, "Ada Byron · Globex", "Accept or return"),
        (DigestSection.TODAY, "Ada Byron · Globex", "First human touch"),
    ]
    assert {line.link for line in found} == {f"/leads/{lead.id}"}
    assert [line.due_at for line in found] == [
        clock(session, lead, key).due_at for key in ("accept_or_return", "first_touch")
    ]


def test_a_missed_promise_that_nobody_owes_any_more_reminds_nobody(session: Session, acme: Cast):
    """Accepting and touching were missed on Monday; on Tuesday the lead is given up."""
    lead = with_sam(session, acme)
    refresh_leads(session, acme.id, [lead.id], now=berlin("2027-03-01 17:01"))
    why, tuesday = ReturnReason.NO_FIT, berlin("2027-03-02 09:00")
    return_to_marketing(session, lead, reason=why, by=acme.sam, now=tuesday)
    given_up = berlin("2027-03-02 10:00")
    answer_return(session, lead, answer=ReturnAnswer.WITHDRAWN, by=acme.mona, now=given_up)

    assert clock(session, lead, "first_touch").state is TimerState.BREACHED
    assert told(session, acme.sam, now=berlin("2027-03-03 08:30")) == []
    assert list(open_timers_owed_by(session, acme.sam)) == []


def test_a_clock_of_another_person_or_workspace_is_not_said(session: Session, acme: Cast):
    with_sam(session, acme)
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)

    assert told(session, kim, now=HALF_PAST_EIGHT) == []
    assert told(session, acme.mona, now=HALF_PAST_EIGHT) == []
    assert told(session, make_stella(session), now=HALF_PAST_EIGHT) == []


def test_who_leads_the_team_hears_of_clocks_that_nobody_owns(session: Session, acme: Cast):
    lead = with_sam(session, acme)
    lena = make_user(session, acme.workspace, "Lena", team=acme.sales, is_team_lead=True)
    assert told(session, lena, now=HALF_PAST_EIGHT) == []

    clock(session, lead, "first_touch").owner_id = None

    assert said(session, lena, now=HALF_PAST_EIGHT) == [
        (DigestSection.OVERDUE, "Ada Byron · Globex", "First human touch, nobody owns the lead yet")
    ]


def test_what_somebody_who_left_owes_is_said_to_who_leads_the_team(session: Session, acme: Cast):
    with_sam(session, acme)
    lena = make_user(session, acme.workspace, "Lena", team=acme.sales, is_team_lead=True)
    acme.sam.is_active = False
    session.flush()

    assert said(session, lena, now=HALF_PAST_EIGHT) == [
        (DigestSection.OVERDUE, "Ada Byron · Globex", "Accept or return, Sam left"),
        (DigestSection.OVERDUE, "Ada Byron · Globex", "First human touch, Sam left"),
    ]
    assert told(session, acme.mona, now=HALF_PAST_EIGHT) == []


def test_what_falls_due_while_somebody_is_away_is_said_to_the_manager(session: Session, acme: Cast):
    with_sam(session, acme)
    acme.sam.manager_id = acme.olga.id
    tuesday = DaysOff(first_on=date(2027, 3, 2))
    add_days_off(session, acme.sam, tuesday, by=acme.sam, now=MONDAY_NINE)

    words = [words for _, _, words in said(session, acme.olga, now=HALF_PAST_EIGHT)]
    assert words == ["Accept or return, Sam is away", "First human touch, Sam is away"]
    assert told(session, acme.olga, now=berlin("2027-03-03 08:30")) == []


def test_on_the_return_from_days_off_a_miss_that_is_over_is_said_once(session: Session, acme: Cast):
    """Sam is off on Tuesday and Wednesday; Tim is late for him on Tuesday."""
    lead = with_sam(session, acme)
    leave = DaysOff(first_on=date(2027, 3, 2), last_on=date(2027, 3, 3))
    add_days_off(session, acme.sam, leave, by=acme.sam, now=MONDAY_NINE)
    refresh_leads(session, acme.id, [lead.id], now=berlin("2027-03-01 17:01"))
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    accept(session, lead, by=tim, now=HALF_PAST_EIGHT)

    thursday, friday = berlin("2027-03-04 08:30"), berlin("2027-03-05 08:30")
    meanwhile, first_touch = said(session, acme.sam, now=thursday)[::-1]

    assert meanwhile == (
        DigestSection.MEANWHILE,
        "Ada Byron · Globex",
        "A promise was missed on Mon 1 Mar 2027; it is done or given up by now.",
    )
    assert said(session, acme.sam, now=friday) == [first_touch]


def test_clocks_in_silence_are_not_said(session: Session, acme: Cast):
    lead = with_sam(session, acme)
    for key in ("accept_or_return", "first_touch"):
        clock(session, lead, key).is_shadow = True

    assert told(session, acme.sam, now=HALF_PAST_EIGHT) == []


def test_a_draft_waits_for_who_may_sign_and_did_not_draft_it(session: Session, acme: Cast):
    draft_light(session, acme, now=MONDAY_NINE)
    lena = make_user(session, acme.workspace, "Lena", team=acme.sales, role=acme.mona.role)

    assert said(session, lena, now=HALF_PAST_EIGHT) == [
        (DigestSection.DECISION, "Leads", "Version 1 waits to be signed for sales.")
    ]
    assert told(session, acme.mona, now=HALF_PAST_EIGHT) == []
    assert told(session, acme.sam, now=HALF_PAST_EIGHT) == []


def test_a_question_waits_for_the_team_that_was_asked(session: Session, acme: Cast):
    breach = missed(session, acme)
    ask_for_excuse(session, breach, reason="Our form was down", by=acme.sam, now=TUESDAY_NOON)

    found = [
        x for x in told(session, acme.mona, now=TUESDAY_NOON) if x.section is DigestSection.DECISION
    ]

    assert [(line.title, line.words, line.link) for line in found] == [
        (
            "Sam asks to excuse what was missed",
            "Our form was down",
            f"/breaches/{breach.id}",
        )
    ]


def test_who_missed_it_hears_that_it_was_excused(session: Session, acme: Cast):
    breach = missed(session, acme)
    excuse_breach(session, breach, reason="Our form was down", by=acme.mona, now=TUESDAY_NOON)

    wednesday = said(session, acme.sam, now=berlin("2027-03-03 08:30"))
    thursday = said(session, acme.sam, now=berlin("2027-03-04 08:30"))

    news = (DigestSection.INFORMATION, "Ada Byron · Globex", "What was missed is excused.")
    assert news in wednesday
    assert news not in thursday


def test_both_teams_hear_next_morning_of_a_period_that_was_excused(session: Session, acme: Cast):
    version = in_force(session, acme)
    agreement = session.get_one(Agreement, version.agreement_id)
    lead = given(session, acme)
    period = Period(
        agreement=agreement,
        owed_by=Side.SALES,
        from_at=berlin("2027-03-01 00:00"),
        until_at=berlin("2027-03-02 00:00"),
    )
    asked = propose_period(
        session, period, reason="Our form was down", by=acme.mona, now=MONDAY_NINE
    )
    lea = lea_of(acme, session)
    answer_excuse(session, asked, is_granted=True, by=lea, now=MONDAY_NINE)
    noticed(session, lead)

    of_sam = said(session, acme.sam, now=HALF_PAST_EIGHT)

    of_period = (
        DigestSection.INFORMATION,
        f"{agreement.name}: what sales missed is excused",
        "Monday 1 March: Our form was down",
    )
    own = (DigestSection.INFORMATION, "Ada Byron · Globex", "What was missed is excused.")
    assert {of_period, own} <= set(of_sam)
    assert of_period in said(session, acme.mona, now=HALF_PAST_EIGHT)
    assert own not in said(session, acme.mona, now=HALF_PAST_EIGHT)
    assert of_period not in said(session, lea, now=HALF_PAST_EIGHT)
    assert of_period not in said(session, make_stella(session), now=HALF_PAST_EIGHT)
    assert not {of_period, own} & set(said(session, acme.sam, now=berlin("2027-03-04 08:30")))


def escalated(session: Session, timer: Timer, at: datetime, moved_to: User | None = None) -> None:
    save(
        session,
        Escalation(
            workspace_id=timer.workspace_id,
            timer_id=timer.id,
            step="0:owner:",
            reached_at=at,
            noticed_at=at,
            reassigned_to_id=moved_to.id if moved_to else None,
        ),
    )


def test_the_leads_of_both_teams_hear_next_morning_what_was_escalated(session: Session, acme: Cast):
    lead = with_sam(session, acme)
    escalated(session, clock(session, lead, "first_touch"), TUESDAY_NOON, moved_to=acme.olga)

    news = (DigestSection.INFORMATION, "Ada Byron · Globex", "Was escalated. Olga has it now.")

    assert said(session, acme.mona, now=berlin("2027-03-03 08:30")) == [news]
    assert said(session, acme.mona, now=berlin("2027-03-04 08:30")) == []
    assert news not in said(session, acme.sam, now=berlin("2027-03-03 08:30"))
