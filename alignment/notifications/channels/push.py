"""Web push: a short word to a browser that asked for it, encrypted for that browser alone."""

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alignment.http.client import Client
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    ChannelDependencies,
    ChannelSpec,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.encryption import derive_key
from alignment.notifications.channels.http_post import endpoint_field, post
from alignment.notifications.channels.message_text import message_parts
from alignment.notifications.channels.mime import sender_of

GONE = frozenset({401, 403, 404, 410})
"""The browser took its wish back, or gave it to an installation with another secret."""
PURPOSE = b"alignment.push"
LONGEST = 500
"""Characters; push services take about 4,000 bytes, and a notice shows less still."""
TTL_SECONDS = 24 * 60 * 60
"""Seconds for which the service keeps it for a browser that is not there."""
VAPID_SECONDS = 12 * 60 * 60
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many keys the curve has."""


@dataclass(frozen=True)
class VapidIdentity:
    """Who we are for push services: a key that follows from the installation's secret."""

    secret: str

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(derive_key(self.secret, purpose=PURPOSE, length=48))
        return ec.derive_private_key(number % (ORDER - 1) + 1, CURVE)

    @property
    def public(self) -> str:
        """What a browser must be given to let us, and nobody else, send to it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class Push(NothingToOpen):
    """Posts one encrypted request for each message; ``contact`` is whom a service may write to."""

    client: Client
    identity: VapidIdentity
    contact: str

    def send(self, message: OutgoingMessage) -> Sent:
        url = endpoint_field(message.endpoint, "url")
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            **self._vouched_for(url, message),
        }
        body = _encrypted(message)
        return post(self.client, url, body, headers=headers, at=message.at, gone=GONE)

    def _vouched_for(self, url: str, message: OutgoingMessage) -> dict[str, str]:
        from py_vapid import Vapid02

        parts = urlsplit(url)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(message.at.timestamp()) + VAPID_SECONDS,
            "sub": self.contact,
        }
        signed: dict[str, str] = Vapid02(private_key=self.identity.key).sign(claims)
        return signed


def payload(message: OutgoingMessage) -> dict[str, str]:
    """What our service worker shows."""
    parts = message_parts(message, longest=LONGEST)
    return {
        "title": parts.title[:LONGEST],
        "body": parts.body,
        "link": message.link,
        "thread": message.thread,
    }


def _encrypted(message: OutgoingMessage) -> bytes:
    from pywebpush import WebPusher  # slow to import, and only for who uses it

    subscription: dict[str, Any] = {
        "endpoint": endpoint_field(message.endpoint, "url"),
        "keys": {
            "p256dh": endpoint_field(message.endpoint, "p256dh"),
            "auth": endpoint_field(message.endpoint, "auth"),
        },
    }
    plaintext = json.dumps(payload(message), ensure_ascii=False).encode()
    body: bytes = WebPusher(subscription).encode(plaintext)["body"]
    return body


def _build(given: ChannelDependencies) -> Push:
    return Push(
        client=given.client,
        identity=VapidIdentity(given.settings.secret()),
        contact=f"mailto:{sender_of(given.settings.mail_from).addr_spec}",
    )


SPEC = ChannelSpec(name="browser", kind=ChannelKind.PUSH, label="Browser", build=_build)
