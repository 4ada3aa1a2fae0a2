"""Notification preferences of a person and of the workspace: channels by kind, digest time, quiet
hours, mutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import id_of
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user, workspace
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Preference
from alignment.notifications.notice_kinds import NoticeKind
from alignment.notifications.preferences import editing, mutes, queries
from alignment.notifications.preferences.editing import (
    SELECTABLE_KINDS,
    PreferenceChoice,
    WorkspacePreferenceChoice,
)
from alignment.notifications.preferences.effective import channels_of
from alignment.notifications.preferences.quiet_hours import DEFAULT_DIGEST_TIME
from alignment.web.forms import submitted_fields
from alignment.web.messages import subjects
from alignment.web.responses import form_errors

pages = Blueprint("preferences", __name__)

COLUMNS = {
    ChannelKind.EMAIL: "Mail",
    ChannelKind.CHAT: "Chat",
    ChannelKind.PUSH: "Browser",
    ChannelKind.WEBHOOK: "Webhook",
}
CHANNEL_BOX = "way"
"""A box of the table is named way.<kind>.<channel>."""
YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """One kind of message, and which channels carry it."""

    kind: NoticeKind
    ticked: frozenset[ChannelKind]


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
        rows=rows(mine, base),
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
        rows=rows(base),
        columns=list(COLUMNS.items()),
        values=values or form_values(base),
        errors=errors or {},
        inherited=inherited_texts(None),
    )


def rows(*preferences: Preference | None) -> list[KindRow]:
    return [
        KindRow(kind=kind, ticked=frozenset(channels_of(kind.name, *preferences)))
        for kind in SELECTABLE_KINDS
    ]


def own_columns() -> tuple[ChannelKind, ...]:
    """Mail, and what this person has set up."""
    mine = queries.open_endpoints_of(session(), user().workspace_id, [id_of(user())])
    reached = {endpoint.channel for endpoint in mine.get(id_of(user()), ())}
    return tuple(
        channel for channel in COLUMNS if channel is ChannelKind.EMAIL or channel in reached
    )


def submitted_choices(
    columns: Sequence[ChannelKind], *preferences: Preference | None
) -> dict[str, Any]:
    """The form as the slice takes it; a channel without a column stays as it is."""
    words = {name: text for name, text in submitted_fields(request.form).items() if "." not in name}
    ticked = {name for name in request.form if name.startswith(f"{CHANNEL_BOX}.")}
    channels = {
        kind.name: {
            channel for channel in columns if f"{CHANNEL_BOX}.{kind.name}.{channel.value}" in ticked
        }
        | (set(channels_of(kind.name, *preferences)) - set(columns) - {ChannelKind.INBOX})
        for kind in SELECTABLE_KINDS
    }
    return words | {"channels": channels}


def own_preference() -> Preference | None:
    return queries.preferences_of(session(), user().workspace_id, [id_of(user())]).get(user().id)


def workspace_preference() -> Preference | None:
    return queries.preferences_of(session(), user().workspace_id, []).get(None)


def form_values(row: Preference | None) -> dict[str, Any]:
    """A row as its form shows it; empty where nothing was chosen."""
    if row is None:
        return {}
    return {
        "digest_at": time_text(row.digest_at),
        "quiet_from": time_text(row.quiet_from),
        "quiet_until": time_text(row.quiet_until),
        "breaks_quiet": yes_no_text(row.breaks_quiet),
        "wants_weekly": yes_no_text(row.wants_weekly),
        "allows_codes": yes_no_text(row.allows_codes),
        "max_per_person_hour": row.max_per_person_hour,
        "max_per_workspace_hour": row.max_per_workspace_hour,
    }


def inherited_texts(base: Preference | None) -> dict[str, str]:
    """What holds where nothing is chosen, in words."""
    known = form_values(base)
    quiet = f"{known['quiet_from']} to {known['quiet_until']}" if known.get("quiet_from") else ""
    return {
        "digest_at": known.get("digest_at") or time_text(DEFAULT_DIGEST_TIME),
        "quiet": quiet or "none",
        "breaks_quiet": known.get("breaks_quiet") or "no",
        "wants_weekly": known.get("wants_weekly") or "yes",
    }


def time_text(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def yes_no_text(chosen: bool | None) -> str:  # noqa: FBT001 a value to be shown, not a switch
    return "" if chosen is None else YES_NO[chosen]
