"""Every number in words; in calendar time a day is a day, not somebody's hours."""

from collections.abc import Iterator

from alignment.metrics.figures import Counted, Kept, Value
from alignment.metrics.formulas import Share, Wait

NOTHING = "–"
DAY = 86_400
UNITS = (("day", DAY), ("h", 3_600), ("min", 60))


def words(value: Value) -> str:
    """The number as it stands in a table; a dash where there is nothing to tell."""
    match value:
        case Counted():
            return f"{value.handoffs:,}"
        case Kept():
            return share_words(value.share)
        case Share():
            return share_words(value)
        case Wait():
            return wait_words(value)
        case None:
            return NOTHING
        case _:
            return f"{value:,}"


def remark(value: Value) -> str:
    """What stands smaller beside it: how many different leads, or how many are open still."""
    match value:
        case Counted() if value.leads != value.handoffs:
            return f"{value.leads:,} {'lead' if value.leads == 1 else 'leads'}"
        case Kept():
            return ", ".join(_beside(value))
        case _:
            return ""


def _beside(kept: Kept) -> Iterator[str]:
    """What is open still, and the second number where anything was excused."""
    if kept.open:
        yield f"{kept.open:,} open"
    if kept.excused:
        yield f"{share_words(kept.share_without_excused)} without {kept.excused:,} excused"


def wait_words(wait: Wait) -> str:
    """3 h 20 min, 1 day 2 h, ≥ 12 days: cut, never rounded up."""
    length = length_words(wait.seconds)
    return f"≥ {length}" if wait.at_least else length


def length_words(seconds: int) -> str:
    if seconds >= 2 * DAY:
        return f"{seconds // DAY:,} days"
    for place, (_, size) in enumerate(UNITS):
        if seconds >= size:
            return " ".join(_parts(seconds, UNITS[place : place + 2]))
    return f"{seconds} s"


def _parts(seconds: int, units: tuple[tuple[str, int], ...]) -> list[str]:
    said = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count:
            said.append(f"{count} {name}")
    return said


def share_words(share: Share) -> str:
    """84 %, or 3 of 7 where there are too few for a percentage; 0 % and 100 % only when exact."""
    if share.ratio is None:
        return NOTHING
    if share.is_small:
        return f"{share.part} of {share.whole}"
    if 0 < share.ratio < 0.01:
        return "<1 %"
    if 0.99 < share.ratio < 1:
        return ">99 %"
    return f"{share.ratio * 100:.0f} %"
