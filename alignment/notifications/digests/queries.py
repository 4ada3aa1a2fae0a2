"""Every SELECT about digests. Workspace or person is the scope."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, Team, User, Workspace
from alignment.accounts.roles import Side
from alignment.notifications.digests.schedule import last_date_at
from alignment.notifications.models import Delivery, DigestDone, Outcome, Preference
from alignment.notifications.preferences.quiet_hours import DEFAULT_DIGEST_TIME


def people_without_digest(
    session: Session,
    kind: str,
    *,
    since: Callable[[date], date] = lambda today: today,
    now: datetime,
) -> list[User]:
    """Active people of every workspace whose digest of their own today nobody looked at yet.

    ``since`` is the date, counted from today, that the last one is of. Before the earliest hour
    that anybody chose, or at which anybody's quiet hours end, a zone is left out.
    """
    chosen = session.exec(
        select(func.min(Preference.digest_at), func.min(Preference.quiet_until))
    ).one()
    earliest = min([DEFAULT_DIGEST_TIME, *(hour for hour in chosen if hour is not None)])
    zones = session.exec(select(User.zone).where(col(User.is_active)).distinct()).all()
    local = {zone: now.astimezone(ZoneInfo(zone)) for zone in zones}
    due = [
        (col(User.zone) == zone) & _not_made_since(since(there.date()))
        for zone, there in local.items()
        if there.time() >= earliest
    ]
    people = (
        select(User)
        .outerjoin(DigestDone, _is_digest_of(kind))
        .where(col(User.is_active), or_(false(), *due))
    )
    return list(session.exec(people.order_by(col(User.workspace_id), col(User.id))))


def has_digest_since(session: Session, person: User, kind: str, *, since: datetime) -> bool:
    """Whether the person was told one of this kind from then on, of whatever date it was."""
    made = select(Delivery.id).where(
        Delivery.workspace_id == person.workspace_id,
        Delivery.recipient_id == person.id,
        Delivery.kind == kind,
        Delivery.created_at >= since,
        col(Delivery.outcome) != Outcome.SUPPRESSED,
    )
    return session.exec(made.limit(1)).first() is not None


def team_leads_without_digest(
    session: Session, kind: str, *, at: time, now: datetime
) -> list[tuple[Workspace, User]]:
    """Who leads a team of marketing or sales, where it is that late already, and has nothing of
    this kind of the last date yet on which it was that late in the workspace."""
    zones = session.exec(select(Workspace.zone).distinct()).all()
    due = [
        (col(Workspace.zone) == zone) & _not_made_since(last_date_at(at, zone, now=now))
        for zone in zones
    ]
    zones_of_people = session.exec(select(User.zone).where(col(User.is_active)).distinct()).all()
    late_zones = [zone for zone in zones_of_people if now.astimezone(ZoneInfo(zone)).time() >= at]
    leading = (
        select(Membership.user_id)
        .join(Team, col(Team.id) == Membership.team_id)
        .where(col(Membership.is_team_lead), col(Team.side).in_([Side.MARKETING, Side.SALES]))
    )
    rows = session.exec(
        select(Workspace, User)
        .join(User, col(User.workspace_id) == Workspace.id)
        .outerjoin(DigestDone, _is_digest_of(kind))
        .where(col(User.is_active), col(User.id).in_(leading), or_(false(), *due))
        .where(col(User.zone).in_(late_zones))
        .order_by(col(Workspace.id), col(User.id))
    )
    return [(workspace, person) for workspace, person in rows]


def has_delivery(session: Session, person: User, *, key: str) -> bool:
    """Whether this person was or is to be told by this key."""
    found = session.exec(
        select(Delivery.id).where(Delivery.workspace_id == person.workspace_id, Delivery.key == key)
    )
    return found.first() is not None


def _is_digest_of(kind: str) -> ColumnElement[bool]:
    return and_(
        col(DigestDone.workspace_id) == User.workspace_id,
        col(DigestDone.user_id) == User.id,
        col(DigestDone.kind) == kind,
    )


def _not_made_since(on: date) -> ColumnElement[bool]:
    return col(DigestDone.last_date).is_(None) | (col(DigestDone.last_date) < on)
