"""Closing a team: what stands on it and what must happen first, handing its leads
over, closing and reopening it.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alignment.accounts.models import LARGEST_ID, Team
from alignment.accounts.people import queries, teams
from alignment.accounts.roles import Right, Side
from alignment.edge import needs, now, session, user
from alignment.errors import NotFound, Refused
from alignment.offboarding import team_closing, team_handover
from alignment.offboarding.team_work import work_of_team
from alignment.web.forms import submitted_fields
from alignment.web.leads.owners import owner_words

pages = Blueprint("team_closing", __name__, url_prefix="/teams")

MAX_LEADS = 15
"""As many leads are named; how many there are is said."""


class LeadsWish(BaseModel):
    """Which team gets the open leads."""

    model_config = ConfigDict(extra="forbid")

    team_id: int = Field(ge=1, le=LARGEST_ID)


@pages.get("/<int:team_id>/closing")
@needs(Right.TEAMS)
def show(team_id: int) -> ResponseReturnValue:
    return _page(queries.team_for(session(), user(), team_id), error="")


@pages.post("/<int:team_id>/closing")
@needs(Right.TEAMS)
def close(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    try:
        team_closing.close(session(), team, by=user(), now=now())
    except Refused as reason:
        return _page(team, error=str(reason)), 422
    flash(f"{team.name} is closed. What it did stays in history and numbers.")
    return redirect(url_for("settings.index"), 303)


@pages.post("/<int:team_id>/leads")
@needs(Right.TEAMS)
def hand_over_leads(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    try:
        wish = LeadsWish.model_validate(submitted_fields(request.form))
        to = queries.open_team_for(session(), user(), wish.team_id)
        # What is refused half-way is undone at once, so that the page shows what is stored.
        with session().begin_nested():
            count = team_handover.hand_over_leads(session(), team, to, by=user(), now=now())
    except ValidationError:
        return _page(team, error="Choose the team that gets the open leads."), 422
    except NotFound:
        raise
    except Refused as reason:
        return _page(team, error=str(reason)), 422
    rest = " Hand over the rest as well." if count == team_handover.MOST_AT_ONCE else ""
    flash(f"{count} {'lead is' if count == 1 else 'leads are'} with {to.name} now.{rest}")
    return redirect(url_for("team_closing.show", team_id=team_id), 303)


@pages.post("/<int:team_id>/reopening")
@needs(Right.TEAMS)
def reopen(team_id: int) -> ResponseReturnValue:
    team = queries.team_for(session(), user(), team_id)
    teams.reopen_team(session(), team, by=user(), now=now())
    flash(f"{team.name} is open again. Place people in it on the People page.")
    return redirect(url_for("settings.index"), 303)


def _page(team: Team, *, error: str) -> str:
    work = work_of_team(session(), team, reader=user(), now=now())
    named = work.leads[:MAX_LEADS]
    open_teams = queries.open_teams_of(session(), user().workspace_id)
    return render_template(
        "settings/closing.html",
        team=team,
        work=work,
        leads=named,
        owners=owner_words(named),
        successors=[
            (other.id, other.name)
            for other in open_teams
            if other.side is team.side is Side.SALES and other.id != team.id
        ],
        errors={"form": error} if error else {},
    )
