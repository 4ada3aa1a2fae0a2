"""The breach board: for both teams side by side, promises nearly due, missed and resolved this
week.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request

from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.causes import recurring_causes
from alignment.sla.breaches.excuses import queries as excuses_queries
from alignment.sla.breaches.excuses.approval import may_answer
from alignment.sla.breaches.queries import BreachOnBoard, KeptCount
from alignment.sla.models import Cause
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers.inspection import promise_names, state_label
from alignment.sla.timers.queries import LeadWithTimer
from alignment.web.breach_summary import CAUSES, CAUSES_IN_FULL, BreachSummary, breach_summaries
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
class TeamColumn:
    """What one team promised: how it goes this week, and what is due, open and done since."""

    this_week: KeptCount
    last_week: KeptCount
    nearly_due: Sequence[NearlyDueRow]
    still_open: Sequence[BreachSummary]
    done_since: Sequence[BreachSummary]
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
    lines: Sequence[BreachSummary]


@pages.get("/board")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    template = "breaches/_board.html" if request.htmx else "breaches/board.html"
    monday = monday_before(now(), workspace().zone)
    missed = {
        side: breaches_queries.breaches_on_board(session(), user(), side, since=monday)
        for side in SIDES
    }
    everything = list(chain(*missed.values()))
    cause = requested_cause()
    return render_template(
        template,
        parts={side.value: team_column(side, with_cause(missed[side], cause)) for side in SIDES},
        causes=cause_counts(everything),
        cause=cause,
        causes_in_full=CAUSES_IN_FULL.items(),
        shared=shared_causes(everything),
        waiting=open_excuse_requests(),
        rows=MAX_ROWS,
    ), {"Vary": "HX-Request"}


def team_column(side: Side, missed: Sequence[BreachOnBoard]) -> TeamColumn:
    monday = monday_before(now(), workspace().zone)
    last_monday = monday_before(monday - timedelta(days=1), workspace().zone)
    return TeamColumn(
        this_week=breaches_queries.count_kept_between(
            session(), user(), side, start=monday, end=now()
        ),
        last_week=breaches_queries.count_kept_between(
            session(), user(), side, start=last_monday, end=monday
        ),
        nearly_due=nearly_due_rows(
            timers_queries.nearly_due(session(), user(), side, now=now(), limit=MAX_ROWS)
        ),
        still_open=breach_summaries([row for row in missed if row.timer.stopped_at is None]),
        done_since=breach_summaries(
            [
                row
                for row in missed
                if row.timer.stopped_at is not None and row.breach.due_at >= monday
            ]
        ),
        over_a_period=quota_part(side),
    )


def requested_cause() -> str:
    """Which cause the address narrows the board to; a strange one narrows nothing."""
    asked = request.args.get("cause", "")
    return asked if asked in {CAUSE_NOT_GIVEN, *Cause} else ""


def with_cause(missed: Sequence[BreachOnBoard], cause: str) -> list[BreachOnBoard]:
    return [row for row in missed if not cause or (row.breach.cause or CAUSE_NOT_GIVEN) == cause]


def cause_counts(missed: Sequence[BreachOnBoard]) -> list[tuple[str, str, int]]:
    """Key, word and number of each cause; excused ones count, since their cause stays."""
    by_cause: Mapping[str, int] = Counter(row.breach.cause or CAUSE_NOT_GIVEN for row in missed)
    words = {cause.value: name for cause, name in CAUSES.items()} | {
        CAUSE_NOT_GIVEN: "Not said yet"
    }
    return [("", "All", len(missed)), *((key, words[key], by_cause.get(key, 0)) for key in words)]


def shared_causes(missed: Sequence[BreachOnBoard]) -> list[SharedCause]:
    by_id = {row.breach.id: row for row in missed}
    return [
        SharedCause(
            cause=issue.cause,
            label=CAUSES[issue.cause],
            lines=breach_summaries([by_id[breach.id] for breach in issue.breaches]),
        )
        for issue in recurring_causes([row.breach for row in missed], now=now())
    ]


def open_excuse_requests() -> int:
    """How many excuses wait for this person's team."""
    asked = excuses_queries.excuses_asked(session(), user().workspace_id)
    return sum(may_answer(session(), excuse, user()) for excuse in asked)


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
