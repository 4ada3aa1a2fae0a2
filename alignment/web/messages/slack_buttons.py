"""Slack’s interactivity endpoint: verify the signature, act as the connected person, answer in
Slack; and connecting an account.
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
from alignment.notifications.actions import definitions
from alignment.notifications.actions.definitions import Press
from alignment.notifications.channels.http_post import JSON
from alignment.notifications.channels.slack import ButtonPress, read_block_id
from alignment.notifications.endpoints import chat_accounts, queries
from alignment.notifications.endpoints.chat_accounts import UnlinkedChatAccount
from alignment.web.messages.slack_payloads import SlackButton, SlackInteraction, is_signed_by_slack
from alignment.web.request_limits import takes_bytes
from alignment.web.security import csrf

logger = logging.getLogger(__name__)
pages = Blueprint("slack", __name__)

ANSWER_TIMEOUT = 3.0
MAX_BODY_BYTES = 64 * 1024
TOO_OLD = "This message is too old for its buttons. Open its page instead."
UNDO_HINT = "You can take it back on its page for ten minutes."


@pages.post("/slack/actions")
@public
@takes_bytes(MAX_BODY_BYTES)
@csrf.exempt  # type: ignore[untyped-decorator]
def act() -> ResponseReturnValue:
    """Always 200 for what Slack really sent: what happened is said where it was pressed."""
    _require_slack_signature(request.get_data())
    asked, answer = _interaction(), Response(status=200)
    if asked.button is None:
        return answer
    said, where = _perform(asked, asked.button), asked.response_url
    client = Client(own_hosts=settings().own_hosts, done_within=ANSWER_TIMEOUT)
    # Said once the work is committed and Slack has its 200: nothing waits for the network.
    answer.call_on_close(lambda: _answer_in_slack(client, where, said))
    return answer


@pages.get("/account/slack")
@needs(Right.READ)
def ask() -> ResponseReturnValue:
    return render_template("messages/slack_account.html", stranger=_stranger())


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


def _require_slack_signature(body: bytes) -> None:
    secret = settings().slack_signing_secret
    if not secret:
        abort(404)
    signed_at = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not is_signed_by_slack(
        body, signed_at=signed_at, signature=signature, secret=secret, now=now()
    ):
        abort(401)


def _interaction() -> SlackInteraction:
    try:
        return SlackInteraction.model_validate_json(request.form.get("payload", ""))
    except ValidationError:
        abort(400)


def _perform(asked: SlackInteraction, button: SlackButton) -> str:
    """Do what was pressed, and the sentence for whoever pressed."""
    about = read_block_id(button.block_id, secret=settings().secret(), now=now())
    if about is None:
        return TOO_OLD
    recognised = queries.owner_of_chat_account(session(), about.workspace_id, asked.account)
    if recognised is None:
        return _ask_to_connect(asked, about)
    account, person = recognised
    if not chat_accounts.is_new_press(session(), account, button.action_ts, now=now()):
        return "This press was counted already."
    return _act_as(about, button, by=person)


def _ask_to_connect(asked: SlackInteraction, about: ButtonPress) -> str:
    name = asked.user.name or asked.user.id
    stranger = UnlinkedChatAccount(
        workspace_id=about.workspace_id, account=asked.account, name=name
    )
    path = chat_accounts.connect_path(stranger, secret=settings().secret(), now=now())
    return f"Say first who you are in Alignment: {settings().base_url}{path}"


def _act_as(about: ButtonPress, button: SlackButton, *, by: User) -> str:
    offered = wiring.ACTIONS.in_chat(about.kind)
    action = next((action for action in offered if action.name == button.action_id), None)
    if action is None:
        return TOO_OLD
    press = Press(by=by, subject_id=about.subject_id, now=now(), input=button.choice)
    try:
        with session().begin_nested():
            done = definitions.perform(session(), action, press)
    except Refused as reason:
        return str(reason)
    return f"{done} {UNDO_HINT}"


def _stranger() -> UnlinkedChatAccount:
    token = request.args.get("token", "")
    return chat_accounts.read_connect_link(token, by=user(), secret=settings().secret(), now=now())


def _answer_in_slack(client: Client, where: str, said: str) -> None:
    """Tell whoever pressed; where that fails the page still shows what was done."""
    words = {"response_type": "ephemeral", "replace_original": False, "text": said}
    try:
        client.post(where, json.dumps(words).encode(), headers=JSON)
    except (NotAllowed, Unreachable):
        logger.warning("Slack could not be told what became of a press.")
