"""Webhook for inbound mail from a mail gateway; a 404 unless a shared secret is configured."""

import hmac
import logging

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from alignment import wiring
from alignment.edge import now, public, session, settings
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications.replies import commands, mail_parsing
from alignment.web.request_limits import takes_bytes
from alignment.web.security import csrf

logger = logging.getLogger(__name__)
pages = Blueprint("inbound", __name__)


@pages.post("/inbound-mail")
@public
@takes_bytes(mail_parsing.MAX_MAIL_BYTES)
@csrf.exempt  # type: ignore[untyped-decorator]
def take() -> ResponseReturnValue:
    """200 when it was used or left alone, 422 when its writer should be told why it was not."""
    _require_gateway_secret()
    mail = mail_parsing.parse_mail(request.get_data(), envelope_sender=request.args.get("sender"))
    try:
        said = commands.take_reply(wiring.action_context(session(), settings(), now=now()), mail)
    except (NotFound, Forbidden) as reason:
        logger.warning("A mail was left alone: %s", reason)
        return _answer("Nothing is done.", 200)
    except Refused as reason:
        return _answer(str(reason), 422)
    return _answer(said, 200)


def _require_gateway_secret() -> None:
    secret = settings().inbound_secret
    if not (secret and settings().reply_domain):
        abort(404)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
        abort(401)


def _answer(words: str, status: int) -> Response:
    return Response(f"{words}\n", status=status, mimetype="text/plain")
