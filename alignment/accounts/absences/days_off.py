"""Days off: local dates on which a person is given nothing to do."""

from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlmodel import Session

from alignment.accounts.absences import queries
from alignment.accounts.events import DaysOffAdded, DaysOffRemoved
from alignment.accounts.models import LARGEST_ID, Absence, User, id_of
from alignment.accounts.roles import RIGHTS, Right
from alignment.errors import Forbidden, Refused
from alignment.events import publish

LONGEST = timedelta(days=730)


class DaysOff(BaseModel):
    """From the first date to the last, both off; one date where the last is left out."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    first_on: date
    last_on: date | None = None
    note: str = Field(default="", max_length=200)
    substitute_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)

    @field_validator("substitute_id", mode="before")
    @classmethod
    def _is_none_where_blank(cls, typed: object) -> object:
        return None if typed == "" else typed

    @model_validator(mode="before")
    @classmethod
    def _is_one_day_where_blank(cls, typed: object) -> object:
        if isinstance(typed, dict) and not typed.get("last_on"):
            return {**typed, "last_on": typed.get("first_on")}
        return typed

    @model_validator(mode="after")
    def _lies_in_order(self) -> Self:
        if self.last_day < self.first_on:
            raise ValueError("The last day off lies before the first.")
        if self.last_day - self.first_on >= LONGEST:
            raise ValueError("Enter at most two years at once.")
        return self

    @property
    def last_day(self) -> date:
        """The last date off."""
        return self.last_on or self.first_on


def add_days_off(
    session: Session, person: User, wish: DaysOff, *, by: User, now: datetime
) -> Absence:
    """Keep these days off, told twice as once; days already kept or over are refused."""
    _may_change(person, by=by)
    if wish.last_day < today_for(person, now=now):
        raise Refused("These days are over.")
    _refuse_substitute(session, person, wish)
    for known in queries.absences_of(session, person, since=wish.first_on):
        if _is_same(known, wish):
            return known
        if known.first_on <= wish.last_day:
            raise Refused(f"{_span(known)} is kept already. Remove it first to change it.")

    absence = Absence(
        workspace_id=person.workspace_id,
        user_id=id_of(person),
        first_on=wish.first_on,
        last_on=wish.last_day,
        note=wish.note,
        substitute_id=wish.substitute_id,
        created_at=now,
    )
    session.add(absence)
    publish(session, DaysOffAdded(**_event_fields(absence, by=by, now=now)))
    return absence


def remove_days_off(
    session: Session, person: User, absence: Absence, *, by: User, now: datetime
) -> None:
    """The person is there on these days after all."""
    _may_change(person, by=by)
    session.delete(absence)
    publish(session, DaysOffRemoved(**_event_fields(absence, by=by, now=now)))


def is_away(session: Session, user: User, on: date) -> bool:
    """Whether this local date is one of the person's days off."""
    return user.id in queries.user_ids_away_on(session, user.workspace_id, on)


def away_now_ids(session: Session, workspace_id: int, *, now: datetime) -> set[int]:
    """Everybody whose own local date is a day off at this instant."""
    return set(absences_now(session, workspace_id, now=now))


def absences_now(session: Session, workspace_id: int, *, now: datetime) -> dict[int, Absence]:
    """The days off that everybody who is away at this instant has just now, by person."""
    nearby = queries.absences_around(session, workspace_id, now.date())
    return {
        absence.user_id: absence
        for absence, zone in nearby
        if absence.first_on <= now.astimezone(ZoneInfo(zone)).date() <= absence.last_on
    }


def today_for(person: User, *, now: datetime) -> date:
    """The date that the person's own calendar shows."""
    return now.astimezone(ZoneInfo(person.zone)).date()


def _may_change(person: User, *, by: User) -> None:
    if by.id != person.id and Right.INVITE not in RIGHTS[by.role]:
        raise Forbidden("Only managers enter days off for others.")


def _refuse_substitute(session: Session, person: User, wish: DaysOff) -> None:
    if wish.substitute_id is None:
        return
    substitute = queries.colleague_for(session, person, wish.substitute_id)
    if substitute.id == person.id or not substitute.is_active:
        raise Refused("Choose a substitute who is here meanwhile.")


def _is_same(known: Absence, wish: DaysOff) -> bool:
    kept = (known.first_on, known.last_on, known.substitute_id)
    return kept == (wish.first_on, wish.last_day, wish.substitute_id)


def _span(absence: Absence) -> str:
    if absence.first_on == absence.last_on:
        return f"{absence.first_on}"
    return f"{absence.first_on} to {absence.last_on}"


def _event_fields(absence: Absence, *, by: User, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": absence.workspace_id,
        "at": now,
        "user_id": absence.user_id,
        "by_id": id_of(by),
        "first_on": absence.first_on,
        "last_on": absence.last_on,
    }
