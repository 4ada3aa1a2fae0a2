"""Load the recipient queues of one workspace and channel, with everything needed to decide about
them, and lock each recipient so that two workers never decide about the same one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.downtime import heartbeat
from alignment.notifications.downtime.lateness import Lateness, lateness_of
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.outbox import queries as outbox_queries
from alignment.notifications.preferences import effective, quiet_hours
from alignment.notifications.preferences import queries as preferences_queries
from alignment.notifications.preferences.effective import SILENT_CHANNELS
from alignment.notifications.preferences.quiet_hours import EffectivePreferences
from alignment.notifications.sending import queries, rate_limit
from alignment.notifications.sending.decisions import QueuedDelivery, RecentDelivery
from alignment.notifications.sending.delivery_rules import ONE_HOUR
from alignment.notifications.sending.rate_limit import RateLimit


@dataclass(frozen=True, kw_only=True)
class RecipientQueue:
    """What waits for one reader by one channel."""

    recipient: User | None
    """None for a team's channel, and where somebody has only an address."""
    rows: Sequence[Delivery]
    has_mutes: bool = False
    recent: Sequence[RecentDelivery] = ()
    preferences: EffectivePreferences | None = None

    def deferral(self, delivery: Delivery, *, now: datetime) -> quiet_hours.Deferral | None:
        """Until when its reader is not to be disturbed with it, if so."""
        kind = kind_of(delivery.kind)
        if self.preferences is None or delivery.channel in SILENT_CHANNELS or kind.at_chosen_hour:
            return None
        is_urgent = kind.breaks_quiet
        return quiet_hours.deferral_for(
            self.preferences, thread=delivery.thread, is_urgent=is_urgent, now=now
        )


@dataclass(frozen=True, kw_only=True)
class RecipientBatch:
    """The piles of one workspace and channel, and what holds for all of them."""

    queues: Sequence[RecipientQueue]
    merged: dict[int, list[Delivery]] = field(default_factory=dict)
    """By carrier, what it tells too."""
    rate_limit: RateLimit
    downtimes: Sequence[tuple[datetime, datetime]]

    def lateness(self, delivery: Delivery) -> Lateness | None:
        turn_at = delivery.next_attempt_at or delivery.due_at
        return lateness_of(delivery.due_at, turn_at, self.downtimes)

    def queued(self, delivery: Delivery) -> QueuedDelivery:
        """The message as the rules see it."""
        tells_others = id_of(delivery) in self.merged
        has_a_reader = delivery.recipient_id is not None or delivery.endpoint_id is not None
        is_unsure = delivery.lease_token is not None or delivery.outcome is Outcome.UNKNOWN
        return QueuedDelivery(
            id=id_of(delivery),
            kind=kind_of(delivery.kind),
            due_at=delivery.due_at,
            turn_at=delivery.next_attempt_at or delivery.due_at,
            may_have_left=tells_others or is_unsure or not has_a_reader,
            was_rate_limited=delivery.reason.startswith(rate_limit.RATE_LIMIT_REASON),
            lateness=self.lateness(delivery),
        )


@dataclass(frozen=True, kw_only=True)
class LockedRecipients:
    """Those about whom this round decides; nobody else does at the same time."""

    people: Mapping[int, User]
    endpoint_ids: frozenset[int]


def next_batch(
    session: Session, workspace_id: int, channel: ChannelKind, *, limit: int, now: datetime
) -> RecipientBatch | None:
    """Who is next, with everything that waits for them; None when nothing can be claimed."""
    due = queries.next_due(session, workspace_id, channel, now=now, limit=limit)
    recipients = _lock_recipients(session, workspace_id, due)
    ids = [delivery_id for delivery_id, *_ in due]
    rows = [
        *_due_for_recipients(session, workspace_id, channel, recipients, ids, now=now),
        *(queries.due_without_recipient(session, workspace_id, ids, now=now) if due else ()),
    ]
    if not rows:
        return None
    return RecipientBatch(
        queues=_queues(session, workspace_id, channel, recipients, rows, now=now),
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


def _due_for_recipients(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    recipients: LockedRecipients,
    delivery_ids: Sequence[int],
    *,
    now: datetime,
) -> list[Delivery]:
    if not recipients.people and not recipients.endpoint_ids:
        return []
    return queries.due_with_companions(
        session,
        workspace_id,
        channel,
        recipient_ids=recipients.people,
        endpoint_ids=recipients.endpoint_ids,
        besides=delivery_ids,
        now=now,
    )


def _queues(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    recipients: LockedRecipients,
    rows: Iterable[Delivery],
    *,
    now: datetime,
) -> list[RecipientQueue]:
    """One for each person and endpoint; those without a reader share one, and go one by one."""
    by_recipient: dict[tuple[int | None, int | None], list[Delivery]] = {}
    for row in rows:
        by_recipient.setdefault((row.recipient_id, row.endpoint_id), []).append(row)
    people = recipients.people
    preferences_by_id = effective.effective_preferences_of(session, list(people.values()), now=now)
    recent = _recent_deliveries(session, workspace_id, channel, recipients, now=now)
    muter_ids = preferences_queries.who_muted_anything(session, workspace_id, people)
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
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    recipients: LockedRecipients,
    *,
    now: datetime,
) -> Mapping[tuple[int | None, int | None], list[RecentDelivery]]:
    rows = queries.recently_sent(
        session,
        workspace_id,
        channel,
        recipient_ids=recipients.people,
        endpoint_ids=recipients.endpoint_ids,
        since=now - ONE_HOUR,
        now=now,
    )
    by_recipient: dict[tuple[int | None, int | None], list[RecentDelivery]] = {}
    for row, is_summary in rows:
        recent = RecentDelivery(kind=row.kind, at=row.settled_at or now, is_summary=is_summary)
        by_recipient.setdefault((row.recipient_id, row.endpoint_id), []).append(recent)
    return by_recipient
