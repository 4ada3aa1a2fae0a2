"""PURE. The standard promises two teams make, ready to sign."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from alignment.accounts.roles import Side
from alignment.leads.happenings import ANSWERS, ENDS, HANDOFFS, TOUCHES, Happening
from alignment.sla.targets import Listener, OpenTime, Step, Target, WorkingDays

DECISIONS = frozenset(
    {
        Happening.QUALIFIED,
        Happening.OPPORTUNITY_OPENED,
        Happening.UNREACHABLE,
        Happening.WON,
        Happening.LOST,
    }
)
"""What sales may make of a lead it has taken on."""

BACK_WITH_MARKETING = frozenset({Happening.RETURNED, Happening.RECYCLED, Happening.WITHDRAWN})

DEFAULT_LADDER = (
    Step(when=timedelta(hours=4), to=Listener.OWNER),
    Step(when=timedelta(hours=8), to=Listener.OWNER),
    Step(when=timedelta(hours=8), to=Listener.OWNERS_MANAGER),
    Step(when=timedelta(hours=12), to=Listener.OWNER),
    Step(when=timedelta(hours=16), to=Listener.BOTH_LEADS),
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
        starts_on=HANDOFFS,
        stops_on=frozenset({Happening.ACCEPTED, Happening.RETURNED}) | DECISIONS,
        cancels_on=frozenset({Happening.RECYCLED, Happening.WITHDRAWN, Happening.MERGED}),
        allowed=_hours(hours),
    )


def first_touch(*, hours: float) -> Target:
    """A person of sales tries to reach the lead; automatic mail is no touch."""
    return Target(
        key="first_touch",
        name="First human touch",
        owed_by=Side.SALES,
        starts_on=HANDOFFS | {Happening.REOPENED},
        stops_on=TOUCHES,
        cancels_on=ENDS | BACK_WITH_MARKETING,
        allowed=_hours(hours),
    )


def next_touch(*, working_days: int) -> Target:
    """After each touch the next one follows in time, until the lead is decided."""
    return Target(
        key="next_touch",
        name="Next touch",
        owed_by=Side.SALES,
        starts_on=TOUCHES,
        stops_on=TOUCHES,
        cancels_on=ENDS | BACK_WITH_MARKETING | DECISIONS,
        allowed=WorkingDays(working_days),
        counts_early=False,
    )


def cadence(*, times: int, working_days: int) -> Target:
    """So many touches before a lead may be called unreachable; saying so does not end the clock."""
    return Target(
        key="cadence",
        name=f"{times} touches",
        owed_by=Side.SALES,
        starts_on=HANDOFFS,
        stops_on=TOUCHES,
        cancels_on=ENDS | BACK_WITH_MARKETING | (DECISIONS - {Happening.UNREACHABLE}),
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
        starts_on=frozenset({Happening.ACCEPTED, Happening.REOPENED}),
        stops_on=DECISIONS | {Happening.RETURNED, Happening.RECYCLED},
        cancels_on=frozenset({Happening.WITHDRAWN, Happening.MERGED}),
        allowed=WorkingDays(working_days),
        counts_early=False,
    )


def answer_to_return(*, hours: float) -> Target:
    """Marketing fixes, takes back or gives up every returned lead."""
    return Target(
        key="answer_to_return",
        name="Answer a returned lead",
        owed_by=Side.MARKETING,
        starts_on=frozenset({Happening.RETURNED}),
        stops_on=ANSWERS | HANDOFFS,
        cancels_on=(ENDS - ANSWERS) | {Happening.ACCEPTED},
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
        starts_on=HANDOFFS,
        stops_on=HANDOFFS | {Happening.REPRIORITISED},
        cancels_on=(ENDS | BACK_WITH_MARKETING) - {Happening.RETURNED},
        allowed=_hours(hours),
        required_fields=required_fields,
    )


def with_ladder(
    targets: Iterable[Target], ladder: tuple[Step, ...] = DEFAULT_LADDER
) -> tuple[Target, ...]:
    """The same promises, each with these steps when it is missed."""
    return tuple(replace(target, steps=ladder) for target in targets)


def within_days(target: Target, working_days: int) -> Target:
    """The same promise in working days instead of hours."""
    return replace(target, allowed=WorkingDays(working_days))


def _hours(hours: float) -> OpenTime:
    return OpenTime(round(timedelta(hours=hours).total_seconds()))
