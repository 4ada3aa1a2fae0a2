"""PURE. Which leads something is for, as rows of a form, and back."""

from fractions import Fraction

from alignment.sla.segments import NUMBERS, Condition, Operator, Segment
from alignment.web.cards import Card
from alignment.web.lengths import number, number_text, whole
from alignment.web.nested import Sheet

AMOUNT = "amount"
MINOR = 100
"""Amounts are typed in whole money and kept in hundredths."""


def segment_sheet(segment: Segment) -> Sheet:
    return {"name": segment.name, "conditions": [_row(each) for each in segment.conditions]}


def segment_of(card: Card, *, name: str = "") -> Segment | None:
    """``name`` stands in where the form asks for none; what cannot be read is noted."""
    found = [_condition(row) for row in card.cards("conditions")]
    conditions = tuple(each for each in found if each is not None)
    if len(conditions) < len(found):
        return None
    called = card.text("name") or name
    return card.read("name", lambda: Segment(name=called, conditions=conditions))


def _row(one: Condition) -> Sheet:
    value = "\n".join(one.values)
    if one.number is not None:
        value = str(one.number)
        if one.fact == AMOUNT:
            value = number_text(Fraction(one.number, MINOR))
    return {"fact": one.fact, "operator": one.operator.value, "value": value}


def _condition(card: Card) -> Condition | None:
    operator = card.choice("operator", Operator, Operator.IN)
    return card.read("value", lambda: _read(card, card.text("fact"), operator))


def _read(card: Card, fact: str, operator: Operator) -> Condition:
    if operator is Operator.IS_EMPTY:
        return Condition(fact=fact, operator=operator)
    if fact not in NUMBERS:
        return Condition(fact=fact, operator=operator, values=card.lines("value"))
    text = card.text("value")
    found = round(number(text) * MINOR) if fact == AMOUNT else whole(text)
    return Condition(fact=fact, operator=operator, number=found)
