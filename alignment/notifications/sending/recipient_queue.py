"""Load the recipient queues of one partition, with everything needed to decide about them, and lock
each recipient so that two workers never decide about the same one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.notifications.causes import WaitCause
from alignment.notifications.downtime import heartbeat
from alignment.notifications.downtime.lateness import Lateness, lateness_of
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.outbox import queries as outbox_queries
from alignment.notifications.preferences import effective, quiet_hours
from alignment.notifications.preferences import queries as preferences_queries
from alignment.notifications.preferences.quiet_hours import Deferral, EffectivePreferences
from alignment.notifications.sending import queries, rate_limit
from alignment.notifications.sending.queries import LockedRecipients, Partition
from alignment.notifications.sending.rate_limit import RateLimit
from alignment.notifications.sending.stages import ONE_HOUR
from alignment.notifications.sending.verdicts import QueuedDelivery, RecentDelivery

RecipientKey = tuple[int | None, int | None]
"""A person and an endpoint: of a team's channel only the second is there."""


@dataclass(frozen=True, kw_only=True)
class RecipientQueue:
    """What waits for one recipient by one channel."""

    recipient: User | None
    """None for a team's channel, and where somebody has only an address."""
    rows: Sequence[Delivery]
    has_mutes: bool = False
    recent: Sequence[RecentDelivery] = ()
    preferences: EffectivePreferences | None = None

    def deferral(self, delivery: Delivery, *, now: datetime) -> Deferral | None:
        """Until when its recipient is not to be disturbed with it, if so."""
        kind = kind_of(delivery.kind)
        if self.preferences is None or delivery.channel.is_silent or kind.at_chosen_hour:
            return None
        return quiet_hours.deferral_for(
            self.preferences, thread=delivery.thread, is_urgent=kind.breaks_quiet, now=now
        )


@dataclass(frozen=True, kw_only=True)
class RecipientBatch:
    """The recipient queues of one partition, and what holds for all of them."""

    queues: Sequence[RecipientQueue]
    merged: dict[int, list[Delivery]] = field(default_factory=dict)
    """By summary, what it tells too."""
    rate_limit: RateLimit
    downtimes: Sequence[tuple[datetime, datetime]]

    def lateness(self, delivery: Delivery) -> Lateness | None:
        turn_at = delivery.next_attempt_at or delivery.due_at
        return lateness_of(delivery.due_at, turn_at, self.downtimes)

    def queued(self, delivery: Delivery, queue: RecipientQueue, *, now: datetime) -> QueuedDelivery:
        """The delivery as the stages see it."""
        tells_others = id_of(delivery) in self.merged
        has_a_reader = delivery.recipient_id is not None or delivery.endpoint_id is not None
        is_unsure = delivery.lease_token is not None or delivery.outcome is Outcome.UNKNOWN
        return QueuedDelivery(
            id=id_of(delivery),
            kind=kind_of(delivery.kind),
            due_at=delivery.due_at,
            turn_at=delivery.next_attempt_at or delivery.due_at,
            deliver_by_at=delivery.deliver_by_at,
            deferral=queue.deferral(delivery, now=now),
            may_have_left=tells_others or is_unsure or not has_a_reader,
            was_rate_limited=delivery.wait_cause is WaitCause.RATE_LIMIT,
            lateness=self.lateness(delivery),
        )


def next_batch(
    session: Session, partition: Partition, *, limit: int, now: datetime
) -> RecipientBatch | None:
    """Who is next, with everything that waits for them; None when nothing can be claimed."""
    due = queries.next_due(session, partition, now=now, limit=limit)
    workspace_id, ids = partition.workspace_id, [delivery_id for delivery_id, *_ in due]
    recipients = _lock_recipients(session, workspace_id, due)
    rows: list[Delivery] = []
    if recipients.people or recipients.endpoint_ids:
        rows += queries.due_with_companions(session, partition, recipients, besides=ids, now=now)
    if due:
        rows += queries.due_without_recipient(session, workspace_id, ids, now=now)
    if not rows:
        return None
    return RecipientBatch(
        queues=_queues(session, partition, recipients, rows, now=now),
        merged=outbox_queries.merged_into(session, workspace_id, [id_of(row) for row in rows]),
        rate_limit=rate_limit.rate_limit_of(session, workspace_id, now=now),
        downtimes=heartbeat.recent_downtimes(session, now=now),
    )


def _lock_recipients(
    session: Session, workspace_id: int, due: Iterable[tuple[int, int | None, int | None]]
) -> LockedRecipients:
    user_ids, endpoint_ids = set[int](), set[int]()
    for _, user_id, endpoint_id in due:
        if user_id is not None:
            user_ids.add(user_id)
        elif endpoint_id is not None:
            endpoint_ids.add(endpoint_id)
    locked_endpoint_ids = (
        queries.locked_endpoints(session, workspace_id, endpoint_ids)
        if endpoint_ids
        else frozenset()
    )
    return LockedRecipients(
        people=queries.locked_people(session, workspace_id, user_ids) if user_ids else {},
        endpoint_ids=locked_endpoint_ids,
    )


def _queues(
    session: Session,
    partition: Partition,
    recipients: LockedRecipients,
    rows: Iterable[Delivery],
    *,
    now: datetime,
) -> list[RecipientQueue]:
    """One for each person and endpoint; those without a reader share one, and go one by one."""
    by_recipient: dict[RecipientKey, list[Delivery]] = {}
    for row in rows:
        by_recipient.setdefault((row.recipient_id, row.endpoint_id), []).append(row)
    people = recipients.people
    preferences_by_id = effective.effective_preferences_of(session, list(people.values()), now=now)
    recent = _recent_deliveries(session, partition, recipients, now=now)
    muter_ids = preferences_queries.who_muted_anything(session, partition.workspace_id, people)
    return [
        RecipientQueue(
            recipient=people.get(user_id) if user_id else None,
            has_mutes=user_id in muter_ids,
            rows=deliveries,
            recent=recent.get((user_id, endpoint_id), ()),
            preferences=preferences_by_id.get(user_id) if user_id else None,
        )
        for (user_id, endpoint_id), deliveries in by_recipient.items()
    ]


def _recent_deliveries(
    session: Session, partition: Partition, recipients: LockedRecipients, *, now: datetime
) -> Mapping[RecipientKey, list[RecentDelivery]]:
    rows = queries.recently_sent(session, partition, recipients, since=now - ONE_HOUR, now=now)
    by_recipient: dict[RecipientKey, list[RecentDelivery]] = {}
    for row, is_summary in rows:
        recent = RecentDelivery(kind=row.kind, at=row.settled_at or now, is_summary=is_summary)
        by_recipient.setdefault((row.recipient_id, row.endpoint_id), []).append(recent)
    return by_recipient
