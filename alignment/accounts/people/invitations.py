"""Inviting a colleague: a letter with a link that works once, for the address it was sent to."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.authentication import passwords, tokens
from alignment.accounts.authentication import queries as authentication_queries
from alignment.accounts.events import ColleagueInvited, ColleagueJoined, InvitationWithdrawn
from alignment.accounts.models import (
    LARGEST_ID,
    Invitation,
    Membership,
    Team,
    User,
    id_of,
)
from alignment.accounts.names import MailAddress, Name, address_key
from alignment.accounts.people import queries
from alignment.accounts.people.time_zone import first_zone
from alignment.accounts.roles import Role
from alignment.errors import Forbidden, Refused
from alignment.events import publish

INVITATION_LIFETIME = timedelta(days=7)
PURPOSE = "invitation"
INVITATION_IS_OVER = "This invitation was used, withdrawn or has run out. Ask for a new one."


class NewColleague(BaseModel):
    """Whom to invite, and to which place."""

    model_config = ConfigDict(extra="forbid")

    email: MailAddress
    name: Name
    team_id: int = Field(ge=1, le=LARGEST_ID)
    role: Role


class InvitationAcceptance(BaseModel):
    """What an invited person enters to join."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    password: str
    browser_zone: str = Field(default="", max_length=64)
    """The zone that the browser names, as far as it does."""

    @field_validator("password")
    @classmethod
    def _is_rare_enough(cls, password: str, info: ValidationInfo) -> str:
        passwords.check_new(password, known=[info.data.get("name", "")])
        return password


def invite(session: Session, wish: NewColleague, *, by: User, now: datetime) -> Invitation:
    """Ask a colleague to join; the letter follows from ``ColleagueInvited``."""
    team = queries.open_team_for(session, by, wish.team_id)
    _refuse_higher_role(wish.role, by=by)
    _refuse_known_address(session, wish.email, by=by)

    invitation = Invitation(
        workspace_id=by.workspace_id,
        email=wish.email,
        name=wish.name,
        role=wish.role,
        team_id=id_of(team),
        invited_by_id=id_of(by),
        stamp=tokens.new_token(),
        created_at=now,
        expires_at=now + INVITATION_LIFETIME,
    )
    session.add(invitation)
    _publish_invited(session, invitation, by=by, now=now)
    return invitation


def invite_again(session: Session, invitation: Invitation, *, by: User, now: datetime) -> None:
    """Send a new letter for seven more days; the link in the old one dies."""
    _refuse_higher_role(invitation.role, by=by)
    _must_wait_for_answer(invitation)

    invitation.stamp, invitation.expires_at = tokens.new_token(), now + INVITATION_LIFETIME
    session.add(invitation)
    _publish_invited(session, invitation, by=by, now=now)


def withdraw(session: Session, invitation: Invitation, *, by: User, now: datetime) -> None:
    """Take the invitation back; its link dies at once."""
    _must_wait_for_answer(invitation)

    invitation.withdrawn_at = now
    session.add(invitation)
    fact = {"workspace_id": invitation.workspace_id, "invitation_id": id_of(invitation)}
    publish(session, InvitationWithdrawn(**fact, at=now, by_id=id_of(by)))


def invitation_path(invitation: Invitation, *, secret: str) -> str:
    """The page where the invited person joins, to be put after the base address.

    Made anew for each letter and never stored; the signature binds invitation and letter.
    """
    facts = {"id": invitation.id, "stamp": invitation.stamp}
    return f"/invitations/{tokens.sign_payload(facts, purpose=PURPOSE, secret=secret)}"


def invitation_by_token(session: Session, token: str, *, secret: str, now: datetime) -> Invitation:
    """The invitation that a link names, while it can be accepted."""
    payload = tokens.read_payload(token, purpose=PURPOSE, secret=secret) or {}
    invitation = queries.invitation_with(session, payload.get("id", 0), payload.get("stamp", ""))
    if invitation is None or not is_open(invitation, now=now):
        raise Refused(INVITATION_IS_OVER)
    return invitation


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    return _is_unanswered(invitation) and now < invitation.expires_at


def accept(
    session: Session, invitation: Invitation, arrival: InvitationAcceptance, *, now: datetime
) -> User:
    """Join as the invited address; of two who accept at once, one gets in."""
    if authentication_queries.user_by_email(session, invitation.email):
        raise Refused("This address has an account already. Sign in with it, or use another.")
    if not _claim(session, invitation, now=now):
        raise Refused(INVITATION_IS_OVER)

    person = _create_user(session, invitation, arrival, now=now)
    joined = ColleagueJoined(
        workspace_id=invitation.workspace_id,
        at=now,
        invitation_id=id_of(invitation),
        user_id=id_of(person),
        team_id=invitation.team_id,
        role=invitation.role,
    )
    publish(session, joined)
    return person


def _create_user(
    session: Session, invitation: Invitation, arrival: InvitationAcceptance, *, now: datetime
) -> User:
    team = session.get_one(Team, invitation.team_id)
    person = User(
        workspace_id=invitation.workspace_id,
        email=invitation.email,
        email_key=address_key(invitation.email),
        name=arrival.name,
        role=invitation.role,
        zone=first_zone(session, team, browser_zone=arrival.browser_zone),
        password_hash=passwords.hash_password(arrival.password),
        security_stamp=tokens.new_token(),
        created_at=now,
    )
    session.add(person)
    session.flush()
    session.add(
        Membership(
            workspace_id=invitation.workspace_id, user_id=id_of(person), team_id=invitation.team_id
        )
    )
    return person


def _refuse_higher_role(role: Role, *, by: User) -> None:
    if role is Role.OWNER and by.role is not Role.OWNER:
        raise Forbidden("Only an owner can make somebody an owner.")


def _refuse_known_address(session: Session, address: str, *, by: User) -> None:
    """Tells about people of this workspace only; an account elsewhere is nobody's business."""
    known = authentication_queries.user_by_email(session, address)
    if known is not None and known.workspace_id == by.workspace_id:
        raise Refused(f"{known.name} is here already.")
    waiting = queries.open_invitations(session, by.workspace_id)
    if any(address_key(row.email) == address_key(address) for row in waiting):
        raise Refused(f"{address} is invited already. Invite again from the open invitations.")


def _must_wait_for_answer(invitation: Invitation) -> None:
    if not _is_unanswered(invitation):
        raise Refused("This invitation was accepted or withdrawn already.")


def _is_unanswered(invitation: Invitation) -> bool:
    return invitation.accepted_at is None and invitation.withdrawn_at is None


def _publish_invited(session: Session, invitation: Invitation, *, by: User, now: datetime) -> None:
    session.flush()
    invited = ColleagueInvited(
        workspace_id=invitation.workspace_id,
        at=now,
        invitation_id=id_of(invitation),
        by_id=id_of(by),
    )
    publish(session, invited)


def _claim(session: Session, invitation: Invitation, *, now: datetime) -> bool:
    claimed = session.execute(
        update(Invitation)
        .where(
            col(Invitation.id) == invitation.id,
            col(Invitation.stamp) == invitation.stamp,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.withdrawn_at).is_(None),
        )
        .values(accepted_at=now)
    )
    return bool(claimed.rowcount == 1)  # type: ignore[attr-defined]
