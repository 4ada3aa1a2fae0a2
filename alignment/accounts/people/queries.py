"""SELECTs about people, teams, memberships and invitations."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alignment.accounts.models import (
    Invitation,
    Membership,
    Team,
    User,
)
from alignment.accounts.roles import Role, Side
from alignment.errors import NotFound, Refused


def is_anybody_here(session: Session) -> bool:
    """Whether the installation has its first person."""
    return session.exec(select(User.id).limit(1)).first() is not None


def person_for(session: Session, user: User, person_id: int) -> User:
    """A colleague of the same workspace."""
    person = session.exec(_users_of_workspace(user).where(User.id == person_id)).first()
    if person is None:
        raise NotFound("This person is not here.")
    return person


def people_of(session: Session, user: User) -> list[User]:
    """Everybody of the workspace, by name."""
    return everybody_of(session, user.workspace_id)


def everybody_of(session: Session, workspace_id: int) -> list[User]:
    """Everybody of a workspace, those who left too, by name."""
    people = select(User).where(User.workspace_id == workspace_id)
    return list(session.exec(people.order_by(User.name, col(User.id))))


def people_who_left_or_among(
    session: Session, workspace_id: int, ids: Collection[int]
) -> list[User]:
    """Those who are no longer active, and these, by name."""
    people = select(User).where(
        User.workspace_id == workspace_id, ~col(User.is_active) | col(User.id).in_(ids)
    )
    return list(session.exec(people.order_by(User.name, col(User.id))))


def names_of(session: Session, workspace_id: int) -> dict[int, str]:
    """What everybody of a workspace is called, those who left too, by number."""
    rows = session.exec(select(User.id, User.name).where(User.workspace_id == workspace_id))
    return dict(rows.all())


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
    team = session.exec(
        select(Team).where(Team.workspace_id == user.workspace_id, Team.id == team_id)
    ).first()
    if team is None:
        raise NotFound("This team is not here.")
    return team


def open_team_for(session: Session, user: User, team_id: int) -> Team:
    """A team that may be chosen for something new."""
    team = team_for(session, user, team_id)
    if not team.is_open:
        raise Refused(f"{team.name} is closed. Choose another team.")
    return team


def open_teams_of(session: Session, workspace_id: int) -> list[Team]:
    """The teams that are offered as a choice, in the order of ``teams_of``."""
    return [team for team in teams_of(session, workspace_id) if team.is_open]


def teams_of(session: Session, workspace_id: int) -> list[Team]:
    """Closed ones too; marketing first, then sales, then the others."""
    teams = session.exec(select(Team).where(Team.workspace_id == workspace_id))
    order = list(Side)
    return sorted(teams, key=lambda team: (order.index(team.side), team.name))


def first_team_on_side(session: Session, workspace_id: int, side: Side) -> Team | None:
    """The first open team of this side."""
    return next((team for team in open_teams_of(session, workspace_id) if team.side is side), None)


def members_of(session: Session, team: Team) -> list[User]:
    """The active people of a team, its leads first, then by name."""
    members = (
        select(User)
        .join(Membership, _membership_of_user())
        .where(
            Membership.workspace_id == team.workspace_id,
            Membership.team_id == team.id,
            col(User.is_active),
        )
        .order_by(col(Membership.is_team_lead).desc(), User.name)
    )
    return list(session.exec(members))


def people_by_id(
    session: Session, workspace_id: int, ids: Collection[int]
) -> dict[int | None, User]:
    """These people of the workspace by their number, those who have left too."""
    if not ids:
        return {}
    people = select(User).where(User.workspace_id == workspace_id, col(User.id).in_(ids))
    return {person.id: person for person in session.exec(people)}


def team_leads_of(session: Session, team: Team) -> list[User]:
    """The active people who lead a team, by name."""
    leads = (
        select(User)
        .join(Membership, _membership_of_user())
        .where(
            Membership.workspace_id == team.workspace_id,
            Membership.team_id == team.id,
            col(Membership.is_team_lead),
            col(User.is_active),
        )
        .order_by(User.name)
    )
    return list(session.exec(leads))


def team_leads_over(session: Session, person: User) -> list[User]:
    """The active people who lead a team that this person belongs to, by name."""
    own = select(Membership.team_id).where(
        Membership.workspace_id == person.workspace_id, Membership.user_id == person.id
    )
    leads = (
        select(User)
        .join(Membership, _membership_of_user())
        .where(
            Membership.workspace_id == person.workspace_id,
            col(Membership.team_id).in_(own),
            col(Membership.is_team_lead),
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


def team_ids_on_side(
    session: Session, person: User, side: Side, *, only_led: bool = False
) -> set[int]:
    """This person's teams on a side, or those of them that he or she leads."""
    own = (
        select(Membership.team_id)
        .join(
            Team,
            (col(Membership.team_id) == Team.id)
            & (col(Membership.workspace_id) == Team.workspace_id),
        )
        .where(
            Membership.workspace_id == person.workspace_id,
            Membership.user_id == person.id,
            Team.side == side,
        )
    )
    return set(session.exec(own.where(col(Membership.is_team_lead)) if only_led else own))


def placements_of(session: Session, user: User) -> Mapping[int, tuple[Membership, Team]]:
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


def memberships_in(session: Session, workspace_id: int) -> list[Membership]:
    """Everybody's place in every team of a workspace."""
    places = select(Membership).where(Membership.workspace_id == workspace_id)
    return list(session.exec(places.order_by(col(Membership.id))))


def invitation_for(session: Session, user: User, invitation_id: int) -> Invitation:
    invitation = session.exec(
        select(Invitation).where(
            Invitation.workspace_id == user.workspace_id, Invitation.id == invitation_id
        )
    ).first()
    if invitation is None:
        raise NotFound("This invitation is not here.")
    return invitation


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


def team_ids_of(
    session: Session, workspace_id: int, user_ids: Collection[int]
) -> Mapping[int, set[int]]:
    """The teams of these people; who has none is left out."""
    rows = session.exec(
        select(Membership.user_id, Membership.team_id).where(
            Membership.workspace_id == workspace_id, col(Membership.user_id).in_(user_ids)
        )
    )
    teams_by_user: dict[int, set[int]] = {}
    for user_id, team_id in rows:
        teams_by_user.setdefault(user_id, set()).add(team_id)
    return teams_by_user


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


def _users_of_workspace(user: User) -> SelectOfScalar[User]:
    return select(User).where(User.workspace_id == user.workspace_id)


def _membership_of_user() -> ColumnElement[bool]:
    return (col(Membership.user_id) == User.id) & (
        col(Membership.workspace_id) == User.workspace_id
    )
