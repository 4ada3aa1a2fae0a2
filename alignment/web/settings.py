"""The teams' settings: opening hours, zone, holidays and single dates."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts import queries, working_hours
from alignment.accounts.hours_text import write_day, write_exceptions
from alignment.accounts.models import OpeningHours, Team, holiday_names
from alignment.accounts.public_holidays import countries
from alignment.accounts.roles import Right
from alignment.accounts.working_hours import WEEKDAYS
from alignment.accounts.zones import zone_names
from alignment.edge import allowed, needs, now, session, user
from alignment.web.forms import typed
from alignment.web.responses import form_errors

pages = Blueprint("settings", __name__, url_prefix="/teams")

DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return render_template(
        "settings/index.html",
        teams=[team_words(team) for team in queries.teams_of(session(), user().workspace_id)],
        days=DAYS,
        may_set=allowed(Right.SETTINGS),
    )


@pages.get("/<int:team_id>/hours")
@needs(Right.SETTINGS)
def edit_hours(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    hours = queries.hours_of(session(), team)
    return hours_page(team, values=hours_words(hours), errors={})


@pages.post("/<int:team_id>/hours")
@needs(Right.SETTINGS)
def change_hours(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    try:
        wish = working_hours.NewHours.model_validate(typed(request.form))
    except ValidationError as error:
        return hours_page(team, values=request.form, errors=form_errors(error)), 422
    working_hours.change(session(), team, wish, by=user(), now=now())
    flash(f"{team.name} has new hours. Clocks that run keep the hours they began with.")
    return redirect(url_for("settings.index"), 303)


def hours_page(team: Team, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "settings/hours.html",
        team=team,
        values=values,
        errors=errors,
        days=DAYS,
        zones=zone_names(),
        countries=list(countries().items()),
    )


def hours_words(hours: OpeningHours | None) -> dict[str, str]:
    """The hours as a person would type them."""
    if hours is None:
        return {"zone": user().zone}
    week = {day: write_day(hours.week.get(day, [])) for day in WEEKDAYS}
    return week | {
        "zone": hours.zone,
        "country": hours.country or "",
        "region": hours.region or "",
        "exceptions": write_exceptions(hours.exceptions),
    }


def team_words(team: Team) -> dict[str, Any]:
    hours = queries.hours_of(session(), team)
    coming = sorted(holiday_names(hours).items()) if hours else []
    return {
        "team": team,
        "people": queries.members_of(session(), team),
        "hours": hours_words(hours) if hours else None,
        "holidays": [(on, name) for on, name in coming if on >= now().date()][:3],
    }
