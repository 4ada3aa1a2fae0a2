"""Edit the opening hours of a team or a lead region; every edit is a new version."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator
from sqlmodel import Session

from alignment.accounts.events import OpeningHoursChanged
from alignment.accounts.models import OpeningHours, Team, User, Workspace, id_of
from alignment.accounts.opening_hours import queries
from alignment.accounts.opening_hours.lead_regions import LeadRegion
from alignment.accounts.opening_hours.public_holidays import public_holidays
from alignment.accounts.opening_hours.text_format import read_day, read_exceptions
from alignment.accounts.opening_hours.time_zones import Zone
from alignment.events import publish
from alignment.worktime.weekly_hours import parse_weekly_hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = ("mon", "tue", "wed", "thu", "fri")
YEARS_BACK, YEARS_AHEAD = 2, 8


class NewHours(BaseModel):
    """Opening hours as typed into the form; what is wrong is said at the field it is in."""

    model_config = ConfigDict(extra="forbid")

    zone: Zone
    country: str = ""
    region: str = ""
    exceptions: str = ""
    mon: str = ""
    tue: str = ""
    wed: str = ""
    thu: str = ""
    fri: str = ""
    sat: str = ""
    sun: str = ""

    @field_validator(*WEEKDAYS)
    @classmethod
    def _reads_as_hours(cls, text: str) -> str:
        read_day(text)
        return text

    @field_validator("exceptions")
    @classmethod
    def _reads_as_exceptions(cls, text: str) -> str:
        read_exceptions(text)
        return text

    @field_validator("country")
    @classmethod
    def _is_known(cls, country: str) -> str:
        if country:
            public_holidays(country, None, years=())
        return country

    @field_validator("region")
    @classmethod
    def _is_known_there(cls, region: str, info: ValidationInfo) -> str:
        if country := info.data.get("country"):
            public_holidays(country, region or None, years=())
        return region if country else ""

    @model_validator(mode="after")
    def _is_ever_open(self) -> Self:
        if not any(self.week.values()):
            raise ValueError("Give at least one working hour a week, or no clock would end.")
        return self

    @model_validator(mode="after")
    def _keeps_its_nights_apart(self) -> Self:
        parse_weekly_hours(self.zone, self.week, holidays=(), overrides={})
        return self

    @property
    def week(self) -> dict[str, list[list[str]]]:
        return {day: read_day(getattr(self, day)) for day in WEEKDAYS}


def years_written_down(now: datetime) -> range:
    """The years whose public holidays, or days of a calendar file, an edit writes down."""
    return range(now.year - YEARS_BACK, now.year + YEARS_AHEAD + 1)


def office_hours(team: Team, *, zone: str, now: datetime) -> OpeningHours:
    """What a new team begins with: Monday to Friday, nine to five."""
    return OpeningHours(
        workspace_id=team.workspace_id,
        team_id=id_of(team),
        version=1,
        zone=zone,
        week={day: [["09:00", "17:00"]] if day in OFFICE else [] for day in WEEKDAYS},
        created_at=now,
    )


def change_opening_hours(
    session: Session,
    whose: Team | LeadRegion,
    wish: NewHours,
    *,
    by: User,
    now: datetime,
    covers_open: bool = False,
) -> OpeningHours:
    """Write a new version; clocks that run keep theirs unless open ones are to move as well."""
    # Of two who write at once the later one writes the next version.
    is_region = isinstance(whose, LeadRegion)
    held = session.get_one(Workspace, whose.workspace_id) if is_region else whose
    session.refresh(held, with_for_update={"key_share": True})
    hours = new_version(session, whose, wish, now=now)
    session.add(hours)
    session.flush()
    changed = OpeningHoursChanged(
        workspace_id=hours.workspace_id,
        at=now,
        team_id=hours.team_id,
        hours_id=id_of(hours),
        by_id=id_of(by),
        covers_open=covers_open,
    )
    publish(session, changed)
    return hours


def new_version(
    session: Session, whose: Team | LeadRegion, wish: NewHours, *, now: datetime
) -> OpeningHours:
    """The hours as ``change`` would write them; not saved, so that one can look first."""
    before = _newest_version(session, whose)
    return OpeningHours(
        workspace_id=whose.workspace_id,
        **_owner_columns(whose),
        version=before.version + 1 if before else 1,
        zone=wish.zone,
        week=wish.week,
        country=wish.country or None,
        region=wish.region or None,
        holidays=_holidays(wish, now=now),
        exceptions=read_exceptions(wish.exceptions),
        created_at=now,
    )


def _owner_columns(whose: Team | LeadRegion) -> dict[str, Any]:
    if isinstance(whose, LeadRegion):
        return {"lead_region": whose.name.strip(), "lead_region_key": whose.key}
    return {"team_id": id_of(whose)}


def _newest_version(session: Session, whose: Team | LeadRegion) -> OpeningHours | None:
    if isinstance(whose, LeadRegion):
        return queries.region_hours(session, whose.workspace_id, whose.key)
    return queries.newest_hours_of(session, whose)


def _holidays(wish: NewHours, *, now: datetime) -> list[list[str]]:
    if not wish.country:
        return []
    years = years_written_down(now)
    holidays = public_holidays(wish.country, wish.region or None, years=years)
    return [[on.isoformat(), name] for on, name in sorted(holidays.items())]
