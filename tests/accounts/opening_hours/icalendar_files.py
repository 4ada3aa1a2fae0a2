"""Calendar files as programs write them, and the days that they close."""

from alignment.accounts.opening_hours.icalendar_days import ReadCalendar, calendar_days

YEARLY = "RRULE:FREQ=YEARLY"


def calendar_file(*events: tuple[str, ...], head: tuple[str, ...] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Acme//Holidays//EN", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def whole_day(on: str, name: str, *more: str) -> tuple[str, ...]:
    return (f"DTSTART;VALUE=DATE:{on}", f"SUMMARY:{name}", *more)


NEW_YEAR = whole_day("20250101", "New Year", YEARLY, "UID:1")


def read(data: bytes, zone: str = "Europe/Berlin") -> ReadCalendar:
    return calendar_days(data, years=range(2025, 2030), zone=zone)


def closed(data: bytes, zone: str = "Europe/Berlin") -> list[str]:
    """Date and name of each day that closes the team."""
    return [f"{day.on} {day.name}".strip() for day in read(data, zone).days if day.closes]


def new_years(*years: int) -> list[str]:
    return [f"{year}-01-01 New Year" for year in years]
