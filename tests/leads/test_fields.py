"""A field of the table is known everywhere: stored, checked, and read from files."""

import pytest

from alignment.integrations.imports.lead_fields import LEAD_FILE_FIELDS
from alignment.leads.fields import LEAD_FIELDS, LeadField
from alignment.leads.history.facts import COLUMNS_READ, facts_from_columns
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead

NO_FIELDS_OF_ITS_OWN = {"id", "workspace_id", "email_key", "currency", "details"}


@pytest.mark.parametrize("field", LEAD_FIELDS, ids=lambda field: field.name)
def test_a_field_is_stored_checked_and_found_in_files(field: LeadField):
    inputs = NewLead.model_fields.keys()

    assert field.stored_in in Lead.model_fields
    assert {field.name, field.stored_in} & inputs
    assert field.name in {each.name for each in LEAD_FILE_FIELDS}


def test_whatever_may_be_told_of_a_lead_is_in_the_table():
    told = NewLead.model_fields.keys() - NO_FIELDS_OF_ITS_OWN

    assert told <= {name for field in LEAD_FIELDS for name in (field.name, field.stored_in)}


def test_the_history_keeps_the_values_that_promises_depend_on_and_only_names_of_the_rest():
    columns: dict[str, object] = dict.fromkeys(COLUMNS_READ)
    columns |= {"name": "Ada Lovelace", "phone": "+49 30 1", "region": "Berlin", "score": 80}

    assert facts_from_columns(columns, "Webinar") == {
        "source": "Webinar",
        "region": "Berlin",
        "product": None,
        "score": 80,
        "amount": None,
        "known": ["name", "phone", "region", "score", "source"],
    }
