"""Speed to lead: time to the first human touch and where it was spent, as a page and as CSV."""

from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, user, workspace
from alignment.errors import NotFound, Refused
from alignment.files.csv_export import csv_lines
from alignment.metrics.funnel.figure_words import value_words
from alignment.metrics.period_choice import SPANS
from alignment.metrics.speed.breakdown import MEANS, SpeedBy, SpeedToLead, speed_to_lead
from alignment.metrics.speed.figures import SPEED_FIGURES, speed_columns, speed_rows
from alignment.web.metrics.period_query import PeriodQuery, period_of

pages = Blueprint("speed", __name__)


class SpeedQuery(PeriodQuery):
    """Which period, and what each line is about."""

    by: SpeedBy = SpeedBy.WEEK


@pages.get("/compare/speed")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    asked, figures = _requested_figures()
    return render_template(
        "metrics/speed.html",
        found=figures,
        asked=asked,
        spans=SPANS,
        ways=SpeedBy,
        figures=SPEED_FIGURES,
        words=value_words,
        means=MEANS,
        sees_everybody=allowed(Right.INVITE),
    )


@pages.get("/compare/speed.csv")
@needs(Right.READ)
def file() -> ResponseReturnValue:
    """The same lines; a spreadsheet shows them and executes nothing."""
    asked, figures = _requested_figures()
    name = f"speed-by-{asked.by}-{figures.period.from_on}-{figures.period.until_on}.csv"
    return Response(
        csv_lines(speed_columns(), list(speed_rows(figures))),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _requested_figures() -> tuple[SpeedQuery, SpeedToLead]:
    try:
        asked = SpeedQuery.model_validate(request.args.to_dict())
        period = period_of(asked)
    except (ValidationError, Refused) as error:
        raise NotFound("There is no such list of speeds.") from error
    figures = speed_to_lead(session(), workspace(), by=asked.by, period=period, now=now())
    return asked, figures if allowed(Right.INVITE) else _of_this_person(figures)


def _of_this_person(figures: SpeedToLead) -> SpeedToLead:
    """A person's own figures are for that person and for managers."""
    if figures.by is not SpeedBy.OWNER:
        return figures
    return replace(
        figures, lines=tuple(line for line in figures.lines if line.owner_id in (None, user().id))
    )
