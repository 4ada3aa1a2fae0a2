"""What a row of events is taken for."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from alignment import db
from alignment.accounts.models import User
from alignment.files.errors import BadMapping
from alignment.integrations.imports.models import ImportKind
from alignment.leads.history import queries as leads
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage
from tests.factories import make_stella

EVENTS = ImportKind.EVENTS
LEADS = "id,email,handed off\n1,ada@byron.example,2027-01-05\n2,,\n"


@pytest.fixture
def known(bring_in, write):
    """Ada, handed off on 5 January, and a lead that never was."""
    bring_in(write(LEADS))


def lead_one(engine) -> Lead:
    with db.read_only_session(engine) as session:
        return session.exec(select(Lead).where(Lead.external_id == "1")).one()


def lines(engine) -> list[LeadEvent]:
    with db.read_only_session(engine) as session:
        return list(leads.history_of(session, lead_one(engine)))[2:]


def reasons(report) -> list[str]:
    return [remark.reason for _, remark, _ in report.first_problems]


def test_one_column_an_event(engine, known, bring_in, write):
    path = write(
        "id,accepted_at,first_touch_at,won_date\n1,2027-01-05 10:00,2027-01-05 11:00,2027-02-01\n"
    )

    report = bring_in(path, EVENTS)

    assert report.changes == {"created": 1}
    assert [line.kind for line in lines(engine)] == ["accepted", "called", "won"]
    assert lead_one(engine).stage is Stage.WON


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("won", "won"),
        ("Closed Won", "won"),
        ("Opportunity opened", "opportunity_opened"),
        ("SQL", "qualified"),
        ("e-mail", "wrote"),
    ],
)
def test_a_word_and_an_instant(engine, known, bring_in, write, word, kind):
    bring_in(write(f"email,kind,at\nADA@byron.example,{word},2027-02-01T12:00:00Z\n"), EVENTS)

    [line] = lines(engine)
    assert (line.kind, line.at) == (kind, datetime(2027, 2, 1, 12, 0, tzinfo=UTC))


def test_an_acceptance_names_who_owns_the_lead_from_then_on(engine, here, known, bring_in, write):
    bring_in(write("id,kind,at,by\n1,accepted,2027-01-06,sam@acme.test\n"), EVENTS)

    [line] = lines(engine)
    assert (line.by_id, line.owner_id, lead_one(engine).owner_id) == (here.sam.id,) * 3


def test_a_return_keeps_its_reason_and_a_win_its_amount(engine, known, bring_in, write):
    text = (
        "id,kind,at,reason,note,amount\n"
        "1,returned,2027-01-06,No fit,Too small,\n"
        "1,won,2027-02-01,,,900\n"
    )

    bring_in(write(text), EVENTS)

    returned, _won, worth = lines(engine)
    assert (returned.reason, returned.note) == ("no_fit", "Too small")
    assert worth.facts == {"amount": 90_000, "known": ["amount", "email"]}
    assert lead_one(engine).amount_minor == 90_000


def test_the_same_events_again_change_nothing(engine, known, bring_in, write):
    path = write("id,won_date,amount\n1,2027-02-01,900\n")
    bring_in(path, EVENTS)

    assert bring_in(path, EVENTS).changes == {"unchanged": 1}


def test_an_amount_put_right_is_an_update(engine, known, bring_in, write):
    bring_in(write("id,won_date,amount\n1,2027-02-01,900\n"), EVENTS)

    assert bring_in(write("id,won_date,amount\n1,2027-02-01,950\n"), EVENTS).changes == {
        "updated": 1
    }
    assert lead_one(engine).amount_minor == 95_000


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9,won,2027-02-01", "no lead is known by this"),
        (",won,2027-02-01", "names no lead"),
        ("1,danced,2027-02-01", "is none of handed_off, accepted"),
        ("1,,2027-02-01", "is none of handed_off, accepted"),
        ("1,won,", "says not when it happened"),
        ("1,won,2027-03-02", "lies in the future"),
        ("1,won,soon", "soon is not a date"),
    ],
)
def test_a_row_that_tells_nothing_usable_is_rejected(known, bring_in, write, row, reason):
    report = bring_in(write(f"id,kind,at\n{row}\n"), EVENTS)

    assert report.changes == {"rejected": 1}
    assert reason in reasons(report)[0]


def test_a_win_before_the_handoff_is_taken_and_remarked(known, bring_in, write):
    report = bring_in(write("id,won_date\n1,2027-01-03\n2,2027-01-03\n"), EVENTS)

    assert report.changes == {"created": 2}
    assert reasons(report) == [
        "won on 2027-01-03, before it was handed off on 2027-01-05",
        "won, but never handed off",
    ]


def test_a_row_without_any_event_changes_nothing(known, bring_in, write):
    assert bring_in(write("id,won_date\n1,\n"), EVENTS).changes == {"unchanged": 1}


def test_leads_of_another_workspace_are_unknown(engine, known, bring_in, write, here):
    with db.transaction(engine) as session:
        stella = make_stella(session)
        session.add(
            Lead(
                workspace_id=stella.workspace_id,
                external_id="77",
                arrived_at=datetime(2027, 1, 1, tzinfo=UTC),
            )
        )

    assert bring_in(write("id,won_date\n77,2027-01-03\n"), EVENTS).changes == {"rejected": 1}


@pytest.mark.parametrize(
    ("header", "needs"), [("name,won_date", "id or mail address"), ("id,amount", "kind and at")]
)
def test_a_file_that_can_tell_no_event_is_refused(known, bring_in, write, header, needs):
    with pytest.raises(BadMapping, match=needs):
        bring_in(write(f"{header}\n1,2\n"), EVENTS)


def test_a_leads_file_then_an_events_file_then_both_again_tell_one_handoff(engine, bring_in, write):
    leads = "id,owner,handed_off_at\nA1,Sam,2027-02-01\n"
    events = "id,kind,at,by\nA1,mql,2027-02-01 10:15,Mona\nA1,call,2027-02-01 10:30,Sam\n"
    later = "id,owner,handed_off_at\nA1,Sam,2027-02-03\n"

    for text, kind in (
        (leads, ImportKind.LEADS),
        (events, ImportKind.EVENTS),
        (later, ImportKind.LEADS),
        (leads, ImportKind.LEADS),
        (events, ImportKind.EVENTS),
    ):
        report = bring_in(write(text), kind)

    assert report.changes == {"unchanged": 2}
    with db.read_only_session(engine) as session:
        [handoff] = session.exec(select(Handoff)).all()
        quarter_past_ten = datetime(2027, 2, 1, 9, 15, tzinfo=UTC)
        assert handoff.handed_off_at == quarter_past_ten
        assert session.get_one(User, handoff.owner_id).name == "Sam"
