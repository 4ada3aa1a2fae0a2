"""Closing a team: what stands on it and what must happen first, closing it, and reopening it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.models import Team
from alignment.accounts.people import queries, teams
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Refused
from alignment.offboarding import team_closing
from alignment.offboarding.team_work import work_of_team
from alignment.web.leads.owners import owner_words

pages = Blueprint("team_closing", __name__, url_prefix="/teams")

MAX_LEADS = 15
"""As many leads are named; how many there are is said."""


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
    return render_template(
        "settings/closing.html",
        team=team,
        work=work,
        leads=named,
        owners=owner_words(named),
        errors={"form": error} if error else {},
    )
