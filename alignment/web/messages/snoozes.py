"""Snooze one’s own reminders of a lead or task until a date, and end the snooze."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.roles import Right
from alignment.edge import needs, now, referring_path, session, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications.preferences import queries, snoozing
from alignment.notifications.preferences.snoozing import SnoozeLength, SnoozeRequest
from alignment.web.forms import submitted_fields
from alignment.web.messages import subjects
from alignment.web.responses import form_errors

pages = Blueprint("snoozes", __name__)


@dataclass(frozen=True, kw_only=True)
class RunningSnooze:
    """Somebody does not want to hear of a thing before an instant, as the page shows it."""

    name: str
    is_own: bool
    until_at: datetime
    reason: str


@pages.get("/snoozes/new")
@needs(Right.READ)
def ask() -> ResponseReturnValue:
    return snooze_page(values={"length": SnoozeLength.A_DAY})


@pages.post("/snoozes")
@needs(Right.READ)
def put_off() -> ResponseReturnValue:
    thing = subjects.requested_subject()
    words = {
        name: text for name, text in submitted_fields(request.form).items() if name != "thread"
    }
    try:
        wish = SnoozeRequest.model_validate(words | {"until_on": words.get("until_on") or None})
        snoozing.snooze_thread(session(), user(), thing.thread, wish, now=now())
    except ValidationError as error:
        return snooze_page(values=request.form, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return snooze_page(values=request.form, errors={"form": str(reason)}), 422
    flash(f"You hear nothing of “{thing.name}” until then. Colleagues see that you put it off.")
    return redirect(return_path(thing), 303)


@pages.post("/snoozes/removal")
@needs(Right.READ)
def wake() -> ResponseReturnValue:
    thing = subjects.requested_subject()
    snoozing.end_snooze(session(), user(), thing.thread, now=now())
    flash(f"You are told about “{thing.name}” again.")
    return redirect(return_path(thing), 303)


def snooze_page(*, values: Mapping[str, object], errors: Mapping[str, str] | None = None) -> str:
    thing = subjects.requested_subject()
    return render_template(
        "messages/snooze.html",
        thing=thing,
        values=values,
        errors=errors or {},
        needs_reason=snoozing.needs_reason(session(), user(), thing.thread),
        action=url_for("snoozes.put_off"),
    )


@pages.app_context_processor
def reminders() -> dict[str, Any]:
    """Let any page say who put a thing off; asked once a page, and only where one is shown."""
    return {"put_off_of": running_snoozes_of}


def running_snoozes_of(thread: str) -> list[RunningSnooze]:
    """Who put this lead or task off, oneself first."""
    if "put_off" not in g:
        g.put_off = queries.running_snoozes(session(), user().workspace_id, now=now())
    rows = [
        RunningSnooze(
            name=who.name,
            is_own=who.id == user().id,
            until_at=snooze.until_at,
            reason=snooze.reason,
        )
        for snooze, who in g.put_off
        if snooze.thread == thread
    ]
    return sorted(rows, key=lambda row: not row.is_own)


def return_path(thing: subjects.MessageSubject) -> str:
    """The page that the button stands on; after the form of its own, the page of the thing."""
    came = referring_path()
    return thing.href if came in ("/", url_for("snoozes.ask"), url_for("snoozes.put_off")) else came
