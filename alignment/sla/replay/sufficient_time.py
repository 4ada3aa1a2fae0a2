"""The time that would have kept the wanted share, in words for pages and commands."""

from datetime import timedelta
from fractions import Fraction

from alignment.sla.promises.dates_and_durations import duration_in_words
from alignment.sla.promises.descriptions import describe_allowed_time
from alignment.sla.promises.segments import EVERYTHING_ELSE
from alignment.sla.promises.targets import OpenTime
from alignment.sla.replay.drafts import TargetReport


def sufficient_time_sentence(replayed: TargetReport, wanted: Fraction) -> str:
    """For which leads, and which time; where no time reaches the share, why."""
    segment = replayed.target.segment.name
    whose = "" if segment == EVERYTHING_ELSE else f"{segment}: "
    return f"{whose}{_sufficient_time(replayed, wanted)}."


def _sufficient_time(replayed: TargetReport, wanted: Fraction) -> str:
    if not isinstance(replayed.target.allowed, OpenTime):
        allowed = describe_allowed_time(replayed.target)
        return f"{allowed}; replay another number of days to compare"
    if not replayed.cycles:
        return "nothing started in this time"
    if not replayed.settled:
        return "nothing that started in this time is settled yet"
    share = f"{float(wanted):.0%}".replace("%", " %")
    if replayed.shortest is None:
        unanswered = f"{replayed.never_answered:,} of {replayed.settled:,} were never answered"
        return f"no time would have been kept {share} of the time: {unanswered}"
    # Up to the next whole minute, since a shorter time would keep less.
    needed = duration_in_words(timedelta(minutes=-(-replayed.shortest // 60)))
    return f"{needed} would have been kept {share} of the time"
