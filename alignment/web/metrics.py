"""Compare: both teams' numbers side by side, and the promises behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.errors import NotFound, Refused
from alignment.metrics import charts, funnel, periods, queries, speed
from alignment.metrics.choosing import SPANS, choose
from alignment.metrics.definitions import DEFINITIONS
from alignment.metrics.funnel import By
from alignment.metrics.outcomes import Apart, Outcome
from alignment.metrics.periods import Period
from alignment.metrics.promised import MEANS
from alignment.metrics.queries import PromiseFilter, PromiseRow
from alignment.metrics.wording import words
from alignment.sla.inspection import promise_names
from alignment.web import comparing, promised
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
    outcome: Annotated[Outcome | Apart | None, Blank] = None
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
    breach_id: int | None
    """Its page, where it was ever missed."""


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
        outcomes=[
            ("", "All"),
            *((x.value, x.replace("_", " ").capitalize()) for x in (*Outcome, *Apart)),
        ],
        filters=kept,
    )


@pages.get("/compare/promises.csv")
@needs(Right.READ)
def promises_file() -> ResponseReturnValue:
    """Every promise of a period, of both sides; a spreadsheet shows it and executes nothing."""
    try:
        period = period_of(Asked.model_validate(request.args.to_dict()))
    except (ValidationError, Refused) as error:
        raise NotFound("There is no such list of promises.") from error
    name = f"promises-{period.from_on}-{period.until_on}.csv"
    return Response(
        promised.file_of(period),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
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
        promised=promised.table(period),
        means=MEANS,
        dates=comparing.dates(period, "from_on", "until_on"),
        definitions=DEFINITIONS,
        speed=speed.in_all(session(), workspace(), period=period, now=now()),
        wait=words,
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


def promise_lines(found: Sequence[PromiseRow]) -> list[Promise]:
    names = promise_names(session(), user().workspace_id)
    return [
        Promise(
            lead_id=row.lead.id,
            title=row.lead.company or row.lead.name,
            name=names[row.timer.version_id, row.timer.target_key],
            due_at=row.timer.due_at,
            stopped_at=row.timer.stopped_at,
            chip=promised.state_of(row),
            breach_id=row.breach.id if row.breach else None,
        )
        for row in found
    ]


def problems(error: ValidationError | Refused) -> dict[str, str]:
    """One sentence a field; a refusal is about the whole form."""
    return form_errors(error) if isinstance(error, ValidationError) else {FORM: str(error)}
