"""Notification preferences of a person and of the workspace: channels by kind, digest time, quiet
hours, mutes.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import id_of
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user, workspace
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Preference
from alignment.notifications.preferences import editing, mutes, queries
from alignment.notifications.preferences.editing import (
    PreferenceChoice,
    WorkspacePreferenceChoice,
)
from alignment.web.messages import subjects
from alignment.web.messages.preference_form import (
    COLUMNS,
    form_values,
    inherited_texts,
    kind_rows,
    submitted_choices,
)
from alignment.web.responses import form_errors

pages = Blueprint("preferences", __name__)


@pages.get("/account/notifications")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    return own_page()


@pages.post("/account/notifications")
@needs(Right.READ)
def save() -> ResponseReturnValue:
    mine, base = own_preference(), workspace_preference()
    try:
        choice = PreferenceChoice.model_validate(submitted_choices(own_columns(), mine, base))
    except ValidationError as error:
        return own_page(values=request.form, errors=form_errors(error)), 422
    editing.save_preferences(session(), user(), choice, now=now())
    flash("This is kept. It holds from the next message on.")
    return redirect(url_for("preferences.show"), 303)


@pages.get("/settings/notifications")
@needs(Right.MAIL)
def show_for_all() -> ResponseReturnValue:
    return workspace_page()


@pages.post("/settings/notifications")
@needs(Right.MAIL)
def save_for_all() -> ResponseReturnValue:
    try:
        choice = WorkspacePreferenceChoice.model_validate(
            submitted_choices(tuple(COLUMNS), workspace_preference())
        )
    except ValidationError as error:
        return workspace_page(values=request.form, errors=form_errors(error)), 422
    editing.save_workspace_preferences(session(), workspace(), choice, by=user(), now=now())
    flash("This holds for everybody who chose nothing else.")
    return redirect(url_for("preferences.show_for_all"), 303)


@pages.post("/account/mutes")
@needs(Right.READ)
def mute() -> ResponseReturnValue:
    thing = subjects.requested_subject()
    mutes.mute_thread(session(), user(), thing.thread, now=now())
    flash(f"You are told nothing more about “{thing.name}”.")
    return redirect(thing.href, 303)


@pages.post("/account/mutes/removal")
@needs(Right.READ)
def hear_again() -> ResponseReturnValue:
    kind, thread = request.form.get("kind", ""), request.form.get("thread", "")
    mutes.unmute(session(), user(), kind, thread=thread)
    flash("You are told about it again.")
    return redirect(url_for("preferences.show"), 303)


def own_page(
    *, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    mine, base = own_preference(), workspace_preference()
    return render_template(
        "messages/preferences.html",
        rows=kind_rows(mine, base),
        columns=[(channel, COLUMNS[channel]) for channel in own_columns()],
        values=values or form_values(mine),
        errors=errors or {},
        inherited=inherited_texts(base),
        muted=[(row, subjects.name_of_mute(row)) for row in queries.mutes_of(session(), user())],
        snoozed=[
            (snooze, subjects.subject_of(snooze.thread))
            for snooze in queries.snoozes_of(session(), user(), now=now())
        ],
    )


def workspace_page(
    *, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    base = workspace_preference()
    return render_template(
        "messages/workspace_preferences.html",
        rows=kind_rows(base),
        columns=list(COLUMNS.items()),
        values=values or form_values(base),
        errors=errors or {},
        inherited=inherited_texts(None),
    )


def own_columns() -> tuple[ChannelKind, ...]:
    """Mail, and what this person has set up."""
    mine = queries.open_endpoints_of(session(), user().workspace_id, [id_of(user())])
    reached = {endpoint.channel for endpoint in mine.get(id_of(user()), ())}
    return tuple(
        channel for channel in COLUMNS if channel is ChannelKind.EMAIL or channel in reached
    )


def own_preference() -> Preference | None:
    return queries.preferences_of(session(), user().workspace_id, [id_of(user())]).get(user().id)


def workspace_preference() -> Preference | None:
    return queries.preferences_of(session(), user().workspace_id, []).get(None)
