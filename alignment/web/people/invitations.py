"""Inviting a colleague, and arriving by an invitation."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.wrappers import Response

from alignment.accounts.authentication import credentials
from alignment.accounts.models import Invitation, Workspace
from alignment.accounts.people import invitations, queries
from alignment.accounts.roles import Right
from alignment.edge import needs, now, public, session, settings, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.web.forms import submitted_fields
from alignment.web.people.members import people_page
from alignment.web.responses import form_errors
from alignment.web.security import limiter
from alignment.web.session_cookies import browser_name, expired_link_page, start_session
from alignment.web.sign_in_limits import limit_attempts_per_ip

pages = Blueprint("invitations", __name__)

INVITATIONS_PER_IP = "60 per hour"
"""How many invitations may leave from one place."""


@pages.post("/people/invitations")
@needs(Right.INVITE)
@limiter.limit(INVITATIONS_PER_IP)
def invite() -> ResponseReturnValue:
    try:
        wish = invitations.NewColleague.model_validate(submitted_fields(request.form))
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
@limiter.limit(INVITATIONS_PER_IP)
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
        invitation = invitations.invitation_by_token(
            session(), token, secret=settings().secret(), now=now()
        )
    except Refused as reason:
        return expired_link_page(str(reason))
    return join_page(token, invitation, values={"name": invitation.name}, errors={})


@pages.post("/invitations/<token>")
@public
@limit_attempts_per_ip
def join(token: str) -> ResponseReturnValue:
    try:
        invitation = invitations.invitation_by_token(
            session(), token, secret=settings().secret(), now=now()
        )
        arrival = invitations.InvitationAcceptance.model_validate(submitted_fields(request.form))
        person = invitations.accept(session(), invitation, arrival, now=now())
    except Refused as reason:
        return expired_link_page(str(reason), status=422)
    except ValidationError as error:
        return join_page(
            token, invitation, values=request.form, errors=form_errors(error), status=422
        )
    answer = start_session(
        credentials.begin_signed_in_session(session(), person, browser=browser_name(), now=now())
    )
    flash(f"We show times in {person.zone}. Change that under My account.")
    return answer


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
