"""The events of agreements, timers, breaches and excuses; ``wiring.py`` lists who listens."""

from dataclasses import dataclass
from datetime import datetime

from alignment.accounts.roles import Side
from alignment.events import Event
from alignment.sla.models import Cause
from alignment.sla.promises.targets import RecipientRole


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


class ShadowStarted(AgreementChanged):
    """Its clocks run in silence from now on."""


class ShadowStopped(AgreementChanged):
    """Its silent clocks have ended; the draft is still there to sign."""


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


@dataclass(frozen=True, kw_only=True)
class TimerBreached(TimerChanged):
    """The due time passed; that is when it happened, ``at`` is when it was noticed."""

    is_excused: bool = False
    """A granted period covers it, so that nobody need hear of it."""


class BreachWithdrawn(TimerChanged):
    """What was told as missed is no miss: it was kept, is not due yet, or is owed no more."""


@dataclass(frozen=True, kw_only=True)
class BreachMoved(TimerChanged):
    """A late fact moved the due time of what was missed; it is missed all the same."""

    was_due_at: datetime


class BreachResolved(TimerChanged):
    """What was promised is done now, after its due time."""


@dataclass(frozen=True, kw_only=True)
class EscalationStepReached(TimerChanged):
    """A step of the ladder is reached, and it is the one to act on."""

    step: str
    """Which one (``EscalationStep.identity``)."""
    reached_at: datetime
    """Earlier than ``at`` where no clock was read in between."""
    to: RecipientRole
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class QuotaPeriodChanged(Event):
    """Something happened to one period of a quota."""

    quota_period_id: int
    agreement_id: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class QuotaBehindPace(QuotaPeriodChanged):
    """At a step of the period less had come than should have by then."""

    step: int
    """Which one, counted from 1."""


class QuotaKept(QuotaPeriodChanged):
    """The period is over, and what was promised came."""


@dataclass(frozen=True, kw_only=True)
class QuotaMissed(QuotaPeriodChanged):
    """The period is over, and less came than was promised."""

    is_excused: bool = False
    """A granted period covers its end, so that nobody need hear of it."""


@dataclass(frozen=True, kw_only=True)
class BreachCauseRecorded(Event):
    """Somebody of either team said why a promise was missed."""

    breach_id: int
    lead_id: int | None
    """None where it was promised over a period."""
    cause: Cause
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ExcuseChanged(Event):
    """Something happened to an excuse; one of a period belongs to no single breach."""

    excuse_id: int
    agreement_id: int
    breach_id: int | None
    by_id: int


class BreachExcused(ExcuseChanged):
    """The other team set a missed promise aside, without having been asked."""


class ExcuseAsked(ExcuseChanged):
    """One team asks, the other has to answer."""


@dataclass(frozen=True, kw_only=True)
class ExcuseAnswered(ExcuseChanged):
    """The other team granted it or refused."""

    is_granted: bool


class ExcuseRevoked(ExcuseChanged):
    """What was asked or granted no longer holds."""
