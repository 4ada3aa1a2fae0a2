"""PURE. When a person may be notified: quiet hours, days off, non-working days and snoozes defer a
message and never drop it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alignment.notifications.formatting import format_instant
from alignment.worktime.calendar import Calendar

DEFAULT_DIGEST_TIME = time(8, 30)
ONE_DAY = timedelta(days=1)
LONGEST_DEFERRAL_DAYS = 60
"""Days after which somebody is told in any case, however long nobody seems to work."""


@dataclass(frozen=True, kw_only=True)
class EffectivePreferences:
    """How one person wants to be told, as far as it concerns when.

    ``days_off`` are first and last dates; the person works when any of ``calendars`` is open.
    """

    zone: str
    digest_at: time = DEFAULT_DIGEST_TIME
    quiet_from: time | None = None
    quiet_until: time | None = None
    breaks_quiet: bool = False
    wants_weekly: bool = True
    days_off: tuple[tuple[date, date], ...] = ()
    calendars: tuple[Calendar, ...] = ()
    snoozed: Mapping[str, datetime] = field(default_factory=dict)

    def is_off(self, on: date) -> bool:
        """Whether the person took this date off."""
        return any(first <= on <= last for first, last in self.days_off)

    def works_on(self, on: date) -> bool:
        """Whether this is a working day of the person's; every day where nobody wrote hours."""
        is_open = not self.calendars or any(any(x.working_dates(on, on)) for x in self.calendars)
        return is_open and not self.is_off(on)


@dataclass(frozen=True, kw_only=True)
class Deferral:
    """Until when a message waits, and what stands in its way last, in words for its reader."""

    until: datetime
    reason: str


def deferral_for(
    preferences: EffectivePreferences, *, thread: str, is_urgent: bool, now: datetime
) -> Deferral | None:
    """Until when a message must wait, if it must.

    Urgent ones go on days when the team does not work, and break the quiet of those who allow it;
    they wait like others on a person's own days off.
    """
    at, obstacle = now, ""
    latest = now + LONGEST_DEFERRAL_DAYS * ONE_DAY
    # One reason may end within another: a snooze in the night, a quiet night before a day off.
    while at < latest and (
        end_and_obstacle := _obstacle(preferences, thread, is_urgent=is_urgent, at=at)
    ):
        at, obstacle = end_and_obstacle
    return Deferral(until=at, reason=_reason(obstacle, at, preferences)) if at > now else None


def _obstacle(
    wishes: EffectivePreferences, thread: str, *, is_urgent: bool, at: datetime
) -> tuple[datetime, str] | None:
    """When what stands in the way at this instant ends, and what it is."""
    if thread and wishes.snoozed.get(thread, at) > at:
        return wishes.snoozed[thread], "Put off"
    today = at.astimezone(ZoneInfo(wishes.zone)).date()
    if wishes.is_off(today):
        return _next_morning(wishes, today, is_urgent=is_urgent), "Day off"
    if not is_urgent and not wishes.works_on(today):
        return _next_morning(wishes, today, is_urgent=is_urgent), "Not a working day"
    if is_urgent and wishes.breaks_quiet:
        return None
    quiet_until = end_of_quiet(wishes, at=at)
    return (quiet_until, "Quiet hours") if quiet_until else None


def end_of_quiet(wishes: EffectivePreferences, *, at: datetime) -> datetime | None:
    """When the quiet hours that reign at this instant end; None where they do not reign.

    The same wall time twice means no quiet hours. Where the clock is put back, an hour that is
    quiet is quiet both times; where it is put forward past the end, quiet ends right after.
    """
    first, last = wishes.quiet_from, wishes.quiet_until
    if first is None or last is None or first == last:
        return None
    local = at.astimezone(ZoneInfo(wishes.zone))
    wall = local.time()
    if not _is_quiet(wall, first, last):
        return None
    on = local.date() if wall < last else local.date() + ONE_DAY
    return next(
        end
        for fold in (0, 1)
        if (end := instant_at_wall_time(on, last, wishes.zone, fold=fold)) > at
    )


def hour_after_quiet(wall: time, *, quiet_from: time, quiet_until: time) -> time:
    """This wall time, or the end of the quiet hours that cover it."""
    return quiet_until if _is_quiet(wall, quiet_from, quiet_until) else wall


def instant_at_wall_time(on: date, wall: time, zone: str, *, fold: int = 0) -> datetime:
    """The instant at which clocks of the zone show this; a skipped time is as much later."""
    local = datetime.combine(on, wall.replace(fold=fold), ZoneInfo(zone))
    return local.astimezone(UTC)


def _is_quiet(wall: time, first: time, last: time) -> bool:
    """Over midnight where the end is the earlier one; never where both are the same."""
    return first <= wall < last if first <= last else wall >= first or wall < last


def _next_morning(preferences: EffectivePreferences, on: date, *, is_urgent: bool) -> datetime:
    """At the hour of the digest, on the next date on which the person can be told."""
    can_be_told = (lambda day: not preferences.is_off(day)) if is_urgent else preferences.works_on
    days = (on + n * ONE_DAY for n in range(1, LONGEST_DEFERRAL_DAYS))
    next_day = next((day for day in days if can_be_told(day)), on + LONGEST_DEFERRAL_DAYS * ONE_DAY)
    return instant_at_wall_time(next_day, preferences.digest_at, preferences.zone)


def _reason(why: str, at: datetime, wishes: EffectivePreferences) -> str:
    return f"{why}: waits until {format_instant(at, wishes.zone)}."


def local_date(wishes: EffectivePreferences, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(wishes.zone)).date()
