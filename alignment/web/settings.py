"""Opening hours of teams, and the form they share with regions of leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts import queries, working_hours
from alignment.accounts.calendar_files import LARGEST, add_days
from alignment.accounts.hours_text import write_day, write_exceptions
from alignment.accounts.lead_regions import LeadRegion
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

STEP, CHOICE, FILE, REGION = "step", "covers_open", "calendar", "lead_region"
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


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Whose hours a form is about, what they are called, and where the form goes."""

    owner: Team | LeadRegion
    name: str
    address: str


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    here = user().workspace_id
    return render_template(
        "settings/index.html",
        teams=[team_words(team) for team in queries.teams_of(session(), here)],
        regions=[region_words(x) for x in queries.regions_with_hours(session(), here)],
        days=DAYS,
        may_set=allowed(Right.SETTINGS),
    )


@pages.get("/<int:team_id>/hours")
@needs(Right.SETTINGS)
def edit_hours(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    hours = queries.hours_of(session(), team)
    return hours_page(of_team(team), values=hours_words(hours), errors={})


@pages.post("/<int:team_id>/hours")
@needs(Right.SETTINGS)
def change_hours(team_id: int) -> ResponseReturnValue:
    return answer(of_team(queries.team_for(session(), user(), team_id)))


def of_team(team: Team) -> Whose:
    address = url_for("settings.change_hours", team_id=team.id)
    return Whose(owner=team, name=team.name, address=address)


def answer(whose: Whose) -> ResponseReturnValue:
    """Save, or first add the days of a file, or first ask what becomes of open clocks."""
    match request.form.get(STEP):
        case "add":
            return with_days_of_file(whose)
        case "edit":
            return hours_page(whose, values=request.form, errors={})
    try:
        wish = working_hours.NewHours.model_validate(_typed())
    except ValidationError as error:
        return hours_page(whose, values=request.form, errors=form_errors(error)), 422
    return _save(whose, wish)


def _save(whose: Whose, wish: working_hours.NewHours) -> ResponseReturnValue:
    hours = working_hours.new_version(session(), whose.owner, wish, now=now())
    preview = repinning.preview_hours(session(), hours, now=now())
    choice = request.form.get(CHOICE)
    if preview.move and choice not in CHOICES:
        return render_template(
            "settings/confirm.html",
            whose=whose,
            sentence=would_move(preview),
            typed=typed_but_choices(),
            choices=CHOICES.items(),
        )
    covers_open = choice == OPEN_TOO
    working_hours.change(
        session(), whose.owner, wish, by=user(), now=now(), covers_open=covers_open
    )
    flash(f"{whose.name} has new hours. {SAVED[covers_open]}")
    return redirect(url_for("settings.index"), 303)


def with_days_of_file(whose: Whose | None) -> ResponseReturnValue:
    """The form again, with the days of the calendar file among the single dates; nothing saved."""
    file = request.files.get(FILE)
    data = file.stream.read(LARGEST + 1) if file else b""
    if not data:
        errors = {FILE: "Choose a file ending in .ics first."}
        return hours_page(whose, values=request.form, errors=errors), 422
    try:
        added = add_days(request.form.get("exceptions", ""), data)
    except ValueError as error:
        return hours_page(whose, values=request.form, errors={FILE: str(error)}), 422
    values = request.form.to_dict() | {"exceptions": added.exceptions}
    return hours_page(whose, values=values, errors={}, added=added.days)


def _typed() -> dict[str, str]:
    """What the hours are; not whose, nor the choices about them."""
    return {name: text for name, text in typed_but_choices().items() if name != REGION}


def typed_but_choices() -> dict[str, str]:
    apart = {STEP, CHOICE, FILE}
    return {name: text for name, text in typed(request.form).items() if name not in apart}


def hours_page(
    whose: Whose | None,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    added: Mapping[date, str] | None = None,
) -> str:
    """Of a region that is yet to be named where it is nobody's."""
    return render_template(
        "settings/hours.html",
        whose=whose,
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
    return {
        "team": team,
        "people": queries.members_of(session(), team),
        "hours": hours_words(hours) if hours else None,
        "holidays": _coming(hours) if hours else [],
    }


def region_words(hours: OpeningHours) -> dict[str, Any]:
    return {
        "id": hours.id,
        "name": hours.lead_region,
        "hours": hours_words(hours),
        "holidays": _coming(hours),
    }


def _coming(hours: OpeningHours) -> list[tuple[date, str]]:
    coming = sorted(holiday_names(hours).items())
    return [(on, name) for on, name in coming if on >= now().date()][:3]
