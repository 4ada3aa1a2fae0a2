"""The teams' settings: opening hours, zone, holidays and single dates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts import queries, working_hours
from alignment.accounts.calendar_files import LARGEST, add_days
from alignment.accounts.hours_text import write_day, write_exceptions
from alignment.accounts.models import OpeningHours, Team, holiday_names
from alignment.accounts.public_holidays import countries
from alignment.accounts.roles import Right
from alignment.accounts.working_hours import WEEKDAYS
from alignment.accounts.zones import zone_names
from alignment.edge import allowed, needs, now, session, user
from alignment.sla import repinning
from alignment.web.forms import typed
from alignment.web.moves import would_move
from alignment.web.responses import form_errors

pages = Blueprint("settings", __name__, url_prefix="/teams")

STEP, CHOICE, FILE = "step", "covers_open", "calendar"
NEW_ONLY, OPEN_TOO = "new", "open"
CHOICES = {
    NEW_ONLY: "New leads only. Open clocks keep the hours they began with.",
    OPEN_TOO: "Open ones too. They keep their start and are due by the new hours.",
}
SAVED = {
    False: "Clocks that run keep the hours they began with.",
    True: "Open clocks are due by the new hours.",
}
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
    """Save, or first add the days of a file, or first ask what becomes of open clocks."""
    team = queries.team_for(session(), user(), team_id)
    match request.form.get(STEP):
        case "add":
            return with_days_of_file(team)
        case "edit":
            return hours_page(team, values=request.form, errors={})
    try:
        wish = working_hours.NewHours.model_validate(_typed())
    except ValidationError as error:
        return hours_page(team, values=request.form, errors=form_errors(error)), 422
    return _save(team, wish)


def _save(team: Team, wish: working_hours.NewHours) -> ResponseReturnValue:
    hours = working_hours.new_version(session(), team, wish, now=now())
    preview = repinning.preview_hours(session(), hours, now=now())
    choice = request.form.get(CHOICE)
    if preview.move and choice not in CHOICES:
        return render_template(
            "settings/confirm.html",
            team=team,
            sentence=would_move(preview),
            typed=_typed(),
            choices=CHOICES.items(),
        )
    covers_open = choice == OPEN_TOO
    working_hours.change(session(), team, wish, by=user(), now=now(), covers_open=covers_open)
    flash(f"{team.name} has new hours. {SAVED[covers_open]}")
    return redirect(url_for("settings.index"), 303)


def with_days_of_file(team: Team) -> ResponseReturnValue:
    """The form again, with the days of the calendar file among the single dates; nothing saved."""
    file = request.files.get(FILE)
    data = file.stream.read(LARGEST + 1) if file else b""
    if not data:
        errors = {FILE: "Choose a file ending in .ics first."}
        return hours_page(team, values=request.form, errors=errors), 422
    try:
        added = add_days(request.form.get("exceptions", ""), data)
    except ValueError as error:
        return hours_page(team, values=request.form, errors={FILE: str(error)}), 422
    values = request.form.to_dict() | {"exceptions": added.exceptions}
    return hours_page(team, values=values, errors={}, added=added.days)


def _typed() -> dict[str, str]:
    """What the hours are; not the choices about them."""
    apart = {STEP, CHOICE, FILE}
    return {name: text for name, text in typed(request.form).items() if name not in apart}


def hours_page(
    team: Team,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    added: Mapping[date, str] | None = None,
) -> str:
    return render_template(
        "settings/hours.html",
        team=team,
        values=values,
        errors=errors,
        added=added,
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
