"""The names by which columns are known."""

from collections import Counter

import pytest

from alignment.files.headers import normalised_name
from alignment.files.mapping import guess_columns
from alignment.integrations.imports.event_fields import (
    EVENT_FIELDS,
    EVENT_SYNONYMS,
    event_field_name,
)
from alignment.integrations.imports.lead_fields import LEAD_FILE_FIELDS


@pytest.mark.parametrize("fields", [LEAD_FILE_FIELDS, EVENT_FIELDS], ids=["leads", "events"])
def test_no_name_means_two_things(fields):
    names = Counter(
        normalised_name(name) for field in fields for name in (field.name, *field.synonyms)
    )

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (("mql_id", "won_date"), ["external_id", "won_at"]),
        (("E-Mail", "Event", "When"), ["email", "kind", "at"]),
        (("Contact ID", "Became a Customer Date"), ["external_id", "won_at"]),
    ],
)
def test_events_of_other_systems_are_recognised(header, fields):
    assert guess_columns(header, EVENT_FIELDS) == dict(zip(fields, header, strict=True))


def test_what_a_deal_declares_to_earn_is_no_amount():
    assert guess_columns(("mql_id", "declared_monthly_revenue"), EVENT_FIELDS) == {
        "external_id": "mql_id"
    }


def test_every_kind_of_event_has_its_column():
    assert {event_field_name(kind) for kind in EVENT_SYNONYMS} <= {
        field.name for field in EVENT_FIELDS
    }
