"""Slack’s interaction payloads as pydantic models, and the check of their signature."""

import hashlib
import hmac
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

MAX_SIGNATURE_AGE = timedelta(minutes=5)


class SlackEntity(BaseModel):
    """A person, or the company the person is of in Slack."""

    id: str = Field(max_length=40)
    name: str = Field(default="", max_length=200)


class SlackOption(BaseModel):
    """What was chosen from a list."""

    value: str = Field(default="", max_length=150)


class SlackButton(BaseModel):
    """What was pressed, and when: Slack's own instant, which no other press has."""

    action_id: str = Field(max_length=255)
    block_id: str = Field(default="", max_length=255)
    action_ts: str = Field(default="", max_length=32)
    selected_option: SlackOption | None = None

    @property
    def choice(self) -> str:
        return self.selected_option.value if self.selected_option else ""


class SlackInteraction(BaseModel):
    """One request; Slack says more than is read here."""

    type: str
    user: SlackEntity
    team: SlackEntity | None = None
    actions: list[SlackButton] = Field(default_factory=list)
    response_url: str = ""

    @property
    def account(self) -> str:
        """Who pressed, unlike anybody of another company."""
        return f"{self.team.id if self.team else ''}:{self.user.id}"

    @property
    def button(self) -> SlackButton | None:
        """The button that asks for something; one that only opened a page does not."""
        is_press = self.type == "block_actions" and bool(self.actions)
        return self.actions[0] if is_press and self.actions[0].action_id != "open" else None


def is_signed_by_slack(
    body: bytes, *, signed_at: str, signature: str, secret: str, now: datetime
) -> bool:
    """Whether the secret of our Slack app signed this body within the last five minutes."""
    is_number = signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= 12
    if not is_number or abs(now.timestamp() - int(signed_at)) > MAX_SIGNATURE_AGE.total_seconds():
        return False
    text = f"v0:{signed_at}:".encode() + body
    ours = f"v0={hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}"
    return hmac.compare_digest(ours.encode(), signature.encode())
