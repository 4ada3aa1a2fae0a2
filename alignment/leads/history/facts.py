"""PURE. The facts of a lead that promises depend on, as stored in its history; of personal data
only which fields are filled.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alignment.leads.fields import LEAD_FIELDS, SOURCE

MARKETING_TEAM, SALES_TEAM = "marketing_team", "sales_team"
"""Names of facts: the teams that a lead is with, each by its number."""

Facts = Mapping[str, object]
"""Facts by name, as in ``facts_from_columns``."""

COLUMNS_READ = {
    *("name", "external_id"),
    *(field.stored_in for field in LEAD_FIELDS if field.is_requirable),
}
"""The columns of a lead that ``facts_from_columns`` reads."""


def filled_fields(lead: Mapping[str, object], source_name: str) -> list[str]:
    """The filled fields, sorted. An address or an id in place of a name is no name."""
    known = {**lead, SOURCE.stored_in: source_name}
    if lead["name"] in (lead["email"], lead["external_id"]):
        known["name"] = ""
    requirable = (field for field in LEAD_FIELDS if field.is_requirable)
    return sorted(field.name for field in requirable if known[field.stored_in] not in (None, ""))


def facts_from_columns(lead: Mapping[str, Any], source_name: str) -> dict[str, Any]:
    """What promises depend on, by the names that ``sla.promises.targets`` gives."""
    known = {**lead, SOURCE.stored_in: source_name}
    facts = {field.name: known[field.stored_in] for field in LEAD_FIELDS if field.decides_promises}
    return facts | {"known": filled_fields(lead, source_name)}


def facts_to_record(before: Facts, after: Facts, *, handed_off_at: datetime | None) -> Facts:
    """Only what changed, as it is now; nothing before the first handoff, which records all facts,
    and before which nobody promised anything.
    """
    if handed_off_at is None:
        return {}
    return {name: value for name, value in after.items() if before.get(name) != value}
