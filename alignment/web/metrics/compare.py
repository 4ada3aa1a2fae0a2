"""Compare: both teams’ funnel figures side by side, and the list of promises behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, ValidationError

from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.errors import NotFound, Refused
from alignment.metrics import periods
from alignment.metrics.funnel import breakdown as funnel_breakdown
from alignment.metrics.funnel import charts
from alignment.metrics.funnel.breakdown import FunnelBy
from alignment.metrics.funnel.definitions import DEFINITIONS
from alignment.metrics.funnel.figure_words import value_words
from alignment.metrics.period_choice import SPANS
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.listing import queries
from alignment.metrics.promises.listing.queries import PromiseFilter, PromiseRow
from alignment.metrics.promises.outcomes import PromiseOutcome, PromiseRemark
from alignment.metrics.promises.over_periods.queries import QuotaPromise
from alignment.metrics.promises.report import MEANS
from alignment.metrics.speed import breakdown as speed_breakdown
from alignment.sla.quotas.tracking import quota_names, span_of
from alignment.sla.timers.inspection import promise_names
from alignment.web.forms import Blank
from alignment.web.metrics import funnel_table, promise_table
from alignment.web.metrics.period_query import PeriodQuery, period_of
from alignment.web.paging import pager, requested_page
from alignment.web.responses import WHOLE_FORM, form_errors

pages = Blueprint("metrics", __name__)


class PromiseListQuery(BaseModel):
    """Which promises the address asks for."""

    side: Literal[Side.MARKETING, Side.SALES]
    from_on: date
    until_on: date
    outcome: Annotated[PromiseOutcome | PromiseRemark | None, Blank] = None
    source: Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["none"] | None = None


@dataclass(frozen=True, kw_only=True)
class ListedPromise:
    """One line behind a number of promises."""

    href: str
    """The lead, or the agreement where it was promised over a period."""
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
        asked = PeriodQuery.model_validate(request.args.to_dict())
        period = period_of(asked)
    except (ValidationError, Refused) as error:
        return compare_page(period_of(PeriodQuery()), span="", errors=field_errors(error)), 422
    return compare_page(period, span=asked.span, errors={})


@pages.get("/compare/promises")
@needs(Right.READ)
def promises() -> ResponseReturnValue:
    try:
        wanted = filter_of(PromiseListQuery.model_validate(request.args.to_dict()))
    except (ValidationError, Refused) as error:
        raise NotFound("There is no such list of promises.") from error
    number = requested_page()
    result = queries.promises_page(session(), user(), wanted, number=number, now=now())
    kept = {
        name: text for name, text in request.args.items() if name in PromiseListQuery.model_fields
    }
    return render_template(
        "metrics/promises.html",
        wanted=wanted,
        rows=listed_promises(result.rows),
        pager=pager(result.total, page=number, size=queries.PROMISES_PER_PAGE, **kept),
        outcomes=[
            ("", "All"),
            *(
                (choice.value, choice.replace("_", " ").capitalize())
                for choice in (*PromiseOutcome, *PromiseRemark)
            ),
        ],
        filters=kept,
    )


@pages.get("/compare/promises.csv")
@needs(Right.READ)
def promises_file() -> ResponseReturnValue:
    """Every promise of a period, of both sides; a spreadsheet shows it and executes nothing."""
    try:
        period = period_of(PeriodQuery.model_validate(request.args.to_dict()))
    except (ValidationError, Refused) as error:
        raise NotFound("There is no such list of promises.") from error
    name = f"promises-{period.from_on}-{period.until_on}.csv"
    return Response(
        promise_table.csv_of(period),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def compare_page(period: ReportPeriod, *, span: str, errors: Mapping[str, str]) -> str:
    facts = funnel_breakdown.load_funnel_data(session(), workspace(), period=period, now=now())
    by_month, by_source = (
        funnel_breakdown.build_funnel(facts, by=FunnelBy.MONTH),
        funnel_breakdown.build_funnel(facts, by=FunnelBy.SOURCE),
    )
    return render_template(
        "metrics/compare.html",
        period=period,
        spans=SPANS,
        span=span,
        values=request.args if errors else funnel_table.dates(period, "from_on", "until_on"),
        errors=errors,
        tables=[funnel_table.funnel_table(by_month), funnel_table.funnel_table(by_source)],
        promises_title=funnel_table.finding_on_promises(by_month),
        promises_chart=charts.promises_kept_chart(by_month),
        handoffs_title=funnel_table.finding_on_handoffs(by_month),
        handoffs_chart=charts.funnel_chart(by_month),
        apart=funnel_table.uncounted_leads(by_month),
        promised=promise_table.figure_table(period),
        means=MEANS,
        dates=funnel_table.dates(period, "from_on", "until_on"),
        definitions=DEFINITIONS,
        speed=speed_breakdown.total_speed(session(), workspace(), period=period, now=now()),
        wait=value_words,
        is_empty=funnel_table.is_empty(by_month),
    )


def filter_of(asked: PromiseListQuery) -> PromiseFilter:
    zone = workspace().zone
    today = periods.local_date(now(), zone)
    return PromiseFilter(
        period=periods.period_between(asked.from_on, asked.until_on, today=today, zone=zone),
        side=asked.side,
        outcome=asked.outcome,
        source_id=asked.source if isinstance(asked.source, int) else None,
        without_source=asked.source == funnel_table.NO_SOURCE,
    )


def listed_promises(rows: Sequence[PromiseRow | QuotaPromise]) -> list[ListedPromise]:
    names = promise_names(session(), user().workspace_id)
    of_quotas = quota_names(session(), user().workspace_id)
    return [
        _listed_quota(row, of_quotas) if isinstance(row, QuotaPromise) else _listed(row, names)
        for row in rows
    ]


def _listed(row: PromiseRow, names: Mapping[tuple[int, str], str]) -> ListedPromise:
    return ListedPromise(
        href=url_for("leads.show", lead_id=row.lead.id),
        title=row.lead.company or row.lead.name,
        name=names[row.timer.version_id, row.timer.target_key],
        due_at=row.timer.due_at,
        stopped_at=row.timer.stopped_at,
        chip=promise_table.state_of(row),
        breach_id=row.breach.id if row.breach else None,
    )


def _listed_quota(row: QuotaPromise, names: Mapping[tuple[int, str], str]) -> ListedPromise:
    period = row.period
    return ListedPromise(
        href=url_for("agreements.show", agreement_id=period.agreement_id),
        title=span_of(period).words,
        name=names[period.version_id, period.quota_key],
        due_at=period.due_at,
        stopped_at=period.settled_at,
        chip="excused" if row.is_excused else period.state.value,
        breach_id=row.breach.id if row.breach else None,
    )


def field_errors(error: ValidationError | Refused) -> dict[str, str]:
    """One sentence a field; a refusal is about the whole form."""
    return form_errors(error) if isinstance(error, ValidationError) else {WHOLE_FORM: str(error)}
