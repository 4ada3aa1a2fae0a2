"""Histories of several leads as columns, and how replay and the stopwatch tell of them alike."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from alignment.leads.event_kinds import NOBODY
from alignment.sla.clock.history import LIFE_ORDER, HistoryEvent, ordered_events
from alignment.sla.clock.retargeting import all_readings
from alignment.sla.promises.targets import Target
from alignment.sla.replay.columns.engine import ReplayedTarget, replay_targets
from alignment.sla.replay.columns.fallback import HoursOf
from alignment.sla.replay.columns.history import RELEASED, Facts, HistoryColumns
from alignment.sla.replay.columns.stopwatch import STATES

Histories = Mapping[int, Sequence[HistoryEvent]]
Outcomes = list[tuple[object, ...]]


def columns_of(histories: Histories, now: datetime) -> HistoryColumns:
    """Every line once, the newest lead first; replay must sort them itself."""
    told = [
        (lead, line)
        for lead, told in histories.items()
        for line in reversed(ordered_events(told, now=now))
    ]
    documents: list[Facts] = [{}, *(line.facts or {} for _, line in told)]
    return HistoryColumns(
        leads=column(lead for lead, _ in told),
        kinds=column(LIFE_ORDER[line.kind] for _, line in told),
        at=column(round(line.at.timestamp()) for _, line in told),
        owners=column(owner_of(line) for _, line in told),
        people=column(line.by_id or 0 for _, line in told),
        sequence=column(line.sequence for _, line in told),
        facts=column(place if line.facts else 0 for place, (_, line) in enumerate(told, 1)),
        documents=documents,
        until=round(now.timestamp()),
    )


def owner_of(line: HistoryEvent) -> int:
    return RELEASED if line.owner_id == NOBODY else line.owner_id or 0


def column(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), np.int64)


def replayed(
    histories: Histories,
    targets: Sequence[Target],
    calendar_of: HoursOf,
    now: datetime,
    *,
    since: datetime | None = None,
) -> tuple[ReplayedTarget, ...]:
    def some(lead_ids: Iterable[int]) -> Histories:
        return {lead: histories[lead] for lead in lead_ids}

    return replay_targets(columns_of(histories, now), targets, calendar_of, some, since=since)


def replay_says(found: Iterable[ReplayedTarget]) -> Outcomes:
    """Of each round: lead, promise, segment, number, state, start and who answers for it."""
    return sorted(
        (
            lead,
            one.target.key,
            one.target.segment.name,
            number,
            STATES[state].value,
            datetime.fromtimestamp(started_at, UTC),
            owner or None,
        )
        for one in found
        for lead, number, state, started_at, owner in zip(
            one.cycles.lead_ids.tolist(),
            one.cycles.numbers.tolist(),
            one.cycles.states.tolist(),
            one.cycles.started_at.tolist(),
            one.cycles.owner_ids.tolist(),
            strict=True,
        )
    )


def stopwatch_says(
    histories: Histories,
    targets: Sequence[Target],
    calendar_of: HoursOf,
    now: datetime,
    *,
    since: datetime | None = None,
) -> Outcomes:
    return sorted(
        (
            lead,
            reading.target_key,
            reading.segment,
            reading.cycle,
            reading.state.value,
            reading.started_at,
            reading.owner_id,
        )
        for lead, history in histories.items()
        for reading in all_readings(history, targets, calendar_of, now, facts={}, since=since)
    )
