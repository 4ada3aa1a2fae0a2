from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alignment.files.dates import DateOrder
from alignment.files.errors import AmbiguousDates, BadMapping
from alignment.files.fields import Field, FieldKind
from alignment.files.mapping import ColumnMapping
from alignment.files.money import DecimalSign
from alignment.files.rows import BadRow
from alignment.files.tables import open_table
from alignment.files.typed_rows import TypedRow, typed_rows, with_date_order

BERLIN = ZoneInfo("Europe/Berlin")
FIELDS = (
    Field(name="email"),
    Field(name="calls", kind=FieldKind.INTEGER),
    Field(name="may_call", kind=FieldKind.YES_NO),
    Field(name="amount", kind=FieldKind.MONEY),
    Field(name="due_on", kind=FieldKind.DAY),
    Field(name="called_at", kind=FieldKind.INSTANT),
)
SAME_NAMES = ColumnMapping(columns={field.name: field.name for field in FIELDS})
HEADER = b"email;calls;may_call;amount;due_on;called_at\n"


def test_each_cell_becomes_what_its_field_is(make_file):
    path = make_file(HEADER + b" sam@x.test ;5;yes;1.234,56;2026-03-31;2026-03-31 10:00\n")
    mapping = ColumnMapping(columns=SAME_NAMES.columns, decimal=DecimalSign.COMMA)

    rows = list(typed_rows(open_table(path), mapping, FIELDS, zone=BERLIN))

    assert rows == [
        TypedRow(
            number=2,
            values={
                "email": "sam@x.test",
                "calls": 5,
                "may_call": True,
                "amount": 123_456,
                "due_on": date(2026, 3, 31),
                "called_at": datetime(2026, 3, 31, 8, 0, tzinfo=UTC),
            },
        )
    ]


def test_a_wrong_cell_refuses_its_row_and_names_the_column(make_file):
    path = make_file(b"E-Mail,Calls\nsam@x.test,five\nmona@x.test,2\n")
    mapping = ColumnMapping(columns={"email": "e-mail", "calls": "calls"})

    bad, good = typed_rows(open_table(path), mapping, FIELDS, zone=BERLIN)

    assert isinstance(bad, BadRow)
    assert bad.value == "five"
    assert str(bad) == "row 2, column calls: five is not a whole number"
    assert good == TypedRow(number=3, values={"email": "mona@x.test", "calls": 2})


def test_a_row_that_was_refused_already_stays_so(make_file):
    path = make_file(b"email,calls\nsam@x.test\n")

    (bad,) = typed_rows(
        open_table(path), ColumnMapping(columns={"email": "email"}), FIELDS, zone=BERLIN
    )

    assert str(bad) == "row 2: 1 cells, header has 2"


def test_words_for_nothing_are_nothing_where_the_mapping_says_so(make_file):
    path = make_file(b"email,calls\nSelect,?\n?,\n")
    columns = {"email": "email", "calls": "calls"}
    mapping = ColumnMapping(columns=columns, missing={"*": ("Select",), "calls": ("?",)})

    rows = list(typed_rows(open_table(path), mapping, FIELDS, zone=BERLIN))

    assert [row.values for row in rows if isinstance(row, TypedRow)] == [
        {"email": None, "calls": None},
        {"email": "?", "calls": None},
    ]


def test_a_constant_is_in_every_row(make_file):
    path = make_file(b"email\nsam@x.test\nmona@x.test\n")
    mapping = ColumnMapping(columns={"email": "email"}, constants={"calls": "3"})

    rows = list(typed_rows(open_table(path), mapping, FIELDS, zone=BERLIN))

    assert [row.values["calls"] for row in rows if isinstance(row, TypedRow)] == [3, 3]


def test_a_constant_that_cannot_be_read_is_refused_before_any_row(make_file):
    mapping = ColumnMapping(columns={"email": "email"}, constants={"calls": "many"})

    with pytest.raises(BadMapping, match="many is not a whole number"):
        typed_rows(open_table(make_file(b"email\na\n")), mapping, FIELDS, zone=BERLIN)


def test_a_column_that_is_not_in_the_file_is_refused_before_any_row(make_file):
    mapping = ColumnMapping(columns={"email": "Mail"})

    with pytest.raises(BadMapping, match="The file has no column Mail"):
        typed_rows(open_table(make_file(b"email\na\n")), mapping, FIELDS, zone=BERLIN)


def test_the_zone_of_the_mapping_wins(make_file):
    path = make_file(b"called_at\n2026-03-31 10:00\n")
    mapping = ColumnMapping(columns={"called_at": "called_at"}, zone=ZoneInfo("Asia/Kathmandu"))

    (row,) = typed_rows(open_table(path), mapping, FIELDS, zone=BERLIN)

    assert isinstance(row, TypedRow)
    assert row.values["called_at"] == datetime(2026, 3, 31, 4, 15, tzinfo=UTC)


def test_the_order_of_dates_is_found_in_all_of_them(make_file):
    path = make_file(b"called_at,due_on\n03/04/2026 10:00,\n04/05/2026 10:00,31/03/2026\n")
    mapping = ColumnMapping(columns={"called_at": "called_at", "due_on": "due_on"})

    found = with_date_order(open_table(path), mapping, FIELDS)

    assert found.date_order is DateOrder.DMY


def test_an_order_that_was_chosen_is_kept(make_file):
    path = make_file(b"called_at\n31/03/2026\n")
    chosen = ColumnMapping(columns={"called_at": "called_at"}, date_order=DateOrder.MDY)

    assert with_date_order(open_table(path), chosen, FIELDS) is chosen


def test_dates_of_two_readings_ask_for_a_choice(make_file):
    table = open_table(make_file(b"called_at\n03/04/2026\n"))
    mapping = ColumnMapping(columns={"called_at": "called_at"})

    with pytest.raises(AmbiguousDates, match="03/04/2026"):
        with_date_order(table, mapping, FIELDS)
    with pytest.raises(AmbiguousDates, match="03/04/2026"):
        list(typed_rows(table, mapping, FIELDS, zone=BERLIN))
