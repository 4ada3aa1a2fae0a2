"""Buttons pressed in Slack, and who a person is there.

Slack signs every request with the secret of the company's own Slack app; whatever is not signed, or
signed more than five minutes ago, is refused unread. A press acts as the person whose Slack account
it is, with that person's rights, once. The answer is shown to that person alone.
"""

import json
import logging

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment import wiring
from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.edge import needs, now, public, session, settings, user
from alignment.errors import Refused
from alignment.http.addresses import NotAllowed
from alignment.http.client import Client, Unreachable
from alignment.notifications import acts, chat_accounts
from alignment.notifications.channels import queries
from alignment.notifications.channels.posting import JSON
from alignment.notifications.channels.slack import Pressed, pressed
from alignment.notifications.chat_accounts import Stranger
from alignment.web.security import csrf
from alignment.web.slack_requests import Button, Interaction, is_of_slack

logger = logging.getLogger(__name__)
pages = Blueprint("slack", __name__)

ANSWERED_WITHIN = 3.0
LONGEST_BODY = 64 * 1024
TOO_OLD = "This message is too old for its buttons. Open its page instead."
UNDO = "You can take it back on its page for ten minutes."


@pages.post("/slack/actions")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def act() -> ResponseReturnValue:
    """Always 200 for what Slack really sent: what happened is said where it was pressed."""
    request.max_content_length = LONGEST_BODY
    _must_be_of_slack(request.get_data())
    asked, answer = _asked(), Response(status=200)
    if asked.button is None:
        return answer
    said, where = _done(asked, asked.button), asked.response_url
    client = Client(own_hosts=settings().own_hosts, done_within=ANSWERED_WITHIN)
    # Said once the work is committed and Slack has its 200: nothing waits for the network.
    answer.call_on_close(lambda: _say(client, where, said))
    return answer


@pages.get("/account/slack")
@needs(Right.READ)
def ask() -> ResponseReturnValue:
    return render_template("endpoints/slack.html", stranger=_stranger())


@pages.post("/account/slack")
@needs(Right.READ)
def connect() -> ResponseReturnValue:
    stranger = _stranger()
    chat_accounts.connect(session(), stranger, by=user(), now=now())
    flash(f"Slack account {stranger.name} is yours now. Press the button in Slack again.")
    return redirect(url_for("endpoints.index"), 303)


@pages.post("/account/slack/disconnection")
@needs(Right.READ)
def disconnect() -> ResponseReturnValue:
    chat_accounts.disconnect(session(), user())
    flash("Buttons in Slack no longer act for you.")
    return redirect(url_for("endpoints.index"), 303)


def _must_be_of_slack(body: bytes) -> None:
    secret = settings().slack_signing_secret
    if not secret:
        abort(404)
    signed_at = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not is_of_slack(body, signed_at=signed_at, signature=signature, secret=secret, now=now()):
        abort(401)


def _asked() -> Interaction:
    try:
        return Interaction.model_validate_json(request.form.get("payload", ""))
    except ValidationError:
        abort(400)


def _done(asked: Interaction, button: Button) -> str:
    """Do what was pressed, and the sentence for whoever pressed."""
    about = pressed(button.block_id, secret=settings().secret(), now=now())
    if about is None:
        return TOO_OLD
    found = queries.who_is(session(), about.workspace_id, asked.account)
    if found is None:
        return _asks_who(asked, about)
    account, person = found
    if not chat_accounts.is_new_press(session(), account, button.action_ts):
        return "This press was counted already."
    return _acted(about, button, by=person)


def _asks_who(asked: Interaction, about: Pressed) -> str:
    name = asked.user.name or asked.user.id
    stranger = Stranger(workspace_id=about.workspace_id, account=asked.account, name=name)
    path = chat_accounts.connecting_path(stranger, secret=settings().secret(), now=now())
    return f"Say first who you are in Alignment: {settings().base_url}{path}"


def _acted(about: Pressed, button: Button, *, by: User) -> str:
    known = {one.name: one for one in wiring.ACTS.get(about.kind, ())}
    one = known.get(button.action_id)
    if one is None:
        return TOO_OLD
    try:
        with session().begin_nested():
            done = acts.do(session(), one, about.subject_id, by=by, now=now(), choice=button.choice)
    except Refused as reason:
        return str(reason)
    return f"{done} {UNDO}"


def _stranger() -> Stranger:
    token = request.args.get("token", "")
    return chat_accounts.named(token, by=user(), secret=settings().secret(), now=now())


def _say(client: Client, where: str, said: str) -> None:
    """Tell whoever pressed; where that fails the page still shows what was done."""
    words = {"response_type": "ephemeral", "replace_original": False, "text": said}
    try:
        client.post(where, json.dumps(words).encode(), headers=JSON)
    except (NotAllowed, Unreachable):
        logger.warning("Slack could not be told what became of a press.")
