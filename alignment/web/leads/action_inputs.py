"""Pydantic models of the forms on a lead’s page."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, NaiveDatetime

from alignment.files.errors import BadCell
from alignment.files.money import parse_money
from alignment.integrations.imports.currencies import minor_units
from alignment.leads.disposition import Disposition
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnAnswer, ReturnReason
from alignment.leads.intake import CleanText
from alignment.leads.reopening import ReopenReason


class LeadForm(BaseModel):
    """No field but those of the form; every act may carry a note."""

    model_config = ConfigDict(extra="forbid")

    note: CleanText = Field(default="", max_length=2000)


class ReturnForm(LeadForm):
    reason: ReturnReason


class TouchForm(LeadForm):
    how: EventKind
    at: Annotated[NaiveDatetime | None, BeforeValidator(lambda text: text or None)] = None
    """When it was, on the person's own clock; empty means now."""


class ReturnAnswerForm(LeadForm):
    answer: ReturnAnswer


class DecisionForm(LeadForm):
    outcome: Disposition


class OwnerForm(LeadForm):
    owner_id: int


class PauseForm(LeadForm):
    reason: CleanText = Field(min_length=1, max_length=64)


class ReopenForm(LeadForm):
    reason: ReopenReason
    owner_id: int


def amount_of(text: str, currency: str) -> int | None:
    """What a person typed, in the smallest unit of the currency; an empty field is no amount."""
    if not text.strip():
        return None
    try:
        hundredths = parse_money(text.strip())
    except BadCell as error:
        raise ValueError(str(error)) from error
    return minor_units(hundredths, currency)
