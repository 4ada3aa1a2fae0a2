"""The breach board: both teams side by side, as a meeting room reads it."""

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
from alignment.sla import queries
from alignment.sla.causes import issues
from alignment.sla.excuses import may_answer
from alignment.sla.inspection import chip_of, promise_names
from alignment.sla.models import Cause
from alignment.sla.queries import BreachOnBoard, Kept, LeadAndTimer
from alignment.web.filters import SMALL_SAMPLE
from alignment.web.lead_page import names
from alignment.web.missed import CAUSES, CAUSES_IN_FULL, Missed, missed_lines

pages = Blueprint("board", __name__)

SIDES = (Side.MARKETING, Side.SALES)
WEEK = timedelta(days=7)
ROWS = 12
"""A wall shows so many of each; how many more there are is said below them."""
UNSAID = "unsaid"
"""As addresses name missed promises of which nobody has said why."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One promise that is nearly due."""

    lead_id: int
    title: str
    promise: str
    owner: str
    chip: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one team promised: how it goes this week, and what is due, open and done since."""

    this_week: Kept
    last_week: Kept
    nearly_due: Sequence[Line]
    still_open: Sequence[Missed]
    done_since: Sequence[Missed]

    @property
    def change(self) -> int | None:
        """Percentage points against last week; none where either week has too few to say."""
        weeks = (self.this_week, self.last_week)
        if any(week.due < SMALL_SAMPLE for week in weeks):
            return None
        now_kept, kept_before = (100 * week.kept / week.due for week in weeks)
        return round(now_kept) - round(kept_before)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One cause behind several missed promises of both teams."""

    cause: str
    words: str
    lines: Sequence[Missed]


@pages.get("/board")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    template = "board/_board.html" if request.htmx else "board/show.html"
    monday = monday_before(now(), workspace().zone)
    missed = {side: queries.board(session(), user(), side, since=monday) for side in SIDES}
    everything = list(chain(*missed.values()))
    cause = asked_cause()
    return render_template(
        template,
        parts={side.value: part_of(side, of_cause(missed[side], cause)) for side in SIDES},
        causes=counts(everything),
        cause=cause,
        causes_in_full=CAUSES_IN_FULL.items(),
        shared=shared_causes(everything),
        waiting=answers_wanted(),
        rows=ROWS,
    ), {"Vary": "HX-Request"}


def part_of(side: Side, missed: Sequence[BreachOnBoard]) -> Part:
    monday = monday_before(now(), workspace().zone)
    last_monday = monday_before(monday - timedelta(days=1), workspace().zone)
    return Part(
        this_week=queries.kept_between(session(), user(), side, start=monday, end=now()),
        last_week=queries.kept_between(session(), user(), side, start=last_monday, end=monday),
        nearly_due=nearly_due_lines(
            queries.nearly_due(session(), user(), side, now=now(), limit=ROWS)
        ),
        still_open=missed_lines([x for x in missed if x.timer.stopped_at is None]),
        done_since=missed_lines(
            [x for x in missed if x.timer.stopped_at is not None and x.breach.due_at >= monday]
        ),
    )


def asked_cause() -> str:
    """Which cause the address narrows the board to; a strange one narrows nothing."""
    asked = request.args.get("cause", "")
    return asked if asked in {UNSAID, *Cause} else ""


def of_cause(missed: Sequence[BreachOnBoard], cause: str) -> list[BreachOnBoard]:
    return [x for x in missed if not cause or (x.breach.cause or UNSAID) == cause]


def counts(missed: Sequence[BreachOnBoard]) -> list[tuple[str, str, int]]:
    """Key, word and number of each cause; excused ones count, since their cause stays."""
    found: Mapping[str, int] = Counter(x.breach.cause or UNSAID for x in missed)
    words = {cause.value: name for cause, name in CAUSES.items()} | {UNSAID: "Not said yet"}
    return [("", "All", len(missed)), *((key, words[key], found.get(key, 0)) for key in words)]


def shared_causes(missed: Sequence[BreachOnBoard]) -> list[Shared]:
    by_id = {x.breach.id: x for x in missed}
    return [
        Shared(
            cause=issue.cause,
            words=CAUSES[issue.cause],
            lines=missed_lines([by_id[breach.id] for breach in issue.breaches]),
        )
        for issue in issues([x.breach for x in missed], now=now())
    ]


def answers_wanted() -> int:
    """How many excuses wait for this person's team."""
    asked = queries.excuses_asked(session(), user().workspace_id)
    return sum(may_answer(session(), each, user()) for each in asked)


def nearly_due_lines(found: Sequence[LeadAndTimer]) -> list[Line]:
    promises, people = promise_names(session(), user().workspace_id), names()
    return [
        Line(
            lead_id=each.lead.id,
            title=each.lead.company or each.lead.name,
            promise=promises[each.timer.version_id, each.timer.target_key],
            owner=people.get(each.timer.owner_id or 0, ""),
            chip=chip_of(each.timer, now=now()),
            due_at=each.timer.due_at,
        )
        for each in found
    ]


def monday_before(at: datetime, zone: str) -> datetime:
    """The midnight at which the local week of ``at`` began."""
    local = at.astimezone(ZoneInfo(zone))
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, time(), ZoneInfo(zone)).astimezone(UTC)
