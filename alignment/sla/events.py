"""What happens to agreements and clocks, told to whoever listens (``wiring.py``)."""

from dataclasses import dataclass
from datetime import datetime

from alignment.accounts.roles import Side
from alignment.events import Event


@dataclass(frozen=True, kw_only=True)
class AgreementChanged(Event):
    """Something happened to one version of an agreement."""

    agreement_id: int
    version_id: int
    by_id: int


class AgreementDrafted(AgreementChanged):
    """There is a new wording to look at."""


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(AgreementChanged):
    """One side said yes; with the second yes the promises run."""

    side: Side
    is_in_force: bool


class AgreementEnded(AgreementChanged):
    """No new clock starts under it."""


@dataclass(frozen=True, kw_only=True)
class TimerChanged(Event):
    """Something happened to one clock of a lead."""

    timer_id: int
    lead_id: int
    due_at: datetime


class TimerWarned(TimerChanged):
    """Three quarters of the time are used (or what the target says)."""


class TimerBreached(TimerChanged):
    """The due time passed; that is when it happened, ``at`` is when it was noticed."""


class BreachWithdrawn(TimerChanged):
    """A late fact proved that the promise was kept."""


class BreachResolved(TimerChanged):
    """What was promised is done now, after its due time."""
