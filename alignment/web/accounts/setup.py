"""First-run setup: create the workspace by the link printed on the console."""

from collections.abc import Mapping

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.wrappers import Response

from alignment.accounts import setup
from alignment.accounts.authentication import credentials
from alignment.accounts.opening_hours.time_zones import zone_names
from alignment.edge import now, public, session, settings
from alignment.errors import Refused
from alignment.web.forms import submitted_fields
from alignment.web.responses import form_errors
from alignment.web.session_cookies import browser_name, expired_link_page, start_session
from alignment.web.sign_in_limits import limit_attempts_per_ip

pages = Blueprint("setup", __name__, url_prefix="/set-up")


@pages.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    try:
        setup.check_token(session(), token, secret=settings().secret())
    except Refused as reason:
        return expired_link_page(str(reason))
    return setup_page(token, values={"zone": "Europe/Berlin"}, errors={})


@pages.post("/<token>")
@public
@limit_attempts_per_ip
def found(token: str) -> ResponseReturnValue:
    try:
        setup.check_token(session(), token, secret=settings().secret())
    except Refused as reason:
        return expired_link_page(str(reason), status=422)
    try:
        wish = setup.NewWorkspace.model_validate(submitted_fields(request.form))
    except ValidationError as error:
        return setup_page(token, values=request.form, errors=form_errors(error), status=422)

    try:
        owner = setup.found_workspace(session(), wish, now=now())
    except Refused as reason:
        return expired_link_page(str(reason), status=422)
    return start_session(
        credentials.begin_signed_in_session(session(), owner, browser=browser_name(), now=now())
    )


def setup_page(
    token: str, *, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    body = render_template(
        "accounts/set_up.html", token=token, values=values, errors=errors, zones=zone_names()
    )
    return make_response(body, status)
