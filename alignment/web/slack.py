"""Buttons pressed in Slack, and who a person is there.

Slack signs every request with the secret of the company's own Slack app; whatever is not signed, or
signed more than five minutes ago, is refused unread. A press acts as the person whose Slack account
it is, with that person's rights, once. The answer is shown to that person alone.
"""

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

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

logger = logging.getLogger(__name__)
pages = Blueprint("slack", __name__)

FRESH = timedelta(minutes=5)
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
    asked = json.loads(request.form.get("payload", "{}"))
    buttons = [button for button in asked.get("actions", []) if button.get("block_id")]
    answer = Response(status=200)
    if asked.get("type") != "block_actions" or not buttons or buttons[0]["action_id"] == "open":
        return answer
    said, where = _done(asked, buttons[0]), str(asked.get("response_url", ""))
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
    """Refuse what the secret of our Slack app did not sign within the last five minutes."""
    secret = settings().slack_signing_secret
    if not secret:
        abort(404)
    signed_at = request.headers.get("X-Slack-Request-Timestamp", "")
    is_number = signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= 12
    if not is_number or abs(now().timestamp() - int(signed_at)) > FRESH.total_seconds():
        abort(401)
    text = f"v0:{signed_at}:".encode() + body
    ours = f"v0={hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}"
    given = request.headers.get("X-Slack-Signature", "")
    if not hmac.compare_digest(ours.encode(), given.encode()):
        abort(401)


def _done(asked: dict[str, Any], button: dict[str, Any]) -> str:
    """Do what was pressed, and the sentence for whoever pressed."""
    about = pressed(button["block_id"], secret=settings().secret(), now=now())
    if about is None:
        return TOO_OLD
    stranger = _who_pressed(asked, about)
    found = queries.who_is(session(), about.workspace_id, stranger.account)
    if found is None:
        path = chat_accounts.connecting_path(stranger, secret=settings().secret(), now=now())
        return f"Say first who you are in Alignment: {settings().base_url}{path}"
    account, person = found
    if not chat_accounts.is_new_press(session(), account, str(button.get("action_ts", ""))):
        return "This press was counted already."
    return _acted(about, button, by=person)


def _acted(about: Pressed, button: dict[str, Any], *, by: User) -> str:
    known = {one.name: one for one in wiring.ACTS.get(about.kind, ())}
    one = known.get(str(button["action_id"]))
    if one is None:
        return TOO_OLD
    choice = str((button.get("selected_option") or {}).get("value", ""))
    try:
        with session().begin_nested():
            done = acts.do(session(), one, about.subject_id, by=by, now=now(), choice=choice)
    except Refused as reason:
        return str(reason)
    return f"{done} {UNDO}"


def _who_pressed(asked: dict[str, Any], about: Pressed) -> Stranger:
    person, team = asked.get("user", {}), asked.get("team") or {}
    team_id = team.get("id") or person.get("team_id", "")
    name = str(person.get("name") or person.get("username") or person.get("id", ""))
    return Stranger(
        workspace_id=about.workspace_id,
        account=f"{team_id}:{person.get('id', '')}"[:100],
        name=name[:200],
    )


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
