"""The fields of a lead as texts, for its page and for comparing two records of it."""

from collections.abc import Iterator

from alignment.leads.fields import LEAD_FIELDS, SOURCE, FieldType
from alignment.leads.models import Lead
from alignment.web.filters import money, number

AT_THE_TOP = frozenset({"name", "company", "title", "email", "phone"})
"""What the page of a lead shows in a way of its own, above the rest."""


def field_texts(lead: Lead, *, source: str) -> dict[str, str]:
    """Every field by its label; empty where nothing is known. Opt-outs are no texts."""
    return {
        field.label: _text(lead, field.stored_in, source)
        for field in LEAD_FIELDS
        if field.type is not FieldType.OPT_OUT
    }


def further_texts(lead: Lead, *, source: str) -> Iterator[tuple[str, str]]:
    """What is known of a lead beside what stands at the top of its page."""
    at_the_top = {field.label for field in LEAD_FIELDS if field.name in AT_THE_TOP}
    for label, text in field_texts(lead, source=source).items():
        if text and label not in at_the_top:
            yield label, text


def _text(lead: Lead, column: str, source: str) -> str:
    if column == SOURCE.stored_in:
        return source
    value = getattr(lead, column)
    if value is None:
        return ""
    if column == "amount_minor":
        return money(value, lead.currency)
    return number(value) if isinstance(value, int) else str(value)
