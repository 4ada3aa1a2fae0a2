"""The breach board: for both teams side by side, promises nearly due, missed and resolved this
week.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request

from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.board import queries as board_queries
from alignment.sla.breaches.board.queries import BoardPart, MissedCount, MissedFilter
from alignment.sla.breaches.causes import recurring_causes
from alignment.sla.breaches.excuses import queries as excuses_queries
from alignment.sla.breaches.excuses.approval import may_answer
from alignment.sla.breaches.queries import KeptCount
from alignment.sla.models import Cause
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers.inspection import promise_names, state_label
from alignment.sla.timers.queries import LeadWithTimer
from alignment.web.breach_summary import CAUSES, CAUSES_IN_FULL, MissedPart, breach_summaries
from alignment.web.breaches.board_quotas import QuotaPart, quota_part
from alignment.web.filters import SMALL_SAMPLE
from alignment.web.name_lookup import people_names

pages = Blueprint("board", __name__)

SIDES = (Side.MARKETING, Side.SALES)
MAX_ROWS = 12
"""A wall shows so many of each; how many more there are is said below them."""
CAUSE_NOT_GIVEN = "unsaid"
"""As addresses name missed promises of which nobody has said why."""


@dataclass(frozen=True, kw_only=True)
class NearlyDueRow:
    """One promise that is nearly due."""

    lead_id: int
    title: str
    promise: str
    owner: str
    chip: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class NearlyDuePart:
    """How many are nearly due, and the first of them."""

    count: int
    first: Sequence[NearlyDueRow]


@dataclass(frozen=True, kw_only=True)
class TeamColumn:
    """What one team promised: how it goes this week, and what is due, open and done since."""

    this_week: KeptCount
    last_week: KeptCount
    nearly_due: NearlyDuePart
    still_open: MissedPart
    done_since: MissedPart
    over_a_period: QuotaPart

    @property
    def change(self) -> int | None:
        """Percentage points against last week; none where either week has too few to say."""
        weeks = (self.this_week, self.last_week)
        if any(week.due < SMALL_SAMPLE for week in weeks):
            return None
        now_kept, kept_before = (100 * week.kept / week.due for week in weeks)
        return round(now_kept) - round(kept_before)


@dataclass(frozen=True, kw_only=True)
class SharedCause:
    """One cause behind several missed promises of both teams."""

    cause: str
    label: str
    missed: MissedPart


@pages.get("/board")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    template = "breaches/_board.html" if request.htmx else "breaches/board.html"
    monday = monday_before(now(), workspace().zone)
    counts = board_queries.count_missed(session(), workspace().id, since=monday)
    cause = requested_cause()
    return render_template(
        template,
        parts={side.value: team_column(side, monday, counts, cause) for side in SIDES},
        causes=cause_counts(counts),
        cause=cause,
        causes_in_full=CAUSES_IN_FULL.items(),
        shared=shared_causes(),
        waiting=open_excuse_requests(),
    ), {"Vary": "HX-Request"}


def team_column(
    side: Side, monday: datetime, counts: Sequence[MissedCount], cause: str
) -> TeamColumn:
    last_monday = monday_before(monday - timedelta(days=1), workspace().zone)
    causes = causes_of(cause)

    def missed(part: BoardPart) -> MissedPart:
        wanted = MissedFilter(side=side, part=part, since=monday, causes=causes)
        latest = board_queries.latest_missed(session(), workspace().id, wanted, limit=MAX_ROWS)
        return MissedPart(count=count_of(counts, wanted), latest=breach_summaries(latest))

    return TeamColumn(
        this_week=breaches_queries.count_kept_between(
            session(), user(), side, start=monday, end=now()
        ),
        last_week=breaches_queries.count_kept_between(
            session(), user(), side, start=last_monday, end=monday
        ),
        nearly_due=nearly_due_part(side),
        still_open=missed(BoardPart.STILL_OPEN),
        done_since=missed(BoardPart.DONE_SINCE),
        over_a_period=quota_part(side),
    )


def requested_cause() -> str:
    """Which cause the address narrows the board to; a strange one narrows nothing."""
    asked = request.args.get("cause", "")
    return asked if asked in {CAUSE_NOT_GIVEN, *Cause} else ""


def causes_of(cause: str) -> Collection[Cause | None]:
    """The causes that the address asks for; None is a miss of which nobody has said why."""
    if not cause:
        return (None, *Cause)
    return (None,) if cause == CAUSE_NOT_GIVEN else (Cause(cause),)


def count_of(counts: Sequence[MissedCount], wanted: MissedFilter) -> int:
    return sum(
        each.count
        for each in counts
        if (each.side, each.part) == (wanted.side, wanted.part) and each.cause in wanted.causes
    )


def cause_counts(counts: Sequence[MissedCount]) -> list[tuple[str, str, int]]:
    """Key, word and number of each cause; excused ones count, since their cause stays."""
    by_cause: Counter[str] = Counter()
    for each in counts:
        by_cause[each.cause or CAUSE_NOT_GIVEN] += each.count
    words = {cause.value: name for cause, name in CAUSES.items()} | {
        CAUSE_NOT_GIVEN: "Not said yet"
    }
    return [("", "All", by_cause.total()), *((key, words[key], by_cause[key]) for key in words)]


def shared_causes() -> list[SharedCause]:
    return [
        SharedCause(
            cause=issue.cause,
            label=CAUSES[issue.cause],
            missed=MissedPart(count=issue.count, latest=breach_summaries(issue.latest)),
        )
        for issue in recurring_causes(session(), workspace().id, now=now(), limit=MAX_ROWS)
    ]


def open_excuse_requests() -> int:
    """How many excuses wait for this person's team."""
    asked = excuses_queries.excuses_asked(session(), user().workspace_id)
    return sum(may_answer(session(), excuse, user()) for excuse in asked)


def nearly_due_part(side: Side) -> NearlyDuePart:
    return NearlyDuePart(
        count=timers_queries.count_nearly_due(session(), user(), side, now=now()),
        first=nearly_due_rows(
            timers_queries.nearly_due(session(), user(), side, now=now(), limit=MAX_ROWS)
        ),
    )


def nearly_due_rows(leads_and_timers: Sequence[LeadWithTimer]) -> list[NearlyDueRow]:
    promises, people = promise_names(session(), user().workspace_id), people_names()
    return [
        NearlyDueRow(
            lead_id=row.lead.id,
            title=row.lead.company or row.lead.name,
            promise=promises[row.timer.version_id, row.timer.target_key],
            owner=people.get(row.timer.owner_id or 0, ""),
            chip=state_label(row.timer, now=now()),
            due_at=row.timer.due_at,
        )
        for row in leads_and_timers
    ]


def monday_before(at: datetime, zone: str) -> datetime:
    """The midnight at which the local week of ``at`` began."""
    local = at.astimezone(ZoneInfo(zone))
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, time(), ZoneInfo(zone)).astimezone(UTC)
