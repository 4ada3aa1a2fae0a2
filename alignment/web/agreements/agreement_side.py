"""One of the two columns of an agreement: a team, its hours and holidays, and what it promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from alignment.accounts.models import OpeningHours, Team, holiday_names
from alignment.accounts.opening_hours.public_holidays import countries
from alignment.accounts.opening_hours.text_format import write_day
from alignment.accounts.opening_hours.versions import WEEKDAYS
from alignment.accounts.roles import Side
from alignment.sla.promises.targets import Target
from alignment.web.agreements.promise_text import PromiseText, TextContext, promise_text

MAX_HOLIDAYS = 2


@dataclass(frozen=True, kw_only=True)
class AgreementSide:
    """What the column of one team shows."""

    team: Team
    week: tuple[str, ...]
    zone: str
    holidays_of: str
    holidays: tuple[tuple[date, str], ...]
    promises: tuple[PromiseText, ...]


def agreement_side(
    side: Side,
    team: Team,
    hours: OpeningHours | None,
    targets: Iterable[Target],
    context: TextContext,
) -> AgreementSide:
    return AgreementSide(
        team=team,
        week=week_words(hours.week) if hours else ("always open",),
        zone=hours.zone if hours else "UTC",
        holidays_of=_holidays_of(hours),
        holidays=_coming_holidays(hours, now=context.now),
        promises=tuple(
            promise_text(target, hours, context) for target in targets if target.owed_by is side
        ),
    )


def week_words(week: Mapping[str, list[list[str]]]) -> tuple[str, ...]:
    """ "Mon to Fri 09:00-17:00": days that are alike together, closed ones left out."""
    days = [(day.capitalize(), write_day(week.get(day, []))) for day in WEEKDAYS]
    said = []
    for times, alike in groupby(days, key=lambda day: day[1]):
        names = [name for name, _ in alike]
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        said += [f"{span} {times}"] if times else []
    return tuple(said)


def _holidays_of(hours: OpeningHours | None) -> str:
    if hours is None or not hours.country:
        return ""
    country = countries().get(hours.country, hours.country)
    return f"{country} ({hours.region})" if hours.region else country


def _coming_holidays(hours: OpeningHours | None, *, now: datetime) -> tuple[tuple[date, str], ...]:
    named = sorted(holiday_names(hours).items()) if hours else []
    coming = [(on, name) for on, name in named if on >= now.date()]
    return tuple(coming[:MAX_HOLIDAYS])
