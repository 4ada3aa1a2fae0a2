"""The conditions of a segment (which leads) as form data and back."""

from fractions import Fraction
from typing import Annotated, ClassVar

from alignment.sla.promises.segments import NUMBER_FACTS, Condition, Operator, Segment
from alignment.web.agreements.form.field_types import (
    format_number,
    parse_lines,
    parse_number,
    parse_whole_number,
)
from alignment.web.agreements.form.form_model import FormModel, part
from alignment.web.agreements.form.nested_fields import FormData

MINOR_UNITS = 100
"""Amounts are typed in whole money and kept in hundredths."""


class ConditionFields(FormModel):
    fact: str
    operator: Operator
    value: str

    @classmethod
    def write(cls, value: Condition) -> FormData:
        text = "\n".join(value.values)
        if value.number is not None:
            units = MINOR_UNITS if value.fact == "amount" else 1
            text = format_number(Fraction(value.number, units))
        return {"fact": value.fact, "operator": value.operator.value, "value": text}

    def to_value(self) -> Condition:
        if self.operator is Operator.IS_EMPTY:
            return Condition(fact=self.fact, operator=self.operator)
        if self.fact in NUMBER_FACTS:
            return Condition(fact=self.fact, operator=self.operator, number=self._number())
        return Condition(fact=self.fact, operator=self.operator, values=parse_lines(self.value))

    def blamed_field(self) -> str:
        return "value"

    def _number(self) -> int:
        if self.fact == "amount":
            return round(parse_number(self.value) * MINOR_UNITS)
        return parse_whole_number(self.value)


class SegmentFields(FormModel):
    value_type = Segment
    default_name: ClassVar = ""
    """Stands in where the form asks for none."""

    name: str
    conditions: tuple[Annotated[Condition, part(ConditionFields)], ...] = ()

    def to_value(self) -> Segment:
        return Segment(name=self.name or self.default_name, conditions=self.conditions)

    def blamed_field(self) -> str:
        return "name"
