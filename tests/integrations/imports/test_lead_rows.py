"""What a row of leads is taken for, and why one is rejected."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from alignment import db
from alignment.accounts.models import User
from alignment.files.errors import AmbiguousDates, BadMapping
from alignment.files.mapping import ColumnMapping, mapping_from
from alignment.integrations.imports.lead_fields import LEAD_FILE_FIELDS
from alignment.leads.history import queries as leads
from alignment.leads.models import Lead, Source, Stage


def the_lead(engine) -> Lead:
    with db.read_only_session(engine) as session:
        return session.exec(select(Lead)).one()


def the_problem(report) -> tuple[int, str, str, str]:
    [(row, remark, _)] = report.first_problems
    return row, remark.column, remark.value, remark.reason


def test_a_lead_is_made_of_what_the_columns_say(engine, bring_in, write):
    bring_in(
        write(
            "Record ID,First Name,Last Name,Email,Company Name,Original Source,HubSpot Score,"
            "Unsubscribed from all email,Create Date,Became a Marketing Qualified Lead Date\n"
            "901,Ada,Byron,Ada@Byron.example,Globex,Organic Search,42,Yes,"
            "2027-01-04 10:00,2027-01-05 09:30\n"
        )
    )

    lead = the_lead(engine)
    assert (lead.external_id, lead.name, lead.email) == ("901", "Ada Byron", "Ada@byron.example")
    assert (lead.company, lead.score, lead.do_not_mail) == ("Globex", 42, True)
    assert lead.arrived_at == datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert lead.handed_off_at == datetime(2027, 1, 5, 8, 30, tzinfo=UTC)
    assert lead.stage is Stage.HANDED_OFF


def test_a_date_alone_is_midnight_in_the_workspaces_zone(engine, bring_in, write):
    bring_in(write("id,handed off\n1,2027-01-05\n"))

    assert the_lead(engine).handed_off_at == datetime(2027, 1, 4, 23, 0, tzinfo=UTC)


def test_a_date_alone_is_midnight_in_the_files_own_zone(engine, bring_in, write):
    mapping = ColumnMapping(zone=ZoneInfo("America/Sao_Paulo"))

    bring_in(write("id,handed off\n1,2027-01-05\n"), mapping=mapping)

    assert the_lead(engine).handed_off_at == datetime(2027, 1, 5, 3, 0, tzinfo=UTC)


def test_select_means_that_nothing_was_chosen(engine, bring_in, write):
    bring_in(write("id,source,city\n1,Select,Select\n"))

    lead = the_lead(engine)
    assert (lead.source_id, lead.region) == (None, "")


def test_google_and_google_are_one_source(engine, bring_in, write):
    bring_in(write("id,source\n1,Google\n2,google\n3,Bing\n"))

    with db.read_only_session(engine) as session:
        assert sorted(x.name for x in session.exec(select(Source))) == ["Bing", "Google"]


@pytest.mark.parametrize(
    ("money", "minor"), [("1500,EUR", 150_000), ("1500,JPY", 1_500), ("1500,KWD", 1_500_000)]
)
def test_an_amount_is_kept_in_the_smallest_unit_of_its_currency(
    engine, bring_in, write, money, minor
):
    bring_in(write(f"id,amount,currency\n1,{money}\n"))

    assert the_lead(engine).amount_minor == minor


@pytest.mark.parametrize("called", ["sam@acme.test", "SAM@acme.test", "Sam"])
def test_a_lead_is_given_to_the_colleague_that_the_file_names(
    engine, here, bring_in, write, called
):
    bring_in(write(f"id,owner,handed off\n1,{called},2027-01-05\n"))

    with db.read_only_session(engine) as session:
        [handed_off] = leads.handoffs_of(session, the_lead(engine))
    assert handed_off.owner_id == the_lead(engine).owner_id == here.sam.id


def test_an_owner_whom_nobody_knows_is_remarked_once(engine, bring_in, write):
    report = bring_in(write("id,owner\n1,Ghost\n2,Ghost\n"))

    assert report.changes == {"created": 2}
    assert the_problem(report) == (
        2, "owner", "Ghost", "is nobody here; such leads stay without owner"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "column", "value", "reason"),
    [
        ("1,a@b,,,,", "email", "a@b", "is not a mail address, such as name@company.com"),
        (",,Ada,,,", "", "", "names neither an id nor a mail address"),
        ("1,,,ten,,", "score", "ten", "ten is not a whole number"),
        ("1,,,-1,,", "score", "-1", "is below 0"),
        ("1,,,,-5,", "amount", "-500", "is below 0"),
        ("1,,,,5,Euro", "currency", "Euro", "is not a currency code, such as EUR"),
        ("1,,,,", None, None, "5 cells, header has 6"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(
    bring_in, write, line, column, value, reason
):
    report = bring_in(write(f"id,email,name,score,amount,currency\n{line}\n"))

    row, found_column, found_value, found_reason = the_problem(report)
    assert report.changes == {"rejected": 1}
    assert (row, found_reason) == (2, reason)
    if column is not None:
        assert (found_column, found_value) == (column, value)


def test_a_name_that_is_too_long_is_rejected_with_its_beginning(bring_in, write):
    report = bring_in(write(f"id,name\n1,{'x' * 201}\n"))

    assert the_problem(report) == (2, "name", "x" * 80, "is over 200 characters")


def test_a_lead_cannot_arrive_tomorrow(bring_in, write):
    report = bring_in(write("id,created\n1,2027-03-02\n"))

    assert the_problem(report)[3] == "lies in the future"


def test_a_handoff_before_the_arrival_is_taken_for_it_and_remarked(engine, bring_in, write):
    report = bring_in(write("id,created,handed off\n1,2027-01-09,2027-01-05\n"))

    assert the_problem(report)[3] == "before it arrived; taken as its arrival"
    assert the_lead(engine).arrived_at == the_lead(engine).handed_off_at
    assert the_lead(engine).stage is Stage.HANDED_OFF


def test_the_same_address_twice_is_reported_with_the_row_that_was_taken(engine, bring_in, write):
    report = bring_in(write("email,name\nada@byron.example,Ada\nADA@Byron.example,Bea\n"))

    assert report.changes == {"created": 1, "rejected": 1}
    assert the_problem(report)[3] == "duplicate of row 2"
    assert the_lead(engine).name == "Ada"


def test_a_row_is_no_duplicate_of_one_that_was_rejected(engine, bring_in, write):
    report = bring_in(write("id,score\n1,ten\n1,10\n"))

    assert report.changes == {"created": 1, "rejected": 1}
    assert the_lead(engine).score == 10


def test_a_colleague_who_has_left_is_given_no_lead(engine, here, bring_in, write):
    with db.transaction(engine) as session:
        session.get_one(User, here.sam.id).is_active = False

    report = bring_in(write("id,owner\n1,sam@acme.test\n"))

    assert the_problem(report)[3] == "is nobody here; such leads stay without owner"
    assert the_lead(engine).owner_id is None


def test_unknown_columns_are_left_out_unless_wanted(engine, bring_in, write):
    path = write("id,Shoe size\n1,44\n")
    bring_in(path)
    before = the_lead(engine).details

    bring_in(path, keeps_extra_columns=True)

    assert (before, the_lead(engine).details) == ({}, {"Shoe size": "44"})


def test_at_most_thirty_unknown_columns_of_five_hundred_characters_are_kept(
    engine, bring_in, write
):
    names = [f"column {number}" for number in range(40)]
    cells = ["x" * 600] * 40

    bring_in(write(f"id,{','.join(names)}\n1,{','.join(cells)}\n"), keeps_extra_columns=True)

    details = the_lead(engine).details
    assert list(details) == names[:30]
    assert {len(text) for text in details.values()} == {500}


def test_a_file_that_can_name_no_lead_is_refused(bring_in, write):
    with pytest.raises(BadMapping, match="an id or a mail address"):
        bring_in(write("name,company\nAda,Globex\n"))


def test_dates_that_fit_two_orders_are_refused_until_somebody_chooses(bring_in, write):
    with pytest.raises(AmbiguousDates, match="03/04/2026"):
        bring_in(write("id,created\n1,03/04/2026\n"))


def test_a_mapping_says_which_column_is_which(engine, bring_in, write):
    mapping = mapping_from(
        {"columns": {"external_id": "Nr", "name": "Wer"}, "constants": {"source": "Fair"}},
        fields=LEAD_FILE_FIELDS,
    )

    bring_in(write("Nr,Wer\n1,Ada\n"), mapping=mapping)

    lead = the_lead(engine)
    assert (lead.external_id, lead.name, lead.source_id is not None) == ("1", "Ada", True)


def test_an_id_that_differs_for_a_known_address_is_remarked(bring_in, write):
    bring_in(write("id,email\nA1,ada@byron.example\n"))

    report = bring_in(write("id,email\nB7,ada@byron.example\n"))

    assert report.changes == {"unchanged": 1}
    assert the_problem(report)[3] == "is known under the id A1 and keeps it"
