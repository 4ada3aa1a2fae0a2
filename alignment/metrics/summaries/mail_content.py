"""The content of the daily and weekly numbers mail, the same for everybody; None where nothing
happened.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.accounts.opening_hours import queries as accounts
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.roles import Side
from alignment.metrics.formulas import Share
from alignment.metrics.periods import DAY, ReportPeriod, local_date
from alignment.metrics.promises import queries as numbers
from alignment.metrics.promises.outcomes import SIDES, PromiseOutcome
from alignment.metrics.summaries import queries
from alignment.metrics.summaries.pictures import picture_words
from alignment.metrics.summaries.queries import HandoffCounts, PromiseCounts, key_over_a_period
from alignment.metrics.wording import share_words
from alignment.sla.quotas.tracking import quota_names
from alignment.sla.timers.inspection import promise_names

WEEK = timedelta(days=7)
LONGEST_BREAK = 14
MailWords = Mapping[str, Any]


def daily_numbers(
    session: Session, workspace: Workspace, on: date, *, now: datetime
) -> MailWords | None:
    """The day beside its week so far, and what is open for the next working day."""
    monday = on - on.weekday() * DAY
    spans = {"That day": _period(workspace, on, on), "Week so far": _period(workspace, monday, on)}
    comparison = _comparison(session, workspace, spans, now=now)
    if comparison is None:
        return None
    next_on = _next_working_day(session, workspace, after=on)
    to_come = queries.open_promises_due(
        session, workspace.id, _period(workspace, on + DAY, next_on)
    )
    days = _daily_outcomes(session, workspace, spans["Week so far"], now=now)
    return comparison | {
        "on": on,
        "next_on": next_on,
        "to_come": {side.value: to_come.get(side, 0) for side in SIDES},
        "chart": days,
        "picture_words": picture_words(days),
    }


def weekly_numbers(
    session: Session, workspace: Workspace, monday: date, *, now: datetime
) -> MailWords | None:
    """The week that ended before this Monday beside the one before."""
    spans = {
        "Last week": _period(workspace, monday - WEEK, monday - DAY),
        "Week before": _period(workspace, monday - 2 * WEEK, monday - WEEK - DAY),
    }
    comparison = _comparison(session, workspace, spans, now=now)
    if comparison is None:
        return None
    days = _daily_outcomes(session, workspace, spans["Last week"], now=now)
    return comparison | {
        "from_on": monday - WEEK,
        "until_on": monday - DAY,
        "chart": days,
        "picture_words": picture_words(days),
    }


def _comparison(
    session: Session, workspace: Workspace, spans: Mapping[str, ReportPeriod], *, now: datetime
) -> dict[str, Any] | None:
    moves = [queries.handoff_counts(session, workspace.id, period) for period in spans.values()]
    due = [
        queries.promise_counts(session, workspace.id, period, now=now) for period in spans.values()
    ]
    if not (moves[0].is_any or any(x.kept or x.missed for x in due[0])):
        return None
    names = promise_names(session, workspace.id) | {
        (version_id, key_over_a_period(key)): name
        for (version_id, key), name in quota_names(session, workspace.id).items()
    }
    promised = {
        side: sorted(
            {names[x.version_id, x.target_key] for one in due for x in one if x.side is side}
        )
        for side in SIDES
    }
    return {
        "headline": _headline(moves[0], due[0]),
        "columns": list(spans),
        "sides": [
            {
                "side": side.value,
                "rows": [
                    *_handoff_rows(side, moves),
                    *(
                        {
                            "name": name,
                            "values": [
                                _kept_words(_versions_of_promise(x, side, name, names)) for x in due
                            ],
                        }
                        for name in promised[side]
                    ),
                    {
                        "name": "All promises",
                        "values": [_kept_words([x for x in one if x.side is side]) for one in due],
                    },
                ],
            }
            for side in SIDES
        ],
    }


def _headline(moves: HandoffCounts, due: Sequence[PromiseCounts]) -> str:
    """12 handed off, 9 answered “accepted”; marketing kept 3 of 4, sales 84 %."""
    kept = {side: _kept_words([x for x in due if x.side is side]) for side in SIDES}
    return (
        f"{moves.handed_off:,} handed off, {moves.accepted_answers:,} answered “accepted”; "
        f"kept by marketing {kept[Side.MARKETING]}, by sales {kept[Side.SALES]}"
    )


def _handoff_rows(side: Side, moves: Sequence[HandoffCounts]) -> list[dict[str, Any]]:
    if side is Side.MARKETING:
        return [
            {"name": "Handed off", "values": [f"{x.handed_off:,}" for x in moves]},
            {"name": "Entries", "values": [f"{x.entries:,}" for x in moves]},
        ]
    return [
        {"name": "First answers “accepted”", "values": [f"{x.accepted_answers:,}" for x in moves]},
        {"name": "Answers “returned”", "values": [f"{x.returned_answers:,}" for x in moves]},
    ]


def _versions_of_promise(
    due: Sequence[PromiseCounts], side: Side, name: str, names: Mapping[tuple[int, str], str]
) -> list[PromiseCounts]:
    """The same promise in all versions of an agreement, known by its name."""
    return [x for x in due if x.side is side and names[x.version_id, x.target_key] == name]


def _kept_words(due: Sequence[PromiseCounts]) -> str:
    """84 %, 3 of 7, or both numbers where some of those missed are excused."""
    kept, missed = sum(x.kept for x in due), sum(x.missed for x in due)
    excused = sum(x.excused for x in due)
    words = share_words(Share(part=kept, whole=kept + missed))
    if not excused:
        return words
    without = share_words(Share(part=kept, whole=kept + missed - excused))
    return f"{words} ({without} without {excused} excused)"


def _daily_outcomes(
    session: Session, workspace: Workspace, period: ReportPeriod, *, now: datetime
) -> list[dict[str, Any]]:
    """How many promises each side kept and missed on each date, for the picture: every date of the
    period, or none where nothing fell due.
    """
    promises = numbers.promise_columns(session, workspace.id, period, now=now)
    dates = [local_date(datetime.fromtimestamp(int(at), UTC), workspace.zone) for at in promises.at]
    outcomes = (PromiseOutcome.KEPT, PromiseOutcome.MISSED)
    counts = Counter(
        (on, side, outcome)
        for side in SIDES
        for outcome in outcomes
        for on, is_so in zip(dates, promises.outcomes[side, outcome], strict=True)
        if is_so
    )
    if not counts:
        return []
    return [
        {
            "on": on,
            "side": side.value,
            "outcome": outcome.value,
            "count": counts[on, side, outcome],
        }
        for on in _dates_of(period)
        for side in SIDES
        for outcome in outcomes
    ]


def _dates_of(period: ReportPeriod) -> Iterator[date]:
    for day in range((period.until_on - period.from_on).days + 1):
        yield period.from_on + day * DAY


def _next_working_day(session: Session, workspace: Workspace, *, after: date) -> date:
    hours = accounts.newest_hours_by_team(session, workspace.id)
    calendars = [calendar_for(row) for row in hours.values()]
    days = (after + count * DAY for count in range(1, LONGEST_BREAK))
    return next(
        (on for on in days if any(any(x.working_dates(on, on)) for x in calendars)), after + DAY
    )


def _period(workspace: Workspace, first: date, last: date) -> ReportPeriod:
    return ReportPeriod(from_on=first, until_on=last, zone=workspace.zone)
