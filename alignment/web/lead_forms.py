"""What the forms of a lead's page may say."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, NaiveDatetime

from alignment.errors import Refused
from alignment.files.errors import BadCell
from alignment.files.money import money
from alignment.integrations.currencies import minor_units
from alignment.leads.disposition import Outcome
from alignment.leads.handoff import Answer, ReturnReason
from alignment.leads.happenings import Happening
from alignment.leads.intake import Text
from alignment.leads.reopening import ReopenReason
from alignment.metrics.periods import FIRST_YEAR, LAST_YEAR


class Form(BaseModel):
    """No field but those of the form; every act may carry a note."""

    model_config = ConfigDict(extra="forbid")

    note: Text = Field(default="", max_length=2000)


class ReturnForm(Form):
    reason: ReturnReason


class TouchForm(Form):
    how: Happening
    at: Annotated[NaiveDatetime | None, BeforeValidator(lambda text: text or None)] = None
    """When it was, on the person's own clock; empty means now."""


class AnswerForm(Form):
    answer: Answer


class DecisionForm(Form):
    outcome: Outcome


class OwnerForm(Form):
    owner_id: int


class PauseForm(Form):
    reason: Text = Field(min_length=1, max_length=64)


class ReopenForm(Form):
    reason: ReopenReason
    owner_id: int


def amount_of(text: str, currency: str) -> int | None:
    """What a person typed, in the smallest unit of the currency; an empty field is no amount."""
    if not text.strip():
        return None
    try:
        hundredths = money(text.strip())
    except BadCell as error:
        raise ValueError(str(error)) from error
    return minor_units(hundredths, currency)


def instant_of(local: datetime, zone_name: str) -> datetime:
    """The instant at which a clock of that zone showed this; a skipped time is refused.

    So is a year far from ours: near the ends of the calendar other zones could not show it.
    """
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise Refused(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}.")
    zone = ZoneInfo(zone_name)
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise Refused("That time does not exist: the clocks were put forward. Choose another.")
    return at
