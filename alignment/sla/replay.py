"""PURE. What a draft would have come to: its targets over the histories of many leads.

The same rules as ``sla.stopwatch``, column by column. What columns cannot tell, the stopwatch
reads itself, lead by lead: two lines of one kind and instant, pauses where only some reasons
pause, and leads that changed their segment while a clock ran.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.sla.columns.choices import Choices
from alignment.sla.columns.hours import Hours
from alignment.sla.columns.lines import Flags, Lines
from alignment.sla.columns.one_by_one import HoursOf, read_one_by_one
from alignment.sla.columns.readings import Readings, joined, readings
from alignment.sla.columns.regions import by_calendar
from alignment.sla.columns.rounds import Rounds, rounds
from alignment.sla.history import Happened
from alignment.sla.regional import Regional
from alignment.sla.targets import Target, by_key
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import SECOND, to_instant, to_micros

HistoriesOf = Callable[[Collection[int]], Mapping[int, Sequence[Happened]]]
"""The whole histories of some leads, for those that are read one by one."""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """Every round of one target as it would stand at the end of the histories."""

    target: Target
    rounds: Readings
    one_by_one: int
    """How many of them the stopwatch read itself."""


def replay(
    lines: Lines,
    targets: Iterable[Target],
    hours_of: HoursOf,
    histories_of: HistoriesOf,
    *,
    since: datetime | None = None,
) -> tuple[Replayed, ...]:
    """Each target's rounds, what started before ``since`` left out; one entry a target."""
    stage = _Stage(lines, hours_of, histories_of, since)
    return tuple(found for alike in by_key(targets).values() for found in stage.play(alike))


class _Stage:
    def __init__(
        self,
        lines: Lines,
        hours_of: HoursOf,
        histories_of: HistoriesOf,
        since: datetime | None,
    ) -> None:
        self.lines, self.hours_of, self.histories_of = lines, hours_of, histories_of
        self.since, self.until = since, to_instant(lines.until * SECOND)
        self.hours: dict[Calendar, Hours] = {}

    def play(self, alike: Sequence[Target]) -> Iterable[Replayed]:
        """One promise: its rounds are the same for all of its targets."""
        since = None if self.since is None else to_micros(self.since) // SECOND
        found = rounds(self.lines, alike[0], since=since)
        choices = Choices(self.lines, alike)
        is_apart = self._apart(alike)
        is_apart[found.leads[choices.change_within(found)]] = True
        apart = found.leads[is_apart[found.leads]]
        slow = self._one_by_one(set(self.lines.lead_ids[apart].tolist()), alike)
        found = found.only(~is_apart[found.leads])
        chosen = choices.at_start(found)
        for place, target in enumerate(alike):
            fast = self._at_once(found.only(chosen == place), target)
            parts = [*fast, *(slow[x] for x in [target.segment.name] if x in slow)]
            yield Replayed(
                target=target, rounds=joined(parts), one_by_one=sum(map(len, parts[len(fast) :]))
            )

    def _apart(self, alike: Sequence[Target]) -> Flags:
        """The leads whose order or reasons columns cannot tell."""
        is_apart = self.lines.have_twins.copy()
        for target in alike:
            if target.pause_reasons:
                is_apart |= self.lines.of_leads(self.lines.of_kinds(target.pauses_on))
        return is_apart

    def _one_by_one(
        self, lead_ids: Collection[int], alike: Sequence[Target]
    ) -> dict[str, Readings]:
        return read_one_by_one(
            self.histories_of(lead_ids) if lead_ids else {},
            alike,
            self.hours_of,
            since=self.since,
            until=self.until,
        )

    def _at_once(self, found: Rounds, target: Target) -> Sequence[Readings]:
        """Of rounds that columns can tell, those of each calendar together."""
        hours = self.hours_of(target)
        if not isinstance(hours, Regional):
            return [readings(self.lines, found, target, self._compiled(hours))]
        return [
            readings(self.lines, some, target, self._compiled(calendar))
            for calendar, some in by_calendar(self.lines, found, hours)
        ]

    def _compiled(self, calendar: Calendar) -> Hours:
        if calendar not in self.hours:
            first, last = self.lines.earliest, self.lines.until
            self.hours[calendar] = Hours(calendar, first=first, last=last)
        return self.hours[calendar]
