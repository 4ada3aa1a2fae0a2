"""PURE. The conditions of a segment (which leads) as form data and back."""

from fractions import Fraction

from alignment.sla.promises.segments import NUMBER_FACTS, Condition, Operator, Segment
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.quantities import format_number, parse_number, parse_whole_number
from alignment.web.agreements.form.sections import FormSection

AMOUNT = "amount"
MINOR_UNITS = 100
"""Amounts are typed in whole money and kept in hundredths."""


def segment_fields_of(segment: Segment) -> FormData:
    return {
        "name": segment.name,
        "conditions": [_row(condition) for condition in segment.conditions],
    }


def segment_of(card: FormSection, *, name: str = "") -> Segment | None:
    """``name`` stands in where the form asks for none; what cannot be read is noted."""
    parsed = [_condition(row) for row in card.subsections("conditions")]
    conditions = tuple(condition for condition in parsed if condition is not None)
    if len(conditions) < len(parsed):
        return None
    called = card.text("name") or name
    return card.read("name", lambda: Segment(name=called, conditions=conditions))


def _row(condition: Condition) -> FormData:
    value = "\n".join(condition.values)
    if condition.number is not None:
        value = str(condition.number)
        if condition.fact == AMOUNT:
            value = format_number(Fraction(condition.number, MINOR_UNITS))
    return {"fact": condition.fact, "operator": condition.operator.value, "value": value}


def _condition(card: FormSection) -> Condition | None:
    operator = card.choice("operator", Operator, Operator.IN)
    return card.read("value", lambda: _read(card, card.text("fact"), operator))


def _read(card: FormSection, fact: str, operator: Operator) -> Condition:
    if operator is Operator.IS_EMPTY:
        return Condition(fact=fact, operator=operator)
    if fact not in NUMBER_FACTS:
        return Condition(fact=fact, operator=operator, values=card.lines("value"))
    text = card.text("value")
    amount = round(parse_number(text) * MINOR_UNITS) if fact == AMOUNT else parse_whole_number(text)
    return Condition(fact=fact, operator=operator, number=amount)
