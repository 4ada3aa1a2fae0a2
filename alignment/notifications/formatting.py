"""PURE. How instants, dates, durations, numbers and other people's text are written in a message;
the words of a notice are stored as JSON, so instants and dates may be ISO text.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

NO_VALUE = "–"
LONGEST_QUOTE = 120
DIRECTION_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
LINK_STARTS = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)


def format_instant(at: datetime | str | None, zone: str) -> str:
    """Tue 30 Mar 2027, 13:00 CEST"""
    if at is None:
        return NO_VALUE
    local = _parse_instant(at).astimezone(ZoneInfo(zone))
    return f"{format_date(local)}, {format_wall_time(local)}"


def format_wall_time(local: datetime) -> str:
    """13:00 CEST, or 13:00 UTC-03 where the zone has no letters of its own."""
    letters = local.tzname() or ""
    return f"{local:%H:%M} {letters if letters[:1].isalpha() else f'UTC{letters}'}"


def format_date(day: date | str | None) -> str:
    """Tue 30 Mar 2027"""
    if day is None:
        return NO_VALUE
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day:%a} {day.day} {day:%b %Y}"


def format_duration(length: timedelta | float | None) -> str:
    """3 h 20 min, from seconds; never days, since a working day is not 24 hours."""
    if length is None:
        return NO_VALUE
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    if abs(seconds) < 60:
        return f"{seconds} s".replace("-", "−")
    hours, minutes = divmod(abs(seconds) // 60, 60)
    parts = (f"{hours:,} h" if hours else "", f"{minutes} min" if minutes else "")
    return ("−" if seconds < 0 else "") + " ".join(part for part in parts if part)


def format_number(value: float | None, decimals: int = 0) -> str:
    """12,345, with a true minus sign, and a dash for no data."""
    return NO_VALUE if value is None else f"{value:,.{decimals}f}".replace("-", "−")


def quote_briefly(text: str) -> str:
    """Somebody else's text inside our sentence: one line, 120 characters at most."""
    line = one_line(text)
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1].rstrip()}…"


def one_line(text: str) -> str:
    """Text fit for a mail header: every control, line break and run of spaces is one space."""
    return " ".join(_without_controls(text, keep="").split())


def to_json_values(value: Any) -> Any:
    """The same words as JSON knows them; characters that no mail can carry become spaces."""
    match value:
        case Enum():
            return to_json_values(value.value)
        case str():
            return _without_controls(value, keep="\n\t")
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [to_json_values(item) for item in value]
        case Mapping():
            return {str(key): to_json_values(item) for key, item in value.items()}
    return value


def break_links(value: Any) -> Any:
    """The same words, where no text looks like an address that a mail program would make a link."""
    if isinstance(value, dict):
        return {key: break_links(item) for key, item in value.items()}
    if isinstance(value, list):
        return [break_links(item) for item in value]
    if isinstance(value, str):
        return LINK_STARTS.sub(" ", value)
    return value


def _without_controls(text: str, *, keep: str) -> str:
    if text.isprintable():
        return text
    text = DIRECTION_CONTROLS.sub("", text)
    return "".join(char if char in keep or _is_printable(char) else " " for char in text)


def _is_printable(char: str) -> bool:
    # Cc controls, Cs lone surrogates, Zl and Zp line and paragraph separators, Cn no characters.
    return unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp", "Cn")


def _parse_instant(at: datetime | str) -> datetime:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    if moment.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return moment
