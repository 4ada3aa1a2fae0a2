"""What an amended agreement says anew about a lead that is on the way, and what it repeats not."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlmodel import Session, select

from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.notifications.models import Delivery
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.models import Agreement
from alignment.sla.notices import timeline
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.sla.timers.inspection import inspect_lead
from tests.factories import Cast, make_user
from tests.sla.escalating_agreement import handed_off, look, promise, told
from tests.sla.lead_histories import berlin

NINE, TWELVE = berlin("2027-03-01 09:00"), berlin("2027-03-01 12:01")
MINUTE = timedelta(minutes=1)


def tell(when: Fraction, person_id: int) -> EscalationStep:
    return EscalationStep(when=when, to=RecipientRole.PERSON, person_id=person_id)


def amend(
    session: Session, acme: Cast, *steps: EscalationStep, hours: float = 4, at: datetime
) -> None:
    agreement = session.exec(select(Agreement)).one()
    targets = [replace(accept_or_return(hours=hours), steps=steps), answer_to_return(hours=8)]
    version = lifecycle.amend(
        session, agreement, NewVersion(targets=targets, covers_open=True), by=acme.mona, now=at
    )
    for signer in (acme.mona, acme.sam):
        lifecycle.sign(session, version, by=signer, now=at)


def hearers(session: Session, kind: str) -> list[int | None]:
    return [delivery.recipient_id for delivery in told(session, kind)]


def test_a_step_put_in_front_is_told_and_repeats_no_other(session: Session, acme: Cast):
    """Half the time told Mona at 11:00; a quarter, told to Olga, is put in front at 11:30."""
    half, quarter = tell(Fraction(1, 2), acme.mona.id), tell(Fraction(1, 4), acme.olga.id)
    promise(session, acme, half)
    ada = handed_off(session, acme)
    look(session, ada, berlin("2027-03-01 11:01"))

    amend(session, acme, quarter, half, at=berlin("2027-03-01 11:30"))
    look(session, ada, berlin("2027-03-01 11:31"), berlin("2027-03-01 12:00"))

    assert hearers(session, "timer_escalated") == [acme.mona.id, acme.olga.id]


def test_a_first_step_taken_out_silences_no_other(session: Session, acme: Cast):
    quarter, half = tell(Fraction(1, 4), acme.mona.id), tell(Fraction(1, 2), acme.olga.id)
    promise(session, acme, quarter, half)
    ada = handed_off(session, acme)
    look(session, ada, berlin("2027-03-01 10:01"))

    amend(session, acme, half, at=berlin("2027-03-01 10:30"))
    look(session, ada, berlin("2027-03-01 11:01"))

    assert hearers(session, "timer_escalated") == [acme.mona.id, acme.olga.id]


def test_a_step_is_told_again_when_its_own_instant_moved_to_a_later_one(
    session: Session, acme: Cast
):
    """Half of four hours was at 11:00; half of sixteen is at closing."""
    half = tell(Fraction(1, 2), acme.olga.id)
    promise(session, acme, half)
    ada = handed_off(session, acme)
    look(session, ada, berlin("2027-03-01 11:01"))

    amend(session, acme, half, hours=16, at=berlin("2027-03-01 11:30"))
    look(session, ada, berlin("2027-03-01 16:59"))
    assert len(hearers(session, "timer_escalated")) == 1
    look(session, ada, berlin("2027-03-02 09:01"))

    assert hearers(session, "timer_escalated") == [acme.olga.id, acme.olga.id]


def test_a_step_that_is_not_reached_yet_is_not_called_found_too_late(session: Session, acme: Cast):
    quarter, half = tell(Fraction(1, 4), acme.mona.id), tell(Fraction(1, 2), acme.olga.id)
    promise(session, acme, quarter)
    ada = handed_off(session, acme)
    look(session, ada, berlin("2027-03-01 12:59"))  # late, and only written down after

    amend(session, acme, half, quarter, hours=16, at=berlin("2027-03-01 12:59"))

    said = timeline_words(session, acme, ada, now=berlin("2027-03-01 12:59"))
    assert not any("found too late" in text for text in said)


def timeline_words(session: Session, acme: Cast, lead: Lead, *, now: datetime) -> list[str]:
    timers = inspect_lead(session, lead, now=now)
    people = {person.id: person.name for person in (acme.mona, acme.sam, acme.olga)}
    timelines = timeline.timelines_of(session, acme.id, timers, people=people)
    return [entry.text for each in timelines.values() for entry in each.past]


def test_it_warns_once_more_when_the_due_time_moved(session: Session, acme: Cast):
    """Four hours are due at 13:00; sixteen on Tuesday at 17:00, nearly due at 13:00."""
    promise(session, acme)
    ada = handed_off(session, acme)
    look(session, ada, TWELVE, TWELVE + MINUTE)
    assert due_times(told(session, "timer_warned")) == [berlin("2027-03-01 13:00")]

    amend(session, acme, hours=16, at=berlin("2027-03-01 12:30"))
    look(session, ada, berlin("2027-03-02 12:59"))
    assert len(told(session, "timer_warned")) == 1
    look(session, ada, berlin("2027-03-02 13:01"), berlin("2027-03-02 13:02"))

    assert due_times(told(session, "timer_warned"))[1:] == [berlin("2027-03-02 17:00")]


def test_a_new_owner_is_warned_too(session: Session, acme: Cast):
    """Sam was warned at 12:00; at 12:10 the lead becomes Otto's."""
    otto = make_user(session, acme.workspace, "Otto", team=acme.sales)
    promise(session, acme)
    ada = handed_off(session, acme)
    look(session, ada, TWELVE)

    assign(session, ada, owner=otto, by=acme.sam, now=berlin("2027-03-01 12:10"))
    look(session, ada, berlin("2027-03-01 12:11"))

    assert hearers(session, "timer_warned") == [acme.sam.id, otto.id]


def due_times(deliveries: list[Delivery]) -> list[datetime]:
    return [datetime.fromisoformat(delivery.words["due_at"]) for delivery in deliveries]
