"""Two records of one person become one lead, and can be two again for ten minutes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads import queries as leads_queries
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.bulk.known_leads import KnownLeads
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.correction import correct
from alignment.leads.disposition import Disposition, decide
from alignment.leads.duplicates import merging
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.history import queries as history_queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import undo_event
from alignment.leads.intake import NewLead, source_id_of
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage
from alignment.leads.touches import record_touch
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer
from alignment.sla.promises.standard_targets import first_touch, light_agreement
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.leads.test_correction import sign

HOUR = timedelta(hours=1)
TEN, ELEVEN, NOON = (MONDAY_NINE + hours * HOUR for hours in (1, 2, 3))


@pytest.fixture
def agreed(session: Session, acme: Cast) -> None:
    """The light agreement: 4 hours to accept, 8 hours to the first touch."""
    sign(session, acme, light_agreement())


@pytest.fixture
def ada(session: Session, acme: Cast, agreed: None) -> Lead:
    """Handed off at ten."""
    return handed_off(session, acme, "Ada Byron", at=TEN, external_id="A1", email_key="ada@x.y")


@pytest.fixture
def twin(session: Session, acme: Cast, agreed: None) -> Lead:
    """The same person, handed off at nine and called at eleven."""
    lead = handed_off(session, acme, "A. Byron", at=MONDAY_NINE, external_id="B2", phone="555")
    record_touch(session, lead, EventKind.CALLED, by=acme.sam, now=ELEVEN)
    return lead


def handed_off(session: Session, acme: Cast, name: str, *, at: datetime, **columns: object) -> Lead:
    lead = make_lead(session, acme, name, **columns)
    hand_off(session, lead, by=acme.mona, now=at, owner=acme.sam)
    return lead


def clocks(session: Session, lead: Lead) -> dict[str, Timer]:
    found = session.exec(select(Timer).where(Timer.lead_id == lead.id)).all()
    assert len(found) == len({timer.target_key for timer in found})
    return {timer.target_key: timer for timer in found}


def everything(session: Session) -> list[object]:
    """What a merge may touch, as values."""
    session.expire_all()
    kinds: Sequence[type[Lead | LeadEvent | Handoff]] = (Lead, Handoff)
    rows = [
        row.model_dump(exclude={"id"})
        for kind in kinds
        for row in session.exec(select(kind).order_by(kind.workspace_id, kind.id))  # type: ignore[arg-type]
    ]
    lines = session.exec(select(LeadEvent).where(LeadEvent.undone_at.is_(None)))  # type: ignore[union-attr]
    timers = session.exec(select(Timer)).all()
    told = sorted((x.lead_id, x.dedupe_key) for x in lines)
    return [*rows, *told, *sorted((x.lead_id, x.target_key, x.state, x.due_at) for x in timers)]


def test_the_survivor_keeps_the_earliest_handoff_and_the_earliest_answer(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    touched = clocks(session, ada)["first_touch"]
    assert (touched.state, touched.started_at, touched.stopped_at) == (
        TimerState.MET,
        MONDAY_NINE,
        ELEVEN,
    )
    [stay] = history_queries.handoffs_of(session, ada)
    assert (stay.handed_off_at, stay.touched_at) == (MONDAY_NINE, ELEVEN)


def test_the_merged_lead_is_counted_nowhere(session: Session, acme: Cast, ada: Lead, twin: Lead):
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    assert (twin.stage, twin.merged_into_id) == (Stage.MERGED, ada.id)
    assert history_queries.handoffs_of(session, twin) == []
    assert {timer.state for timer in clocks(session, twin).values()} == {TimerState.CANCELLED}
    assert all(timer.next_at is None for timer in clocks(session, twin).values())


def test_the_survivor_fills_its_gaps_and_keeps_what_it_has(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    ada.score, twin.score, twin.region, twin.do_not_call = 40, 80, "North", True

    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    assert (ada.phone, ada.region, ada.score, ada.do_not_call) == ("555", "North", 40, True)
    assert ada.name == "Ada Byron"
    told = [x for x in history_queries.history_of(session, ada) if x.kind is EventKind.HANDED_OFF]
    assert told[0].facts is not None
    assert (told[0].facts["region"], told[0].facts["score"]) == ("North", 40)


def test_a_return_as_a_duplicate_is_not_told_on_the_survivor(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    return_to_marketing(session, twin, reason=ReturnReason.DUPLICATE, by=acme.sam, now=NOON)

    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    assert ada.stage is Stage.HANDED_OFF
    idle = [x.kind for x in history_queries.full_history_of(session, ada) if x.undone_at]
    assert EventKind.RETURNED in idle


def test_a_deal_won_under_the_other_record_is_won(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    accept(session, twin, by=acme.sam, now=ELEVEN)
    decide(session, twin, outcome=Disposition.WON, by=acme.sam, now=ELEVEN)

    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    assert (ada.stage, ada.won_at) == (Stage.WON, ELEVEN)


def test_a_lead_that_was_never_handed_off_takes_the_whole_story(
    session: Session, acme: Cast, twin: Lead
):
    bo = make_lead(session, acme, "Bo Yu")
    accept(session, twin, by=acme.sam, now=ELEVEN)

    merging.merge(session, twin, into=bo, by=acme.mona, now=NOON)

    assert (bo.stage, bo.owner_id, bo.handed_off_at) == (Stage.ACCEPTED, acme.sam.id, MONDAY_NINE)
    assert clocks(session, bo)["accept_or_return"].state is TimerState.MET


def test_a_stay_that_was_over_before_stands_beside_the_other(
    session: Session, acme: Cast, twin: Lead
):
    accept(session, twin, by=acme.sam, now=TEN)
    decide(session, twin, outcome=Disposition.LOST, by=acme.sam, now=ELEVEN)
    bo = handed_off(session, acme, "Bo Yu", at=NOON)

    merging.merge(session, twin, into=bo, by=acme.mona, now=NOON)

    stays = history_queries.handoffs_of(session, bo)
    assert [stay.handed_off_at for stay in stays] == [MONDAY_NINE, NOON]
    assert bo.stage is Stage.HANDED_OFF


def test_each_handoff_keeps_the_source_that_it_was_counted_under(
    session: Session, acme: Cast, agreed: None
):
    fair, web = (source_id_of(session, acme.id, name) for name in ("Fair", "Web"))
    twin = handed_off(session, acme, "A. Byron", at=MONDAY_NINE, source_id=fair)
    return_to_marketing(session, twin, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN)
    answer_return(session, twin, answer=ReturnAnswer.RECYCLED, by=acme.mona, now=TEN)
    ada = handed_off(session, acme, "Ada Byron", at=ELEVEN, source_id=web)
    correct(session, ada, NewLead(name="Ada Byron", source="Search"), by=acme.mona, now=NOON)

    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    assert [x.source_id for x in history_queries.handoffs_of(session, ada)] == [fair, web]


def test_one_stay_told_of_two_records_keeps_the_source_that_the_survivor_had_then(
    session: Session, acme: Cast, agreed: None
):
    fair, web = (source_id_of(session, acme.id, name) for name in ("Fair", "Web"))
    twin = handed_off(session, acme, "A. Byron", at=MONDAY_NINE, source_id=fair)
    ada = handed_off(session, acme, "Ada Byron", at=TEN, source_id=web)
    correct(session, ada, NewLead(name="Ada Byron", source="Search"), by=acme.mona, now=ELEVEN)

    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    [handoff] = history_queries.handoffs_of(session, ada)
    assert (handoff.handed_off_at, handoff.source_id) == (MONDAY_NINE, web)


def test_who_had_the_survivor_has_it_still(session: Session, acme: Cast, ada: Lead, twin: Lead):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    bo = make_lead(session, acme, "Bo Yu")
    hand_off(session, bo, by=acme.mona, now=TEN, owner=tim)

    merging.merge(session, twin, into=bo, by=acme.mona, now=NOON)

    assert bo.owner_id == tim.id


def test_merging_takes_nothing_from_what_was_promised_for_a_changed_segment(
    session: Session, acme: Cast
):
    sign(session, acme, (first_touch(hours=8), *light_agreement()[:1], light_agreement()[2]))
    one = handed_off(session, acme, "One", at=TEN)
    two = handed_off(session, acme, "Two", at=ELEVEN, score=80)

    merging.merge(session, two, into=one, by=acme.mona, now=NOON)

    [line] = [
        x for x in history_queries.history_of(session, one) if x.kind is EventKind.REPRIORITISED
    ]
    assert line.facts is not None
    assert line.facts["score"] == 80
    assert clocks(session, one)["first_touch"].started_at == TEN


def test_a_later_file_of_the_merged_record_reaches_the_survivor(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    new = NewLead(external_id="B2", name="A. Byron", company="Initech", title="CFO")
    handoff = NewLeadEvent(kind=EventKind.HANDED_OFF, at=MONDAY_NINE, by_id=acme.mona.id)

    [taken] = upsert_leads(
        session, acme.id, [LeadUpsert(fields=new, events=(handoff,))], now=NOON + HOUR
    )

    assert taken.lead_id == ada.id
    assert (ada.name, ada.company, ada.title, ada.external_id) == (
        "Ada Byron",
        "Globex",
        "CFO",
        "A1",
    )
    assert len(history_queries.handoffs_of(session, ada)) == 1


def test_what_did_not_count_is_not_told_again_by_a_file(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    return_to_marketing(session, twin, reason=ReturnReason.DUPLICATE, by=acme.sam, now=NOON)
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    returned = NewLeadEvent(kind=EventKind.RETURNED, at=NOON, by_id=acme.sam.id, reason="duplicate")

    known = KnownLeads(session, acme.id, external_ids=["B2"], email_keys=[])
    found = known.find("B2", None)
    assert found is not None
    add_history(
        session, acme.id, [HistoryAddition(lead=found, events=(returned,))], now=NOON + HOUR
    )

    assert found.id == ada.id
    assert ada.stage is Stage.HANDED_OFF


def test_a_record_merged_twice_over_is_found_at_the_end(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    bo = make_lead(session, acme, "Bo Yu", external_id="C3")
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    merging.merge(session, ada, into=bo, by=acme.mona, now=NOON + HOUR)

    found = KnownLeads(session, acme.id, external_ids=["B2"], email_keys=["ada@x.y"])
    assert found.find("B2", None) == found.find(None, "ada@x.y") == bo
    assert leads_queries.lead_by_id_or_number(session, acme.id, "B2") == bo


def test_an_undone_merge_leaves_everything_as_it_was(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    ada.arrived_at = NOON
    session.flush()
    before = everything(session)
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    assert everything(session) != before

    survivor = merging.undo_merge(session, twin, by=acme.mona, now=NOON + timedelta(minutes=10))

    assert survivor is ada
    assert everything(session) == before


def test_undone_and_merged_again_is_merged(session: Session, acme: Cast, ada: Lead, twin: Lead):
    for minutes in (0, 5):
        at = NOON + timedelta(minutes=minutes)
        merging.merge(session, twin, into=ada, by=acme.mona, now=at)
        if not minutes:
            merging.undo_merge(session, twin, by=acme.mona, now=at)

    assert clocks(session, ada)["first_touch"].state is TimerState.MET


def test_the_merged_lead_is_not_put_right_any_more(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    with pytest.raises(Refused, match="Change that one"):
        correct(session, twin, NewLead(name="Eve"), by=acme.mona, now=NOON)


def test_a_score_of_nothing_is_a_score(session: Session, acme: Cast, ada: Lead, twin: Lead):
    ada.score, twin.score, twin.amount_minor = 0, 80, 0

    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    assert (ada.score, ada.amount_minor) == (0, 0)


def test_what_was_put_right_since_stays_when_a_merge_is_undone(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    ada.details, twin.details = {"fair": "Hall 3"}, {"fair": "Hall 4", "size": "50"}
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    assert ada.details == {"fair": "Hall 3", "size": "50"}
    ada.phone, ada.details = "777", ada.details | {"fair": "Hall 5"}

    merging.undo_merge(session, twin, by=acme.mona, now=NOON + timedelta(minutes=5))

    assert (ada.phone, ada.details) == ("777", {"fair": "Hall 5"})


def test_two_merges_are_undone_one_after_the_other(
    session: Session, acme: Cast, ada: Lead, twin: Lead
):
    bo = make_lead(session, acme, "Bo Yu", external_id="C3")
    before = everything(session)
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    merging.merge(session, ada, into=bo, by=acme.mona, now=NOON)
    with pytest.raises(Refused, match="Undo that first"):
        merging.undo_merge(session, twin, by=acme.mona, now=NOON)

    merging.undo_merge(session, ada, by=acme.mona, now=NOON)
    merging.undo_merge(session, twin, by=acme.mona, now=NOON)

    ended_on_bo = {(bo.id, key) for key in clocks(session, bo)}
    after = [x for x in everything(session) if not isinstance(x, tuple) or x[:2] not in ended_on_bo]
    assert after == before
    assert {timer.state for timer in clocks(session, bo).values()} == {TimerState.CANCELLED}


def test_what_was_taken_back_on_the_survivor_does_not_come_back(
    session: Session, acme: Cast, ada: Lead
):
    twin = handed_off(session, acme, "A. Byron", at=MONDAY_NINE, external_id="B2")
    record_touch(session, twin, EventKind.CALLED, by=acme.sam, now=NOON)
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    called = next(x for x in history_queries.history_of(session, ada) if x.kind is EventKind.CALLED)
    undo_event(session, ada, called, by=acme.sam, now=NOON + timedelta(minutes=1))

    merging.undo_merge(session, twin, by=acme.mona, now=NOON + timedelta(minutes=2))

    assert clocks(session, twin)["first_touch"].state is TimerState.RUNNING


@pytest.mark.parametrize(
    ("who", "minutes", "acts", "words"),
    [
        ("sam", 1, False, "Only the person who merged them"),
        ("mona", 11, False, "within ten minutes"),
        ("mona", 2, True, "Somebody has acted on Ada Byron since"),
    ],
)
def test_a_merge_stays_once_it_is_old_or_somebody_went_on_from_it(
    session: Session,
    acme: Cast,
    ada: Lead,
    twin: Lead,
    who: str,
    minutes: int,
    acts: bool,
    words: str,
):
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)
    if acts:
        accept(session, ada, by=acme.sam, now=NOON + timedelta(minutes=1))
    by: User = getattr(acme, who)

    with pytest.raises(Refused, match=words):
        merging.undo_merge(session, twin, by=by, now=NOON + timedelta(minutes=minutes))


def test_what_cannot_be_one_lead_is_refused(
    session: Session, acme: Cast, ada: Lead, twin: Lead, stella: User
):
    other = Lead(workspace_id=stella.workspace_id, name="Eve", arrived_at=NOON)
    session.add(other)
    session.flush()
    merging.merge(session, twin, into=ada, by=acme.mona, now=NOON)

    for loser, into, words in (
        (ada, other, "two companies"),
        (ada, ada, "same record"),
        (twin, ada, "merged into another lead before"),
        (ada, twin, "merged into another lead before"),
    ):
        with pytest.raises(Refused, match=words):
            merging.merge(session, loser, into=into, by=acme.mona, now=NOON)


def test_a_call_that_stopped_no_clock_stops_none_of_the_survivor(
    session: Session, acme: Cast, ada: Lead
):
    twin = handed_off(session, acme, "A. Byron", at=MONDAY_NINE, external_id="B2")
    record_touch(session, twin, EventKind.CALLED, by=acme.olga, now=ELEVEN)

    merging.merge(session, twin, into=ada, by=acme.sam, now=NOON)

    calls = [x for x in history_queries.history_of(session, ada) if x.kind is EventKind.CALLED]
    assert [call.is_by_outsider for call in calls] == [True]
    assert history_queries.handoffs_of(session, ada)[0].touched_at is None
