"""What happens to the people of a workspace."""

from dataclasses import dataclass
from datetime import date

from alignment.accounts.roles import Role, Side
from alignment.events import Event


@dataclass(frozen=True, kw_only=True)
class WorkspaceFounded(Event):
    """The first person set the workspace up."""

    owner_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    user_id: int
    by_link: bool


@dataclass(frozen=True, kw_only=True)
class SignInLinkAsked(Event):
    """Somebody asked for a link by mail; it is made when the letter is sent."""

    user_id: int
    link_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """One browser, or several, no longer know this person."""

    user_id: int
    sessions: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ColleagueInvited(Event):
    """Holds the invitation's number; its link is made when the letter is written."""

    invitation_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Event):
    invitation_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ColleagueJoined(Event):
    invitation_id: int
    user_id: int
    team_id: int
    role: Role


@dataclass(frozen=True, kw_only=True)
class PersonPlaced(Event):
    """A person now has this role, and this place in a team or in none."""

    user_id: int
    team_id: int | None
    role: Role
    is_team_lead: bool
    by_id: int
    manager_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Event):
    user_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(Event):
    user_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TeamAdded(Event):
    """There is one more team."""

    team_id: int
    name: str
    side: Side
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TeamRenamed(Event):
    """A team has another name from now on."""

    team_id: int
    name: str
    former_name: str
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TeamClosed(Event):
    """A team is offered for nothing new from now on."""

    team_id: int
    name: str
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TeamReopened(Event):
    """A closed team is one like the others again."""

    team_id: int
    name: str
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TimeZoneChanged(Event):
    """A person reads times in another zone from now on."""

    user_id: int
    zone: str
    former_zone: str


@dataclass(frozen=True, kw_only=True)
class OpeningHoursChanged(Event):
    """From now on this version of a team's or a region's hours is the one for new clocks."""

    team_id: int | None
    """Whose hours; none where they are those of a region of leads."""
    hours_id: int
    by_id: int
    covers_open: bool = False
    """Whether clocks that are open count in these hours from now on as well."""


@dataclass(frozen=True, kw_only=True)
class DaysOffChanged(Event):
    """Something changed about the dates on which a person is not there; both dates are off."""

    user_id: int
    by_id: int
    first_on: date
    last_on: date


class DaysOffAdded(DaysOffChanged):
    """Nobody hands the person anything on these days."""


class DaysOffRemoved(DaysOffChanged):
    """The person is there after all."""
