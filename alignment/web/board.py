"""The breach board: both teams side by side, as a meeting room reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request

from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.sla import queries
from alignment.sla.inspection import chip_of, promise_names
from alignment.sla.queries import BreachOnBoard, Kept, LeadAndTimer
from alignment.web.filters import SMALL_SAMPLE
from alignment.web.lead_page import names

pages = Blueprint("board", __name__)

WEEK = timedelta(days=7)
ROWS = 12
"""A wall shows so many of each; how many more there are is said below them."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One promise on the board."""

    lead_id: int
    title: str
    promise: str
    owner: str
    chip: str
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one team promised: how it goes this week, and what is due, open and done since."""

    this_week: Kept
    last_week: Kept
    nearly_due: Sequence[Line]
    still_open: Sequence[Line]
    done_since: Sequence[Line]

    @property
    def change(self) -> int | None:
        """Percentage points against last week; none where either week has too few to say."""
        weeks = (self.this_week, self.last_week)
        if any(week.due < SMALL_SAMPLE for week in weeks):
            return None
        now_kept, kept_before = (100 * week.kept / week.due for week in weeks)
        return round(now_kept) - round(kept_before)


@pages.get("/board")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    template = "board/_board.html" if request.htmx else "board/show.html"
    parts = {side.value: part_of(side) for side in (Side.MARKETING, Side.SALES)}
    return render_template(template, parts=parts, rows=ROWS), {"Vary": "HX-Request"}


def part_of(side: Side) -> Part:
    monday = monday_before(now(), workspace().zone)
    last_monday = monday_before(monday - timedelta(days=1), workspace().zone)
    missed = queries.board(session(), user(), side, since=monday)
    return Part(
        this_week=queries.kept_between(session(), user(), side, start=monday, end=now()),
        last_week=queries.kept_between(session(), user(), side, start=last_monday, end=monday),
        nearly_due=nearly_due_lines(
            queries.nearly_due(session(), user(), side, now=now(), limit=ROWS)
        ),
        still_open=breach_lines([x for x in missed if x.timer.stopped_at is None]),
        done_since=breach_lines(
            [x for x in missed if x.timer.stopped_at is not None and x.breach.due_at >= monday]
        ),
    )


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


def breach_lines(found: Sequence[BreachOnBoard]) -> list[Line]:
    promises = promise_names(session(), user().workspace_id)
    return [
        Line(
            lead_id=each.lead.id,
            title=each.lead.company or each.lead.name,
            promise=promises[each.timer.version_id, each.timer.target_key],
            owner=each.owner.name if each.owner else "",
            chip=each.timer.state.value,
            due_at=each.breach.due_at,
            done_at=each.timer.stopped_at,
        )
        for each in found
    ]


def monday_before(at: datetime, zone: str) -> datetime:
    """The midnight at which the local week of ``at`` began."""
    local = at.astimezone(ZoneInfo(zone))
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, time(), ZoneInfo(zone)).astimezone(UTC)
