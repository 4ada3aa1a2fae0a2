"""A person's own account: the browsers that know them, and the password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts import devices, queries, sessions, signin
from alignment.accounts.roles import Right
from alignment.accounts.tokens import fingerprint
from alignment.edge import browser, needs, now, session, settings, user
from alignment.errors import Refused
from alignment.web import absences
from alignment.web.accounts import TRIES_PER_ACCOUNT, was_refused
from alignment.web.security import limiter

pages = Blueprint("account", __name__, url_prefix="/account")


def browser_asking() -> str:
    return fingerprint(request.cookies.get(sessions.cookie_name(settings()), ""))


@pages.get("")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    return account_page()


@pages.post("/password")
@needs(Right.READ)
@limiter.limit(TRIES_PER_ACCOUNT, key_func=browser_asking, deduct_when=was_refused)
def change_password() -> ResponseReturnValue:
    try:
        signin.change_password(
            session(),
            user(),
            old=request.form.get("old", ""),
            new=request.form.get("new", ""),
            here=browser(),
            now=now(),
        )
    except Refused as reason:
        return account_page(errors={"form": str(reason)}), 422
    flash("Your password is changed. Other browsers are signed out.")
    return redirect(url_for("account.show"), 303)


@pages.post("/sessions/<int:session_id>/end")
@needs(Right.READ)
def end_session(session_id: int) -> ResponseReturnValue:
    sessions.end(session(), queries.session_for(session(), user(), session_id), now=now())
    flash("That browser is signed out.")
    return redirect(url_for("account.show"), 303)


@pages.post("/sessions/others/end")
@needs(Right.READ)
def end_other_sessions() -> ResponseReturnValue:
    sessions.end_all(session(), user(), but=browser(), now=now())
    flash("Every other browser is signed out.")
    return redirect(url_for("account.show"), 303)


@pages.post("/devices/<int:device_id>/end")
@needs(Right.READ)
def forget_device(device_id: int) -> ResponseReturnValue:
    devices.forget(queries.device_for(session(), user(), device_id), now=now())
    flash("That browser no longer acts from mail.")
    return redirect(url_for("account.show"), 303)


def account_page(errors: dict[str, str] | None = None) -> str:
    known = queries.open_sessions_of(session(), user())
    return render_template(
        "accounts/account.html",
        browsers=[row for row in known if sessions.is_alive(row, now=now())],
        here=browser(),
        trusted=queries.devices_of(session(), user(), now=now()),
        has_password=user().password_hash is not None,
        days_off=absences.shown(user()),
        errors=errors or {},
    )
