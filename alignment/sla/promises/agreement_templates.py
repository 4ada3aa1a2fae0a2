"""PURE. Agreements worth signing as they are; each number is a start, to be changed at will.

Times run in the hours of the team that owes them, also a quarter of an hour: a promise for nights
on which nobody works is no promise. How long a lead waited by the clock on the wall is reported
beside it, as speed to lead.
"""

from dataclasses import dataclass

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    completeness,
    decide,
    first_touch,
    in_working_days,
    light_agreement,
    minimum_touches,
    next_touch,
    with_escalation,
)
from alignment.sla.promises.targets import Target

REACHABLE = ("name", "company", "email")
"""What sales needs to begin."""
CALLABLE = (*REACHABLE, "phone")


@dataclass(frozen=True, kw_only=True)
class AgreementTemplate:
    """An agreement that nobody has drafted yet."""

    key: str
    name: str
    description: str
    targets: tuple[Target, ...]
    quotas: tuple[Quota, ...] = ()
    segment: Segment | None = None
    """Which leads it is about; none means all of them."""


def template_by_key(key: str) -> AgreementTemplate:
    """The template of that key; one that nobody knows is refused."""
    for each in TEMPLATES:
        if each.key == key:
            return each
    raise Refused("There is no such template. Choose one of the list.")


def _from_sources(name: str, *sources: str) -> Segment:
    condition = Condition(fact="source", operator=Operator.IN, values=sources)
    return Segment(name=name, conditions=(condition,))


LIGHT = AgreementTemplate(
    key="light",
    name="Light",
    description="Sales answers every lead in 4 hours and calls in 8; marketing answers every"
    " return in 8.",
    targets=with_escalation(light_agreement()),
)
DEMO_REQUESTS = AgreementTemplate(
    key="demo_requests",
    name="Demo requests",
    description="Who asks for a demo is taken on within 15 minutes of sales' working hours and"
    " called within 30.",
    targets=with_escalation(
        (
            accept_or_return(hours=0.25),
            first_touch(hours=0.5),
            completeness(required_fields=CALLABLE, hours=0.5),
            answer_to_return(hours=4),
        )
    ),
    segment=_from_sources("Demo requests", "Demo request", "Pricing request", "Contact form"),
)
CONTENT_LEADS = AgreementTemplate(
    key="content_leads",
    name="Content leads",
    description="Who reads, watches or subscribes is taken on and written to or called within"
    " one working day.",
    targets=with_escalation(
        (
            in_working_days(accept_or_return(hours=8), 1),
            in_working_days(first_touch(hours=8), 1),
            completeness(required_fields=REACHABLE, hours=8),
            in_working_days(answer_to_return(hours=8), 2),
        )
    ),
    segment=_from_sources("Content leads", "Content download", "Webinar", "Newsletter"),
)
EVENT_LEADS = AgreementTemplate(
    key="event_leads",
    name="Event leads",
    description="The stack of cards from a fair or congress is taken on and followed up within"
    " two working days.",
    targets=with_escalation(
        (
            in_working_days(accept_or_return(hours=8), 2),
            in_working_days(first_touch(hours=8), 2),
            completeness(required_fields=REACHABLE, hours=8),
            in_working_days(answer_to_return(hours=8), 2),
        )
    ),
    segment=_from_sources("Event leads", "Trade fair", "Congress", "Event"),
)
FULL = AgreementTemplate(
    key="full",
    name="Full",
    description="Every step from the handoff to the decision, five touches before giving up, and"
    " what marketing delivers each month and quarter.",
    targets=with_escalation(
        (
            accept_or_return(hours=4),
            first_touch(hours=8),
            next_touch(working_days=3),
            minimum_touches(times=5, working_days=10),
            decide(working_days=20),
            completeness(required_fields=CALLABLE, hours=8),
            answer_to_return(hours=8),
        )
    ),
    quotas=(
        Quota(
            key="volume",
            name="Leads handed off",
            owed_by=Side.MARKETING,
            measure=Measure.VOLUME,
            goal=100,
            per=Per.MONTH,
        ),
        Quota(
            key="acceptance",
            name="Leads that sales accepts",
            owed_by=Side.MARKETING,
            measure=Measure.ACCEPTANCE_RATE,
            goal=75,
            per=Per.QUARTER,
        ),
    ),
)
TEMPLATES = (LIGHT, DEMO_REQUESTS, CONTENT_LEADS, EVENT_LEADS, FULL)
"""In the order in which they are offered."""
