"""The demo company itself: its two teams, its people and their hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts import setup
from alignment.accounts.authentication import tokens
from alignment.accounts.models import Membership, Team, User
from alignment.accounts.names import address_key
from alignment.accounts.opening_hours import versions
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.opening_hours.versions import NewHours
from alignment.accounts.people import queries
from alignment.accounts.roles import Role, Side
from alignment.accounts.setup import NewWorkspace
from alignment.worktime.calendar import Calendar

NAME, DOMAIN, ZONE = "Larkfeld Instruments", "larkfeld.example", "Europe/Berlin"
OWNER = f"olga@{DOMAIN}"
WEEKS = 13
OFFICE = ("mon", "tue", "wed", "thu", "fri")
HOURS = {Side.MARKETING: "09:00-17:30", Side.SALES: "08:30-12:30, 13:00-17:30"}


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who works there; the first name is the address."""

    name: str
    side: Side
    role: Role = Role.MEMBER
    is_team_lead: bool = False

    @property
    def address(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


COLLEAGUES = (
    Colleague(name="Mona Kiesgrund", side=Side.MARKETING, role=Role.MANAGER, is_team_lead=True),
    Colleague(name="Timo Rehquell", side=Side.MARKETING),
    Colleague(name="Aylin Morgenau", side=Side.MARKETING),
    Colleague(name="Lena Tannweg", side=Side.MARKETING),
    Colleague(name="Ines Farnbach", side=Side.SALES, role=Role.MANAGER, is_team_lead=True),
    Colleague(name="Sam Lindholt", side=Side.SALES),
    Colleague(name="Piotr Oderlin", side=Side.SALES),
    Colleague(name="Carla Seebreck", side=Side.SALES),
)


@dataclass(frozen=True, kw_only=True)
class Company:
    """What the rest of the demo needs to know of it."""

    workspace_id: int
    owner: User
    teams: Mapping[Side, Team]
    calendars: Mapping[Side, Calendar]
    people: Mapping[str, User]
    """By first name, in small letters."""
    started_at: datetime
    """The first working instant of the quarter; the agreement is in force from here on."""

    def people_of_side(self, side: Side) -> list[User]:
        """Who works on this side; the owner helps out in sales but is not counted here."""
        names = [
            colleague.address.split("@")[0] for colleague in COLLEAGUES if colleague.side is side
        ]
        return [self.people[name] for name in names]


def found_company(session: Session, *, now: datetime) -> Company:
    """Make the company a week before its quarter began; nobody has a password, only links."""
    monday = quarter_began(now)
    at = monday - timedelta(days=7)
    wish = NewWorkspace(
        company=NAME, zone=ZONE, name="Olga Sternwald", email=OWNER, password=tokens.new_token()
    )
    owner = setup.found_workspace(session, wish, now=at)
    owner.password_hash = None
    teams = {team.side: team for team in queries.teams_of(session, owner.workspace_id)}
    calendars = {
        side: _open(session, teams[side], times, by=owner, at=at) for side, times in HOURS.items()
    }
    people = {"olga": owner}
    for colleague in COLLEAGUES:
        person = _join(session, colleague, teams[colleague.side], at=at)
        people[colleague.address.split("@")[0]] = person
    _place(session, owner, teams[Side.SALES], is_team_lead=False)
    return Company(
        workspace_id=owner.workspace_id,
        owner=owner,
        teams=teams,
        calendars=calendars,
        people=people,
        started_at=calendars[Side.MARKETING].next_open(monday),
    )


def quarter_began(now: datetime) -> datetime:
    """Monday 00:00 in the company's zone, thirteen weeks before the Monday of this week."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS)
    return datetime.combine(monday, time(), ZoneInfo(ZONE)).astimezone(UTC)


def _open(session: Session, team: Team, times: str, *, by: User, at: datetime) -> Calendar:
    week = dict.fromkeys(OFFICE, times)
    wish = NewHours(zone=ZONE, country="DE", region="BE", **week)
    return calendar_for(versions.change_opening_hours(session, team, wish, by=by, now=at))


def _join(session: Session, colleague: Colleague, team: Team, *, at: datetime) -> User:
    person = User(
        workspace_id=team.workspace_id,
        email=colleague.address,
        email_key=address_key(colleague.address),
        name=colleague.name,
        role=colleague.role,
        zone=ZONE,
        security_stamp=tokens.new_token(),
        created_at=at,
    )
    session.add(person)
    session.flush()
    _place(session, person, team, is_team_lead=colleague.is_team_lead)
    return person


def _place(session: Session, person: User, team: Team, *, is_team_lead: bool) -> None:
    place = Membership(
        workspace_id=person.workspace_id,
        user_id=person.id,
        team_id=team.id,
        is_team_lead=is_team_lead,
    )
    session.add(place)
    session.flush()
