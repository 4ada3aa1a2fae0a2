"""Link a Slack account to a person: an unknown account that presses a button gets a signed link,
which the signed-in person confirms within ten minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.sql.dml import Delete
from sqlmodel import Session, col

from alignment.accounts.authentication import tokens
from alignment.accounts.models import User, id_of
from alignment.db import insert_unless_present
from alignment.errors import NotFound, Refused
from alignment.notifications.endpoints import queries
from alignment.notifications.models import ChatAccount, ChatPress

CONNECT_PURPOSE = "slack-account"
CONNECT_LINK_LIFETIME = timedelta(minutes=10)
PRESSES_KEPT_FOR = timedelta(hours=1)
"""Longer than Slack's signature of a request holds."""


@dataclass(frozen=True, kw_only=True)
class UnlinkedChatAccount:
    """An account that pressed a button, as the service names it."""

    workspace_id: int
    account: str
    name: str


def connect_path(stranger: UnlinkedChatAccount, *, secret: str, now: datetime) -> str:
    """Where the person behind this account says so."""
    facts = {
        "workspace": stranger.workspace_id,
        "account": stranger.account,
        "name": stranger.name,
        "until": int((now + CONNECT_LINK_LIFETIME).timestamp()),
    }
    return (
        f"/account/slack?token={tokens.sign_payload(facts, purpose=CONNECT_PURPOSE, secret=secret)}"
    )


def read_connect_link(token: str, *, by: User, secret: str, now: datetime) -> UnlinkedChatAccount:
    """The account that a link names; one of another workspace, or a late one, is not here."""
    facts = tokens.read_payload(token, purpose=CONNECT_PURPOSE, secret=secret)
    if facts is None or facts["workspace"] != by.workspace_id or now.timestamp() > facts["until"]:
        raise NotFound("This link has run out. Press the button in Slack again.")
    return UnlinkedChatAccount(
        workspace_id=facts["workspace"], account=facts["account"], name=facts["name"]
    )


def connect(session: Session, stranger: UnlinkedChatAccount, *, by: User, now: datetime) -> None:
    """From now on what this account presses is done by this person."""
    known = queries.owner_of_chat_account(session, stranger.workspace_id, stranger.account)
    if known and known[1].id != by.id:
        raise Refused(f"This Slack account belongs to {known[1].name}.")
    disconnect(session, by)
    session.execute(_of_account(stranger))  # of somebody who is no longer active here
    session.add(
        ChatAccount(
            workspace_id=by.workspace_id,
            user_id=id_of(by),
            account=stranger.account,
            name=stranger.name,
            connected_at=now,
        )
    )
    session.flush()


def disconnect(session: Session, person: User) -> None:
    """Buttons in Slack no longer act for this person; doing it again changes nothing."""
    session.execute(
        delete(ChatAccount).where(
            col(ChatAccount.workspace_id) == person.workspace_id,
            col(ChatAccount.user_id) == person.id,
        )
    )


def is_new_press(session: Session, account: ChatAccount, pressed_at: str, *, now: datetime) -> bool:
    """Whether this press was never seen: each stands for itself, in whatever order they come, and
    a copy of a request acts no more.
    """
    session.execute(
        delete(ChatPress).where(
            col(ChatPress.workspace_id) == account.workspace_id,
            col(ChatPress.seen_at) < now - PRESSES_KEPT_FOR,
        )
    )
    press = {
        "workspace_id": account.workspace_id,
        "account": account.account,
        "pressed_at": pressed_at,
        "seen_at": now,
    }
    new = insert_unless_present(session, ChatPress).values(press).returning(col(ChatPress.id))
    return session.execute(new).first() is not None


def _of_account(stranger: UnlinkedChatAccount) -> Delete:
    return delete(ChatAccount).where(
        col(ChatAccount.workspace_id) == stranger.workspace_id,
        col(ChatAccount.account) == stranger.account,
    )
