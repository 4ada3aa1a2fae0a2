"""What the address of the list of leads may ask for, and the rows that answer it.

Other pages link here: ``stage``, ``owner`` (an id, or ``none`` for what waits in a team's queue),
``fate``, ``source`` (an id, or ``none`` for leads without one), ``handed_off_from`` and
``handed_off_until`` (dates in the workspace's zone, both included), ``words`` and ``page``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from alignment.accounts.roles import Right
from alignment.edge import allowed, now, session, user, workspace
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.leads.intake import CleanText
from alignment.leads.models import Lead, Stage
from alignment.leads.queries import LeadFilter
from alignment.leads.rules import Verb, stage_refusal
from alignment.sla.models import Timer
from alignment.sla.timers import queries as promises
from alignment.sla.timers.inspection import state_label
from alignment.web.forms import Blank
from alignment.web.leads.owners import owner_words
from alignment.web.name_lookup import source_names

DAY = timedelta(days=1)
NO_SOURCE = NOBODYS = "none"

Date = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class LeadListQuery(BaseModel):
    """The filters in the address of the list; unknown parameters are ignored."""

    words: CleanText = Field(default="", max_length=200)
    stage: Annotated[Stage | None, Blank] = None
    source: str = Field(default="", pattern=r"^(none|[0-9]{1,9})?$")
    owner: str = Field(default="", pattern=r"^(none|[1-9][0-9]{0,8})?$")
    fate: Annotated[HandoffOutcome | None, Blank] = None
    handed_off_from: Annotated[Date | None, Blank] = None
    handed_off_until: Annotated[Date | None, Blank] = None

    def as_filter(self, zone: str) -> LeadFilter:
        """The same for the database; dates are those of ``zone``."""
        until = self.handed_off_until and self.handed_off_until + DAY
        return LeadFilter(
            search_text=self.words,
            stage=self.stage,
            source_id=int(self.source) if self.source.isdigit() else None,
            without_source=self.source == NO_SOURCE,
            owner_id=int(self.owner) if self.owner.isdigit() else None,
            is_in_queue=self.owner == NOBODYS,
            handoff_outcome=self.fate,
            handed_off_from=_midnight(self.handed_off_from, zone),
            handed_off_until=_midnight(until, zone),
        )


@dataclass(frozen=True, kw_only=True)
class LeadListRow:
    """One lead of the list, with the clock that is due first."""

    lead: Lead
    source: str
    owner: str
    clock: Timer | None
    chip: str
    may_hand_off: bool
    may_assign: bool

    @property
    def may_tick(self) -> bool:
        return self.may_hand_off or self.may_assign


def list_rows(leads: Sequence[Lead]) -> list[LeadListRow]:
    owners, sources = owner_words(leads), source_names()
    ids = [lead.id for lead in leads]
    clocks = promises.open_timers_of_leads(session(), user().workspace_id, ids)
    return [
        _row(lead, next(iter(clocks.get(lead.id, ())), None), owners, sources) for lead in leads
    ]


def zone_of_workspace() -> str:
    return workspace().zone


def _row(
    lead: Lead, clock: Timer | None, owners: Mapping[int, str], sources: Mapping[int, str]
) -> LeadListRow:
    return LeadListRow(
        lead=lead,
        source=sources.get(lead.source_id or 0, ""),
        owner=owners[lead.id],
        clock=clock,
        chip=state_label(clock, now=now()) if clock else "",
        may_hand_off=allowed(Right.HAND_OFF) and not stage_refusal(Verb.HAND_OFF, lead),
        may_assign=allowed(Right.WORK) and not stage_refusal(Verb.GIVE, lead),
    )


def _midnight(on: date | None, zone: str) -> datetime | None:
    if on is None:
        return None
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)
