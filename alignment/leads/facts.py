"""PURE. Which fields of a lead are filled, by name: values of people stay out of its history."""

from collections.abc import Mapping

MARKETING_TEAM, SALES_TEAM = "marketing_team", "sales_team"
"""Names of facts: the teams that a lead is with, each by its number."""

COLUMNS = {
    "company": "company",
    "title": "title",
    "email": "email",
    "phone": "phone",
    "region": "region",
    "product": "product",
    "score": "score",
    "amount": "amount_minor",
}
READS = {"name", "external_id", *COLUMNS.values()}
"""The columns of a lead from which ``known`` tells."""


def known(lead: Mapping[str, object], source_name: str) -> list[str]:
    """The filled fields, sorted. An address or an id in place of a name is no name."""
    has_name = lead["name"] not in (None, "", lead["email"], lead["external_id"])
    filled = [field for field, column in COLUMNS.items() if lead[column] not in (None, "")]
    return sorted([*filled, *["name"] * has_name, *["source"] * bool(source_name)])
