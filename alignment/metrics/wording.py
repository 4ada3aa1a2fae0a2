"""Shares and durations in words, in calendar time."""

from alignment.metrics.formulas import Share, WaitDuration

DASH = "–"
DAY_SECONDS = 86_400
UNITS = (("day", DAY_SECONDS), ("h", 3_600), ("min", 60))


def wait_words(wait: WaitDuration) -> str:
    """3 h 20 min, 1 day 2 h, ≥ 12 days: cut, never rounded up."""
    length = length_words(wait.seconds)
    return f"≥ {length}" if wait.at_least else length


def length_words(seconds: int) -> str:
    if seconds >= 2 * DAY_SECONDS:
        return f"{seconds // DAY_SECONDS:,} days"
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
        return DASH
    if share.is_small:
        return f"{share.part} of {share.whole}"
    if 0 < share.ratio < 0.01:
        return "<1 %"
    if 0.99 < share.ratio < 1:
        return ">99 %"
    return f"{share.ratio * 100:.0f} %"
