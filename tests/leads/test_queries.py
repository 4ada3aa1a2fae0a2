"""Lists of leads: for one workspace, one person, one question."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User
from alignment.errors import NotFound, Refused
from alignment.leads import queries as leads_queries
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead, Stage
from alignment.leads.queries import LeadFilter
from alignment.leads.touches import record_touch
from tests.factories import MONDAY_NINE, Cast, make_cast, make_lead, make_user

HOUR = timedelta(hours=1)


def handed(session: Session, acme: Cast, name: str, *, hour: int = 0, **columns: object) -> Lead:
    lead = make_lead(session, acme, name, **columns)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE + hour * HOUR, owner=acme.sam)
    return lead


def found(session: Session, acme: Cast, **wanted: object) -> list[str]:
    page = leads_queries.leads_page(session, acme.sam, LeadFilter(**wanted))  # type: ignore[arg-type]
    return [lead.name for lead in page.leads]


def test_a_lead_of_another_workspace_is_not_there(session: Session, acme: Cast, stella: User):
    ada = make_lead(session, acme)

    with pytest.raises(NotFound):
        leads_queries.lead_for(session, stella, ada.id)

    assert leads_queries.leads_page(session, stella, LeadFilter()).total == 0


def test_the_newest_stand_first_fifty_to_a_page(session: Session, acme: Cast):
    for number in range(52):
        at = MONDAY_NINE + number * HOUR
        make_lead(session, acme, f"Lead {number:02}", arrived_at=at)

    first = leads_queries.leads_page(session, acme.sam, LeadFilter())
    second = leads_queries.leads_page(session, acme.sam, LeadFilter(), number=2)

    assert (first.total, first.last, len(first.leads)) == (52, 2, 50)
    assert first.leads[0].name == "Lead 51"
    assert [lead.name for lead in second.leads] == ["Lead 01", "Lead 00"]


@pytest.mark.parametrize("words", ["byron", "GLOBEX", "ada@", "L-7", "100%"])
def test_words_are_sought_in_name_company_mail_and_id(session: Session, acme: Cast, words: str):
    make_lead(
        session,
        acme,
        "Ada Byron",
        company="Globex 100% GmbH",
        email="ada@globex.example",
        external_id="L-7",
    )
    make_lead(session, acme, "Bo Yu", company="Hooli 100 AG")

    assert found(session, acme, search_text=words) == ["Ada Byron"]


def test_signs_of_patterns_mean_themselves(session: Session, acme: Cast):
    make_lead(session, acme, "Ada Byron")

    assert found(session, acme, search_text="%") == []
    assert found(session, acme, search_text="_") == []


def test_a_list_narrows_to_stage_owner_and_source(session: Session, acme: Cast):
    webinar = source_id_of(session, acme.id, "Webinar")
    handed(session, acme, "Ada", source_id=webinar)
    make_lead(session, acme, "Bo")

    assert found(session, acme, stage=Stage.NEW) == ["Bo"]
    assert found(session, acme, owner_id=acme.sam.id) == ["Ada"]
    assert found(session, acme, source_id=webinar) == ["Ada"]
    assert found(session, acme, without_source=True) == ["Bo"]


def test_a_range_of_handoffs_begins_with_its_start_and_ends_before_its_end(
    session: Session, acme: Cast
):
    for hour in range(3):
        handed(session, acme, f"Lead {hour}", hour=hour)

    names = found(
        session,
        acme,
        handed_off_from=MONDAY_NINE + HOUR,
        handed_off_until=MONDAY_NINE + 2 * HOUR,
    )

    assert names == ["Lead 1"]


def test_a_list_narrows_to_what_became_of_leads(session: Session, acme: Cast):
    accept(session, handed(session, acme, "Ada"), by=acme.sam, now=MONDAY_NINE)
    record_touch(
        session, handed(session, acme, "Bo"), EventKind.CALLED, by=acme.sam, now=MONDAY_NINE
    )

    assert found(session, acme, handoff_outcome=HandoffOutcome.ACCEPTED) == ["Ada"]
    assert found(session, acme, handoff_outcome=HandoffOutcome.UNDECIDED) == ["Bo"]
    assert found(session, acme, handoff_outcome=HandoffOutcome.UNTOUCHED) == ["Ada"]


def test_what_waits_for_a_person_is_handed_off_and_undecided(session: Session, acme: Cast):
    late = handed(session, acme, "Late", hour=2)
    early = handed(session, acme, "Early", hour=1)
    accept(session, handed(session, acme, "Taken"), by=acme.sam, now=MONDAY_NINE)

    assert leads_queries.leads_awaiting(session, acme.sam, limit=9) == [early, late]
    assert leads_queries.leads_awaiting(session, acme.mona, limit=9) == []


def test_returned_leads_wait_for_an_answer(session: Session, acme: Cast, stella: User):
    ada, bo = handed(session, acme, "Ada"), handed(session, acme, "Bo")
    for lead in (ada, bo):
        return_to_marketing(session, lead, reason=ReturnReason.SPAM, by=acme.sam, now=MONDAY_NINE)
    answer_return(session, bo, answer=ReturnAnswer.WITHDRAWN, by=acme.mona, now=MONDAY_NINE)

    assert leads_queries.returned_leads(session, acme.id, limit=9) == [ada]
    assert leads_queries.returned_leads(session, stella.workspace_id, limit=9) == []


def test_of_two_who_accept_at_once_one_gets_the_lead(postgresql_engine: Engine):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
        ada = handed(session, acme, "Ada Byron")

    def accept_as_kim() -> None:
        with db.transaction(postgresql_engine) as session:
            lead = leads_queries.lead_to_change(session, kim, ada.id)
            accept(session, lead, by=kim, now=MONDAY_NINE + HOUR)

    with ThreadPoolExecutor(1) as other_browser:
        with db.transaction(postgresql_engine) as session:
            lead = leads_queries.lead_to_change(session, acme.sam, ada.id)
            pressed = other_browser.submit(accept_as_kim)
            wait([pressed], timeout=0.5)
            accept(session, lead, by=acme.sam, now=MONDAY_NINE + HOUR)
        with pytest.raises(Refused, match="not waiting for an answer"):
            pressed.result()
