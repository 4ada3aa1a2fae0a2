"""What the guided form of agreements lets people choose from, in words."""

from collections.abc import Mapping
from typing import Final

from alignment.accounts import queries as accounts
from alignment.edge import session, user
from alignment.sla.promise_phrases import OPERATORS
from alignment.sla.quotas import Measure
from alignment.sla.targets import ClockOf, Listener

Choices = list[tuple[str, str]]

TIME: Final[Choices] = [
    ("minutes", "minutes"),
    ("hours", "hours of open time"),
    ("working_days", "working days"),
]
PAUSE: Final[Choices] = [("minutes", "minutes"), ("hours", "hours of open time")]
WHEN: Final[Choices] = [
    ("percent", "% of the time used"),
    ("minutes", "minutes after due"),
    ("hours", "open hours after due"),
]
WHOSE: Final[Choices] = [
    (ClockOf.OWNER_TEAM, "Hours of the team that owes it"),
    (ClockOf.ALWAYS, "Day and night"),
]
BY_REGION: Final = (ClockOf.LEAD_REGION.value, "Hours of the lead’s region")
LISTENERS: Final[Choices] = [
    (Listener.OWNER, "The owner of the lead"),
    (Listener.OWNERS_MANAGER, "The owner’s manager"),
    (Listener.BOTH_LEADS, "The leads of both teams"),
    (Listener.PERSON, "A named person"),
    (Listener.NEXT_AVAILABLE, "Nobody: the lead goes to the next person who is there"),
]
FACTS: Final[Choices] = [
    (fact, fact.capitalize()) for fact in ("source", "region", "product", "score", "amount")
]
MEASURES: Final[Choices] = [
    (Measure.VOLUME, "Leads handed off"),
    (Measure.VALUE, "Worth of leads handed off"),
    (Measure.ACCEPTANCE_RATE, "% accepted, of those decided on"),
    (Measure.OPPORTUNITY_RATE, "% that become opportunities"),
    (Measure.COMPLETENESS_RATE, "% complete at the handoff"),
]
CHOICES: Final[Mapping[str, Choices]] = {
    "time_units": TIME,
    "pause_units": PAUSE,
    "when_units": WHEN,
    "listeners": LISTENERS,
    "facts_to_ask": FACTS,
    "operators": [(one.value, words) for one, words in OPERATORS.items()],
    "measures": MEASURES,
    "periods_of_time": [("week", "week"), ("month", "month"), ("quarter", "quarter")],
    "owing": [("marketing", "Marketing"), ("sales", "Sales")],
}


def whose_hours() -> Choices:
    """The lead's region only where a region has hours of its own."""
    regions = accounts.regions_with_hours(session(), user().workspace_id)
    return [*WHOSE, BY_REGION] if regions else WHOSE


def people_to_choose() -> Choices:
    """Everybody of the workspace, by name."""
    return [(str(person.id), person.name) for person in accounts.people_of(session(), user())]
