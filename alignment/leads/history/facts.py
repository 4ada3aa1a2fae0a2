"""PURE. The facts of a lead that promises depend on, as stored in its history; of personal data
only which fields are filled.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

MARKETING_TEAM, SALES_TEAM = "marketing_team", "sales_team"
"""Names of facts: the teams that a lead is with, each by its number."""

Facts = Mapping[str, object]
"""Facts by name, as in ``facts_from_columns``."""

FIELD_COLUMNS = {
    "company": "company",
    "title": "title",
    "email": "email",
    "phone": "phone",
    "region": "region",
    "product": "product",
    "score": "score",
    "amount": "amount_minor",
}
COLUMNS_READ = {"name", "external_id", *FIELD_COLUMNS.values()}
"""The columns of a lead that ``facts_from_columns`` reads."""


def filled_fields(lead: Mapping[str, object], source_name: str) -> list[str]:
    """The filled fields, sorted. An address or an id in place of a name is no name."""
    has_name = lead["name"] not in (None, "", lead["email"], lead["external_id"])
    filled = [field for field, column in FIELD_COLUMNS.items() if lead[column] not in (None, "")]
    return sorted([*filled, *["name"] * has_name, *["source"] * bool(source_name)])


def facts_from_columns(lead: Mapping[str, Any], source_name: str) -> dict[str, Any]:
    """What promises depend on, by the names that ``sla.promises.targets`` reads."""
    return {
        "source": source_name,
        "score": lead["score"],
        "region": lead["region"],
        "product": lead["product"],
        "amount": lead["amount_minor"],
        "known": filled_fields(lead, source_name),
    }


def facts_to_record(before: Facts, after: Facts, *, handed_off_at: datetime | None) -> Facts:
    """Only what changed, as it is now; nothing before the first handoff, which records all facts,
    and before which nobody promised anything.
    """
    if handed_off_at is None:
        return {}
    return {name: value for name, value in after.items() if before.get(name) != value}
