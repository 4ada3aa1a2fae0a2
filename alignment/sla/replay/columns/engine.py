"""PURE. Replay targets over the histories of many leads, vectorised.

The same rules as ``sla.clock.stopwatch``, column by column. Leads that columns cannot express are
read by the stopwatch one by one: two events of one kind at one instant, pauses restricted to some
reasons, and leads that changed segment while a cycle ran."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.regional_hours import RegionalCalendars
from alignment.sla.promises.targets import Target, targets_by_key
from alignment.sla.replay.columns.compiled_hours import CompiledHours
from alignment.sla.replay.columns.cycles import CycleColumns, cycle_columns
from alignment.sla.replay.columns.fallback import HoursOf, read_one_by_one
from alignment.sla.replay.columns.history import Flags, HistoryColumns
from alignment.sla.replay.columns.regional_hours import cycles_by_calendar
from alignment.sla.replay.columns.retargeting import TargetChoices
from alignment.sla.replay.columns.stopwatch import ReadingColumns, join_readings, reading_columns
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import SECOND, to_instant, to_micros

HistoriesOf = Callable[[Collection[int]], Mapping[int, Sequence[HistoryEvent]]]
"""The whole histories of some leads, for those that are read one by one."""


@dataclass(frozen=True, kw_only=True)
class ReplayedTarget:
    """Every round of one target as it would stand at the end of the histories."""

    target: Target
    cycles: ReadingColumns
    read_by_fallback: int
    """How many of them the stopwatch read itself."""


def replay_targets(
    lines: HistoryColumns,
    targets: Iterable[Target],
    hours_of: HoursOf,
    histories_of: HistoriesOf,
    *,
    since: datetime | None = None,
) -> tuple[ReplayedTarget, ...]:
    """Each target's rounds, what started before ``since`` left out; one entry a target."""
    stage = _TargetReplay(lines, hours_of, histories_of, since)
    return tuple(
        replayed
        for same_key_targets in targets_by_key(targets).values()
        for replayed in stage.play(same_key_targets)
    )


class _TargetReplay:
    def __init__(
        self,
        lines: HistoryColumns,
        hours_of: HoursOf,
        histories_of: HistoriesOf,
        since: datetime | None,
    ) -> None:
        self.lines, self.hours_of, self.histories_of = lines, hours_of, histories_of
        self.since, self.until = since, to_instant(lines.until * SECOND)
        self.hours: dict[Calendar, CompiledHours] = {}

    def play(self, same_key_targets: Sequence[Target]) -> Iterable[ReplayedTarget]:
        """One promise: its rounds are the same for all of its targets."""
        since = None if self.since is None else to_micros(self.since) // SECOND
        cycles = cycle_columns(self.lines, same_key_targets[0], since=since)
        choices = TargetChoices(self.lines, same_key_targets)
        is_apart = self._apart(same_key_targets)
        is_apart[cycles.leads[choices.changes_within(cycles)]] = True
        apart = cycles.leads[is_apart[cycles.leads]]
        slow = self._one_by_one(set(self.lines.lead_ids[apart].tolist()), same_key_targets)
        cycles = cycles.only(~is_apart[cycles.leads])
        chosen = choices.at_start(cycles)
        for place, target in enumerate(same_key_targets):
            fast = self._at_once(cycles.only(chosen == place), target)
            parts = [*fast, *(slow[x] for x in [target.segment.name] if x in slow)]
            yield ReplayedTarget(
                target=target,
                cycles=join_readings(parts),
                read_by_fallback=sum(map(len, parts[len(fast) :])),
            )

    def _apart(self, same_key_targets: Sequence[Target]) -> Flags:
        """The leads whose order or reasons columns cannot tell."""
        is_apart = self.lines.have_ambiguous_order.copy()
        for target in same_key_targets:
            if target.pause_reasons:
                is_apart |= self.lines.of_leads(self.lines.of_kinds(target.pauses_on))
        return is_apart

    def _one_by_one(
        self, lead_ids: Collection[int], same_key_targets: Sequence[Target]
    ) -> dict[str, ReadingColumns]:
        return read_one_by_one(
            self.histories_of(lead_ids) if lead_ids else {},
            same_key_targets,
            self.hours_of,
            since=self.since,
            until=self.until,
        )

    def _at_once(self, cycles: CycleColumns, target: Target) -> Sequence[ReadingColumns]:
        """Of rounds that columns can tell, those of each calendar together."""
        hours = self.hours_of(target)
        if not isinstance(hours, RegionalCalendars):
            return [reading_columns(self.lines, cycles, target, self._compiled(hours))]
        return [
            reading_columns(self.lines, some, target, self._compiled(calendar))
            for calendar, some in cycles_by_calendar(self.lines, cycles, hours)
        ]

    def _compiled(self, calendar: Calendar) -> CompiledHours:
        if calendar not in self.hours:
            first, last = self.lines.earliest, self.lines.until
            self.hours[calendar] = CompiledHours(calendar, first=first, last=last)
        return self.hours[calendar]
