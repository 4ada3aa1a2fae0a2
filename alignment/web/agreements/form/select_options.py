"""The options of every select field in the agreement form."""

from collections.abc import Mapping
from typing import Final

from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.people import queries as people_queries
from alignment.edge import session, user
from alignment.leads.fields import LEAD_FIELDS
from alignment.sla.promises.descriptions import OPERATORS
from alignment.sla.promises.quotas import Measure
from alignment.sla.promises.targets import HoursSource, RecipientRole

Options = list[tuple[str, str]]

HOURS_OPTIONS: Final[Options] = [
    (HoursSource.OWNER_TEAM, "Hours of the team that owes it"),
    (HoursSource.ALWAYS, "Day and night"),
]
LEAD_REGION_OPTION: Final = (HoursSource.LEAD_REGION.value, "Hours of the lead’s region")
SELECT_OPTIONS: Final[Mapping[str, Options]] = {
    "time_units": [
        ("minutes", "minutes"),
        ("hours", "hours of open time"),
        ("working_days", "working days"),
    ],
    "pause_units": [("minutes", "minutes"), ("hours", "hours of open time")],
    "when_units": [
        ("percent", "% of the time used"),
        ("minutes", "minutes after due"),
        ("hours", "open hours after due"),
    ],
    "listeners": [
        (RecipientRole.OWNER, "The owner of the lead"),
        (RecipientRole.OWNERS_MANAGER, "The owner’s manager"),
        (RecipientRole.BOTH_LEADS, "The leads of both teams"),
        (RecipientRole.PERSON, "A named person"),
        (RecipientRole.NEXT_AVAILABLE, "Nobody: the lead goes to the next person who is there"),
    ],
    "facts_to_ask": [(field.name, field.label) for field in LEAD_FIELDS if field.decides_promises],
    "operators": [(operator.value, words) for operator, words in OPERATORS.items()],
    "measures": [
        (Measure.VOLUME, "Leads handed off"),
        (Measure.VALUE, "Worth of leads handed off"),
        (Measure.ACCEPTANCE_RATE, "% accepted, of those decided on"),
        (Measure.OPPORTUNITY_RATE, "% that become opportunities"),
        (Measure.COMPLETENESS_RATE, "% complete at the handoff"),
    ],
    "periods_of_time": [("week", "week"), ("month", "month"), ("quarter", "quarter")],
    "owing": [("marketing", "Marketing"), ("sales", "Sales")],
}
"""By the names under which the template asks for them."""


def hours_options() -> Options:
    """The lead's region only where a region has hours of its own."""
    regions = opening_hours_queries.newest_hours_of_regions(session(), user().workspace_id)
    return [*HOURS_OPTIONS, LEAD_REGION_OPTION] if regions else HOURS_OPTIONS


def people_options() -> Options:
    """Everybody of the workspace, by name."""
    return [(str(person.id), person.name) for person in people_queries.people_of(session(), user())]
