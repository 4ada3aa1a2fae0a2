"""Speed to lead: how long people wait for a human answer, and where the time goes."""

from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, user, workspace
from alignment.errors import NotFound, Refused
from alignment.files.export import csv_lines
from alignment.metrics import speed_figures
from alignment.metrics.choosing import SPANS
from alignment.metrics.speed import MEANS, By, SpeedToLead, speed_to_lead
from alignment.metrics.speed_figures import FIGURES
from alignment.metrics.wording import words
from alignment.web.metrics import Asked, period_of

pages = Blueprint("speed", __name__)


class AskedSpeed(Asked):
    """Which period, and what each line is about."""

    by: By = By.WEEK


@pages.get("/compare/speed")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    asked, found = _found()
    return render_template(
        "metrics/speed.html",
        found=found,
        asked=asked,
        spans=SPANS,
        ways=By,
        figures=FIGURES,
        words=words,
        means=MEANS,
        sees_everybody=allowed(Right.INVITE),
    )


@pages.get("/compare/speed.csv")
@needs(Right.READ)
def file() -> ResponseReturnValue:
    """The same lines; a spreadsheet shows them and executes nothing."""
    asked, found = _found()
    name = f"speed-by-{asked.by}-{found.period.from_on}-{found.period.until_on}.csv"
    return Response(
        csv_lines(speed_figures.columns(), list(speed_figures.rows(found))),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _found() -> tuple[AskedSpeed, SpeedToLead]:
    try:
        asked = AskedSpeed.model_validate(request.args.to_dict())
        period = period_of(asked)
    except (ValidationError, Refused) as error:
        raise NotFound("There is no such list of speeds.") from error
    found = speed_to_lead(session(), workspace(), by=asked.by, period=period, now=now())
    return asked, found if allowed(Right.INVITE) else _of_this_person(found)


def _of_this_person(found: SpeedToLead) -> SpeedToLead:
    """A person's own figures are for that person and for managers."""
    if found.by is not By.OWNER:
        return found
    return replace(found, lines=tuple(x for x in found.lines if x.owner_id in (None, user().id)))
