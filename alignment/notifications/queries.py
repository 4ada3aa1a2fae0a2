"""Every SELECT about messages and who wants them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, func, or_
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alignment.accounts import queries as accounts
from alignment.accounts.models import Membership, Team, User, Workspace, id_of
from alignment.accounts.roles import Side
from alignment.notifications.kinds import KINDS, How
from alignment.notifications.models import (
    GIVEN_UP,
    ChannelKind,
    Delivery,
    Digested,
    Endpoint,
    Gap,
    MailAct,
    Mute,
    Outcome,
    Preference,
    Pulse,
    Snooze,
)
from alignment.notifications.quiet import MORNING

TOGETHER_AT_MOST = 1000
"""So many messages are looked at together; what is more is told the next time."""
ARRIVED = (Outcome.ACCEPTED, Outcome.KEPT)
GO_ALONE = tuple(kind.name for kind in KINDS.values() if kind.how is How.ALONE)


@dataclass(frozen=True, kw_only=True)
class Hold:
    """The mail server refuses us: why, and until when all mail waits."""

    reason: str
    until: datetime


def turns(
    session: Session, channels: Iterable[ChannelKind], *, now: datetime
) -> list[tuple[int, ChannelKind]]:
    """The workspaces that have something to send by these channels, each in its turn."""
    return [
        (workspace_id, channel)
        for channel in channels
        for workspace_id in session.exec(_workspaces_with_work(channel, now=now))
    ]


def next_in_line(
    session: Session, workspace_id: int, channel: ChannelKind, *, now: datetime, limit: int
) -> list[tuple[int, int | None, int | None]]:
    """The messages whose turn it is, the longest waiting first: number, recipient, endpoint."""
    waiting = (
        select(Delivery.id, Delivery.recipient_id, Delivery.endpoint_id)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.channel == channel,
            col(Delivery.next_attempt_at) <= now,
        )
        .order_by(col(Delivery.next_attempt_at), col(Delivery.id))
        .limit(limit)
    )
    return [
        (number, user_id, endpoint_id) for number, user_id, endpoint_id in session.exec(waiting)
    ]


def held_people(session: Session, workspace_id: int, ids: Iterable[int]) -> dict[int, User]:
    """These people, held for this transaction so that nobody else decides what they are told.

    On PostgreSQL those whom another worker holds are left out; on SQLite there is one writer.
    """
    people = (
        select(User)
        .where(User.workspace_id == workspace_id, col(User.id).in_(list(ids)))
        .order_by(col(User.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return {id_of(person): person for person in session.exec(people)}


def held_endpoints(session: Session, workspace_id: int, ids: Iterable[int]) -> frozenset[int]:
    """These channels, held for this transaction as people are by ``held_people``."""
    endpoints = (
        select(Endpoint.id)
        .where(Endpoint.workspace_id == workspace_id, col(Endpoint.id).in_(list(ids)))
        .order_by(col(Endpoint.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return frozenset(session.exec(endpoints))


def waiting_for(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    *,
    recipient_ids: Iterable[int],
    endpoint_ids: Iterable[int],
    besides: Iterable[int],
    now: datetime,
) -> list[Delivery]:
    """What waits for these people and these teams' channels and may be told together, and these
    messages ``besides``.

    What another worker is sending, and what is to be tried again later, is left out.
    """
    is_free = and_(col(Delivery.outcome) == Outcome.PENDING, col(Delivery.lease_token).is_(None))
    waiting = (
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            _is_for(recipient_ids, endpoint_ids),
            Delivery.channel == channel,
            col(Delivery.settled_at).is_(None),
            or_(col(Delivery.next_attempt_at) <= now, and_(is_free, col(Delivery.due_at) <= now)),
            or_(col(Delivery.kind).not_in(GO_ALONE), col(Delivery.id).in_(list(besides))),
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(TOGETHER_AT_MOST)
        .with_for_update(of=Delivery)
    )
    return list(session.exec(waiting))


def waiting_for_nobody(
    session: Session, workspace_id: int, ids: Iterable[int], *, now: datetime
) -> list[Delivery]:
    """Those of these messages that have no reader here, if nobody else has claimed them."""
    waiting = (
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.id).in_(list(ids)),
            col(Delivery.recipient_id).is_(None),
            col(Delivery.endpoint_id).is_(None),
            col(Delivery.next_attempt_at) <= now,
        )
        .order_by(col(Delivery.id))
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(waiting))


def unsent_before(session: Session, workspace_id: int, at: datetime) -> list[Delivery]:
    """Every message of a workspace that was written before then and has not gone."""
    unsent = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.created_at < at,
        col(Delivery.next_attempt_at).is_not(None),
    )
    return list(session.exec(unsent))


def carried_by(
    session: Session, workspace_id: int, carrier_ids: Iterable[int]
) -> dict[int, list[Delivery]]:
    """The messages that each of these tells too, in the order in which they were due."""
    members = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        col(Delivery.carried_by_id).in_(list(carrier_ids)),
        Delivery.outcome == Outcome.MERGED,
    )
    found: dict[int, list[Delivery]] = {}
    for member in session.exec(members.order_by(col(Delivery.due_at), col(Delivery.id))):
        if member.carried_by_id is not None:
            found.setdefault(member.carried_by_id, []).append(member)
    return found


def told_lately(
    session: Session,
    workspace_id: int,
    channel: ChannelKind,
    *,
    recipient_ids: Iterable[int],
    endpoint_ids: Iterable[int],
    since: datetime,
    now: datetime,
) -> list[tuple[Delivery, bool]]:
    """What these people and teams' channels got or are getting now, and whether it told several."""
    member = aliased(Delivery)
    tells_others = exists().where(
        col(member.workspace_id) == Delivery.workspace_id, col(member.carried_by_id) == Delivery.id
    )
    is_on_its_way = and_(
        col(Delivery.settled_at).is_(None),
        col(Delivery.lease_token).is_not(None),
        col(Delivery.next_attempt_at) > now,
    )
    lately = select(Delivery, tells_others).where(
        Delivery.workspace_id == workspace_id,
        _is_for(recipient_ids, endpoint_ids),
        Delivery.channel == channel,
        col(Delivery.kind).not_in(GO_ALONE),
        or_(
            and_(col(Delivery.settled_at) > since, col(Delivery.outcome).in_(ARRIVED)),
            is_on_its_way,
        ),
    )
    long_ones: list[Any] = [Delivery.text, Delivery.html, Delivery.words]
    lately = lately.options(*(defer(one) for one in long_ones))
    return [(delivery, tells) for delivery, tells in session.exec(lately)]


def sent_since(session: Session, workspace_id: int, *, since: datetime, limit: int) -> int:
    """How many messages of a workspace left since then, as far as ``limit``."""
    sent = (
        select(Delivery.id)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.settled_at) > since,
            col(Delivery.outcome).in_(ARRIVED),
            Delivery.channel != ChannelKind.INBOX,
            col(Delivery.kind).not_in(GO_ALONE),
        )
        .limit(limit)
    )
    return session.exec(select(func.count()).select_from(sent.subquery())).one()


def standstills(session: Session, *, since: datetime) -> list[Gap]:
    """The times without scheduler that ended after this, the newest first."""
    gaps = select(Gap).where(Gap.until_at > since).order_by(col(Gap.until_at).desc())
    return list(session.exec(gaps))


def pulse(session: Session) -> Pulse | None:
    """The last tick of the scheduler, held for this transaction."""
    return session.exec(select(Pulse).with_for_update()).first()


def workspace_ids(session: Session) -> list[int]:
    return [id_of(one) for one in session.exec(select(Workspace).order_by(col(Workspace.id)))]


def hold(
    session: Session, *, now: datetime, channel: ChannelKind = ChannelKind.EMAIL
) -> Hold | None:
    """Whether a channel of this installation is paused, since its server refuses us."""
    held = (
        select(Delivery.reason, Delivery.next_attempt_at)
        .where(
            Delivery.channel == channel,
            Delivery.outcome == Outcome.HELD,
            col(Delivery.next_attempt_at) > now,
        )
        .order_by(col(Delivery.next_attempt_at).desc())
    )
    found = session.exec(held).first()
    return Hold(reason=found[0], until=found[1]) if found and found[1] else None


def mail_act_of(session: Session, delivery: Delivery) -> MailAct | None:
    """How the code of this mail was tried and what was done from it; nothing before that."""
    return session.exec(
        select(MailAct).where(
            MailAct.workspace_id == delivery.workspace_id, MailAct.delivery_id == delivery.id
        )
    ).first()


def person(session: Session, workspace_id: int, user_id: int) -> User | None:
    """A person of this workspace, active or not."""
    return session.exec(
        select(User).where(User.workspace_id == workspace_id, User.id == user_id)
    ).first()


def active_people(session: Session, workspace_id: int, *, ids: Iterable[int | None]) -> list[User]:
    """Those of these people who are still here, by name."""
    wanted = [user_id for user_id in ids if user_id is not None]
    people = select(User).where(
        User.workspace_id == workspace_id, col(User.id).in_(wanted), col(User.is_active)
    )
    return list(session.exec(people.order_by(User.name, col(User.id))))


def preferences_of(
    session: Session, workspace_id: int, user_ids: Iterable[int]
) -> dict[int | None, Preference]:
    """The preferences of these people, and those of the workspace under no one's number."""
    rows = session.exec(
        select(Preference).where(
            Preference.workspace_id == workspace_id,
            col(Preference.user_id).in_(list(user_ids)) | col(Preference.user_id).is_(None),
        )
    )
    return {row.user_id: row for row in rows}


def who_muted(
    session: Session, workspace_id: int, names: Iterable[str], user_ids: Iterable[int]
) -> set[int]:
    """Which of these people muted a kind under any of these names."""
    muted = select(Mute.user_id).where(
        Mute.workspace_id == workspace_id,
        col(Mute.user_id).in_(list(user_ids)),
        col(Mute.kind).in_(list(names)),
        Mute.thread == "",
    )
    return set(session.exec(muted))


def who_muted_anything(session: Session, workspace_id: int, user_ids: Iterable[int]) -> set[int]:
    """Which of these people muted a kind, a lead or a plan at all."""
    muted = select(Mute.user_id).where(
        Mute.workspace_id == workspace_id, col(Mute.user_id).in_(list(user_ids))
    )
    return set(session.exec(muted))


def mutes_of(session: Session, person: User) -> list[Mute]:
    """Everything this person muted, the newest first."""
    mine = select(Mute).where(Mute.workspace_id == person.workspace_id, Mute.user_id == person.id)
    return list(session.exec(mine.order_by(col(Mute.created_at).desc(), col(Mute.id).desc())))


def open_endpoints_of(
    session: Session, workspace_id: int, user_ids: Iterable[int]
) -> dict[int, list[Endpoint]]:
    """The chats, webhooks and browsers of these people that are not disabled."""
    rows = session.exec(
        select(Endpoint)
        .where(
            Endpoint.workspace_id == workspace_id,
            col(Endpoint.user_id).in_(list(user_ids)),
            col(Endpoint.disabled_at).is_(None),
        )
        .order_by(col(Endpoint.id))
    )
    found: dict[int, list[Endpoint]] = {}
    for row in rows:
        if row.user_id is not None:
            found.setdefault(row.user_id, []).append(row)
    return found


def snoozed_threads(
    session: Session, workspace_id: int, user_ids: Iterable[int], *, now: datetime
) -> dict[int, dict[str, datetime]]:
    """What each of these people put off, and until when; what is over is left out."""
    rows = session.exec(
        select(Snooze.user_id, Snooze.thread, func.max(Snooze.until_at))
        .where(
            Snooze.workspace_id == workspace_id,
            col(Snooze.user_id).in_(list(user_ids)),
            Snooze.until_at > now,
        )
        .group_by(col(Snooze.user_id), col(Snooze.thread))
    )
    found: dict[int, dict[str, datetime]] = {}
    for user_id, thread, until_at in rows:
        found.setdefault(user_id, {})[thread] = until_at
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class WasTold:
    """Somebody was told about something, or will be as soon as the message goes."""

    subject_id: int
    kind: str
    at: datetime
    person: User


def who_was_told(
    session: Session, workspace_id: int, kinds: Collection[str], subject_ids: Collection[int]
) -> list[WasTold]:
    """Whom messages of these kinds about these things reached or are to reach, the first first.

    What no longer mattered and what was given up told nobody; several channels tell once.
    """
    found = session.exec(
        select(Delivery.subject_id, Delivery.kind, Delivery.created_at, Delivery.recipient_id)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.kind).in_(kinds),
            col(Delivery.subject_id).in_(subject_ids),
            col(Delivery.outcome).not_in((Outcome.SUPPRESSED, *GIVEN_UP)),
        )
        .order_by(col(Delivery.created_at), col(Delivery.id))
    ).all()
    told = dict.fromkeys((x, kind, at, to) for x, kind, at, to in found if to is not None)
    # People apart: a few of them in many rows.
    people = accounts.people_by_id(session, workspace_id, {to for *_, to in told})
    return [WasTold(subject_id=x, kind=kind, at=at, person=people[to]) for x, kind, at, to in told]


def times_put_off(session: Session, person: User, thread: str) -> int:
    """How often this person put this thing off, ever."""
    times = select(func.count()).where(
        Snooze.workspace_id == person.workspace_id,
        Snooze.user_id == person.id,
        Snooze.thread == thread,
    )
    return session.exec(times).one()


def running_snoozes(
    session: Session, workspace_id: int, *, now: datetime
) -> list[tuple[Snooze, User]]:
    """What anybody put off until later than now, and who did; the longest last."""
    rows = session.exec(
        select(Snooze, User)
        .join(User, _who_put_off())
        .where(Snooze.workspace_id == workspace_id, Snooze.until_at > now)
        .order_by(col(Snooze.until_at), col(Snooze.id))
    )
    return [(snooze, who) for snooze, who in rows]


def snoozes_of(session: Session, person: User, *, now: datetime) -> list[Snooze]:
    """What this person put off until later than now, the next to come back first."""
    mine = select(Snooze).where(
        Snooze.workspace_id == person.workspace_id,
        Snooze.user_id == person.id,
        Snooze.until_at > now,
    )
    return list(session.exec(mine.order_by(col(Snooze.until_at), col(Snooze.id))))


def put_off_since(
    session: Session, person: User, about: str, *, since: datetime, now: datetime
) -> list[tuple[Snooze, User]]:
    """What colleagues of this person put off since then, and still do, with who did."""
    rows = session.exec(
        select(Snooze, User)
        .join(User, _who_put_off())
        .where(
            Snooze.workspace_id == person.workspace_id,
            Snooze.user_id != person.id,
            col(Snooze.thread).startswith(f"{about}-"),
            Snooze.created_at >= since,
            Snooze.until_at > now,
        )
        .order_by(col(Snooze.created_at), col(Snooze.id))
    )
    return [(snooze, who) for snooze, who in rows]


def _who_put_off() -> ColumnElement[bool]:
    return (col(User.workspace_id) == Snooze.workspace_id) & (col(User.id) == Snooze.user_id)


def without_digest(
    session: Session,
    kind: str,
    *,
    since: Callable[[date], date] = lambda today: today,
    now: datetime,
) -> list[User]:
    """Active people of every workspace whose digest of their own today nobody looked at yet.

    ``since`` is the date, counted from today, that the last one is of. Before the earliest hour
    that anybody chose, a zone is left out.
    """
    earliest = min(session.exec(select(func.min(Preference.digest_at))).one() or MORNING, MORNING)
    zones = session.exec(select(User.zone).where(col(User.is_active)).distinct()).all()
    local = {zone: now.astimezone(ZoneInfo(zone)) for zone in zones}
    due = [
        (col(User.zone) == zone) & _not_made_since(since(there.date()))
        for zone, there in local.items()
        if there.time() >= earliest
    ]
    people = (
        select(User)
        .outerjoin(Digested, _is_digest_of(kind))
        .where(col(User.is_active), or_(false(), *due))
    )
    return list(session.exec(people.order_by(col(User.workspace_id), col(User.id))))


def leads_without(
    session: Session, kind: str, *, at: time, now: datetime
) -> list[tuple[Workspace, User]]:
    """Who leads a team of marketing or sales, and has nothing of this kind of the workspace's
    own today yet, where it is that late already."""
    zones = session.exec(select(Workspace.zone).distinct()).all()
    local = {zone: now.astimezone(ZoneInfo(zone)) for zone in zones}
    due = [
        (col(Workspace.zone) == zone) & _not_made_since(there.date())
        for zone, there in local.items()
        if there.time() >= at
    ]
    leading = (
        select(Membership.user_id)
        .join(Team, col(Team.id) == Membership.team_id)
        .where(col(Membership.is_lead), col(Team.side).in_([Side.MARKETING, Side.SALES]))
    )
    rows = session.exec(
        select(Workspace, User)
        .join(User, col(User.workspace_id) == Workspace.id)
        .outerjoin(Digested, _is_digest_of(kind))
        .where(col(User.is_active), col(User.id).in_(leading), or_(false(), *due))
        .order_by(col(Workspace.id), col(User.id))
    )
    return [(workspace, person) for workspace, person in rows]


def _is_digest_of(kind: str) -> ColumnElement[bool]:
    return and_(
        col(Digested.workspace_id) == User.workspace_id,
        col(Digested.user_id) == User.id,
        col(Digested.kind) == kind,
    )


def _not_made_since(on: date) -> ColumnElement[bool]:
    return col(Digested.made_on).is_(None) | (col(Digested.made_on) < on)


def _is_for(recipient_ids: Iterable[int], endpoint_ids: Iterable[int]) -> ColumnElement[bool]:
    """Messages to these people, whatever their way, and to these channels of teams."""
    endpoints = list(endpoint_ids)
    to_people = col(Delivery.recipient_id).in_(list(recipient_ids))
    if not endpoints:
        return to_people  # another index is not even looked at
    is_a_teams = col(Delivery.recipient_id).is_(None)
    return or_(to_people, and_(is_a_teams, col(Delivery.endpoint_id).in_(endpoints)))


def _workspaces_with_work(channel: ChannelKind, *, now: datetime) -> SelectOfScalar[int]:
    """One look into an index for each workspace, however much waits in any of them."""
    work = exists().where(
        col(Delivery.workspace_id) == Workspace.id,
        col(Delivery.channel) == channel,
        col(Delivery.next_attempt_at) <= now,
    )
    return select(Workspace.id).where(work).order_by(col(Workspace.id))
