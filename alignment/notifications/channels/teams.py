"""A message in Microsoft Teams: an Adaptive Card, posted to a channel's workflow."""

import json
from dataclasses import dataclass
from typing import Any

from alignment.http.client import Client
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    AddressForm,
    ChannelSpec,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.http_post import JSON, endpoint_field, post
from alignment.notifications.channels.message_text import message_parts

CARD = "application/vnd.microsoft.card.adaptive"
LONGEST = 8_000
"""Characters; Teams refuses messages above 28 KB."""
GONE = frozenset({401, 404, 410})
"""The workflow was deleted, or its address no longer opens it."""
MOST_BUTTONS = 6


@dataclass(frozen=True, kw_only=True)
class Teams(NothingToOpen):
    """Posts one card for each message."""

    client: Client

    def send(self, message: OutgoingMessage) -> Sent:
        url, body = endpoint_field(message.endpoint, "url"), json.dumps(payload(message)).encode()
        return post(self.client, url, body, headers=JSON, at=message.at, gone=GONE)


def payload(message: OutgoingMessage) -> dict[str, Any]:
    parts = message_parts(message, longest=LONGEST)
    body = [_words(parts.title, weight="Bolder", size="Medium")]
    body += [_words(line) for line in parts.body.splitlines() if line.strip()]
    if parts.why:
        body.append(_words(parts.why, isSubtle=True, size="Small"))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": _buttons(message),
    }
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}


def _buttons(message: OutgoingMessage) -> list[dict[str, str]]:
    links = [*message.action_links]
    if message.link:
        links.append(("Open", message.link))
    return [{"type": "Action.OpenUrl", "title": words, "url": url} for words, url in links][
        :MOST_BUTTONS
    ]


def _words(text: str, **looks: Any) -> dict[str, Any]:
    """Runs of text are shown as they are, where text blocks would read Markdown in them."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}


SPEC = ChannelSpec(
    name="teams",
    kind=ChannelKind.CHAT,
    label="Microsoft Teams",
    build=lambda given: Teams(client=given.client),
    form=AddressForm(label="Microsoft Teams", address_help="the address of a workflow"),
)
