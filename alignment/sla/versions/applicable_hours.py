"""Which opening hours apply to a cycle: those of the owing team, of the lead's region, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from alignment.accounts.models import OpeningHours
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.opening_hours.lead_regions import region_key
from alignment.sla.clock.regional_hours import CycleCalendars, RegionalCalendars
from alignment.sla.models import Agreement
from alignment.sla.promises.targets import HoursSource, Target
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class PinnedHours:
    """The hours that a stored clock began with, or moved into."""

    hours_id: int | None
    started_at: datetime


class ApplicableHours:
    """The hours of one agreement's teams and of its workspace's regions, each newest last.

    A clock keeps the hours it is pinned to as long as they are those of whoever counts. A region
    that got hours after a clock began leaves that clock with its team, until somebody moves it.
    """

    def __init__(self, agreement: Agreement, hours: Mapping[int, OpeningHours]) -> None:
        self._hours, self._teams = hours, agreement.team_ids
        self._of_teams: dict[int | None, int] = {}
        self._of_regions: dict[str | None, int] = {}
        self._since: dict[str | None, datetime] = {}
        for number, each in hours.items():
            if each.lead_region_key is None:
                self._of_teams[each.team_id] = number
            else:
                self._of_regions[each.lead_region_key] = number
                self._since.setdefault(each.lead_region_key, each.created_at)
        self.calendar = cache(lambda hours_id: calendar_of_hours(hours.get(hours_id)))

    def hours_id(self, target: Target, region: str, pin: PinnedHours | None = None) -> int | None:
        """The hours pinned, else the newest of whoever counts; none when always open."""
        if target.clock_of is HoursSource.ALWAYS:
            return None
        if pin is not None and self._holds(pin, target, region):
            return pin.hours_id
        return self._newest(target, region)

    def hours(self, target: Target, pin: PinnedHours | None = None) -> CycleCalendars:
        """What this target's rounds count in, where the region may decide round by round."""
        if target.clock_of is HoursSource.LEAD_REGION:
            return RegionalCalendars(
                lambda region: self.calendar(self.hours_id(target, region, pin))
            )
        return self.calendar(self.hours_id(target, "", pin))

    def _newest(self, target: Target, region: str) -> int | None:
        team = self._of_teams.get(self._teams[target.owed_by])
        if target.clock_of is HoursSource.LEAD_REGION:
            return self._of_regions.get(region_key(region), team)
        return team

    def _holds(self, pin: PinnedHours, target: Target, region: str) -> bool:
        pinned = self._hours.get(pin.hours_id) if pin.hours_id else None
        if pinned is None:
            return False
        is_teams = pinned.team_id == self._teams[target.owed_by]
        if target.clock_of is HoursSource.OWNER_TEAM:
            return is_teams
        since = self._since.get(region_key(region))
        is_older = since is None or since >= pin.started_at
        return pinned.lead_region_key == region_key(region) or (is_teams and is_older)


def calendar_of_hours(hours: OpeningHours | None) -> Calendar:
    return calendar_for(hours) if hours else Calendar.always()


def why_these_hours(target: Target, hours: OpeningHours | None, region: str) -> str:
    """Which hours count, in a sentence, where the lead's region was to decide; else empty."""
    if target.clock_of is not HoursSource.LEAD_REGION:
        return ""
    if hours is not None and hours.lead_region is not None:
        return f"Counts the hours of the lead's region ({hours.lead_region})."
    team = "Counts the hours of the team that owes it"
    if not region:
        return f"{team}, since the lead's region is not known."
    return f"{team}, since the lead's region ({region}) had none of its own."
