"""Signed webhooks, as Standard Webhooks describes them (https://www.standardwebhooks.com).

``webhook-id`` is the same on every try, so that a receiver can drop a copy. While a secret is
being replaced both sign, so that no message is lost in between.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.http.client import Client
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    AddressForm,
    ChannelSpec,
    EndpointFields,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.http_post import JSON, endpoint_field, post

OLD_SECRET_VALID_FOR = timedelta(hours=24)


def new_secret() -> str:
    """256 random bits, as receivers expect to be given them."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def with_new_secret(endpoint: Mapping[str, str], *, secret: str, now: datetime) -> dict[str, str]:
    """The same webhook with a new secret; the one before signs too for a day."""
    old = {"old_secret": endpoint["secret"], "old_until": (now + OLD_SECRET_VALID_FOR).isoformat()}
    return {**endpoint, "secret": secret, **old}


@dataclass(frozen=True, kw_only=True)
class Webhook(NothingToOpen):
    """Posts one signed request for each message."""

    client: Client

    def send(self, message: OutgoingMessage) -> Sent:
        url, body = endpoint_field(message.endpoint, "url"), body_of(message)
        headers = JSON | _signed(message, body)
        return post(self.client, url, body.encode(), headers=headers, at=message.at)


def body_of(message: OutgoingMessage) -> str:
    """The message as a machine reads it."""
    facts = {
        "kind": message.kind,
        "subject": message.subject,
        "text": message.text,
        "link": message.link,
        "at": message.at.isoformat(),
        "data": {
            "workspace_id": message.workspace_id,
            "subject_id": message.subject_id,
            "thread": message.thread,
        },
    }
    return json.dumps(facts, ensure_ascii=False)


def _signed(message: OutgoingMessage, body: str) -> dict[str, str]:
    from standardwebhooks.webhooks import Webhook as Signing

    # A point parts the fields of what is signed, so an id must hold none.
    name = message.id.replace(".", "_")
    signatures = [Signing(secret).sign(name, message.at, body) for secret in _secrets_of(message)]
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(message.at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _secrets_of(message: OutgoingMessage) -> list[str]:
    signing_secrets = [endpoint_field(message.endpoint, "secret")]
    until = message.endpoint.get("old_until")
    if until and message.at < datetime.fromisoformat(until):
        signing_secrets.append(message.endpoint["old_secret"])
    return signing_secrets


def _new_fields(address: str) -> EndpointFields:
    secret = new_secret()
    return EndpointFields(fields={"url": address, "secret": secret}, shown_secret=secret)


SPEC = ChannelSpec(
    name="webhook",
    kind=ChannelKind.WEBHOOK,
    label="Webhook",
    build=lambda given: Webhook(client=given.client),
    form=AddressForm(
        label="Webhook for a program",
        address_help="where your program takes requests",
        new_fields=_new_fields,
    ),
)
