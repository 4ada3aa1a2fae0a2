"""What happens to messages as a whole."""

from dataclasses import dataclass
from datetime import datetime

from alignment.events import Event


@dataclass(frozen=True, kw_only=True)
class SchedulerStoodStill(Event):
    """No scheduler ran between two instants, and what was due then went late."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReminderPutOff(Event):
    """A person wants to hear of one thing ("task-7") later."""

    user_id: int
    thread: str
    until_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReminderWoken(Event):
    """A person wants to hear of it again from now on."""

    user_id: int
    thread: str


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event):
    """A person wants to be told otherwise; the workspace, where no person is named."""

    user_id: int | None
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelAdded(Event):
    """What happens here is told to one more chat, webhook or browser; a team's, where one is."""

    endpoint_id: int
    channel: str
    label: str
    team_id: int | None
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelSwitchedOff(Event):
    """Nothing goes there for now; by nobody where it failed for good."""

    endpoint_id: int
    reason: str
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class ChannelSwitchedOn(Event):
    """It is used again."""

    endpoint_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelRemoved(Event):
    """Its address is forgotten; by nobody where a browser took its wish back."""

    endpoint_id: int
    label: str
    by_id: int | None
