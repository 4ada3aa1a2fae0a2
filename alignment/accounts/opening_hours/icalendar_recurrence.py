"""Which rules of recurrence are followed: those for whole days that soon have a next one.

The search for the next day of a rule that has none goes on to the year 9999.
"""

from datetime import date

from icalendar import vRecur

from alignment.accounts.opening_hours.icalendar_entries import CalendarEntry, UnreadableEntry

YEARLY = "YEARLY"
ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
OF_A_WEEK = ALWAYS | {"BYDAY", "BYMONTH"}
OF_A_MONTH = OF_A_WEEK | {"BYMONTHDAY", "BYSETPOS"}
FOLLOWED = {
    "DAILY": ALWAYS,
    "WEEKLY": OF_A_WEEK,
    "MONTHLY": OF_A_MONTH,
    YEARLY: OF_A_MONTH | {"BYYEARDAY", "BYWEEKNO"},
}
EARLIEST = 1970
"""The year in which what recurs more often than yearly may begin."""


def check_recurrence(entry: CalendarEntry) -> None:
    rule = entry.event.get("RRULE")
    is_followed = rule is None or _is_followed(rule, entry.event.start)
    if "EXRULE" in entry.event or not is_followed:
        raise UnreadableEntry(f"{entry.title} repeats by a rule that is not followed.")


def _is_followed(rule: vRecur, start: date) -> bool:
    frequency = str(rule.get("FREQ", [""])[0])
    return (
        set(rule) <= FOLLOWED.get(frequency, set())
        and rule.get("INTERVAL", [1])[0] > 0
        and rule.get("COUNT", [1])[0] > 0
        and (frequency == YEARLY or start.year >= EARLIEST)
    )
