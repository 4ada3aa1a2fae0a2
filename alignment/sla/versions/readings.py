"""Every SELECT about versions. Workspace or person is the scope."""

from dataclasses import dataclass

from alignment.sla.clock.stopwatch import Reading
from alignment.sla.models import Timer
from alignment.sla.promises.targets import Target

TimerKey = tuple[int, int, bool, str, int]
"""Lead, version, whether in silence, target and cycle: which clock it is."""


@dataclass(frozen=True, kw_only=True)
class TimerReading:
    """One round of one promise for one lead, as it reads now."""

    lead_id: int
    version_id: int
    is_shadow: bool = False
    target: Target
    opening_hours_id: int | None
    reading: Reading
    owner_id: int | None
    stored_key: TimerKey | None = None
    """Under what it is stored so far: a version that this one took over from, maybe."""

    @property
    def key(self) -> TimerKey:
        cycle = self.reading.cycle
        return self.lead_id, self.version_id, self.is_shadow, self.target.key, cycle


def key_of_timer(timer: Timer) -> TimerKey:
    return timer.lead_id, timer.version_id, timer.is_shadow, timer.target_key, timer.cycle
