"""Every SELECT about people, their teams, hours, sessions and invitations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alignment.accounts.models import (
    Absence,
    Device,
    Invitation,
    Membership,
    OpeningHours,
    SignInLink,
    Team,
    User,
    UserSession,
)
from alignment.accounts.names import address_key
from alignment.accounts.roles import Role, Side
from alignment.errors import NotFound


def is_anybody_here(session: Session) -> bool:
    """Whether the installation has its first person."""
    return session.exec(select(User.id).limit(1)).first() is not None


def user_at(session: Session, address: str) -> User | None:
    """The person who signs in with this address, in whatever spelling."""
    return session.exec(select(User).where(User.email_key == address_key(address))).first()


def person_for(session: Session, user: User, person_id: int) -> User:
    """A colleague of the same workspace."""
    found = session.exec(_users(user).where(User.id == person_id)).first()
    if found is None:
        raise NotFound("This person is not here.")
    return found


def people_of(session: Session, user: User) -> list[User]:
    """Everybody of the workspace, by name."""
    return list(session.exec(_users(user).order_by(User.name, col(User.id))))


def names_of(session: Session, workspace_id: int) -> dict[int, str]:
    """What everybody of a workspace is called, those who left too, by number."""
    found = session.exec(select(User.id, User.name).where(User.workspace_id == workspace_id))
    return dict(found.all())


def active_people_of(session: Session, workspace_id: int) -> list[User]:
    """Everybody who can be given something to do, by name."""
    active = select(User).where(User.workspace_id == workspace_id, col(User.is_active))
    return list(session.exec(active.order_by(User.name, col(User.id))))


def active_owner_ids(session: Session, workspace_id: int) -> set[int]:
    owners = select(User.id).where(
        User.workspace_id == workspace_id, User.role == Role.OWNER, col(User.is_active)
    )
    return set(session.exec(owners))


def team_for(session: Session, user: User, team_id: int) -> Team:
    found = session.exec(
        select(Team).where(Team.workspace_id == user.workspace_id, Team.id == team_id)
    ).first()
    if found is None:
        raise NotFound("This team is not here.")
    return found


def teams_of(session: Session, workspace_id: int) -> list[Team]:
    """Marketing first, then sales, then the others."""
    teams = session.exec(select(Team).where(Team.workspace_id == workspace_id))
    order = list(Side)
    return sorted(teams, key=lambda team: (order.index(team.side), team.name))


def team_on(session: Session, workspace_id: int, side: Side) -> Team | None:
    """The first team of this side."""
    return next((team for team in teams_of(session, workspace_id) if team.side is side), None)


def members_of(session: Session, team: Team) -> list[User]:
    """The active people of a team, its leads first, then by name."""
    members = (
        select(User)
        .join(Membership, _is_member())
        .where(
            Membership.workspace_id == team.workspace_id,
            Membership.team_id == team.id,
            col(User.is_active),
        )
        .order_by(col(Membership.is_lead).desc(), User.name)
    )
    return list(session.exec(members))


def people_by_id(
    session: Session, workspace_id: int, ids: Collection[int]
) -> dict[int | None, User]:
    """These people of the workspace by their number, those who have left too."""
    if not ids:
        return {}
    found = select(User).where(User.workspace_id == workspace_id, col(User.id).in_(ids))
    return {person.id: person for person in session.exec(found)}


def leads_of(session: Session, team: Team) -> list[User]:
    """The active people who lead a team, by name."""
    leads = (
        select(User)
        .join(Membership, _is_member())
        .where(
            Membership.workspace_id == team.workspace_id,
            Membership.team_id == team.id,
            col(Membership.is_lead),
            col(User.is_active),
        )
        .order_by(User.name)
    )
    return list(session.exec(leads))


def leads_over(session: Session, person: User) -> list[User]:
    """The active people who lead a team that this person belongs to, by name."""
    own = select(Membership.team_id).where(
        Membership.workspace_id == person.workspace_id, Membership.user_id == person.id
    )
    leads = (
        select(User)
        .join(Membership, _is_member())
        .where(
            Membership.workspace_id == person.workspace_id,
            col(Membership.team_id).in_(own),
            col(Membership.is_lead),
            col(User.is_active),
        )
        .order_by(User.name)
        .distinct()
    )
    return list(session.exec(leads))


def sides_of(session: Session, user: User) -> frozenset[Side]:
    """On which sides of the table this person sits."""
    own_teams = (
        select(Team)
        .join(
            Membership,
            (col(Membership.team_id) == Team.id)
            & (col(Membership.workspace_id) == Team.workspace_id),
        )
        .where(Membership.workspace_id == user.workspace_id, Membership.user_id == user.id)
    )
    return frozenset(team.side for team in session.exec(own_teams))


def places_of(session: Session, user: User) -> Mapping[int, tuple[Membership, Team]]:
    """Each person's place in a team of this workspace, by the person's number."""
    places = (
        select(Membership, Team)
        .join(
            Team,
            (col(Membership.team_id) == Team.id)
            & (col(Membership.workspace_id) == Team.workspace_id),
        )
        .where(Membership.workspace_id == user.workspace_id)
        .order_by(col(Membership.id).desc())
    )
    return {membership.user_id: (membership, team) for membership, team in session.exec(places)}


def memberships_of(session: Session, person: User) -> list[Membership]:
    mine = select(Membership).where(
        Membership.workspace_id == person.workspace_id, Membership.user_id == person.id
    )
    return list(session.exec(mine.order_by(col(Membership.id))))


def hours_of(session: Session, team: Team) -> OpeningHours | None:
    """The newest version of a team's opening hours."""
    return session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == team.workspace_id, OpeningHours.team_id == team.id)
        .order_by(col(OpeningHours.version).desc())
    ).first()


def region_hours(session: Session, workspace_id: int, key: str) -> OpeningHours | None:
    """The newest version of the hours of a region of leads, by its name as compared."""
    return session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == workspace_id, OpeningHours.lead_region_key == key)
        .order_by(col(OpeningHours.version).desc())
    ).first()


def region_hours_for(session: Session, user: User, hours_id: int) -> OpeningHours:
    """The newest version of a region's hours, whichever of its versions is asked for."""
    found = session.exec(
        select(OpeningHours).where(
            OpeningHours.workspace_id == user.workspace_id,
            OpeningHours.id == hours_id,
            col(OpeningHours.lead_region_key).is_not(None),
        )
    ).first()
    newest = found and region_hours(session, user.workspace_id, found.lead_region_key or "")
    if newest is None:
        raise NotFound("This region has no hours here.")
    return newest


def regions_with_hours(session: Session, workspace_id: int) -> list[OpeningHours]:
    """The newest version of the hours of each region of leads, by the region's name."""
    rows = session.exec(
        select(OpeningHours)
        .where(
            OpeningHours.workspace_id == workspace_id,
            col(OpeningHours.lead_region_key).is_not(None),
        )
        .order_by(col(OpeningHours.version))
    )
    newest = {hours.lead_region_key or "": hours for hours in rows}
    return [newest[key] for key in sorted(newest)]


def session_and_user(session: Session, token_hash: str) -> tuple[UserSession, User] | None:
    """The browser that holds the token with this fingerprint, and whose it is."""
    found = session.exec(
        select(UserSession, User)
        .join(User, (col(UserSession.user_id) == User.id))
        .where(UserSession.token_hash == token_hash)
    ).first()
    return (found[0], found[1]) if found else None


def open_sessions_of(session: Session, user: User) -> list[UserSession]:
    """The browsers of this person that were not ended, the last seen first."""
    rows = select(UserSession).where(
        UserSession.workspace_id == user.workspace_id,
        UserSession.user_id == user.id,
        col(UserSession.ended_at).is_(None),
    )
    return list(session.exec(rows.order_by(col(UserSession.seen_at).desc())))


def session_for(session: Session, user: User, session_id: int) -> UserSession:
    """One of this person's own browsers."""
    found = session.exec(
        select(UserSession).where(
            UserSession.workspace_id == user.workspace_id,
            UserSession.user_id == user.id,
            UserSession.id == session_id,
        )
    ).first()
    if found is None:
        raise NotFound("This session is not yours or not here.")
    return found


def device_and_user(session: Session, token_hash: str) -> tuple[Device, User] | None:
    """The trusted browser that holds the token with this fingerprint, and whose it is."""
    found = session.exec(
        select(Device, User)
        .join(User, (col(Device.user_id) == User.id))
        .where(Device.token_hash == token_hash)
    ).first()
    return (found[0], found[1]) if found else None


def devices_of(session: Session, user: User, *, now: datetime) -> list[Device]:
    """The browsers that this person trusts now, the newest first."""
    rows = select(Device).where(
        Device.workspace_id == user.workspace_id,
        Device.user_id == user.id,
        col(Device.ended_at).is_(None),
        Device.expires_at > now,
    )
    return list(session.exec(rows.order_by(col(Device.id).desc())))


def device_for(session: Session, user: User, device_id: int) -> Device:
    """One of this person's own trusted browsers."""
    found = session.exec(
        select(Device).where(
            Device.workspace_id == user.workspace_id,
            Device.user_id == user.id,
            Device.id == device_id,
        )
    ).first()
    if found is None:
        raise NotFound("This browser is not yours or not here.")
    return found


def sign_in_link_with(session: Session, token_hash: str, *, now: datetime) -> SignInLink | None:
    """The link with this fingerprint, while it can still be used."""
    return session.exec(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash,
            col(SignInLink.used_at).is_(None),
            SignInLink.expires_at > now,
        )
    ).first()


def invitation_for(session: Session, user: User, invitation_id: int) -> Invitation:
    found = session.exec(
        select(Invitation).where(
            Invitation.workspace_id == user.workspace_id, Invitation.id == invitation_id
        )
    ).first()
    if found is None:
        raise NotFound("This invitation is not here.")
    return found


def invitation_with(session: Session, invitation_id: int, stamp: str) -> Invitation | None:
    """The invitation that a letter's link names, if the letter is its newest."""
    return session.exec(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.stamp == stamp)
    ).first()


def open_invitations(session: Session, workspace_id: int) -> list[Invitation]:
    """Neither accepted nor withdrawn, the newest first; some may have run out."""
    waiting = select(Invitation).where(
        Invitation.workspace_id == workspace_id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.withdrawn_at).is_(None),
    )
    return list(session.exec(waiting.order_by(col(Invitation.id).desc())))


def absences_of(session: Session, person: User, *, since: date) -> list[Absence]:
    """The days off of a person that are not over on this date, the next first."""
    mine = select(Absence).where(
        Absence.workspace_id == person.workspace_id,
        Absence.user_id == person.id,
        Absence.last_on >= since,
    )
    return list(session.exec(mine.order_by(col(Absence.first_on), col(Absence.id))))


def absence_for(session: Session, person: User, absence_id: int) -> Absence:
    """Days off of this person."""
    found = session.exec(
        select(Absence).where(
            Absence.workspace_id == person.workspace_id,
            Absence.user_id == person.id,
            Absence.id == absence_id,
        )
    ).first()
    if found is None:
        raise NotFound("These days off are not here.")
    return found


def away_ids(session: Session, workspace_id: int, on: date) -> set[int]:
    """Everybody for whom this local date is a day off."""
    return set(
        session.exec(
            select(Absence.user_id).where(
                Absence.workspace_id == workspace_id, Absence.first_on <= on, Absence.last_on >= on
            )
        )
    )


def absences_around(session: Session, workspace_id: int, on: date) -> Sequence[tuple[Absence, str]]:
    """Days off within a day of this date, each with its person's zone."""
    a_day = timedelta(days=1)
    return session.exec(
        select(Absence, User.zone)
        .join(
            User,
            (col(Absence.user_id) == User.id) & (col(Absence.workspace_id) == User.workspace_id),
        )
        .where(
            Absence.workspace_id == workspace_id,
            Absence.first_on <= on + a_day,
            Absence.last_on >= on - a_day,
        )
    ).all()


def days_off_of(
    session: Session, workspace_id: int, user_ids: Collection[int], *, since: date
) -> Mapping[int, tuple[tuple[date, date], ...]]:
    """First and last date of the days off of these people that are not over on this date."""
    rows = session.exec(
        select(col(Absence.user_id), col(Absence.first_on), col(Absence.last_on))
        .where(
            Absence.workspace_id == workspace_id,
            col(Absence.user_id).in_(user_ids),
            Absence.last_on >= since,
        )
        .order_by(col(Absence.first_on))
    )
    found: dict[int, tuple[tuple[date, date], ...]] = {}
    for user_id, first_on, last_on in rows:
        found[user_id] = (*found.get(user_id, ()), (first_on, last_on))
    return found


def team_ids_of(
    session: Session, workspace_id: int, user_ids: Collection[int]
) -> Mapping[int, set[int]]:
    """The teams of these people; who has none is left out."""
    rows = session.exec(
        select(Membership.user_id, Membership.team_id).where(
            Membership.workspace_id == workspace_id, col(Membership.user_id).in_(user_ids)
        )
    )
    found: dict[int, set[int]] = {}
    for user_id, team_id in rows:
        found.setdefault(user_id, set()).add(team_id)
    return found


def newest_hours(session: Session, workspace_id: int) -> Mapping[int, OpeningHours]:
    """The newest version of the opening hours of each team that has any, by team."""
    rows = session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == workspace_id)
        .order_by(col(OpeningHours.version))
    )
    return {hours.team_id: hours for hours in rows if hours.team_id is not None}


def team_by_side(
    session: Session, workspace_id: int, user_ids: Collection[int]
) -> dict[tuple[int, Side], int]:
    """The team of each of these people on each side; of several the one joined first."""
    places = session.exec(
        select(Membership.user_id, Team.side, Team.id)
        .join(
            Team,
            (col(Membership.team_id) == Team.id)
            & (col(Membership.workspace_id) == Team.workspace_id),
        )
        .where(Membership.workspace_id == workspace_id, col(Membership.user_id).in_(user_ids))
        .order_by(col(Membership.id).desc())
    )
    return {(user_id, Side(side)): team_id for user_id, side, team_id in places}


def _users(user: User) -> SelectOfScalar[User]:
    return select(User).where(User.workspace_id == user.workspace_id)


def _is_member() -> ColumnElement[bool]:
    return (col(Membership.user_id) == User.id) & (
        col(Membership.workspace_id) == User.workspace_id
    )
