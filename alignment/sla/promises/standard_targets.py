"""PURE. The standard targets that two teams may promise each other."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import (
    CLOSING_KINDS,
    HANDOFF_KINDS,
    RETURN_ANSWER_KINDS,
    TOUCH_KINDS,
    EventKind,
)
from alignment.sla.promises.targets import (
    EscalationStep,
    OpenTime,
    RecipientRole,
    Target,
    WorkingDays,
)

DECISIONS = frozenset(
    {
        EventKind.QUALIFIED,
        EventKind.OPPORTUNITY_OPENED,
        EventKind.UNREACHABLE,
        EventKind.WON,
        EventKind.LOST,
    }
)
"""What sales may make of a lead it has taken on."""

BACK_WITH_MARKETING = frozenset({EventKind.RETURNED, EventKind.RECYCLED, EventKind.WITHDRAWN})

DEFAULT_ESCALATION = (
    EscalationStep(when=timedelta(hours=4), to=RecipientRole.OWNER),
    EscalationStep(when=timedelta(hours=8), to=RecipientRole.OWNER),
    EscalationStep(when=timedelta(hours=8), to=RecipientRole.OWNERS_MANAGER),
    EscalationStep(when=timedelta(hours=12), to=RecipientRole.OWNER),
    EscalationStep(when=timedelta(hours=16), to=RecipientRole.BOTH_LEADS),
)
"""Who hears of a missed promise after everybody heard of the miss itself, in open hours late."""


def light_agreement() -> tuple[Target, ...]:
    """A small two-way agreement, worth signing as it is."""
    return accept_or_return(hours=4), first_touch(hours=8), answer_to_return(hours=8)


def accept_or_return(*, hours: float) -> Target:
    """Sales says yes or no to every handed off lead; any later decision implies a yes."""
    return Target(
        key="accept_or_return",
        name="Accept or return",
        owed_by=Side.SALES,
        starts_on=HANDOFF_KINDS,
        stops_on=frozenset({EventKind.ACCEPTED, EventKind.RETURNED}) | DECISIONS,
        cancels_on=frozenset({EventKind.RECYCLED, EventKind.WITHDRAWN, EventKind.MERGED}),
        allowed=_hours(hours),
    )


def first_touch(*, hours: float) -> Target:
    """A person of sales tries to reach the lead; automatic mail is no touch."""
    return Target(
        key="first_touch",
        name="First human touch",
        owed_by=Side.SALES,
        starts_on=HANDOFF_KINDS | {EventKind.REOPENED},
        stops_on=TOUCH_KINDS,
        cancels_on=CLOSING_KINDS | BACK_WITH_MARKETING,
        allowed=_hours(hours),
    )


def next_touch(*, working_days: int) -> Target:
    """After each touch the next one follows in time, until the lead is decided."""
    return Target(
        key="next_touch",
        name="Next touch",
        owed_by=Side.SALES,
        starts_on=TOUCH_KINDS,
        stops_on=TOUCH_KINDS,
        cancels_on=CLOSING_KINDS | BACK_WITH_MARKETING | DECISIONS,
        allowed=WorkingDays(working_days),
        counts_early=False,
    )


def minimum_touches(*, times: int, working_days: int) -> Target:
    """So many touches before a lead may be called unreachable; saying so does not end the clock."""
    return Target(
        key="cadence",
        name=f"{times} touches",
        owed_by=Side.SALES,
        starts_on=HANDOFF_KINDS,
        stops_on=TOUCH_KINDS,
        cancels_on=CLOSING_KINDS | BACK_WITH_MARKETING | (DECISIONS - {EventKind.UNREACHABLE}),
        allowed=WorkingDays(working_days),
        times=times,
        counts_early=False,
    )


def decide(*, working_days: int) -> Target:
    """Sales qualifies, gives back or closes every lead it has accepted."""
    return Target(
        key="decide",
        name="Decide",
        owed_by=Side.SALES,
        starts_on=frozenset({EventKind.ACCEPTED, EventKind.REOPENED}),
        stops_on=DECISIONS | {EventKind.RETURNED, EventKind.RECYCLED},
        cancels_on=frozenset({EventKind.WITHDRAWN, EventKind.MERGED}),
        allowed=WorkingDays(working_days),
        counts_early=False,
    )


def answer_to_return(*, hours: float) -> Target:
    """Marketing fixes, takes back or gives up every returned lead."""
    return Target(
        key="answer_to_return",
        name="Answer a returned lead",
        owed_by=Side.MARKETING,
        starts_on=frozenset({EventKind.RETURNED}),
        stops_on=RETURN_ANSWER_KINDS | HANDOFF_KINDS,
        cancels_on=(CLOSING_KINDS - RETURN_ANSWER_KINDS) | {EventKind.ACCEPTED},
        allowed=_hours(hours),
        counts_early=False,
    )


def completeness(*, required_fields: tuple[str, ...], hours: float) -> Target:
    """Marketing hands off leads that have what sales needs, or puts in what is missing soon.

    A return does not end it: the lead was incomplete, and fixing it completes it late.
    """
    return Target(
        key="completeness",
        name="Complete at the handoff",
        owed_by=Side.MARKETING,
        starts_on=HANDOFF_KINDS,
        stops_on=HANDOFF_KINDS | {EventKind.REPRIORITISED},
        cancels_on=(CLOSING_KINDS | BACK_WITH_MARKETING) - {EventKind.RETURNED},
        allowed=_hours(hours),
        required_fields=required_fields,
    )


def with_escalation(
    targets: Iterable[Target], ladder: tuple[EscalationStep, ...] = DEFAULT_ESCALATION
) -> tuple[Target, ...]:
    """The same promises, each with these steps when it is missed."""
    return tuple(replace(target, steps=ladder) for target in targets)


def in_working_days(target: Target, working_days: int) -> Target:
    """The same promise in working days instead of hours."""
    return replace(target, allowed=WorkingDays(working_days))


def _hours(hours: float) -> OpenTime:
    return OpenTime(round(timedelta(hours=hours).total_seconds()))
