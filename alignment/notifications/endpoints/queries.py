"""Every SELECT about endpoints and linked chat accounts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import UNSETTLED, ChatAccount, Delivery, Endpoint, Outcome

SHOWN_FAILURES = 3
CHANNEL_TEST = "channel_test"
FAILED_OUTCOMES = frozenset({Outcome.RETRY, Outcome.UNKNOWN, Outcome.BOUNCED, Outcome.DEAD})


def endpoints_of(session: Session, user: User) -> list[Endpoint]:
    """This person's own chats, webhooks and browsers, the oldest first."""
    mine = select(Endpoint).where(
        Endpoint.workspace_id == user.workspace_id, Endpoint.user_id == user.id
    )
    return list(session.exec(mine.order_by(col(Endpoint.id))))


def endpoints_of_teams(session: Session, workspace_id: int) -> list[Endpoint]:
    """The channels of every team, the oldest first."""
    shared = select(Endpoint).where(
        Endpoint.workspace_id == workspace_id, col(Endpoint.team_id).is_not(None)
    )
    return list(session.exec(shared.order_by(col(Endpoint.id))))


def endpoint_for(session: Session, user: User, endpoint_id: int) -> Endpoint:
    """One of this person's own, or one of a team of the same workspace."""
    endpoint = session.exec(
        select(Endpoint).where(
            Endpoint.workspace_id == user.workspace_id,
            Endpoint.id == endpoint_id,
            (col(Endpoint.user_id) == user.id) | col(Endpoint.team_id).is_not(None),
        )
    ).first()
    if endpoint is None:
        raise NotFound("This channel is not here.")
    return endpoint


def last_failures(
    session: Session, workspace_id: int, endpoint_ids: Iterable[int]
) -> dict[int, list[Delivery]]:
    """The last few messages that each endpoint was tried with and did not take."""
    ranked = (
        select(
            col(Delivery.id).label("id"),
            func.row_number()
            .over(partition_by=col(Delivery.endpoint_id), order_by=col(Delivery.id).desc())
            .label("place"),
        )
        .where(*_went_to(workspace_id, endpoint_ids), col(Delivery.outcome).in_(FAILED_OUTCOMES))
        .subquery()
    )
    newest = (
        select(Delivery)
        .join(ranked, col(Delivery.id) == ranked.c.id)
        .where(ranked.c.place <= SHOWN_FAILURES)
        .order_by(col(Delivery.id).desc())
    )
    by_endpoint: dict[int, list[Delivery]] = {}
    for row in session.exec(newest):
        by_endpoint.setdefault(row.endpoint_id or 0, []).append(row)
    return by_endpoint


def last_trials(
    session: Session, workspace_id: int, endpoint_ids: Iterable[int]
) -> dict[int, Delivery]:
    """The newest test of each endpoint."""
    tests = select(Delivery).where(
        *_went_to(workspace_id, endpoint_ids), Delivery.kind == CHANNEL_TEST
    )
    return {row.endpoint_id or 0: row for row in session.exec(tests.order_by(col(Delivery.id)))}


def waiting_trial(session: Session, endpoint: Endpoint) -> Delivery | None:
    """A test of this endpoint that was not tried yet."""
    return session.exec(
        select(Delivery).where(
            *_went_to(endpoint.workspace_id, [endpoint.id]),
            Delivery.kind == CHANNEL_TEST,
            Delivery.attempts == 0,
            col(Delivery.outcome).in_(UNSETTLED),
        )
    ).first()


def chat_account_of(session: Session, user: User) -> ChatAccount | None:
    """Who this person is in Slack, as far as it was said."""
    return session.exec(
        select(ChatAccount).where(
            ChatAccount.workspace_id == user.workspace_id, ChatAccount.user_id == user.id
        )
    ).first()


def owner_of_chat_account(
    session: Session, workspace_id: int, account: str
) -> tuple[ChatAccount, User] | None:
    """The account of a chat and the active person whose it is."""
    row = session.exec(
        select(ChatAccount, User)
        .join(User, (col(User.id) == ChatAccount.user_id))
        .where(
            ChatAccount.workspace_id == workspace_id,
            ChatAccount.account == account,
            User.workspace_id == workspace_id,
            col(User.is_active),
        )
    ).first()
    return (row[0], row[1]) if row else None


def browsers_of(session: Session, user: User) -> list[Endpoint]:
    """The browsers that show this person what happens."""
    return [
        endpoint for endpoint in endpoints_of(session, user) if endpoint.channel is ChannelKind.PUSH
    ]


def failing_before(session: Session, endpoint_id: int, at: datetime) -> bool:
    """Whether nothing has gone through this endpoint since some instant."""
    since = session.exec(select(Endpoint.failing_since).where(Endpoint.id == endpoint_id)).first()
    return since is not None and since <= at


def _went_to(workspace_id: int, endpoint_ids: Iterable[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.workspace_id) == workspace_id,
        col(Delivery.endpoint_id).in_(list(endpoint_ids)),
    )
