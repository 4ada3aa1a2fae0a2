"""Compare: both teams' numbers side by side, and the promises behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.errors import NotFound, Refused
from alignment.leads.models import Lead
from alignment.metrics import charts, funnel, periods, queries
from alignment.metrics.choosing import SPANS, choose
from alignment.metrics.definitions import DEFINITIONS
from alignment.metrics.funnel import By
from alignment.metrics.outcomes import Outcome
from alignment.metrics.periods import Period
from alignment.metrics.queries import PromiseFilter
from alignment.sla.inspection import chip_of, promise_names
from alignment.sla.models import Timer
from alignment.sla.stopwatch import State
from alignment.web import comparing
from alignment.web.paging import asked_page, pager
from alignment.web.responses import FORM, form_errors

pages = Blueprint("metrics", __name__)

Blank = BeforeValidator(lambda text: text or None)
Date = Annotated[date | None, Blank]


class Asked(BaseModel):
    """Which period the address asks for: the last months, or from one date to another."""

    months: Literal["3", "12", "all"] = "3"
    from_on: Date = None
    until_on: Date = None

    @property
    def span(self) -> str:
        """Which of the usual spans it is, if any."""
        return "" if self.from_on or self.until_on else self.months


class AskedPromises(BaseModel):
    """Which promises the address asks for."""

    side: Literal[Side.MARKETING, Side.SALES]
    from_on: date
    until_on: date
    outcome: Annotated[Outcome | None, Blank] = None
    source: Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["none"] | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One line behind a number of promises."""

    lead_id: int
    title: str
    name: str
    due_at: datetime
    stopped_at: datetime | None
    chip: str


@pages.get("/compare")
@needs(Right.READ)
def compare() -> ResponseReturnValue:
    try:
        asked = Asked.model_validate(request.args.to_dict())
        period = period_of(asked)
    except (ValidationError, Refused) as error:
        return compare_page(period_of(Asked()), span="", errors=problems(error)), 422
    return compare_page(period, span=asked.span, errors={})


@pages.get("/compare/promises")
@needs(Right.READ)
def promises() -> ResponseReturnValue:
    try:
        wanted = filter_of(AskedPromises.model_validate(request.args.to_dict()))
    except (ValidationError, Refused) as error:
        raise NotFound("There is no such list of promises.") from error
    number = asked_page()
    found = queries.promises_page(session(), user(), wanted, number=number, now=now())
    kept = {name: text for name, text in request.args.items() if name in AskedPromises.model_fields}
    return render_template(
        "metrics/promises.html",
        wanted=wanted,
        rows=promise_lines(found.rows),
        pager=pager(found.total, page=number, size=queries.PAGE, **kept),
        outcomes=[("", "All"), *((outcome.value, outcome.capitalize()) for outcome in Outcome)],
        filters=kept,
    )


def compare_page(period: Period, *, span: str, errors: Mapping[str, str]) -> str:
    facts = funnel.read(session(), workspace(), period=period, now=now())
    by_month, by_source = funnel.told(facts, by=By.MONTH), funnel.told(facts, by=By.SOURCE)
    return render_template(
        "metrics/compare.html",
        period=period,
        spans=SPANS,
        span=span,
        values=request.args if errors else comparing.dates(period, "from_on", "until_on"),
        errors=errors,
        tables=[comparing.table(by_month), comparing.table(by_source)],
        promises_title=comparing.finding_on_promises(by_month),
        promises_chart=charts.promises_kept(by_month),
        handoffs_title=comparing.finding_on_handoffs(by_month),
        handoffs_chart=charts.handed_off_accepted_won(by_month),
        apart=comparing.apart(by_month),
        definitions=DEFINITIONS,
        is_empty=comparing.is_empty(by_month),
    )


def period_of(asked: Asked) -> Period:
    return choose(
        session(),
        workspace(),
        now=now(),
        months=asked.months,
        from_on=asked.from_on,
        until_on=asked.until_on,
    )


def filter_of(asked: AskedPromises) -> PromiseFilter:
    zone = workspace().zone
    today = periods.local_date(now(), zone)
    return PromiseFilter(
        period=periods.chosen(asked.from_on, asked.until_on, today=today, zone=zone),
        side=asked.side,
        outcome=asked.outcome,
        source_id=asked.source if isinstance(asked.source, int) else None,
        without_source=asked.source == comparing.NO_SOURCE,
    )


def promise_lines(found: Sequence[tuple[Timer, Lead]]) -> list[Promise]:
    names = promise_names(session(), user().workspace_id)
    return [
        Promise(
            lead_id=lead.id,
            title=lead.company or lead.name,
            name=names[timer.version_id, timer.target_key],
            due_at=timer.due_at,
            stopped_at=timer.stopped_at,
            # One second past due is missed, whether or not the sweep has seen it.
            chip="missed" if is_late(timer) else chip_of(timer, now=now()),
        )
        for timer, lead in found
    ]


def is_late(timer: Timer) -> bool:
    return timer.state is State.RUNNING and timer.due_at < now()


def problems(error: ValidationError | Refused) -> dict[str, str]:
    """One sentence a field; a refusal is about the whole form."""
    return form_errors(error) if isinstance(error, ValidationError) else {FORM: str(error)}
