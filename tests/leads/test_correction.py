"""What is put right about a lead is told to its history where promises depend on it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.correction import correct
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.history import queries, recording
from alignment.leads.intake import NewLead, add_lead
from alignment.leads.models import Lead, LeadEvent
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Timer
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import Target
from tests.factories import MONDAY_NINE, Cast

HOUR = timedelta(hours=1)
KNOWN: dict[str, Any] = {"name": "Ada Byron", "email": "ada@globex.example", "score": 40}


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """Of score 40, handed off on Monday at nine."""
    lead = add_lead(session, NewLead(**KNOWN), by=acme.mona, now=MONDAY_NINE)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    return lead


def changes_of(session: Session, lead: Lead) -> list[LeadEvent]:
    told = queries.history_of(session, lead)
    return [line for line in told if line.kind is EventKind.REPRIORITISED]


def test_what_is_put_right_before_the_handoff_leaves_the_history(session: Session, acme: Cast):
    lead = add_lead(session, NewLead(**KNOWN), by=acme.mona, now=MONDAY_NINE)

    wish = NewLead(name="Ada Byron", phone="+49 30 5550100")
    correct(session, lead, wish, by=acme.mona, now=MONDAY_NINE)

    assert (lead.name, lead.phone, lead.email) == ("Ada Byron", "+49 30 5550100", None)
    assert len(queries.history_of(session, lead)) == 1


def test_a_changed_score_is_told_once_and_alone(session: Session, acme: Cast, ada: Lead):
    correct(session, ada, NewLead(**KNOWN | {"score": 80}), by=acme.mona, now=MONDAY_NINE + HOUR)
    correct(session, ada, NewLead(**KNOWN | {"score": 80}), by=acme.mona, now=MONDAY_NINE + HOUR)

    [line] = changes_of(session, ada)
    assert line.facts == {"score": 80}
    assert (line.at, line.by_id) == (MONDAY_NINE + HOUR, acme.mona.id)


def test_a_new_spelling_of_the_name_changes_no_promise(session: Session, acme: Cast, ada: Lead):
    wish = NewLead(**KNOWN | {"name": "Ada Lovelace"})
    correct(session, ada, wish, by=acme.mona, now=MONDAY_NINE + HOUR)

    assert changes_of(session, ada) == []
    entries = session.exec(select(JournalEntry).order_by(JournalEntry.id)).all()  # type: ignore[arg-type]
    assert entries[-1].facts["fields"] == ["name"]


def test_a_change_is_not_taken_back_line_by_line(session: Session, acme: Cast, ada: Lead):
    correct(session, ada, NewLead(**KNOWN | {"score": 80}), by=acme.mona, now=MONDAY_NINE + HOUR)

    with pytest.raises(Refused, match="Change the lead again"):
        recording.undo_event(
            session, ada, changes_of(session, ada)[0], by=acme.mona, now=MONDAY_NINE + HOUR
        )


def test_the_new_segment_holds_from_the_original_start(session: Session, acme: Cast):
    sign(session, acme, (fast(), accept_or_return(hours=8), answer_to_return(hours=8)))
    lead = add_lead(session, NewLead(**KNOWN), by=acme.mona, now=MONDAY_NINE)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    correct(session, lead, NewLead(**KNOWN | {"score": 80}), by=acme.mona, now=MONDAY_NINE + HOUR)

    timer = session.exec(select(Timer)).one()
    assert (timer.started_at, timer.due_at) == (MONDAY_NINE, MONDAY_NINE + 2 * HOUR)


def test_a_file_tells_a_changed_score_as_the_form_does(session: Session, acme: Cast, ada: Lead):
    told: dict[str, Any] = {"email": "bo@globex.example", "score": 40}
    bo = add_lead(session, NewLead(name="Bo", **told), by=acme.mona, now=MONDAY_NINE)
    hand_off(session, bo, by=acme.mona, now=MONDAY_NINE)
    later = MONDAY_NINE + HOUR

    import_again(session, acme, told | {"score": 80, "source": "Demo"}, by=acme.mona)
    news = KNOWN | {"score": 80, "source": "Demo"}
    correct(session, ada, NewLead(**news), by=acme.mona, now=later)

    [by_file], [by_form] = changes_of(session, bo), changes_of(session, ada)
    assert by_file.model_dump(exclude={"id", "lead_id"}) == by_form.model_dump(
        exclude={"id", "lead_id"}
    )


def test_a_file_told_again_tells_no_change_again(session: Session, acme: Cast, ada: Lead):
    for _ in range(2):
        import_again(session, acme, {"email": "ada@globex.example", "score": 80}, by=acme.mona)

    assert [line.facts for line in changes_of(session, ada)] == [{"score": 80}]


def test_a_file_of_events_tells_what_the_lead_is_worth_now(session: Session, acme: Cast, ada: Lead):
    rows = [HistoryAddition(lead=ada, events=(), amount_minor=amount) for amount in (500, 900)]

    add_history(session, acme.id, rows, now=MONDAY_NINE + HOUR, by_id=acme.mona.id)

    assert [line.facts["amount"] for line in changes_of(session, ada) if line.facts] == [900]


def import_again(session: Session, acme: Cast, told: dict[str, Any], *, by: User) -> None:
    rows = [LeadUpsert(fields=NewLead(**told))]
    upsert_leads(session, acme.id, rows, now=MONDAY_NINE + HOUR, by_id=by.id)


def fast() -> Target:
    """Two hours for a score of 50 and more."""
    hot = Condition(fact="score", operator=Operator.AT_LEAST, number=50)
    segment = Segment(name="Hot", conditions=(hot,))
    return replace(accept_or_return(hours=2), rank=1, segment=segment)


def sign(session: Session, acme: Cast, targets: tuple[Target, ...]) -> None:
    version = lifecycle.draft(
        session,
        NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=targets),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.sam, now=MONDAY_NINE)
