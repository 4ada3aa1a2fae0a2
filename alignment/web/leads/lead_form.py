"""The form of one lead: what it shows of a lead, and the lead that it says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import request
from pydantic import ValidationError

from alignment.errors import Refused
from alignment.leads.fields import LEAD_FIELDS, FieldType
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead
from alignment.leads.money import DECIMALS
from alignment.web.forms import submitted_fields
from alignment.web.leads.action_inputs import amount_of
from alignment.web.name_lookup import source_names
from alignment.web.responses import form_errors

NEXT_STEP_FIELD = "then"
"""The field that says what the pressed button does beside saving."""
CHECKBOXES = [field for field in LEAD_FIELDS if field.type is FieldType.OPT_OUT]
TYPED_FIELDS = [
    field
    for field in LEAD_FIELDS
    if field not in CHECKBOXES and field.name not in ("amount", "external_id")
]
"""An amount has a currency beside it; an id comes from another program."""


def submitted_lead(known: Mapping[str, Any]) -> NewLead:
    """What the form says, over what is known already and not asked there."""
    said: dict[str, Any] = {
        k: text for k, text in submitted_fields(request.form).items() if k != NEXT_STEP_FIELD
    }
    said |= {field.name: field.name in request.form for field in CHECKBOXES}
    numbers = (field.name for field in TYPED_FIELDS if field.type is FieldType.NUMBER)
    said |= {name: said.get(name) or None for name in numbers}
    currency = (said.get("currency") or known.get("currency") or "EUR").upper()
    if "amount_minor" in said:
        said |= {"amount_minor": parsed_amount(said["amount_minor"], currency)}
    return NewLead.model_validate({**known, **said, "currency": currency})


def parsed_amount(text: str, currency: str) -> int | str | None:
    """The amount in minor units; what is none stays as it was typed, for the form to say so."""
    try:
        return amount_of(text, currency)
    except ValueError:
        return text


def form_values_of(lead: Lead) -> dict[str, Any]:
    """A lead as the form takes it."""
    known = {name: getattr(lead, name) for name in NewLead.model_fields if name != "source"}
    return known | {"source": source_names().get(lead.source_id or 0, "")}


def amount_text(lead: Lead) -> str:
    """The amount as a person would type it."""
    if lead.amount_minor is None:
        return ""
    decimals = DECIMALS.get(lead.currency, 2)
    return f"{Decimal(lead.amount_minor).scaleb(-decimals):.{decimals}f}"


def field_errors(error: ValidationError | Refused) -> dict[str, str]:
    """One sentence a field; what intake says of a value is told as "This …"."""
    if isinstance(error, Refused):
        return {"form": str(error)}
    return {
        name: f"This {words}." if words[:1].islower() else words
        for name, words in form_errors(error).items()
    }
