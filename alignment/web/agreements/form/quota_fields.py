"""One quota as form data and back."""

from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import ValidationInfo, field_validator

from alignment.accounts.roles import Side
from alignment.leads.money import DECIMALS
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.segments import EVERYTHING_ELSE, Segment
from alignment.web.agreements.form.field_types import Identifiers, Number, format_number
from alignment.web.agreements.form.form_model import FormModel, part
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.segment_fields import SegmentFields

DEFAULT_NAMES = {
    Measure.VOLUME: "Leads handed off",
    Measure.VALUE: "Worth of leads handed off",
    Measure.ACCEPTANCE_RATE: "Leads that sales accepts",
    Measure.OPPORTUNITY_RATE: "Leads that become opportunities",
    Measure.COMPLETENESS_RATE: "Leads complete at the handoff",
}


class QuotaSegmentFields(SegmentFields):
    default_name: ClassVar = EVERYTHING_ELSE


class QuotaFields(FormModel):
    """What the measure does not ask for is left out, whatever was typed there."""

    key: str
    name: str
    owed_by: Side
    measure: Measure
    currency: str
    goal: Number
    per: Per
    segment: Annotated[Segment, part(QuotaSegmentFields)]
    required_fields: Identifiers

    @field_validator("goal")
    @classmethod
    def _in_minor_units(cls, goal: Fraction, info: ValidationInfo) -> Fraction:
        minor = goal * _minor(info.data.get("measure"), info.data.get("currency", ""))
        if minor.denominator != 1:
            raise ValueError("Enter a whole number.")
        return minor

    @classmethod
    def write(cls, value: Quota) -> FormData:
        goal = Fraction(value.goal, _minor(value.measure, value.currency))
        return super().write(value) | {"goal": format_number(goal)}

    def to_value(self) -> Quota:
        is_money = self.measure is Measure.VALUE
        asks_fields = self.measure is Measure.COMPLETENESS_RATE
        read = {
            "name": self.name or DEFAULT_NAMES[self.measure],
            "goal": int(self.goal),
            "currency": self.currency.upper() if is_money else "",
            "required_fields": self.required_fields if asks_fields else (),
        }
        return Quota(**vars(self) | read)


def _minor(measure: Measure | None, currency: str) -> int:
    """How many of what is kept make one of what is typed."""
    return 10 ** DECIMALS.get(currency.upper(), 2) if measure is Measure.VALUE else 1
