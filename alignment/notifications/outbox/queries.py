"""Every SELECT about outbox. Workspace or person is the scope."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, User
from alignment.accounts.people import queries as accounts
from alignment.errors import NotFound
from alignment.notifications.models import (
    GIVEN_UP,
    Delivery,
    Endpoint,
    Outcome,
)


def open_endpoints_of_teams(
    session: Session, workspace_id: int, user_ids: Iterable[int]
) -> list[tuple[int, Endpoint]]:
    """For each of these people the open channels of his or her teams."""
    rows = (
        select(Membership.user_id, Endpoint)
        .join(
            Endpoint,
            (col(Endpoint.team_id) == Membership.team_id)
            & (col(Endpoint.workspace_id) == Membership.workspace_id),
        )
        .where(
            Membership.workspace_id == workspace_id,
            col(Membership.user_id).in_(list(user_ids)),
            col(Endpoint.disabled_at).is_(None),
        )
        .order_by(col(Endpoint.id))
    )
    return [(user_id, endpoint) for user_id, endpoint in session.exec(rows)]


def delivery_for(session: Session, workspace_id: int, delivery_id: int) -> Delivery:
    delivery = session.exec(
        select(Delivery).where(Delivery.workspace_id == workspace_id, Delivery.id == delivery_id)
    ).first()
    if delivery is None:
        raise NotFound("This message is not here.")
    return delivery


def unsent_written_before(session: Session, workspace_id: int, at: datetime) -> list[Delivery]:
    """Every message of a workspace that was written before then and has not gone."""
    unsent = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.created_at < at,
        col(Delivery.next_attempt_at).is_not(None),
    )
    return list(session.exec(unsent))


def is_waiting(session: Session, person: User, kind: str, subject_id: int) -> bool:
    """Whether a message of this kind about this thing has still to go to this person."""
    waiting = select(Delivery.id).where(
        Delivery.workspace_id == person.workspace_id,
        Delivery.recipient_id == person.id,
        Delivery.kind == kind,
        Delivery.subject_id == subject_id,
        col(Delivery.next_attempt_at).is_not(None),
    )
    return session.exec(waiting).first() is not None


def unsent_to(session: Session, person: User) -> list[Delivery]:
    """Every message that still waits for this person, in the order in which they were written."""
    unsent = select(Delivery).where(
        Delivery.workspace_id == person.workspace_id,
        Delivery.recipient_id == person.id,
        col(Delivery.next_attempt_at).is_not(None),
    )
    return list(session.exec(unsent.order_by(col(Delivery.id))))


def merged_into(
    session: Session, workspace_id: int, carrier_ids: Iterable[int]
) -> dict[int, list[Delivery]]:
    """The messages that each of these tells too, in the order in which they were due."""
    members = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        col(Delivery.merged_into_id).in_(list(carrier_ids)),
        Delivery.outcome == Outcome.MERGED,
    )
    members_by_summary: dict[int, list[Delivery]] = {}
    for member in session.exec(members.order_by(col(Delivery.due_at), col(Delivery.id))):
        if member.merged_into_id is not None:
            members_by_summary.setdefault(member.merged_into_id, []).append(member)
    return members_by_summary


@dataclass(frozen=True, kw_only=True, slots=True)
class NotifiedPerson:
    """Somebody was told about something, or will be as soon as the message goes."""

    subject_id: int
    kind: str
    at: datetime
    person: User


def notified_people(
    session: Session, workspace_id: int, kinds: Collection[str], subject_ids: Collection[int]
) -> list[NotifiedPerson]:
    """Whom messages of these kinds about these things reached or are to reach, the first first.

    What no longer mattered and what was given up told nobody; several channels tell once.
    """
    rows = session.exec(
        select(Delivery.subject_id, Delivery.kind, Delivery.created_at, Delivery.recipient_id)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.kind).in_(kinds),
            col(Delivery.subject_id).in_(subject_ids),
            col(Delivery.outcome).not_in((Outcome.SUPPRESSED, *GIVEN_UP)),
        )
        .order_by(col(Delivery.created_at), col(Delivery.id))
    ).all()
    distinct_rows = dict.fromkeys(
        (subject_id, kind, at, recipient_id)
        for subject_id, kind, at, recipient_id in rows
        if recipient_id is not None
    )
    # People apart: a few of them in many rows.
    people = accounts.people_by_id(
        session, workspace_id, {recipient_id for *_, recipient_id in distinct_rows}
    )
    return [
        NotifiedPerson(subject_id=subject_id, kind=kind, at=at, person=people[recipient_id])
        for subject_id, kind, at, recipient_id in distinct_rows
    ]


def never_reached(session: Session, delivery: Delivery, kinds: Collection[str]) -> bool:
    """Whether all that the reader of this message was to hear by the same channel about the same
    thing, of these kinds, was suppressed or given up.
    """
    outcomes = session.exec(
        select(Delivery.outcome).where(
            Delivery.workspace_id == delivery.workspace_id,
            Delivery.subject_id == delivery.subject_id,
            col(Delivery.kind).in_(kinds),
            Delivery.channel == delivery.channel,
            col(Delivery.recipient_id).is_not_distinct_from(delivery.recipient_id),
            col(Delivery.endpoint_id).is_not_distinct_from(delivery.endpoint_id),
        )
    ).all()
    return bool(outcomes) and all(x is Outcome.SUPPRESSED or x in GIVEN_UP for x in outcomes)
