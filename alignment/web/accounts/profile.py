"""The signed-in person’s account page: open sessions, remembered browsers, and the password."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.authentication import credentials, queries, sessions, trusted_devices
from alignment.accounts.authentication.tokens import fingerprint
from alignment.accounts.opening_hours.time_zones import zone_names
from alignment.accounts.people.time_zone import NewTimeZone, change_time_zone
from alignment.accounts.roles import Right
from alignment.edge import browser, needs, now, session, settings, user
from alignment.errors import Refused
from alignment.web.forms import submitted_fields
from alignment.web.people import absences
from alignment.web.responses import form_errors
from alignment.web.security import limiter
from alignment.web.sign_in_limits import ATTEMPTS_PER_ACCOUNT, was_refused

pages = Blueprint("account", __name__, url_prefix="/account")


def session_cookie_fingerprint() -> str:
    return fingerprint(request.cookies.get(sessions.session_cookie_name(settings()), ""))


@pages.get("")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    return profile_page()


@pages.post("/password")
@needs(Right.READ)
@limiter.limit(ATTEMPTS_PER_ACCOUNT, key_func=session_cookie_fingerprint, deduct_when=was_refused)
def change_password() -> ResponseReturnValue:
    try:
        credentials.change_password(
            session(),
            user(),
            old=request.form.get("old", ""),
            new=request.form.get("new", ""),
            here=browser(),
            now=now(),
        )
    except Refused as reason:
        return profile_page(errors={"form": str(reason)}), 422
    flash("Your password is changed. Other browsers are signed out.")
    return redirect(url_for("account.show"), 303)


@pages.post("/time-zone")
@needs(Right.READ)
def choose_time_zone() -> ResponseReturnValue:
    try:
        wish = NewTimeZone.model_validate(submitted_fields(request.form))
    except ValidationError as error:
        return profile_page(zone_errors=form_errors(error)), 422
    change_time_zone(session(), user(), wish, now=now())
    flash(f"We show times in {user().zone}.")
    return redirect(url_for("account.show"), 303)


@pages.post("/sessions/<int:session_id>/end")
@needs(Right.READ)
def end_session(session_id: int) -> ResponseReturnValue:
    sessions.end_session(session(), queries.session_for(session(), user(), session_id), now=now())
    flash("That browser is signed out.")
    return redirect(url_for("account.show"), 303)


@pages.post("/sessions/others/end")
@needs(Right.READ)
def end_other_sessions() -> ResponseReturnValue:
    sessions.end_all_sessions(session(), user(), excluding=browser(), now=now())
    flash("Every other browser is signed out.")
    return redirect(url_for("account.show"), 303)


@pages.post("/devices/<int:device_id>/end")
@needs(Right.READ)
def forget_device(device_id: int) -> ResponseReturnValue:
    trusted_devices.distrust(queries.device_for(session(), user(), device_id), now=now())
    flash("That browser no longer acts from mail.")
    return redirect(url_for("account.show"), 303)


def profile_page(
    errors: Mapping[str, str] | None = None, zone_errors: Mapping[str, str] | None = None
) -> str:
    known = queries.open_sessions_of(session(), user())
    return render_template(
        "accounts/profile.html",
        browsers=[row for row in known if sessions.is_alive(row, now=now())],
        here=browser(),
        trusted=queries.devices_of(session(), user(), now=now()),
        has_password=user().password_hash is not None,
        days_off=absences.days_off_view(user()),
        errors=errors or {},
        zones=zone_names(),
        zone_values={"zone": request.form.get("zone", user().zone)},
        zone_errors=zone_errors or {},
    )
