"""Register an endpoint: a chat or webhook by its address, or a browser by its push subscription."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from alignment.accounts.models import LARGEST_ID, Team, User, id_of
from alignment.accounts.names import Name
from alignment.config import Settings
from alignment.errors import Refused
from alignment.events import publish
from alignment.http.addresses import LONGEST
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels import encryption
from alignment.notifications.channels.base import check_public_address
from alignment.notifications.channels.registry import FORMS, spec_named, stored_fields
from alignment.notifications.channels.webhook import new_secret, with_new_secret
from alignment.notifications.endpoints import lifecycle, queries, team_channels
from alignment.notifications.events import ChannelAdded
from alignment.notifications.models import Endpoint
from alignment.notifications.notice_kinds import KINDS

MAX_CHANNELS = 20
"""Channels of one person, or of one team: each message is written once for every one."""
TOO_MANY_CHANNELS = f"There are {MAX_CHANNELS} channels already. Remove one first."

WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)
]
PushKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,200}={0,2}$")]


def _known_form(name: str) -> str:
    if name not in FORMS:
        raise ValueError("Choose one from the list.")
    return name


class NewEndpoint(BaseModel):
    """A chat or a webhook; ``team_id`` where a team is to hear, else the person alone."""

    model_config = ConfigDict(extra="forbid")

    form: Annotated[str, AfterValidator(_known_form)]
    """The name of a row of ``registry.CHANNELS`` that is added by an address."""
    label: Name
    address: WebAddress
    team_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    kinds: list[str] = Field(default_factory=list)


class BrowserSubscription(BaseModel):
    """What a browser gives when its person lets us show messages in it."""

    model_config = ConfigDict(extra="forbid")

    address: WebAddress
    p256dh: PushKey
    auth: PushKey
    label: str


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who adds an endpoint, for the team or else for himself."""

    by: User
    team: Team | None = None


def add_endpoint(
    session: Session, new_endpoint: NewEndpoint, owner: Owner, *, settings: Settings, now: datetime
) -> tuple[Endpoint, str]:
    """A new channel of this person, or of the team; and the secret of a webhook, said only now."""
    form, spec = FORMS[new_endpoint.form], spec_named(new_endpoint.form)
    if owner.team:
        team_channels.require_may_set_up(session, owner.by, id_of(owner.team))
    form.check_address(new_endpoint.address, settings.own_hosts)
    new, by, team = form.new_fields(new_endpoint.address), owner.by, owner.team
    endpoint = Endpoint(
        workspace_id=by.workspace_id,
        channel=spec.kind,
        user_id=None if team else id_of(by),
        team_id=id_of(team) if team else None,
        label=new_endpoint.label,
        encrypted=encryption.encrypt(stored_fields(spec, new.fields), secret=settings.secret()),
        kinds=[kind for kind in new_endpoint.kinds if kind in KINDS] if team else [],
        added_by_id=id_of(by),
        created_at=now,
    )
    _save(session, endpoint, by=by)
    if team:
        team_channels.tell_members(session, endpoint, team, by=by, now=now)
    return endpoint, new.shown_secret


def add_browser(
    session: Session,
    subscription: BrowserSubscription,
    *,
    by: User,
    settings: Settings,
    now: datetime,
) -> Endpoint:
    """Show messages in this browser; a browser that says so again takes the place of itself."""
    check_public_address(subscription.address, settings.own_hosts)
    secret, label = settings.secret(), subscription.label
    fields = {"url": subscription.address, "p256dh": subscription.p256dh, "auth": subscription.auth}
    sealed = encryption.encrypt(fields, secret=secret)
    for existing in queries.browsers_of(session, by):
        if _is_same(existing, subscription.address, secret=secret):
            existing.encrypted, existing.label = sealed, label
            lifecycle.enable(existing)
            return existing
    endpoint = Endpoint(
        workspace_id=by.workspace_id,
        channel=ChannelKind.PUSH,
        user_id=id_of(by),
        label=label,
        encrypted=sealed,
        added_by_id=id_of(by),
        created_at=now,
    )
    _save(session, endpoint, by=by)
    return endpoint


def rotate_secret(endpoint: Endpoint, *, secret: str, now: datetime) -> str:
    """A new secret for a webhook, said only now; the one before signs too for a day."""
    if endpoint.channel is not ChannelKind.WEBHOOK:
        raise Refused("Only a webhook has a secret to replace.")
    try:
        fields = encryption.decrypt(endpoint.encrypted, secret=secret)
    except encryption.CannotDecrypt as error:
        raise Refused(str(error)) from error
    shown_secret = new_secret()
    endpoint.encrypted = encryption.encrypt(
        with_new_secret(fields, secret=shown_secret, now=now), secret=secret
    )
    return shown_secret


def _save(session: Session, endpoint: Endpoint, *, by: User) -> None:
    if endpoint.team_id is None:
        siblings = queries.endpoints_of(session, by)
    else:
        of_teams = queries.endpoints_of_teams(session, by.workspace_id)
        siblings = [other for other in of_teams if other.team_id == endpoint.team_id]
    if len(siblings) >= MAX_CHANNELS:
        raise Refused(TOO_MANY_CHANNELS)
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
        return encryption.decrypt(endpoint.encrypted, secret=secret).get("url") == address
    except encryption.CannotDecrypt:
        return False
