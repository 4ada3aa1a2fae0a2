"""The Teams page: opening hours of each team and region."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.models import OpeningHours, Team, holiday_names
from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, user
from alignment.web.settings.hours_form import (
    DAYS,
    HoursOwner,
    form_values_of,
    hours_page,
    hours_response,
)

pages = Blueprint("settings", __name__, url_prefix="/teams")


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    here = user().workspace_id
    teams = people_queries.teams_of(session(), here)
    return render_template(
        "settings/index.html",
        teams=[team_row(team) for team in teams if team.is_open],
        closed=[team for team in teams if not team.is_open],
        regions=[
            region_row(hours)
            for hours in opening_hours_queries.newest_hours_of_regions(session(), here)
        ],
        days=DAYS,
        may_set=allowed(Right.SETTINGS),
        may_add=allowed(Right.TEAMS),
    )


@pages.get("/<int:team_id>/hours")
@needs(Right.SETTINGS)
def edit_hours(team_id: int) -> ResponseReturnValue:
    team = people_queries.team_for(session(), user(), team_id)
    hours = opening_hours_queries.newest_hours_of(session(), team)
    return hours_page(hours_owner_of_team(team), values=form_values_of(hours), errors={})


@pages.post("/<int:team_id>/hours")
@needs(Right.SETTINGS)
def change_hours(team_id: int) -> ResponseReturnValue:
    return hours_response(hours_owner_of_team(people_queries.team_for(session(), user(), team_id)))


def hours_owner_of_team(team: Team) -> HoursOwner:
    address = url_for("settings.change_hours", team_id=team.id)
    return HoursOwner(owner=team, name=team.name, address=address)


def team_row(team: Team) -> dict[str, Any]:
    hours = opening_hours_queries.newest_hours_of(session(), team)
    return {
        "team": team,
        "people": people_queries.members_of(session(), team),
        "hours": form_values_of(hours) if hours else None,
        "holidays": _coming(hours) if hours else [],
    }


def region_row(hours: OpeningHours) -> dict[str, Any]:
    return {
        "id": hours.id,
        "name": hours.lead_region,
        "hours": form_values_of(hours),
        "holidays": _coming(hours),
    }


def _coming(hours: OpeningHours) -> list[tuple[date, str]]:
    coming = sorted(holiday_names(hours).items())
    return [(on, name) for on, name in coming if on >= now().date()][:3]
