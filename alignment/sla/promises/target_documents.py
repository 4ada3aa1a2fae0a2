"""PURE. Targets and segments as plain documents, for storing, comparing and sending."""

from datetime import timedelta
from fractions import Fraction

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.strict_json import (
    Document,
    Reader,
    choice_reader,
    optional_reader,
    read_boolean,
    read_duration,
    read_fraction,
    read_integer,
    read_object,
    read_text,
    set_reader,
    to_json_value,
    tuple_reader,
)
from alignment.sla.promises.targets import (
    EscalationStep,
    HoursSource,
    OpenTime,
    RecipientRole,
    Target,
    WorkingDays,
)


def target_to_document(target: Target) -> Document:
    """Every field as JSON can hold it."""
    return dict(to_json_value(target))


def target_from_document(document: object) -> Target:
    """The target that was written; a missing field takes its default, a strange one is refused."""
    needed = ("key", "name", "owed_by", "starts_on", "stops_on", "allowed")
    return Target(**read_object(document, _TARGET, "a promise", needed=needed))


def segment_to_document(segment: Segment) -> Document:
    return dict(to_json_value(segment))


def segment_from_document(document: object) -> Segment:
    """Read as strictly as a target."""
    return Segment(**read_object(document, _SEGMENT, "a segment"))


def _allowed(value: object) -> OpenTime | WorkingDays:
    kind = read_object(value, {"seconds": read_integer, "days": read_integer}, "a time")
    if len(kind) != 1:
        raise Refused("A time is either seconds or days")
    return OpenTime(**kind) if "seconds" in kind else WorkingDays(**kind)


def _condition(value: object) -> Condition:
    return Condition(**read_object(value, _CONDITION, "a condition", needed=("fact", "operator")))


def _step(value: object) -> EscalationStep:
    return EscalationStep(**read_object(value, _STEP, "a step", needed=("when", "to")))


def _when(value: object) -> Fraction | timedelta:
    return read_fraction(value) if isinstance(value, str) else read_duration(value)


_CONDITION: dict[str, Reader] = {
    "fact": read_text,
    "operator": choice_reader(Operator),
    "values": tuple_reader(read_text),
    "number": optional_reader(read_integer),
}
_SEGMENT: dict[str, Reader] = {"name": read_text, "conditions": tuple_reader(_condition)}
_STEP: dict[str, Reader] = {
    "when": _when,
    "to": choice_reader(RecipientRole),
    "person_id": optional_reader(read_integer),
}
_TARGET: dict[str, Reader] = {
    "key": read_text,
    "name": read_text,
    "owed_by": choice_reader(Side),
    "starts_on": set_reader(choice_reader(EventKind)),
    "stops_on": set_reader(choice_reader(EventKind)),
    "allowed": _allowed,
    "cancels_on": set_reader(choice_reader(EventKind)),
    "pauses_on": set_reader(choice_reader(EventKind)),
    "resumes_on": set_reader(choice_reader(EventKind)),
    "rank": read_integer,
    "segment": segment_from_document,
    "clock_of": choice_reader(HoursSource),
    "warn_share": read_fraction,
    "times": read_integer,
    "counts_early": read_boolean,
    "per_owner": read_boolean,
    "max_restarts": read_integer,
    "pause_limit": optional_reader(read_duration),
    "pause_reasons": set_reader(read_text),
    "pause_people": set_reader(read_integer),
    "required_fields": tuple_reader(read_text),
    "steps": tuple_reader(_step),
    "dated_back_limit_days": read_integer,
}
