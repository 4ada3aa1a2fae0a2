"""The people of the workspace: list, role and team, deactivate and reactivate."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import User
from alignment.accounts.people import administration, invitations, queries
from alignment.accounts.roles import Right, Role
from alignment.edge import allowed, needs, now, session, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.web.forms import submitted_fields
from alignment.web.people import absences
from alignment.web.responses import form_errors

pages = Blueprint("people", __name__, url_prefix="/people")


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return people_page(values={"role": Role.MEMBER}, errors={})


@pages.get("/<int:person_id>")
@needs(Right.INVITE)
def edit(person_id: int) -> ResponseReturnValue:
    person = queries.person_for(session(), user(), person_id)
    kept = queries.memberships_of(session(), person)
    values = {
        "role": person.role,
        "team_id": kept[0].team_id if kept else "",
        "is_team_lead": kept[0].is_team_lead if kept else False,
        "manager_id": person.manager_id or "",
    }
    return edit_page(person, values=values, errors={})


@pages.post("/<int:person_id>")
@needs(Right.INVITE)
def place(person_id: int) -> ResponseReturnValue:
    person = queries.person_for(session(), user(), person_id)
    try:
        wish = administration.Placement.model_validate(submitted_fields(request.form))
        administration.assign_placement(session(), person, wish, by=user(), now=now())
    except ValidationError as error:
        return edit_page(person, values=request.form, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return edit_page(person, values=request.form, errors={"form": str(reason)}), 422
    flash(f"{person.name} has the new place.")
    return redirect(url_for("people.index"), 303)


@pages.post("/<int:person_id>/reactivation")
@needs(Right.INVITE)
def reactivate(person_id: int) -> ResponseReturnValue:
    person = queries.person_for(session(), user(), person_id)
    administration.reactivate(session(), person, by=user(), now=now())
    flash(f"{person.name} can sign in again.")
    return redirect(url_for("people.index"), 303)


def people_page(*, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    """Everybody, and for those who may invite: the form, and who is still expected."""
    waiting = queries.open_invitations(session(), user().workspace_id)
    return render_template(
        "people/index.html",
        may_invite=allowed(Right.INVITE),
        people=queries.people_of(session(), user()),
        places=queries.placements_of(session(), user()),
        waiting=[(row, invitations.is_open(row, now=now())) for row in waiting],
        values=values,
        errors=errors,
        **choices(),
    )


def edit_page(person: User, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "people/edit.html",
        person=person,
        days_off=absences.days_off_view(person),
        managers=managers_for(person),
        values=values,
        errors=errors,
        **choices(),
    )


def managers_for(person: User) -> list[tuple[int, str]]:
    """Everybody who is here and could be told in the person's stead; the present one stays."""
    here = queries.people_of(session(), user())
    known = [
        colleague for colleague in here if colleague.is_active or colleague.id == person.manager_id
    ]
    return [(colleague.id, colleague.name) for colleague in known if colleague.id != person.id]


def choices() -> dict[str, Any]:
    """The open teams of the workspace, and the roles that this person may give."""
    teams = queries.open_teams_of(session(), user().workspace_id)
    given = [role for role in Role if role is not Role.OWNER or user().role is Role.OWNER]
    return {
        "teams": [(team.id, team.name) for team in teams],
        "roles": [(role, role.capitalize()) for role in given],
    }
