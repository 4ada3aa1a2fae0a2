"""The cast, and short ways to make what a test is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session

from alignment.accounts.models import Membership, OpeningHours, Team, User, Workspace
from alignment.accounts.roles import Role, Side
from alignment.leads.models import Lead, Stage

BERLIN = "Europe/Berlin"
MONDAY_NINE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
"""Monday 1 March 2027, 09:00 in Berlin."""
NINE_TO_FIVE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A workspace with its two teams and the people everybody knows."""

    workspace: Workspace
    marketing: Team
    sales: Team
    marketing_hours: OpeningHours
    sales_hours: OpeningHours
    olga: User
    mona: User
    sam: User

    @property
    def id(self) -> int:
        assert self.workspace.id is not None
        return self.workspace.id


def make_cast(session: Session, *, name: str = "Acme", zone: str = BERLIN) -> Cast:
    workspace = save(session, Workspace(name=name, zone=zone, created_at=MONDAY_NINE))
    marketing = make_team(session, workspace, side=Side.MARKETING, name="Marketing")
    sales = make_team(session, workspace, side=Side.SALES, name="Sales")
    mona = make_user(
        session, workspace, "Mona", role=Role.MANAGER, team=marketing, is_team_lead=True
    )
    sam = make_user(session, workspace, "Sam", role=Role.MEMBER, team=sales)
    return Cast(
        workspace=workspace,
        marketing=marketing,
        sales=sales,
        marketing_hours=make_hours(session, marketing, zone=zone),
        sales_hours=make_hours(session, sales, zone=zone),
        olga=make_user(session, workspace, "Olga", role=Role.OWNER),
        mona=mona,
        sam=sam,
    )


def make_stella(session: Session) -> User:
    workspace = save(session, Workspace(name="Umbrella", zone=BERLIN, created_at=MONDAY_NINE))
    return make_user(session, workspace, "Stella", role=Role.OWNER)


def make_team(session: Session, workspace: Workspace, *, side: Side, name: str) -> Team:
    return save(session, Team(workspace_id=workspace.id, side=side, name=name))


def make_hours(session: Session, team: Team, *, version: int = 1, **columns: Any) -> OpeningHours:
    given: dict[str, Any] = {"zone": BERLIN, "week": NINE_TO_FIVE, "created_at": MONDAY_NINE}
    hours = OpeningHours(
        workspace_id=team.workspace_id, team_id=team.id, version=version, **given | columns
    )
    return save(session, hours)


def make_region_hours(session: Session, acme: Cast, name: str, **columns: Any) -> OpeningHours:
    """Nine to five in New York, from the day before, for leads of this region."""
    given: dict[str, Any] = {
        "version": 1,
        "zone": "America/New_York",
        "week": NINE_TO_FIVE,
        "created_at": MONDAY_NINE - timedelta(days=1),
    }
    region = {"lead_region": name, "lead_region_key": name.casefold()}
    return save(session, OpeningHours(workspace_id=acme.id, **given | region | columns))


def make_user(
    session: Session,
    workspace: Workspace,
    name: str,
    *,
    role: Role = Role.MEMBER,
    team: Team | None = None,
    is_team_lead: bool = False,
    **columns: Any,
) -> User:
    email = f"{name.lower()}@{workspace.name.lower()}.test"
    given: dict[str, Any]
    given = {"zone": workspace.zone, "security_stamp": f"stamp-{next(_numbers)}"} | columns
    user = User(
        workspace_id=workspace.id,
        name=name,
        email=email,
        email_key=email,
        role=role,
        created_at=MONDAY_NINE,
        **given | columns,
    )
    save(session, user)
    if team is not None:
        place = Membership(
            workspace_id=workspace.id, user_id=user.id, team_id=team.id, is_team_lead=is_team_lead
        )
        save(session, place)
    return user


def make_lead(session: Session, acme: Cast, name: str = "Ada Byron", **columns: Any) -> Lead:
    given: dict[str, Any] = {"company": "Globex", "stage": Stage.NEW, "arrived_at": MONDAY_NINE}
    return save(session, Lead(workspace_id=acme.id, name=name, **given | columns))


T = TypeVar("T")


def save(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row
