"""PURE. One quota as form data and back."""

from fractions import Fraction

from alignment.accounts.roles import Side
from alignment.leads.money import DECIMALS
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.segments import EVERYTHING_ELSE
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.quantities import format_number, parse_number
from alignment.web.agreements.form.sections import FormSection
from alignment.web.agreements.form.segment_fields import segment_fields_of, segment_of

DEFAULT_NAMES = {
    Measure.VOLUME: "Leads handed off",
    Measure.VALUE: "Worth of leads handed off",
    Measure.ACCEPTANCE_RATE: "Leads that sales accepts",
    Measure.OPPORTUNITY_RATE: "Leads that become opportunities",
    Measure.COMPLETENESS_RATE: "Leads complete at the handoff",
}


def quota_fields_of(quota: Quota) -> FormData:
    return {
        "key": quota.key,
        "name": quota.name,
        "owed_by": quota.owed_by.value,
        "measure": quota.measure.value,
        "goal": format_number(Fraction(quota.goal, _minor(quota.measure, quota.currency))),
        "per": quota.per.value,
        "segment": segment_fields_of(quota.segment),
        "currency": quota.currency,
        "required_fields": ", ".join(quota.required_fields),
    }


def new_quota(taken: set[str]) -> FormData:
    """A new one to fill in, under a key that nobody has taken."""
    keys = ("period", *(f"period_{place}" for place in range(2, len(taken) + 3)))
    return {
        "key": next(key for key in keys if key not in taken),
        "owed_by": Side.MARKETING.value,
        "measure": Measure.VOLUME.value,
        "per": Per.MONTH.value,
        "segment": {"name": EVERYTHING_ELSE, "conditions": []},
    }


def quota_of(card: FormSection) -> Quota | None:
    """What the measure does not ask for is left out, whatever was typed there."""
    measure = card.choice("measure", Measure, Measure.VOLUME)
    currency = card.text("currency").upper() if measure is Measure.VALUE else ""
    needs = card.identifiers("required_fields") if measure is Measure.COMPLETENESS_RATE else ()
    goal = card.read("goal", lambda: _goal(card.text("goal"), _minor(measure, currency)))
    segment = segment_of(card.subsection("segment"), name=EVERYTHING_ELSE)
    owed_by = card.choice("owed_by", Side, Side.MARKETING)
    per = card.choice("per", Per, Per.MONTH)
    if goal is None or segment is None:
        return None
    return card.read(
        "",
        lambda: Quota(
            key=card.text("key"),
            name=card.text("name") or DEFAULT_NAMES[measure],
            owed_by=owed_by,
            measure=measure,
            goal=goal,
            per=per,
            segment=segment,
            currency=currency,
            required_fields=needs,
        ),
    )


def _goal(text: str, minor: int) -> int:
    amount = parse_number(text) * minor
    if amount.denominator != 1:
        raise ValueError("Enter a whole number.")
    return int(amount)


def _minor(measure: Measure, currency: str) -> int:
    """How many of what is kept make one of what is typed."""
    return 10 ** DECIMALS.get(currency, 2) if measure is Measure.VALUE else 1
