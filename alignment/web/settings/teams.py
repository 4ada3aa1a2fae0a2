"""Adding and renaming a team, for the owners of the workspace."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import Team
from alignment.accounts.opening_hours.time_zones import zone_names
from alignment.accounts.people import queries, teams
from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user, workspace
from alignment.errors import NotFound, Refused
from alignment.web.forms import submitted_fields
from alignment.web.responses import form_errors

pages = Blueprint("teams", __name__, url_prefix="/teams")

SIDES = {
    Side.MARKETING: "Marketing: it hands leads off",
    Side.SALES: "Sales: it accepts or returns them",
    Side.OTHER: "Another party, such as product, finance or partners",
}


@pages.get("/new")
@needs(Right.TEAMS)
def new() -> ResponseReturnValue:
    return team_page(None, values={"side": Side.SALES, "zone": workspace().zone}, errors={})


@pages.post("/new")
@needs(Right.TEAMS)
def add() -> ResponseReturnValue:
    try:
        wish = teams.NewTeam.model_validate(submitted_fields(request.form))
        team = teams.add_team(session(), wish, by=user(), now=now())
    except (ValidationError, Refused) as error:
        return team_page(None, values=request.form, errors=errors_of(error)), 422
    flash(f"{team.name} is added. Place people in it on the People page.")
    return redirect(url_for("settings.index"), 303)


@pages.get("/<int:team_id>/name")
@needs(Right.TEAMS)
def edit_name(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    return team_page(team, values={"name": team.name}, errors={})


@pages.post("/<int:team_id>/name")
@needs(Right.TEAMS)
def rename(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    former = team.name
    try:
        wish = teams.TeamName.model_validate(submitted_fields(request.form))
        teams.rename_team(session(), team, wish, by=user(), now=now())
    except (ValidationError, Refused) as error:
        return team_page(team, values=request.form, errors=errors_of(error)), 422
    flash(f"{former} is called {team.name} from now on.")
    return redirect(url_for("settings.index"), 303)


def errors_of(error: ValidationError | Refused) -> Mapping[str, str]:
    """By field; what is refused as a whole is the name's doing. Somebody else's team is no form."""
    if isinstance(error, NotFound):
        raise error
    return form_errors(error) if isinstance(error, ValidationError) else {"name": str(error)}


def team_page(team: Team | None, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    """Of a team that is yet to be added where it is none."""
    return render_template(
        "settings/team.html",
        team=team,
        values=values,
        errors=errors,
        sides=SIDES.items(),
        zones=zone_names(),
    )
