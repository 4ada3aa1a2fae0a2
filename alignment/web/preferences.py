"""How a person wants to be told, what is muted or put off, and what holds for everybody."""

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
from alignment.notifications import choosing, mutes, queries
from alignment.notifications.choosing import OFFERED, OwnChoice, WorkspaceChoice
from alignment.notifications.kinds import Kind
from alignment.notifications.models import ChannelKind, Preference
from alignment.notifications.preferences import channels_of
from alignment.notifications.quiet import MORNING
from alignment.web import threads
from alignment.web.forms import typed
from alignment.web.responses import form_errors

pages = Blueprint("preferences", __name__)

COLUMNS = {
    ChannelKind.EMAIL: "Mail",
    ChannelKind.CHAT: "Chat",
    ChannelKind.PUSH: "Browser",
    ChannelKind.WEBHOOK: "Webhook",
}
WAY = "way"
"""A box of the table is named way.<kind>.<channel>."""
YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """One kind of message, and which channels carry it."""

    kind: Kind
    ticked: frozenset[ChannelKind]


@pages.get("/account/notifications")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    return own_page()


@pages.post("/account/notifications")
@needs(Right.READ)
def save() -> ResponseReturnValue:
    mine, base = own_row(), workspace_row()
    try:
        choice = OwnChoice.model_validate(chosen(own_columns(), mine, base))
    except ValidationError as error:
        return own_page(values=request.form, errors=form_errors(error)), 422
    choosing.choose(session(), user(), choice, now=now())
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
        choice = WorkspaceChoice.model_validate(chosen(tuple(COLUMNS), workspace_row()))
    except ValidationError as error:
        return workspace_page(values=request.form, errors=form_errors(error)), 422
    choosing.choose_for_all(session(), workspace(), choice, by=user(), now=now())
    flash("This holds for everybody who chose nothing else.")
    return redirect(url_for("preferences.show_for_all"), 303)


@pages.post("/account/mutes")
@needs(Right.READ)
def mute() -> ResponseReturnValue:
    thing = threads.asked()
    mutes.mute_thread(session(), user(), thing.thread, now=now())
    flash(f"You are told nothing more about “{thing.name}”.")
    return redirect(thing.href, 303)


@pages.post("/account/mutes/removal")
@needs(Right.READ)
def hear_again() -> ResponseReturnValue:
    kind, thread = request.form.get("kind", ""), request.form.get("thread", "")
    mutes.hear_again(session(), user(), kind, thread=thread)
    flash("You are told about it again.")
    return redirect(url_for("preferences.show"), 303)


def own_page(
    *, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    mine, base = own_row(), workspace_row()
    return render_template(
        "preferences/own.html",
        rows=rows(mine, base),
        columns=[(channel, COLUMNS[channel]) for channel in own_columns()],
        values=values or shown(mine),
        errors=errors or {},
        inherited=inherited(base),
        muted=[(row, threads.name_of_mute(row)) for row in queries.mutes_of(session(), user())],
        snoozed=[
            (snooze, threads.thing(snooze.thread))
            for snooze in queries.snoozes_of(session(), user(), now=now())
        ],
    )


def workspace_page(
    *, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    base = workspace_row()
    return render_template(
        "preferences/workspace.html",
        rows=rows(base),
        columns=list(COLUMNS.items()),
        values=values or shown(base),
        errors=errors or {},
        inherited=inherited(None),
    )


def rows(*preferences: Preference | None) -> list[KindRow]:
    return [
        KindRow(kind=kind, ticked=frozenset(channels_of(kind.name, *preferences)))
        for kind in OFFERED
    ]


def own_columns() -> tuple[ChannelKind, ...]:
    """Mail, and what this person has set up."""
    mine = queries.open_endpoints_of(session(), user().workspace_id, [id_of(user())])
    reached = {endpoint.channel for endpoint in mine.get(id_of(user()), ())}
    return tuple(x for x in COLUMNS if x is ChannelKind.EMAIL or x in reached)


def chosen(columns: Sequence[ChannelKind], *preferences: Preference | None) -> dict[str, Any]:
    """The form as the slice takes it; a channel without a column stays as it is."""
    words = {name: text for name, text in typed(request.form).items() if "." not in name}
    ticked = {name for name in request.form if name.startswith(f"{WAY}.")}
    channels = {
        kind.name: {x for x in columns if f"{WAY}.{kind.name}.{x.value}" in ticked}
        | (set(channels_of(kind.name, *preferences)) - set(columns) - {ChannelKind.INBOX})
        for kind in OFFERED
    }
    return words | {"channels": channels}


def own_row() -> Preference | None:
    return queries.preferences_of(session(), user().workspace_id, [id_of(user())]).get(user().id)


def workspace_row() -> Preference | None:
    return queries.preferences_of(session(), user().workspace_id, []).get(None)


def shown(row: Preference | None) -> dict[str, Any]:
    """A row as its form shows it; empty where nothing was chosen."""
    if row is None:
        return {}
    return {
        "digest_at": wall(row.digest_at),
        "quiet_from": wall(row.quiet_from),
        "quiet_until": wall(row.quiet_until),
        "breaks_quiet": answer(row.breaks_quiet),
        "wants_weekly": answer(row.wants_weekly),
        "allows_codes": answer(row.allows_codes),
        "per_hour": row.per_hour,
        "workspace_per_hour": row.workspace_per_hour,
    }


def inherited(base: Preference | None) -> dict[str, str]:
    """What holds where nothing is chosen, in words."""
    known = shown(base)
    quiet = f"{known['quiet_from']} to {known['quiet_until']}" if known.get("quiet_from") else ""
    return {
        "digest_at": known.get("digest_at") or wall(MORNING),
        "quiet": quiet or "none",
        "breaks_quiet": known.get("breaks_quiet") or "no",
        "wants_weekly": known.get("wants_weekly") or "yes",
    }


def wall(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def answer(chosen: bool | None) -> str:  # noqa: FBT001 a value to be shown, not a switch
    return "" if chosen is None else YES_NO[chosen]
