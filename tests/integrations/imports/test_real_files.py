"""Exports of other systems as they are, with no mapping; skipped where the folder is missing."""

import csv
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from alignment import db
from alignment.integrations.imports.models import ImportKind
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import Handoff, Lead, LeadEvent, Source, Stage

DATA = Path(__file__).parents[4] / "shared" / "data"
OLIST_LEADS = DATA / "olist" / "olist_marketing_qualified_leads_dataset.csv"
OLIST_DEALS = DATA / "olist" / "olist_closed_deals_dataset.csv"
XEDUCATION = DATA / "xeducation" / "Leads.csv"
ZOHO = DATA / "zoho" / "Leads.csv"
HUBSPOT_HEADER = DATA / "crm_formats" / "headers" / "hubspot_contact_export_headers_real.txt"

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = timedelta(days=7)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder shared/data is not there")


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Tens of thousands of rows: once is enough."""
    return sqlite_engine


def number_of(engine, *conditions) -> int:
    with db.read_only_session(engine) as session:
        return session.exec(select(func.count()).select_from(Lead).where(*conditions)).one()


def test_olist_comes_in_once_and_its_wins_too(engine, bring_in):
    first = bring_in(OLIST_LEADS)
    again = bring_in(OLIST_LEADS)
    wins = bring_in(OLIST_DEALS, ImportKind.EVENTS)
    wins_again = bring_in(OLIST_DEALS, ImportKind.EVENTS)
    leads_after_wins = bring_in(OLIST_LEADS)

    assert (first.changes, again.changes) == ({"created": 8_000}, {"unchanged": 8_000})
    assert (wins.changes, wins_again.changes) == ({"created": 842}, {"unchanged": 842})
    assert leads_after_wins.changes == {"unchanged": 8_000}
    assert number_of(engine, Lead.stage == Stage.WON) == 842
    assert number_of(engine, col(Lead.won_at).is_not(None)) == 842
    assert number_of(engine, col(Lead.source_id).is_(None)) == 60
    assert [(row, remark.reason) for row, remark, _ in wins.first_problems] == [
        (669, "won on 2018-03-06, before it was handed off on 2018-03-08")
    ]
    with db.read_only_session(engine) as session:
        assert session.exec(select(func.count()).select_from(Handoff)).one() == 8_000


def test_olist_told_again_with_times_and_other_dates_is_as_many_handoffs(engine, bring_in, write):
    """The dates of a thousand, then events with a time on that day, then dates a week later."""
    table = OLIST_LEADS.read_text(encoding="utf-8").splitlines()[:1_001]
    rows = [(row["mql_id"], row["first_contact_date"]) for row in csv.DictReader(table)]
    with_times = [f"{lead},mql,{on} 10:00" for lead, on in rows]
    a_week_later = [f"{lead},mql,{date.fromisoformat(on) + WEEK}" for lead, on in rows]

    bring_in(write("\n".join(table)))
    for told in (with_times, a_week_later):
        bring_in(write("\n".join(["mql_id,kind,at", *told])), ImportKind.EVENTS)
    again = bring_in(write("\n".join(table)))

    assert again.changes == {"unchanged": 1_000}
    with db.read_only_session(engine) as session:
        handoffs = session.exec(select(Handoff)).all()
        lines = select(func.count()).where(LeadEvent.kind == EventKind.HANDED_OFF)
        assert (len(handoffs), session.exec(lines).one()) == (1_000, 3_000)
        assert {x.handed_off_at.astimezone(BERLIN).hour for x in handoffs} == {10}


def test_xeducation_is_accounted_for_row_by_row(engine, bring_in):
    first = bring_in(XEDUCATION)
    again = bring_in(XEDUCATION)

    assert (first.changes, again.changes) == ({"created": 9_240}, {"unchanged": 9_240})
    with db.read_only_session(engine) as session:
        google = session.exec(select(Source).where(Source.key == "google")).one()
    assert number_of(engine, Lead.source_id == google.id) == 2_868 + 5
    assert number_of(engine, Lead.do_not_mail) == 734
    assert number_of(engine, Lead.region == "Select") == 0


def test_zoho_leads_come_in_with_their_display_dates(engine, bring_in):
    first = bring_in(ZOHO)
    again = bring_in(ZOHO)

    assert (first.changes, first.remarks) == ({"created": 3_900}, 11)
    assert again.changes == {"unchanged": 3_900}
    assert number_of(engine, Lead.name == "Denson") == 1


def test_the_columns_of_hubspot_are_known_by_their_names(engine, bring_in, write):
    header = [name.strip() for name in HUBSPOT_HEADER.read_text().splitlines() if name.strip()]
    given = {
        "Contact ID": "901",
        "First Name": "Ada",
        "Last Name": "Byron",
        "Email": "ada@byron.example",
        "Create Date": "2027-01-04 10:00",
        "Became a Marketing Qualified Lead Date": "1/25/2027 2:30 PM",
        "Original Source": "Organic Search",
    }

    report = bring_in(
        write(",".join(header) + "\n" + ",".join(given.get(name, "") for name in header) + "\n")
    )

    assert report.changes == {"created": 1}
    assert number_of(engine, Lead.external_id == "901", col(Lead.handed_off_at).is_not(None)) == 1
