"""Adding a way to be told: what a person types about a chat or a webhook, or a browser says."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from alignment.accounts.models import LARGEST_ID, Team, User, id_of
from alignment.accounts.names import Name
from alignment.errors import Refused
from alignment.events import publish
from alignment.http.addresses import LONGEST, NotAllowed, parsed
from alignment.notifications import sealing
from alignment.notifications.channels import queries
from alignment.notifications.channels.chat import Service, understood
from alignment.notifications.channels.webhook import new_secret, rotated
from alignment.notifications.events import ChannelAdded
from alignment.notifications.kinds import KINDS
from alignment.notifications.models import ChannelKind, Endpoint

MOST = 20
"""Channels of one person, or of one team: each message is written once for every one."""
MANY = f"There are {MOST} channels already. Remove one first."

WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)
]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,200}={0,2}$")]


class Form(StrEnum):
    """What a person can add by its address."""

    SLACK = Service.SLACK.value
    TEAMS = Service.TEAMS.value
    OTHER = Service.OTHER.value
    WEBHOOK = ChannelKind.WEBHOOK.value


class NewChannel(BaseModel):
    """A chat or a webhook; ``team_id`` where a team is to hear, else the person alone."""

    model_config = ConfigDict(extra="forbid")

    form: Form
    label: Name
    address: WebAddress
    team_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    kinds: list[str] = Field(default_factory=list)


class Subscription(BaseModel):
    """What a browser gives when its person lets us show messages in it."""

    model_config = ConfigDict(extra="forbid")

    address: WebAddress
    p256dh: Key
    auth: Key


def add(
    session: Session,
    wish: NewChannel,
    *,
    team: Team | None,
    by: User,
    secret: str,
    own_hosts: frozenset[str],
    now: datetime,
) -> tuple[Endpoint, str]:
    """A new channel of this person, or of the team; and the secret of a webhook, said only now."""
    _check(wish, own_hosts=own_hosts)
    if wish.form is Form.WEBHOOK:
        shown = new_secret()
        channel, facts = ChannelKind.WEBHOOK, {"url": wish.address, "secret": shown}
    else:
        shown = ""
        channel, facts = ChannelKind.CHAT, {"url": wish.address, "service": wish.form.value}
    endpoint = Endpoint(
        workspace_id=by.workspace_id,
        channel=channel,
        user_id=None if team else id_of(by),
        team_id=id_of(team) if team else None,
        label=wish.label,
        sealed=sealing.seal(facts, secret=secret),
        kinds=[kind for kind in wish.kinds if kind in KINDS] if team else [],
        added_by_id=id_of(by),
        created_at=now,
    )
    _keep(session, endpoint, by=by)
    return endpoint, shown


def add_browser(
    session: Session,
    wish: Subscription,
    *,
    label: str,
    by: User,
    secret: str,
    own_hosts: frozenset[str],
    now: datetime,
) -> Endpoint:
    """Show messages in this browser; a browser that says so again takes the place of itself."""
    _must_be_public(wish.address, own_hosts=own_hosts)
    facts = {"url": wish.address, "p256dh": wish.p256dh, "auth": wish.auth}
    sealed = sealing.seal(facts, secret=secret)
    for known in queries.browsers_of(session, by):
        if _is_same(known, wish.address, secret=secret):
            known.sealed, known.label = sealed, label
            known.disabled_at, known.disabled_reason, known.failing_since = None, "", None
            return known
    endpoint = Endpoint(
        workspace_id=by.workspace_id,
        channel=ChannelKind.PUSH,
        user_id=id_of(by),
        label=label,
        sealed=sealed,
        added_by_id=id_of(by),
        created_at=now,
    )
    _keep(session, endpoint, by=by)
    return endpoint


def rotate(endpoint: Endpoint, *, secret: str, now: datetime) -> str:
    """A new secret for a webhook, said only now; the one before signs too for a day."""
    if endpoint.channel is not ChannelKind.WEBHOOK:
        raise Refused("Only a webhook has a secret to replace.")
    try:
        facts = sealing.unseal(endpoint.sealed, secret=secret)
    except sealing.Unreadable as error:
        raise Refused(str(error)) from error
    shown = new_secret()
    endpoint.sealed = sealing.seal(rotated(facts, secret=shown, now=now), secret=secret)
    return shown


def _check(wish: NewChannel, *, own_hosts: frozenset[str]) -> None:
    if wish.form is Form.OTHER:
        understood(wish.address)
    else:
        _must_be_public(wish.address, own_hosts=own_hosts)


def _must_be_public(address: str, *, own_hosts: frozenset[str]) -> None:
    try:
        parsed(address, own_hosts=own_hosts)
    except NotAllowed as error:
        raise Refused(str(error)) from error


def _keep(session: Session, endpoint: Endpoint, *, by: User) -> None:
    if endpoint.team_id is None:
        beside = queries.endpoints_of(session, by)
    else:
        of_teams = queries.endpoints_of_teams(session, by.workspace_id)
        beside = [one for one in of_teams if one.team_id == endpoint.team_id]
    if len(beside) >= MOST:
        raise Refused(MANY)
    session.add(endpoint)
    session.flush()
    added = ChannelAdded(
        workspace_id=endpoint.workspace_id,
        at=endpoint.created_at,
        endpoint_id=id_of(endpoint),
        channel=endpoint.channel,
        label=endpoint.label,
        team_id=endpoint.team_id,
        by_id=id_of(by),
    )
    publish(session, added)


def _is_same(endpoint: Endpoint, address: str, *, secret: str) -> bool:
    try:
        return sealing.unseal(endpoint.sealed, secret=secret).get("url") == address
    except sealing.Unreadable:
        return False
