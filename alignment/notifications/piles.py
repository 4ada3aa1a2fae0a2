"""What waits for each reader by one channel, with all that is needed to decide about it.

A reader is a person, or a team's channel. Readers are held for the transaction, so that two
workers never decide about one at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.notifications import brakes, catching_up, preferences, queries, quiet
from alignment.notifications.brakes import Brake
from alignment.notifications.decisions import Earlier, Waiting
from alignment.notifications.grouping import ONE_HOUR
from alignment.notifications.kinds import kind_of
from alignment.notifications.lateness import Late, lateness
from alignment.notifications.models import ChannelKind, Delivery, Outcome
from alignment.notifications.preferences import MAKES_NO_SOUND
from alignment.notifications.quiet import Wishes


@dataclass(frozen=True, kw_only=True)
class Pile:
    """What waits for one reader by one channel."""

    recipient: User | None
    """None for a team's channel, and where somebody has only an address."""
    rows: Sequence[Delivery]
    has_mutes: bool = False
    earlier: Sequence[Earlier] = ()
    wishes: Wishes | None = None

    def why_wait(self, delivery: Delivery, *, now: datetime) -> quiet.Wait | None:
        """Until when its reader is not to be disturbed with it, if so."""
        kind = kind_of(delivery.kind)
        if self.wishes is None or delivery.channel in MAKES_NO_SOUND or kind.at_chosen_hour:
            return None
        is_urgent = kind.breaks_quiet
        return quiet.wait(self.wishes, thread=delivery.thread, is_urgent=is_urgent, now=now)


@dataclass(frozen=True, kw_only=True)
class Round:
    """The piles of one workspace and channel, and what holds for all of them."""

    piles: Sequence[Pile]
    told: dict[int, list[Delivery]] = field(default_factory=dict)
    """By carrier, what it tells too."""
    brake: Brake
    standstills: Sequence[tuple[datetime, datetime]]

    def late(self, delivery: Delivery) -> Late | None:
        turn_at = delivery.next_attempt_at or delivery.due_at
        return lateness(delivery.due_at, turn_at, self.standstills)

    def waiting(self, delivery: Delivery) -> Waiting:
        """The message as the rules see it."""
        tells_others = id_of(delivery) in self.told
        has_a_reader = delivery.recipient_id is not None or delivery.endpoint_id is not None
        is_unsure = delivery.lease_token is not None or delivery.outcome is Outcome.UNKNOWN
        return Waiting(
            id=id_of(delivery),
            kind=kind_of(delivery.kind),
            due_at=delivery.due_at,
            turn_at=delivery.next_attempt_at or delivery.due_at,
            is_begun=tells_others or is_unsure or not has_a_reader,
            is_braked=delivery.reason.startswith(brakes.REASON),
            late=self.late(delivery),
        )


@dataclass(frozen=True, kw_only=True)
class Readers:
    """Those about whom this round decides; nobody else does at the same time."""

    people: Mapping[int, User]
    endpoint_ids: frozenset[int]


def next_round(
    session: Session, workspace_id: int, channel: ChannelKind, *, limit: int, now: datetime
) -> Round | None:
    """Who is next, with everything that waits for them; None when nothing can be claimed."""
    line = queries.next_in_line(session, workspace_id, channel, now=now, limit=limit)
    readers = _hold(session, workspace_id, line)
    ids = [delivery_id for delivery_id, *_ in line]
    rows = [
        *_for_readers(session, workspace_id, channel, readers, ids, now=now),
        *(queries.waiting_for_nobody(session, workspace_id, ids, now=now) if line else ()),
    ]
    if not rows:
        return None
    return Round(
        piles=_piles(session, workspace_id, channel, readers, rows, now=now),
        told=queries.carried_by(session, workspace_id, [id_of(row) for row in rows]),
        brake=brakes.brake_of(session, workspace_id, now=now),
        standstills=catching_up.explaining(session, now=now),
    )


def _hold(
    session: Session, workspace_id: int, line: Iterable[tuple[int, int | None, int | None]]
) -> Readers:
    people, endpoints = set[int](), set[int]()
    for _, user_id, endpoint_id in line:
        if user_id is not None:
            people.add(user_id)
        elif endpoint_id is not None:
            endpoints.add(endpoint_id)
    held = queries.held_endpoints(session, workspace_id, endpoints) if endpoints else frozenset()
    return Readers(
        people=queries.held_people(session, workspace_id, people) if people else {},
        endpoint_ids=held,
    )


def _for_readers(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    readers: Readers,
    ids: Sequence[int],
    *,
    now: datetime,
) -> list[Delivery]:
    if not readers.people and not readers.endpoint_ids:
        return []
    return queries.waiting_for(
        session,
        workspace_id,
        channel,
        recipient_ids=readers.people,
        endpoint_ids=readers.endpoint_ids,
        besides=ids,
        now=now,
    )


def _piles(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    readers: Readers,
    rows: Iterable[Delivery],
    *,
    now: datetime,
) -> list[Pile]:
    """One for each person and endpoint; those without a reader share one, and go one by one."""
    by_reader: dict[tuple[int | None, int | None], list[Delivery]] = {}
    for row in rows:
        by_reader.setdefault((row.recipient_id, row.endpoint_id), []).append(row)
    people = readers.people
    wishes = preferences.wishes_of(session, list(people.values()), now=now)
    earlier = _earlier(session, workspace_id, channel, readers, now=now)
    muters = queries.who_muted_anything(session, workspace_id, people)
    return [
        Pile(
            recipient=people.get(user_id) if user_id else None,
            has_mutes=user_id in muters,
            rows=some,
            earlier=earlier.get((user_id, endpoint_id), ()),
            wishes=wishes.get(user_id) if user_id else None,
        )
        for (user_id, endpoint_id), some in by_reader.items()
    ]


def _earlier(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    readers: Readers,
    *,
    now: datetime,
) -> Mapping[tuple[int | None, int | None], list[Earlier]]:
    lately = queries.told_lately(
        session,
        workspace_id,
        channel,
        recipient_ids=readers.people,
        endpoint_ids=readers.endpoint_ids,
        since=now - ONE_HOUR,
        now=now,
    )
    found: dict[tuple[int | None, int | None], list[Earlier]] = {}
    for row, is_summary in lately:
        one = Earlier(kind=row.kind, at=row.settled_at or now, is_summary=is_summary)
        found.setdefault((row.recipient_id, row.endpoint_id), []).append(one)
    return found
