"""Inviting a colleague, and arriving by an invitation."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.wrappers import Response

from alignment.accounts import invitations, queries, signin
from alignment.accounts.models import Invitation, Workspace
from alignment.accounts.roles import Right
from alignment.edge import needs, now, public, session, settings, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.web.accounts import tries_of_a_place
from alignment.web.arrival import browser_name, over, welcome
from alignment.web.forms import typed
from alignment.web.people import people_page
from alignment.web.responses import form_errors
from alignment.web.security import limiter

pages = Blueprint("invitations", __name__)

LETTERS = "60 per hour"
"""How many invitations may leave from one place."""


@pages.post("/people/invitations")
@needs(Right.INVITE)
@limiter.limit(LETTERS)
def invite() -> ResponseReturnValue:
    try:
        wish = invitations.NewColleague.model_validate(typed(request.form))
        invitation = invitations.invite(session(), wish, by=user(), now=now())
    except ValidationError as error:
        return people_page(values=request.form, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return people_page(values=request.form, errors={"form": str(reason)}), 422
    flash(f"{invitation.name} is invited. The letter goes to {invitation.email}.")
    return redirect(url_for("people.index"), 303)


@pages.post("/people/invitations/<int:invitation_id>/letter")
@needs(Right.INVITE)
@limiter.limit(LETTERS)
def write_again(invitation_id: int) -> ResponseReturnValue:
    invitation = queries.invitation_for(session(), user(), invitation_id)
    invitations.invite_again(session(), invitation, by=user(), now=now())
    flash(f"{invitation.name} gets a new letter. The link in the old one is over.")
    return redirect(url_for("people.index"), 303)


@pages.post("/people/invitations/<int:invitation_id>/withdrawal")
@needs(Right.INVITE)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    invitation = queries.invitation_for(session(), user(), invitation_id)
    invitations.withdraw(session(), invitation, by=user(), now=now())
    flash(f"The invitation for {invitation.name} is withdrawn.")
    return redirect(url_for("people.index"), 303)


@pages.get("/invitations/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    try:
        found = invitations.with_token(session(), token, secret=settings().secret(), now=now())
    except Refused as reason:
        return over(str(reason))
    return join_page(token, found, values={"name": found.name}, errors={})


@pages.post("/invitations/<token>")
@public
@tries_of_a_place
def join(token: str) -> ResponseReturnValue:
    try:
        found = invitations.with_token(session(), token, secret=settings().secret(), now=now())
        arrival = invitations.Arrival.model_validate(typed(request.form))
        person = invitations.accept(session(), found, arrival, now=now())
    except Refused as reason:
        return over(str(reason), status=422)
    except ValidationError as error:
        return join_page(token, found, values=request.form, errors=form_errors(error), status=422)
    return welcome(signin.begin(session(), person, browser=browser_name(), now=now()))


def join_page(
    token: str,
    invitation: Invitation,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    company = session().get_one(Workspace, invitation.workspace_id).name
    page = render_template(
        "people/join.html",
        token=token,
        invitation=invitation,
        company=company,
        values=values,
        errors=errors,
    )
    return make_response(page, status)
