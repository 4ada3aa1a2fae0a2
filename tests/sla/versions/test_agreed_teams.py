"""With two teams on either side, the agreement that has a lead says which two it is with.

Sales of Berlin (Sam) and of New York (Lea); large leads are agreed on with New York.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlmodel import Session, select

from alignment.accounts.models import Team, User
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads import routing, touches
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason, accept, hand_off, return_to_marketing
from alignment.leads.history.lead_teams import LeadTeams
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams, owes
from alignment.notifications.models import Delivery
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.segments import Segment
from alignment.sla.replay.columns.tallies import Tally
from alignment.sla.replay.drafts import replay_draft
from tests.factories import MONDAY_NINE, Cast, make_hours, make_lead, make_team, make_user
from tests.sla.light_agreement import clock
from tests.sla.two_sales_teams import LARGE, America, america, promises, signed

HOUR = timedelta(hours=1)
SMALL_AMOUNT, LARGE_AMOUNT = 500_000, 2_000_000


@dataclass(frozen=True, kw_only=True)
class Company:
    acme: Cast
    us: America
    everything: AgreementVersion
    large: AgreementVersion


@pytest.fixture
def company(session: Session, acme: Cast) -> Company:
    us = america(session, acme)
    return Company(
        acme=acme,
        us=us,
        everything=signed(session, acme),
        large=signed(session, acme, sales=us.team, by=us.lea, segment=LARGE, rank=10),
    )


def lead_worth(session: Session, acme: Cast, amount: int, name: str = "Ada Byron") -> Lead:
    return make_lead(session, acme, name, amount_minor=amount)


def handed_off(session: Session, acme: Cast, amount: int, *, by: User | None = None) -> Lead:
    lead = lead_worth(session, acme, amount)
    hand_off(session, lead, by=by or acme.mona, now=MONDAY_NINE)
    return lead


def agreement_of_clock(session: Session, lead: Lead, key: str = "accept_or_return") -> Agreement:
    version = session.get_one(AgreementVersion, clock(session, lead, key).version_id)
    return session.get_one(Agreement, version.agreement_id)


def owing_ids(session: Session, lead: Lead, reader: User) -> set[int]:
    return OwingTeams(session, reader, [lead]).ids(lead)


def leave(session: Session, *people: User) -> None:
    for person in people:
        person.is_active = False
    session.flush()


def test_a_lead_goes_to_the_sales_team_of_its_agreement(session: Session, company: Company):
    acme, lea = company.acme, company.us.lea

    large = [handed_off(session, acme, LARGE_AMOUNT) for _ in range(2)]
    small = [handed_off(session, acme, SMALL_AMOUNT) for _ in range(2)]

    assert [lead.owner_id for lead in large] == [lea.id, lea.id]
    assert [lead.owner_id for lead in small] == [acme.sam.id, acme.sam.id]


def test_what_nobody_owns_the_agreements_team_owes(session: Session, company: Company):
    acme, lea = company.acme, company.us.lea
    leave(session, lea)
    lead = handed_off(session, acme, LARGE_AMOUNT)
    kim = make_user(session, acme.workspace, "Kim", team=company.us.team)

    assert lead.owner_id is None
    assert OwingTeams(session, acme.sam, [lead]).names(lead) == "Sales US"
    assert (owes(session, lead, acme.sam), owes(session, lead, kim)) == (False, True)
    with pytest.raises(Refused, match="Only somebody of Sales US can do that"):
        routing.give(session, lead, owner=acme.sam, by=acme.sam, now=MONDAY_NINE + HOUR)


def test_a_call_by_the_other_sales_team_stops_no_clock_of_it(session: Session, company: Company):
    acme = company.acme
    leave(session, company.us.lea)
    lead = handed_off(session, acme, LARGE_AMOUNT)

    line = touches.record_touch(
        session, lead, EventKind.CALLED, by=acme.sam, now=MONDAY_NINE + HOUR
    )

    assert line.is_by_outsider
    assert touches.call_sentence(session, lead, line, by=acme.sam).endswith(
        "you are not in Sales US."
    )


def test_the_stored_clock_names_the_same_team(session: Session, company: Company):
    acme = company.acme
    leave(session, acme.sam, company.us.lea)
    leads = [handed_off(session, acme, amount) for amount in (SMALL_AMOUNT, LARGE_AMOUNT)]

    for lead in leads:
        assert owing_ids(session, lead, acme.mona) == {
            agreement_of_clock(session, lead).sales_team_id
        }
    assert [agreement_of_clock(session, lead).id for lead in leads] == [
        company.everything.agreement_id,
        company.large.agreement_id,
    ]


def test_what_came_before_every_agreement_any_sales_team_owes(session: Session, company: Company):
    acme = company.acme
    lead = lead_worth(session, acme, LARGE_AMOUNT)
    leave(session, acme.sam, company.us.lea)

    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE - HOUR)

    assert owing_ids(session, lead, acme.mona) == {acme.sales.id, company.us.team.id}


def test_who_handed_it_off_decides_among_agreements_of_two_marketing_teams(
    session: Session, acme: Cast, max_of_webinars: User
):
    us = america(session, acme)
    signed(session, acme)
    webinars_agree(session, acme, us, max_of_webinars)

    assert handed_off(session, acme, SMALL_AMOUNT).owner_id == acme.sam.id
    assert handed_off(session, acme, SMALL_AMOUNT, by=max_of_webinars).owner_id == us.lea.id


def test_a_lead_that_a_file_told_comes_back_to_the_agreements_marketing_team(
    session: Session, acme: Cast, max_of_webinars: User
):
    us = america(session, acme)
    signed(session, acme)
    webinars = webinars_agree(session, acme, us, max_of_webinars, segment=LARGE)
    lead = from_file(session, acme, "E1", LARGE_AMOUNT)
    accept(session, lead, by=us.lea, now=MONDAY_NINE + HOUR)

    why = ReturnReason.NO_FIT
    return_to_marketing(session, lead, reason=why, by=us.lea, now=MONDAY_NINE + 2 * HOUR)

    told = session.exec(select(Delivery.recipient_id).where(Delivery.kind == "lead_returned"))
    assert set(told) == {max_of_webinars.id}
    assert LeadTeams(session, acme.id, [lead]).team_id(lead, Side.MARKETING) == webinars.id
    assert agreement_of_clock(session, lead, "answer_to_return").marketing_team_id == webinars.id


def test_many_at_once_are_with_the_teams_that_one_by_one_would_be(
    session: Session, company: Company
):
    acme = company.acme
    small = from_file(session, acme, "S1", SMALL_AMOUNT)
    large = from_file(session, acme, "L1", LARGE_AMOUNT)

    assert owing_ids(session, small, acme.mona) == {acme.sales.id}
    assert owing_ids(session, large, acme.mona) == {company.us.team.id}
    assert agreement_of_clock(session, large).sales_team_id == company.us.team.id


def test_replay_of_what_nobody_owns_comes_to_what_the_clocks_came_to(
    session: Session, company: Company
):
    acme = company.acme
    leave(session, acme.sam, company.us.lea)
    for amount in (SMALL_AMOUNT, LARGE_AMOUNT, LARGE_AMOUNT):
        handed_off(session, acme, amount)
    kim = make_user(session, acme.workspace, "Kim", team=company.us.team)
    for lead in session.exec(select(Lead).where(Lead.amount_minor == LARGE_AMOUNT)):
        accept(session, lead, by=kim, now=MONDAY_NINE + HOUR)

    for version, kept, running in ((company.large, 2, 0), (company.everything, 0, 1)):
        agreement = session.get_one(Agreement, version.agreement_id)
        report = replay_draft(
            session,
            agreement,
            promises(hours=4),
            since=MONDAY_NINE,
            now=MONDAY_NINE + 2 * HOUR,
            wanted=Fraction(1),
        )
        compared = next(x for x in report.promises if x.key == "accept_or_return").compared
        assert compared.total.draft == compared.total.actual == Tally(met=kept, running=running)


@pytest.fixture
def max_of_webinars(session: Session, acme: Cast) -> User:
    """He leads a second marketing team."""
    team = make_team(session, acme.workspace, side=Side.MARKETING, name="Webinars")
    make_hours(session, team)
    return make_user(session, acme.workspace, "Max", team=team, is_team_lead=True)


def webinars_agree(
    session: Session, acme: Cast, us: America, max_: User, *, segment: Segment | None = None
) -> Team:
    """The marketing team Webinars promises something to Sales US, before others have their turn."""
    webinars = session.exec(select(Team).where(Team.name == "Webinars")).one()
    new = NewAgreement(name="Webinars", marketing=webinars, sales=us.team, segment=segment, rank=10)
    version = lifecycle.draft(
        session, new, NewVersion(targets=promises(hours=4)), by=max_, now=MONDAY_NINE
    )
    for person in (max_, us.lea):
        lifecycle.sign(session, version, by=person, now=MONDAY_NINE)
    return webinars


def from_file(session: Session, acme: Cast, external_id: str, amount: int) -> Lead:
    """A lead with its handoff, of which the file names nobody."""
    line = NewLeadEvent(kind=EventKind.HANDED_OFF, at=MONDAY_NINE)
    fields = NewLead.model_validate(
        {"name": external_id, "external_id": external_id, "amount_minor": amount}
    )
    row = LeadUpsert(fields=fields, events=(line,))
    (taken,) = upsert_leads(session, acme.id, [row], now=MONDAY_NINE)
    return session.get_one(Lead, taken.lead_id)
