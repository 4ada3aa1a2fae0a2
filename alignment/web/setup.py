"""The first person sets the workspace up, by the link printed on the console."""

from collections.abc import Mapping

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.wrappers import Response

from alignment.accounts import setup, signin
from alignment.accounts.zones import zone_names
from alignment.edge import now, public, session, settings
from alignment.errors import Refused
from alignment.web.accounts import tries_of_a_place
from alignment.web.arrival import browser_name, over, welcome
from alignment.web.forms import typed
from alignment.web.responses import form_errors

pages = Blueprint("setup", __name__, url_prefix="/set-up")


@pages.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    try:
        setup.check_token(session(), token, secret=settings().secret())
    except Refused as reason:
        return over(str(reason))
    return page(token, values={"zone": "Europe/Berlin"}, errors={})


@pages.post("/<token>")
@public
@tries_of_a_place
def found(token: str) -> ResponseReturnValue:
    try:
        setup.check_token(session(), token, secret=settings().secret())
    except Refused as reason:
        return over(str(reason), status=422)
    try:
        wish = setup.NewWorkspace.model_validate(typed(request.form))
    except ValidationError as error:
        return page(token, values=request.form, errors=form_errors(error), status=422)

    try:
        owner = setup.found(session(), wish, now=now())
    except Refused as reason:
        return over(str(reason), status=422)
    return welcome(signin.begin(session(), owner, browser=browser_name(), now=now()))


def page(
    token: str, *, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    body = render_template(
        "accounts/set_up.html", token=token, values=values, errors=errors, zones=zone_names()
    )
    return make_response(body, status)
