"""PURE. Parse durations, shares and numbers as people type them, and format them without loss."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from alignment.sla.promises.targets import OpenTime, WorkingDays

SECONDS_PER_UNIT: Final = {"minutes": 60, "hours": 3600, "seconds": 1}
WORKING_DAYS, PERCENT = "working_days", "percent"
NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
RATIO = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")
QUARTER = 900


def parse_number(text: str) -> Fraction:
    """4, 4.5 or 4,5; ValueError with a sentence else."""
    if not NUMBER.fullmatch(text.strip()):
        raise ValueError("Enter a number.")
    return Fraction(text.strip().replace(",", "."))


def parse_whole_number(text: str) -> int:
    value = parse_number(text)
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


def format_seconds(length: int) -> tuple[str, str]:
    """The amount and its unit: hours where they are quarters, else minutes, else seconds."""
    if length >= SECONDS_PER_UNIT["hours"] and length % QUARTER == 0:
        return format_number(Fraction(length, SECONDS_PER_UNIT["hours"])), "hours"
    unit = "minutes" if length % 60 == 0 else "seconds"
    return str(length // SECONDS_PER_UNIT[unit]), unit


def parse_allowed_time(amount: str, unit: str) -> OpenTime | WorkingDays:
    if unit == WORKING_DAYS:
        return WorkingDays(parse_whole_number(amount))
    return OpenTime(parse_seconds(amount, unit))


def format_allowed_time(time: OpenTime | WorkingDays) -> tuple[str, str]:
    if isinstance(time, WorkingDays):
        return str(time.days), WORKING_DAYS
    return format_seconds(time.seconds)


def parse_share(text: str) -> Fraction:
    """75 is three quarters; what no decimal says is written 2/3."""
    if RATIO.fullmatch(text.strip()):
        return Fraction(text.strip())
    return parse_number(text) / 100


def format_share(value: Fraction) -> str:
    percents = value * 100
    if 10**6 % percents.denominator == 0:
        return format_number(percents)
    return str(value)


def parse_step_time(amount: str, unit: str) -> Fraction | timedelta:
    """A step of the ladder: a share of the time, or a length after due."""
    if unit == PERCENT:
        return parse_share(amount)
    return timedelta(seconds=parse_seconds(amount, unit))


def format_step_time(value: Fraction | timedelta) -> tuple[str, str]:
    if isinstance(value, Fraction):
        return format_share(value), PERCENT
    return format_seconds(round(value.total_seconds()))
