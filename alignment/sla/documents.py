"""PURE. Targets and segments as plain documents, for storing, comparing and sending."""

from datetime import timedelta
from fractions import Fraction

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads.happenings import Happening
from alignment.sla.plain import (
    Document,
    Reader,
    every,
    one_of,
    perhaps,
    plain,
    read,
    seconds,
    set_of,
    share,
    whole,
    words,
    yes_or_no,
)
from alignment.sla.segments import Condition, Operator, Segment
from alignment.sla.targets import ClockOf, Listener, OpenTime, Step, Target, WorkingDays


def to_document(target: Target) -> Document:
    """Every field as JSON can hold it."""
    return dict(plain(target))


def from_document(document: object) -> Target:
    """The target that was written; a missing field takes its default, a strange one is refused."""
    needed = ("key", "name", "owed_by", "starts_on", "stops_on", "allowed")
    return Target(**read(document, _TARGET, "a promise", needed=needed))


def segment_document(segment: Segment) -> Document:
    return dict(plain(segment))


def segment_from_document(document: object) -> Segment:
    """Read as strictly as a target."""
    return Segment(**read(document, _SEGMENT, "a segment"))


def _allowed(value: object) -> OpenTime | WorkingDays:
    found = read(value, {"seconds": whole, "days": whole}, "a time")
    if len(found) != 1:
        raise Refused("A time is either seconds or days")
    return OpenTime(**found) if "seconds" in found else WorkingDays(**found)


def _condition(value: object) -> Condition:
    return Condition(**read(value, _CONDITION, "a condition", needed=("fact", "operator")))


def _step(value: object) -> Step:
    return Step(**read(value, _STEP, "a step", needed=("when", "to")))


def _when(value: object) -> Fraction | timedelta:
    return share(value) if isinstance(value, str) else seconds(value)


_CONDITION: dict[str, Reader] = {
    "fact": words,
    "operator": one_of(Operator),
    "values": every(words),
    "number": perhaps(whole),
}
_SEGMENT: dict[str, Reader] = {"name": words, "conditions": every(_condition)}
_STEP: dict[str, Reader] = {
    "when": _when,
    "to": one_of(Listener),
    "person_id": perhaps(whole),
}
_TARGET: dict[str, Reader] = {
    "key": words,
    "name": words,
    "owed_by": one_of(Side),
    "starts_on": set_of(one_of(Happening)),
    "stops_on": set_of(one_of(Happening)),
    "allowed": _allowed,
    "cancels_on": set_of(one_of(Happening)),
    "pauses_on": set_of(one_of(Happening)),
    "resumes_on": set_of(one_of(Happening)),
    "rank": whole,
    "segment": segment_from_document,
    "clock_of": one_of(ClockOf),
    "warn_share": share,
    "times": whole,
    "counts_early": yes_or_no,
    "per_owner": yes_or_no,
    "max_restarts": whole,
    "pause_limit": perhaps(seconds),
    "pause_reasons": set_of(words),
    "pause_people": set_of(whole),
    "required_fields": every(words),
    "steps": every(_step),
    "dated_back_limit_days": whole,
}
