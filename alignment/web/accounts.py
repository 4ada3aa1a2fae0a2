"""Signing in, by password or by a one-time link, and signing out."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask import session as notes
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as Answer

from alignment.accounts import queries, sessions, signin
from alignment.accounts.names import address_key
from alignment.accounts.roles import Right
from alignment.accounts.tokens import fingerprint
from alignment.edge import browser, needs, now, public, session, settings, signed_in
from alignment.errors import Refused
from alignment.web.arrival import browser_name, local_path, over, trust, welcome
from alignment.web.security import limiter

pages = Blueprint("accounts", __name__)

TRIES_PER_ACCOUNT = "10 per 15 minutes"
TRIES_PER_PLACE = "50 per 15 minutes"


def was_refused(response: Response) -> bool:
    return response.status_code == 422


def account_tried() -> str:
    return fingerprint(address_key(request.form.get("email", "")))


tries_of_a_place = limiter.shared_limit(
    TRIES_PER_PLACE, scope="sign-in", key_func=get_remote_address, deduct_when=was_refused
)


@pages.get("/sign-in")
@public
def sign_in_form() -> ResponseReturnValue:
    if signed_in():
        return redirect(local_path(request.args.get("next", "")), 303)
    return render_template(
        "accounts/sign_in.html",
        values={"next": request.args.get("next", "")},
        errors={},
        is_set_up=queries.is_anybody_here(session()),
    )


@pages.post("/sign-in")
@public
@tries_of_a_place
@limiter.limit(TRIES_PER_ACCOUNT, key_func=account_tried, deduct_when=was_refused)
def sign_in() -> ResponseReturnValue:
    try:
        token = signin.sign_in(
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
    return trusting(token, welcome(token, to=local_path(request.form.get("next", ""))))


@pages.get("/sign-in/<token>")
@public
def sign_in_link(token: str) -> ResponseReturnValue:
    """One button; a mail scanner that follows the link does not use it up."""
    link = queries.sign_in_link_with(session(), fingerprint(token), now=now())
    if link is None:
        return over(signin.LINK_IS_OVER)
    return render_template("accounts/sign_in_link.html")


@pages.post("/sign-in/<token>")
@public
@tries_of_a_place
def sign_in_by_link(token: str) -> ResponseReturnValue:
    try:
        made = signin.sign_in_by_link(session(), token, browser=browser_name(), now=now())
    except Refused as reason:
        return over(str(reason), status=422)
    return trusting(made, welcome(made))


def trusting(token: str, answer: Answer) -> Answer:
    """Remember this browser too, where the person who just came in wants that."""
    session().flush()
    came_in = sessions.recognise(session(), token, now=now())
    is_wanted = request.form.get("remember") == "yes" and came_in is not None
    return trust(answer, came_in[1]) if is_wanted and came_in else answer


@pages.post("/sign-out")
@needs(Right.READ)
def sign_out() -> ResponseReturnValue:
    sessions.end(session(), browser(), now=now())
    notes.clear()
    answer = redirect(url_for("accounts.sign_in_form"), 303)
    answer.delete_cookie(
        sessions.cookie_name(settings()), secure=settings().is_https, httponly=True, samesite="Lax"
    )
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
