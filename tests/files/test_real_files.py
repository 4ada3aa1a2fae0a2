"""The files that other systems wrote, read as they are; skipped where the folder is missing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alignment.files.dates import DateOrder
from alignment.files.fields import Field, FieldKind, FieldValue
from alignment.files.mapping import ColumnMapping
from alignment.files.money import DecimalSign
from alignment.files.rows import BadRow
from alignment.files.tables import open_table
from alignment.files.typed_rows import TypedRow, typed_rows, with_date_order

DATA = Path(__file__).parents[3] / "shared" / "data"
BERLIN = ZoneInfo("Europe/Berlin")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder shared/data is not there")


def values_of(
    name: str, mapping: ColumnMapping, fields: Sequence[Field]
) -> list[dict[str, FieldValue]]:
    """Every row of the file; one that is refused fails the test."""
    rows = list(typed_rows(open_table(DATA / name), mapping, fields, zone=BERLIN))
    assert [str(row) for row in rows if isinstance(row, BadRow)] == []
    return [row.values for row in rows if isinstance(row, TypedRow)]


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("olist/olist_marketing_qualified_leads_dataset.csv", 8_000, 4),
        ("olist/olist_closed_deals_dataset.csv", 842, 14),
        ("xeducation/Leads.csv", 9_240, 37),
        ("servicenow/incident_event_log.first3000incidents.csv", 21_453, 36),
        ("spend/Marketing.csv", 308, 11),
        ("maven/sales_pipeline.csv", 8_800, 8),
        ("zoho/Campaigns.csv", 110, 11),
    ],
)
def test_every_row_of_a_real_file_is_read(name, rows, columns):
    table = open_table(DATA / name)

    read = list(table.rows())

    assert len(table.header) == columns
    assert len(read) == rows
    assert not [row for row in read if isinstance(row, BadRow)]


def test_the_days_of_olist_begin_in_brazil_even_where_the_clocks_skip_midnight():
    fields = (Field(name="first_contact_date", kind=FieldKind.INSTANT), Field(name="origin"))
    mapping = ColumnMapping(
        columns={field.name: field.name for field in fields}, zone=ZoneInfo("America/Sao_Paulo")
    )

    leads = values_of("olist/olist_marketing_qualified_leads_dataset.csv", mapping, fields)

    assert leads[0]["first_contact_date"] == datetime(2018, 2, 1, 2, 0, tzinfo=UTC)
    assert sum(lead["origin"] is None for lead in leads) == 60


def test_the_service_desk_writes_the_day_first_and_a_question_mark_for_nothing():
    name = "servicenow/incident_event_log.first3000incidents.csv"
    fields = tuple(Field(name=key, kind=FieldKind.INSTANT) for key in ("opened_at", "resolved_at"))
    mapping = ColumnMapping(columns={key.name: key.name for key in fields}, missing={"*": ("?",)})

    found = with_date_order(open_table(DATA / name), mapping, fields)
    cases = values_of(name, found, fields)

    assert found.date_order is DateOrder.DMY
    assert cases[0]["opened_at"] == datetime(2016, 2, 29, 0, 16, tzinfo=UTC)
    assert sum(case["resolved_at"] is None for case in cases) == 193


def test_spend_is_read_with_its_decimal_comma():
    fields = (
        Field(name="c_date", kind=FieldKind.DAY),
        Field(name="mark_spent", kind=FieldKind.MONEY),
    )
    mapping = ColumnMapping(
        columns={field.name: field.name for field in fields}, decimal=DecimalSign.COMMA
    )

    spend = values_of("spend/Marketing.csv", mapping, fields)

    assert spend[0] == {"c_date": date(2021, 2, 1), "mark_spent": 730_737}


def test_thousands_of_dollars_are_read_from_a_display_export():
    fields = (Field(name="Expected Revenue", kind=FieldKind.MONEY),)
    mapping = ColumnMapping(columns={"Expected Revenue": "Expected Revenue"})

    campaigns = values_of("zoho/Campaigns.csv", mapping, fields)

    assert campaigns[0] == {"Expected Revenue": 34_209_000}


def test_the_word_select_stands_for_nothing():
    fields = (Field(name="City"), Field(name="TotalVisits", kind=FieldKind.INTEGER))
    mapping = ColumnMapping(
        columns={field.name: field.name for field in fields}, missing={"City": ("Select",)}
    )

    leads = values_of("xeducation/Leads.csv", mapping, fields)

    assert len(leads) == 9_240
    assert sum(lead["City"] is None for lead in leads) == 3_669
