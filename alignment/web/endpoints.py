"""Channels: my chats, webhooks and browsers, and those of the teams."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, settings, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications import adding, endpoints, testing
from alignment.notifications.adding import NewChannel, Subscription
from alignment.notifications.channels import queries
from alignment.notifications.models import Endpoint
from alignment.web.arrival import browser_name
from alignment.web.endpoint_words import index_words, row_words
from alignment.web.forms import typed
from alignment.web.responses import form_errors, fragments

pages = Blueprint("endpoints", __name__, url_prefix="/account/channels")


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return _page(values={}, errors={})


@pages.get("/<int:endpoint_id>")
@needs(Right.READ)
def show(endpoint_id: int) -> ResponseReturnValue:
    """One row, as it is now: it asks again while a test is on its way."""
    return _row(_mine_to_change(endpoint_id))


@pages.post("")
@needs(Right.READ)
def add() -> ResponseReturnValue:
    try:
        wish = NewChannel.model_validate(_typed())
        endpoint, shown = adding.add(
            session(), wish, team=_team(wish), by=user(), **_facts(), now=now()
        )
    except ValidationError as error:
        return _page(values=request.form, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return _page(values=request.form, errors={"address": str(reason)}), 422
    if shown:
        return render_template("endpoints/secret.html", endpoint=endpoint, secret=shown), 201
    flash(f"{endpoint.label} is added. Send a test, then choose what comes there.")
    return redirect(url_for("endpoints.index"), 303)


@pages.post("/browsers")
@needs(Right.READ)
def add_browser() -> ResponseReturnValue:
    """Our own script sends what the browser gave."""
    try:
        wish = Subscription.model_validate(typed(request.form))
    except ValidationError as error:
        raise Refused("This browser gave no address that can be used.") from error
    adding.add_browser(session(), wish, label=browser_name(), by=user(), **_facts(), now=now())
    flash("Messages are shown in this browser from now on.")
    return redirect(url_for("endpoints.index"), 303)


@pages.post("/<int:endpoint_id>/test")
@needs(Right.READ)
def test(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _mine_to_change(endpoint_id)
    testing.try_out(session(), endpoint, by=user(), now=now())
    session().flush()
    return _row(endpoint)


@pages.post("/<int:endpoint_id>/disabling")
@needs(Right.READ)
def switch_off(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _mine_to_change(endpoint_id)
    endpoints.switch_off(session(), endpoint, by=user(), now=now())
    return _row(endpoint)


@pages.post("/<int:endpoint_id>/enabling")
@needs(Right.READ)
def switch_on(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _mine_to_change(endpoint_id)
    endpoints.switch_on(session(), endpoint, by=user(), now=now())
    return _row(endpoint)


@pages.post("/<int:endpoint_id>/secret")
@needs(Right.READ)
def rotate(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _mine_to_change(endpoint_id)
    shown = adding.rotate(endpoint, secret=settings().secret(), now=now())
    return render_template("endpoints/secret.html", endpoint=endpoint, secret=shown)


@pages.post("/<int:endpoint_id>/removal")
@needs(Right.READ)
def remove(endpoint_id: int) -> ResponseReturnValue:
    endpoint = _mine_to_change(endpoint_id)
    endpoints.remove(session(), endpoint, by=user(), now=now())
    flash(f"{endpoint.label} is removed. Nothing goes there any more.")
    return redirect(url_for("endpoints.index"), 303)


def _mine_to_change(endpoint_id: int) -> Endpoint:
    """My own, or a team's where I may set what concerns teams."""
    endpoint = queries.endpoint_for(session(), user(), endpoint_id)
    if endpoint.team_id is not None and not allowed(Right.SETTINGS):
        raise Forbidden("Only managers change the channels of teams.")
    return endpoint


def _team(wish: NewChannel) -> Team | None:
    if wish.team_id is None:
        return None
    team = accounts.team_for(session(), user(), wish.team_id)
    if not allowed(Right.SETTINGS):
        raise Forbidden("Only managers add channels for teams.")
    return team


def _typed() -> dict[str, Any]:
    """Where no team is chosen the channel is mine, and every kind follows my preferences."""
    given: dict[str, Any] = typed(request.form)
    given |= {"kinds": request.form.getlist("kinds"), "team_id": given.get("team_id") or None}
    return given


def _facts() -> dict[str, Any]:
    return {"secret": settings().secret(), "own_hosts": settings().own_hosts}


def _row(endpoint: Endpoint) -> ResponseReturnValue:
    return fragments(
        "endpoints/_endpoint.html",
        back_to=f"{url_for('endpoints.index')}#endpoint-{endpoint.id}",
        row=row_words(endpoint),
    )


def _page(*, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template("endpoints/index.html", values=values, errors=errors, **index_words())
