"""Notification endpoints (chats, webhooks, browsers) of a person and of teams: add, test, switch,
remove.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import Team
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, settings, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications.endpoints import (
    lifecycle,
    queries,
    registration,
    team_channels,
    trial_message,
)
from alignment.notifications.endpoints.registration import BrowserSubscription, NewEndpoint, Owner
from alignment.notifications.models import Endpoint
from alignment.web.forms import submitted_fields
from alignment.web.messages.endpoint_status import index_context, row_context
from alignment.web.responses import form_errors, fragments
from alignment.web.session_cookies import browser_name

pages = Blueprint("endpoints", __name__, url_prefix="/account/channels")


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return _page(values={}, errors={})


@pages.get("/<int:endpoint_id>")
@needs(Right.READ)
def show(endpoint_id: int) -> ResponseReturnValue:
    """One row, as it is now: it asks again while a test is on its way."""
    return _row(_changeable_endpoint(endpoint_id))


@pages.post("")
@needs(Right.READ)
def add() -> ResponseReturnValue:
    try:
        wish = NewEndpoint.model_validate(_submitted_fields())
        endpoint, shown = registration.add_endpoint(
            session(), wish, Owner(by=user(), team=_team(wish)), settings=settings(), now=now()
        )
    except ValidationError as error:
        return _page(values=request.form, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return _page(values=request.form, errors={"address": str(reason)}), 422
    if shown:
        return render_template(
            "messages/endpoint_secret.html", endpoint=endpoint, secret=shown
        ), 201
    flash(f"{endpoint.label} is added. Send a test, then choose what comes there.")
    return redirect(url_for("endpoints.index"), 303)


@pages.post("/browsers")
@needs(Right.READ)
def add_browser() -> ResponseReturnValue:
    """Our own script sends what the browser gave."""
    try:
        given = submitted_fields(request.form) | {"label": browser_name()}
        wish = BrowserSubscription.model_validate(given)
    except ValidationError as error:
        raise Refused("This browser gave no address that can be used.") from error
    registration.add_browser(session(), wish, by=user(), settings=settings(), now=now())
    flash("Messages are shown in this browser from now on.")
    return redirect(url_for("endpoints.index"), 303)


@pages.post("/<int:endpoint_id>/test")
@needs(Right.READ)
def test(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _changeable_endpoint(endpoint_id)
    trial_message.send_trial(session(), endpoint, by=user(), now=now())
    session().flush()
    return _row(endpoint)


@pages.post("/<int:endpoint_id>/disabling")
@needs(Right.READ)
def switch_off(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _changeable_endpoint(endpoint_id)
    lifecycle.switch_off(session(), endpoint, by=user(), now=now())
    return _row(endpoint)


@pages.post("/<int:endpoint_id>/enabling")
@needs(Right.READ)
def switch_on(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _changeable_endpoint(endpoint_id)
    lifecycle.switch_on(session(), endpoint, by=user(), now=now())
    return _row(endpoint)


@pages.post("/<int:endpoint_id>/secret")
@needs(Right.READ)
def rotate(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _changeable_endpoint(endpoint_id)
    shown = registration.rotate_secret(endpoint, secret=settings().secret(), now=now())
    return render_template("messages/endpoint_secret.html", endpoint=endpoint, secret=shown)


@pages.post("/<int:endpoint_id>/removal")
@needs(Right.READ)
def remove(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _changeable_endpoint(endpoint_id)
    lifecycle.remove(session(), endpoint, by=user(), now=now())
    flash(f"{endpoint.label} is removed. Nothing goes there any more.")
    return redirect(url_for("endpoints.index"), 303)


def _changeable_endpoint(endpoint_id: int) -> Endpoint:
    """My own, or one of a team whose channels I set up."""
    endpoint = queries.endpoint_for(session(), user(), endpoint_id)
    team_channels.require_may_set_up(session(), user(), endpoint.team_id)
    return endpoint


def _team(wish: NewEndpoint) -> Team | None:
    if wish.team_id is None:
        return None
    return accounts.open_team_for(session(), user(), wish.team_id)


def _submitted_fields() -> dict[str, Any]:
    """Where no team is chosen the channel is mine, and every kind follows my preferences."""
    given: dict[str, Any] = submitted_fields(request.form)
    given |= {"kinds": request.form.getlist("kinds"), "team_id": given.get("team_id") or None}
    return given


def _row(endpoint: Endpoint) -> ResponseReturnValue:
    return fragments(
        "messages/_endpoint.html",
        back_to=f"{url_for('endpoints.index')}#endpoint-{endpoint.id}",
        row=row_context(endpoint),
    )


def _page(*, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "messages/endpoints.html", values=values, errors=errors, **index_context()
    )
