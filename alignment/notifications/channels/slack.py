"""A message in Slack: Block Kit by an incoming webhook, with buttons that act.

What a button does stands in the id of its block, signed by us: who is pressed for is what Slack
says of the person, and what is done is what we said.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.accounts.authentication import tokens
from alignment.http.client import Client
from alignment.notifications.actions.definitions import Action
from alignment.notifications.actions.table import ActionTable
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    AddressForm,
    ChannelDependencies,
    ChannelSpec,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.http_post import JSON, endpoint_field, post
from alignment.notifications.channels.message_text import message_parts

BUTTON_PURPOSE = "slack-act"
BUTTONS_LIFETIME = timedelta(days=7)
LONGEST = 2_800
"""Characters; Slack takes 3,000 in one section, and some are written longer than they look."""
GONE = frozenset({403, 404, 410})
"""The webhook was removed, the app left the channel, or the channel was archived."""


@dataclass(frozen=True, kw_only=True)
class ButtonPress:
    """What the block of a button stands for."""

    workspace_id: int
    kind: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class Slack(NothingToOpen):
    """Without ``has_buttons`` nobody would hear a press, so that only the link is offered."""

    client: Client
    actions: ActionTable
    secret: str
    has_buttons: bool

    def send(self, message: OutgoingMessage) -> Sent:
        url, body = (
            endpoint_field(message.endpoint, "url"),
            json.dumps(self.payload(message)).encode(),
        )
        return post(self.client, url, body, headers=JSON, at=message.at, gone=GONE)

    def payload(self, message: OutgoingMessage) -> dict[str, Any]:
        parts = message_parts(message, longest=LONGEST)
        blocks = [_section(f"*{_plain(parts.title)}*\n{_plain(parts.body)}".strip())]
        if buttons := self._buttons(message):
            blocks.append(buttons)
        if parts.why:
            blocks.append({"type": "context", "elements": [_text(_plain(parts.why))]})
        return {"text": _plain(parts.title), "blocks": blocks}

    def _buttons(self, message: OutgoingMessage) -> dict[str, Any] | None:
        # Of several things told together nobody could say which one a button is about.
        is_about_one = self.has_buttons and not message.is_summary
        actions = self.actions.in_chat(message.kind) if is_about_one else ()
        elements = [_element(action) for action in actions]
        if message.link:
            elements.append(_link(message.link))
        if not elements:
            return None
        sealed = {"block_id": block_id_of(message, secret=self.secret)} if actions else {}
        return {"type": "actions", "elements": elements, **sealed}


def block_id_of(message: OutgoingMessage, *, secret: str) -> str:
    """The signed id of the block of buttons under a message."""
    until = int((message.at + BUTTONS_LIFETIME).timestamp())
    facts = {"w": message.workspace_id, "k": message.kind, "s": message.subject_id, "u": until}
    return tokens.sign_payload(facts, purpose=BUTTON_PURPOSE, secret=secret)


def read_block_id(block_id: str, *, secret: str, now: datetime) -> ButtonPress | None:
    """What a block was signed for, while it is not too old."""
    facts = tokens.read_payload(block_id, purpose=BUTTON_PURPOSE, secret=secret)
    if facts is None or now.timestamp() > facts["u"]:
        return None
    return ButtonPress(workspace_id=facts["w"], kind=facts["k"], subject_id=facts["s"])


def _element(action: Action) -> dict[str, Any]:
    if action.choices:
        return {
            "type": "static_select",
            "action_id": action.name,
            "placeholder": _label(action.label),
            "options": _options(action.choices),
        }
    return {
        "type": "button",
        "action_id": action.name,
        "text": _label(action.label),
        "value": action.name,
    }


def _options(choices: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"text": _label(words), "value": value} for value, words in choices]


def _link(url: str) -> dict[str, Any]:
    return {"type": "button", "action_id": "open", "text": _label("Open"), "url": url}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _label(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words[:75]}


def _plain(text: str) -> str:
    """Slack reads commands between angle brackets: nobody's name may call a whole channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _build(given: ChannelDependencies) -> Slack:
    return Slack(
        client=given.client,
        actions=given.actions,
        secret=given.settings.secret(),
        has_buttons=bool(given.settings.slack_signing_secret),
    )


SPEC = ChannelSpec(
    name="slack",
    kind=ChannelKind.CHAT,
    label="Slack",
    build=_build,
    form=AddressForm(label="Slack", address_help="the address of an incoming webhook"),
)
