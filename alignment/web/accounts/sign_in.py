"""Signing in by password or by a one-time link, and signing out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as notes
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Answer

from alignment.accounts.authentication import credentials, sessions
from alignment.accounts.authentication import queries as authentication_queries
from alignment.accounts.authentication.tokens import fingerprint
from alignment.accounts.names import address_key
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Right
from alignment.edge import browser, needs, now, public, session, settings, signed_in
from alignment.errors import Refused
from alignment.web.security import limiter
from alignment.web.session_cookies import (
    browser_name,
    expired_link_page,
    local_path,
    remember_browser,
    start_session,
)
from alignment.web.sign_in_limits import (
    ATTEMPTS_PER_ACCOUNT,
    LINKS_PER_ACCOUNT,
    LINKS_PER_IP,
    limit_attempts_per_ip,
    was_refused,
)

pages = Blueprint("accounts", __name__)


def attempted_account() -> str:
    return fingerprint(address_key(request.form.get("email", "")))


@pages.get("/sign-in")
@public
def sign_in_form() -> ResponseReturnValue:
    if signed_in():
        return redirect(local_path(request.args.get("next", "")), 303)
    return render_template(
        "accounts/sign_in.html",
        values={"next": request.args.get("next", "")},
        errors={},
        is_set_up=people_queries.is_anybody_here(session()),
    )


@pages.post("/sign-in")
@public
@limit_attempts_per_ip
@limiter.limit(ATTEMPTS_PER_ACCOUNT, key_func=attempted_account, deduct_when=was_refused)
def sign_in() -> ResponseReturnValue:
    try:
        token = credentials.sign_in(
            session(),
            email=request.form.get("email", ""),
            password=request.form.get("password", ""),
            browser=browser_name(),
            now=now(),
        )
    except Refused as reason:
        return render_template(
            "accounts/sign_in.html",
            values=request.form,
            errors={"form": str(reason)},
            is_set_up=True,
        ), 422
    return remember_if_asked(
        token, start_session(token, to=local_path(request.form.get("next", "")))
    )


@pages.get("/sign-in/<token>")
@public
def sign_in_link(token: str) -> ResponseReturnValue:
    """One button; a mail scanner that follows the link does not use it up."""
    link = authentication_queries.sign_in_link_with(session(), fingerprint(token), now=now())
    if link is None:
        return expired_link_page(credentials.LINK_IS_OVER)
    return render_template("accounts/sign_in_link.html", values={}, errors={})


@pages.post("/sign-in/<token>")
@public
@limit_attempts_per_ip
def sign_in_by_link(token: str) -> ResponseReturnValue:
    try:
        made = credentials.sign_in_by_link(
            session(),
            token,
            browser=browser_name(),
            now=now(),
            new_password=request.form.get("new", ""),
        )
    except credentials.UnfitPassword as reason:
        errors = {"new": str(reason)}
        page = render_template("accounts/sign_in_link.html", values=request.form, errors=errors)
        return page, 422
    except Refused as reason:
        return expired_link_page(str(reason), status=422)
    return remember_if_asked(made, start_session(made))


@pages.get("/forgotten-password")
@public
def forgotten_password() -> ResponseReturnValue:
    return forgotten_password_page(is_asked=False)


@pages.post("/forgotten-password")
@public
@limiter.limit(LINKS_PER_IP)
@limiter.limit(LINKS_PER_ACCOUNT, key_func=attempted_account)
def ask_for_link() -> ResponseReturnValue:
    """The same answer whether or not somebody has this address."""
    if settings().mail_url:
        credentials.ask_for_link(
            session(), request.form.get("email", ""), secret=settings().secret(), now=now()
        )
    return forgotten_password_page(is_asked=True)


def forgotten_password_page(*, is_asked: bool) -> str:
    return render_template(
        "accounts/forgotten_password.html",
        is_asked=is_asked,
        sends_mail=bool(settings().mail_url),
    )


def remember_if_asked(token: str, answer: Answer) -> Answer:
    """Remember this browser too, where the person who just came in wants that."""
    session().flush()
    came_in = sessions.session_by_token(session(), token, now=now())
    is_wanted = request.form.get("remember") == "yes" and came_in is not None
    return remember_browser(answer, came_in[1]) if is_wanted and came_in else answer


@pages.post("/sign-out")
@needs(Right.READ)
def sign_out() -> ResponseReturnValue:
    sessions.end_session(session(), browser(), now=now())
    notes.clear()
    answer = redirect(url_for("accounts.sign_in_form"), 303)
    answer.delete_cookie(
        sessions.session_cookie_name(settings()),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
