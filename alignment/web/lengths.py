"""PURE. Lengths of time, shares and numbers as people type them, and back without loss."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from alignment.sla.targets import OpenTime, WorkingDays

SECONDS: Final = {"minutes": 60, "hours": 3600, "seconds": 1}
WORKING_DAYS, PERCENT = "working_days", "percent"
NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
RATIO = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")
QUARTER = 900


def number(text: str) -> Fraction:
    """4, 4.5 or 4,5; ValueError with a sentence else."""
    if not NUMBER.fullmatch(text.strip()):
        raise ValueError("Enter a number.")
    return Fraction(text.strip().replace(",", "."))


def whole(text: str) -> int:
    found = number(text)
    if found.denominator != 1:
        raise ValueError("Enter a whole number.")
    return int(found)


def number_text(value: Fraction) -> str:
    """The shortest decimal; the value has one."""
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{decimal.normalize():f}"


def seconds(amount: str, unit: str) -> int:
    if unit not in SECONDS:
        raise ValueError("Choose one from the list.")
    return round(number(amount) * SECONDS[unit])


def seconds_texts(length: int) -> tuple[str, str]:
    """The amount and its unit: hours where they are quarters, else minutes, else seconds."""
    if length >= SECONDS["hours"] and length % QUARTER == 0:
        return number_text(Fraction(length, SECONDS["hours"])), "hours"
    unit = "minutes" if length % 60 == 0 else "seconds"
    return str(length // SECONDS[unit]), unit


def allowed(amount: str, unit: str) -> OpenTime | WorkingDays:
    if unit == WORKING_DAYS:
        return WorkingDays(whole(amount))
    return OpenTime(seconds(amount, unit))


def allowed_texts(time: OpenTime | WorkingDays) -> tuple[str, str]:
    if isinstance(time, WorkingDays):
        return str(time.days), WORKING_DAYS
    return seconds_texts(time.seconds)


def share(text: str) -> Fraction:
    """75 is three quarters; what no decimal says is written 2/3."""
    if RATIO.fullmatch(text.strip()):
        return Fraction(text.strip())
    return number(text) / 100


def share_text(value: Fraction) -> str:
    percents = value * 100
    if 10**6 % percents.denominator == 0:
        return number_text(percents)
    return str(value)


def when(amount: str, unit: str) -> Fraction | timedelta:
    """A step of the ladder: a share of the time, or a length after due."""
    if unit == PERCENT:
        return share(amount)
    return timedelta(seconds=seconds(amount, unit))


def when_texts(value: Fraction | timedelta) -> tuple[str, str]:
    if isinstance(value, Fraction):
        return share_text(value), PERCENT
    return seconds_texts(round(value.total_seconds()))
