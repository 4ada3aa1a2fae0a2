"""Read and write opening hours as text: "09:00-12:30, 13:15-17:00", one line for each exceptional
date. A night, "22:00-06:00", belongs to the date on which it begins.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

Pairs = list[list[str]]
Exceptions = list[list[object]]
"""Each [date, pairs of wall times, name], as they are stored."""

CLOSED = "closed"
_WALL = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00"
_PAIR = re.compile(rf"({_WALL})\s*(?:-|–|to)\s*({_WALL})")
_LINE = re.compile(r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})\s+(?P<rest>\S.*)")
_HOURS = re.compile(rf"{CLOSED}|{_PAIR.pattern}(?:\s*,\s*{_PAIR.pattern})*", re.IGNORECASE)


def read_day(text: str) -> Pairs:
    """The open times of a day, in order; nothing or "closed" is none. Else ``ValueError``."""
    if text.strip().lower() in ("", CLOSED):
        return []
    return _apart([_read_pair(part) for part in text.split(",")])


def write_day(pairs: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in pairs)


def read_exceptions(text: str) -> Exceptions:
    """One date a line: the date, its hours or "closed", and a name. Else ``ValueError``."""
    found = [_read_line(line.strip()) for line in text.splitlines() if line.strip()]
    dates = [on for on, _, _ in found]
    for on in dates:
        if dates.count(on) > 1:
            raise ValueError(f"{on} stands here twice. Keep one line.")
    return sorted(found, key=lambda row: str(row[0]))


def write_exceptions(rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(_write_line(str(on), pairs, str(name)) for on, pairs, name in rows)


def _read_pair(text: str) -> list[str]:
    match = _PAIR.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text.strip()[:40]}” is not a time span. Write 09:00-17:00.")
    opens, closes = match[1].zfill(5), match[2].zfill(5)
    if opens == "24:00":
        raise ValueError("Nothing opens at 24:00. Write 00:00 on the day after.")
    if opens == closes:
        raise ValueError(f"{opens}-{closes} has no length. Write 00:00-24:00 for a whole day.")
    return [opens, closes]


def _apart(pairs: Pairs) -> Pairs:
    ordered = sorted(pairs)
    for earlier, (opens, _) in pairwise(ordered):
        if _is_night(earlier) or opens < earlier[1]:
            raise ValueError(f"Two spans overlap at {opens}. Join them or move one.")
    return ordered


def _is_night(pair: Sequence[str]) -> bool:
    """Whether it ends on the date after."""
    opens, closes = pair
    return closes < opens


def _read_line(line: str) -> list[object]:
    match = _LINE.fullmatch(line)
    hours = _HOURS.match(match["rest"]) if match else None
    if match is None or hours is None:
        raise ValueError(f"“{line[:40]}” is not clear. Write 2026-12-24 09:00-12:00 Christmas Eve.")
    name = match["rest"][hours.end() :].strip()
    return [_read_date(match["on"]), read_day(hours[0]), name[:100]]


def _read_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"There is no {text}. Write a date like 2026-12-24.") from None


def _write_line(on: str, pairs: object, name: str) -> str:
    hours = write_day(pairs) if isinstance(pairs, Sequence) and pairs else CLOSED
    return f"{on} {hours} {name}".rstrip()
