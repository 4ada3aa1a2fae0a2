"""What one field of the agreement form holds: read as people type it, written without loss."""

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final

from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.targets import OpenTime, WorkingDays
from alignment.web.agreements.form.form_model import posted_field, typed_field

SECONDS_PER_UNIT: Final = {"minutes": 60, "hours": 3600, "seconds": 1}
WORKING_DAYS, PERCENT = "working_days", "percent"
NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
RATIO = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")
QUARTER = 900
MAX_SECONDS = 365 * 86_400
"""As long as any promise; what is longer could not be added to a date."""


def parse_number(typed: str) -> Fraction:
    """4, 4.5 or 4,5; ValueError with a sentence else."""
    if not NUMBER.fullmatch(typed):
        raise ValueError("Enter a number.")
    return Fraction(typed.replace(",", "."))


def parse_whole_number(typed: str) -> int:
    value = parse_number(typed)
    if value.denominator != 1:
        raise ValueError("Enter a whole number.")
    return int(value)


def format_number(value: Fraction) -> str:
    """The shortest decimal; the value has one."""
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{decimal.normalize():f}"


def parse_seconds(amount: str, unit: str) -> int:
    if unit not in SECONDS_PER_UNIT:
        raise ValueError("Choose one from the list.")
    return round(parse_number(amount) * SECONDS_PER_UNIT[unit])


def parse_duration(amount: str, unit: str) -> timedelta:
    seconds = parse_seconds(amount, unit)
    if abs(seconds) > MAX_SECONDS:
        raise ValueError("Enter at most 365 days.")
    return timedelta(seconds=seconds)


def format_duration(length: timedelta) -> tuple[str, str]:
    """The amount and its unit: hours where they are quarters, else minutes, else seconds."""
    seconds = round(length.total_seconds())
    if seconds >= SECONDS_PER_UNIT["hours"] and seconds % QUARTER == 0:
        return format_number(Fraction(seconds, SECONDS_PER_UNIT["hours"])), "hours"
    unit = "minutes" if seconds % 60 == 0 else "seconds"
    return str(seconds // SECONDS_PER_UNIT[unit]), unit


def parse_allowed_time(amount: str, unit: str) -> OpenTime | WorkingDays:
    if unit == WORKING_DAYS:
        return WorkingDays(parse_whole_number(amount))
    return OpenTime(parse_seconds(amount, unit))


def format_allowed_time(time: OpenTime | WorkingDays) -> tuple[str, str]:
    if isinstance(time, WorkingDays):
        return str(time.days), WORKING_DAYS
    return format_duration(time.length)


def parse_pause_limit(amount: str, unit: str) -> timedelta | None:
    return parse_duration(amount, unit) if amount else None


def format_pause_limit(limit: timedelta | None) -> tuple[str, str]:
    return format_duration(limit) if limit else ("", "hours")


def parse_share(typed: str) -> Fraction:
    """75 is three quarters; what no decimal says is written 2/3."""
    if RATIO.fullmatch(typed):
        return Fraction(typed)
    return parse_number(typed) / 100


def format_share(value: Fraction) -> str:
    percents = value * 100
    if 10**6 % percents.denominator == 0:
        return format_number(percents)
    return str(value)


def parse_step_time(amount: str, unit: str) -> Fraction | timedelta:
    """A step of the ladder: a share of the time, or a length after due."""
    if unit == PERCENT:
        return parse_share(amount)
    return parse_duration(amount, unit)


def format_step_time(value: Fraction | timedelta) -> tuple[str, str]:
    if isinstance(value, Fraction):
        return format_share(value), PERCENT
    return format_duration(value)


def parse_lines(typed: str) -> tuple[str, ...]:
    """One a line, empty ones left out."""
    return tuple(filter(None, (line.strip() for line in typed.splitlines())))


def parse_identifiers(typed: str) -> tuple[str, ...]:
    """ "handed off, fixed" as lower_snake words, in their order, each once."""
    parts = filter(None, (part.strip() for part in re.split(r"[,;\n]", typed)))
    return tuple(dict.fromkeys(re.sub(r"\s+", "_", part.casefold()) for part in parts))


def parse_events(typed: str) -> frozenset[EventKind]:
    try:
        return frozenset(map(EventKind, parse_identifiers(typed)))
    except ValueError:
        raise ValueError(f"Choose from: {format_events(EventKind)}.") from None


def format_events(kinds: Iterable[EventKind]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in EventKind if kind in set(kinds))


def parse_people(posted: Any) -> frozenset[int]:
    texts = posted if isinstance(posted, list) else []
    return frozenset(parse_whole_number(each) for each in texts if isinstance(each, str))


Ticked = Annotated[bool, typed_field(bool, lambda is_on: "yes" if is_on else "")]
Number = Annotated[Fraction, typed_field(parse_number, format_number)]
WholeNumber = Annotated[int, typed_field(parse_whole_number, str)]
Share = Annotated[Fraction, typed_field(parse_share, format_share)]
AllowedTime = Annotated[
    OpenTime | WorkingDays, typed_field(parse_allowed_time, format_allowed_time)
]
StepTime = Annotated[Fraction | timedelta, typed_field(parse_step_time, format_step_time)]
PauseLimit = Annotated[timedelta | None, typed_field(parse_pause_limit, format_pause_limit)]
Events = Annotated[frozenset[EventKind], typed_field(parse_events, format_events)]
Identifiers = Annotated[tuple[str, ...], typed_field(parse_identifiers, ", ".join)]
Lines = Annotated[
    frozenset[str],
    typed_field(
        lambda typed: frozenset(parse_lines(typed)), lambda lines: "\n".join(sorted(lines))
    ),
]
People = Annotated[
    frozenset[int], posted_field(parse_people, lambda ids: list(map(str, sorted(ids))))
]
