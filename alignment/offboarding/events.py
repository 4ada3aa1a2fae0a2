"""What happens when somebody leaves."""

from dataclasses import dataclass

from alignment.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadsQueued(Event):
    """Leads of somebody who left wait in the queue of a team, or of several that may answer."""

    from_id: int
    by_id: int
    team_ids: tuple[int, ...]
    lead_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class WorkHandedOver(Event):
    """One person got what somebody who left had to do, or a part of it."""

    from_id: int
    owner_id: int
    by_id: int
    lead_ids: tuple[int, ...]
    task_ids: tuple[int, ...]
    plan_ids: tuple[int, ...]
