"""Domain events about leads, published to the listeners in ``wiring.py``. The stored history row is
``models.LeadEvent``, not one of these.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from alignment.accounts.models import User
from alignment.events import Event
from alignment.leads.models import Lead


class ChangeFields(TypedDict):
    """The fields that every ``LeadChanged`` has."""

    workspace_id: int
    at: datetime
    lead_id: int
    by_id: int | None
    happened_at: datetime


def change_fields(
    lead: Lead, *, by: User | None, now: datetime, happened_at: datetime | None = None
) -> ChangeFields:
    """What somebody did with this lead now; ``happened_at`` where it was dated back."""
    return {
        "workspace_id": lead.workspace_id,
        "at": now,
        "lead_id": lead.id,
        "by_id": by.id if by else None,
        "happened_at": happened_at or now,
    }


@dataclass(frozen=True, kw_only=True)
class LeadChanged(Event):
    """Something was added to a lead's history; ``happened_at`` is the fact's own time."""

    lead_id: int
    by_id: int | None = None
    happened_at: datetime


class LeadArrived(LeadChanged):
    """A new lead is known."""


@dataclass(frozen=True, kw_only=True)
class LeadHandedOff(LeadChanged):
    """Sales has to answer for it from now on."""

    owner_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class LeadAssigned(LeadChanged):
    """Somebody else owns it from now on."""

    owner_id: int


@dataclass(frozen=True, kw_only=True)
class LeadInherited(LeadChanged):
    """Its owner left, and somebody else owns it from now on; who hears of it with all the rest of
    what the former owner had.
    """

    owner_id: int


class LeadFollowedOwner(LeadChanged):
    """It went to another sales team together with its owner, who knows it."""


class LeadReleased(LeadChanged):
    """Nobody owns it any more; it waits in the queue of its sales team."""


class LeadAccepted(LeadChanged):
    """Sales took it on."""


@dataclass(frozen=True, kw_only=True)
class LeadReturned(LeadChanged):
    """Sales gave it back."""

    reason: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnAnswered(LeadChanged):
    """Marketing said what becomes of a returned lead: fixed, recycled or withdrawn."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class LeadTouched(LeadChanged):
    """A person tried to reach, or reached, the lead."""

    how: str
    is_by_outsider: bool = False


@dataclass(frozen=True, kw_only=True)
class LeadDecided(LeadChanged):
    """Qualified, won, lost, given up …"""

    outcome: str


class LeadEventUndone(LeadChanged):
    """A history event was undone by the person who recorded it."""


class LeadImported(LeadChanged):
    """A file added to the lead or to its history."""


@dataclass(frozen=True, kw_only=True)
class LeadCorrected(LeadChanged):
    """What is known about it was put right, by hand."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LeadPaused(LeadChanged):
    """Its clocks stand still, as far as what was promised allows it."""

    reason: str


class LeadResumed(LeadChanged):
    """Its clocks go on."""


@dataclass(frozen=True, kw_only=True)
class LeadReopened(LeadChanged):
    """A closed lead is worked again."""

    owner_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeadMerged(LeadChanged):
    """It turned out to be another lead, and lives on there."""

    into_id: int


@dataclass(frozen=True, kw_only=True)
class LeadAbsorbed(LeadChanged):
    """Another lead turned out to be this one."""

    from_id: int


class MergeUndone(LeadChanged):
    """It is a lead of its own again, or has given back what it took over."""
