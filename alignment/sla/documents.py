"""PURE. Targets as plain documents, for storing, comparing and sending; read back strictly."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads.happenings import Happening
from alignment.sla.segments import Condition, Operator, Segment
from alignment.sla.targets import ClockOf, Listener, OpenTime, Step, Target, WorkingDays

Document = dict[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)


def to_document(target: Target) -> Document:
    """Every field as JSON can hold it; sets sorted, so that equal targets are equal text."""
    return {each.name: _plain(getattr(target, each.name)) for each in fields(Target)}


def from_document(document: object) -> Target:
    """The target that was written; a missing field takes its default, a strange one is refused."""
    return Target(**_read(document, _TARGET, "a promise"))


def _plain(value: object) -> Any:
    match value:
        case Fraction():
            return str(value)
        case timedelta():
            return round(value.total_seconds())
        case StrEnum():
            return value.value
        case frozenset():
            return sorted(_plain(each) for each in value)
        case tuple():
            return [_plain(each) for each in value]
        case OpenTime() | WorkingDays() | Segment() | Condition() | Step():
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


Reader = Callable[[object], Any]


def _read(document: object, readers: Mapping[str, Reader], what: str) -> Document:
    if not isinstance(document, Mapping):
        raise Refused(f"This is not {what}: {document!r}")
    for name in document:
        if name not in readers:
            raise Refused(f"{name!r} is no part of {what}")
    found: Document = {}
    for name, value in document.items():
        try:
            found[name] = readers[name](value)
        except (TypeError, ValueError, ZeroDivisionError):
            raise Refused(f"{name} of {what} cannot be {value!r}") from None
    return _complete(found, what)


def _complete(found: Document, what: str) -> Document:
    for name in _REQUIRED[what]:
        if name not in found:
            raise Refused(f"{what.capitalize()} needs {name}")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _share(value: object) -> Fraction:
    return Fraction(_text(value))


def _seconds(value: object) -> timedelta:
    return timedelta(seconds=_whole(value))


def _when(value: object) -> Fraction | timedelta:
    return _share(value) if isinstance(value, str) else _seconds(value)


def _one_of(kind: type[Choice]) -> Callable[[object], Choice]:
    return lambda value: kind(_text(value))


def _perhaps(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def _all(reader: Reader) -> Callable[[object], tuple[Any, ...]]:
    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(reader(each) for each in value)

    return read_all


def _set(reader: Reader) -> Callable[[object], frozenset[Any]]:
    return lambda value: frozenset(_all(reader)(value))


def _allowed(value: object) -> OpenTime | WorkingDays:
    found = _read(value, {"seconds": _whole, "days": _whole}, "a time")
    if len(found) != 1:
        raise Refused("A time is either seconds or days")
    return OpenTime(**found) if "seconds" in found else WorkingDays(**found)


def _condition(value: object) -> Condition:
    return Condition(**_read(value, _CONDITION, "a condition"))


def _segment(value: object) -> Segment:
    return Segment(**_read(value, _SEGMENT, "a segment"))


def _step(value: object) -> Step:
    return Step(**_read(value, _STEP, "a step"))


_CONDITION: dict[str, Reader] = {
    "fact": _text,
    "operator": _one_of(Operator),
    "values": _all(_text),
    "number": _perhaps(_whole),
}
_SEGMENT: dict[str, Reader] = {"name": _text, "conditions": _all(_condition)}
_STEP: dict[str, Reader] = {
    "when": _when,
    "to": _one_of(Listener),
    "person_id": _perhaps(_whole),
}
_TARGET: dict[str, Reader] = {
    "key": _text,
    "name": _text,
    "owed_by": _one_of(Side),
    "starts_on": _set(_one_of(Happening)),
    "stops_on": _set(_one_of(Happening)),
    "allowed": _allowed,
    "cancels_on": _set(_one_of(Happening)),
    "pauses_on": _set(_one_of(Happening)),
    "resumes_on": _set(_one_of(Happening)),
    "rank": _whole,
    "segment": _segment,
    "clock_of": _one_of(ClockOf),
    "warn_share": _share,
    "times": _whole,
    "counts_early": _yes_or_no,
    "per_owner": _yes_or_no,
    "max_restarts": _whole,
    "pause_limit": _perhaps(_seconds),
    "pause_reasons": _set(_text),
    "pause_people": _set(_whole),
    "required_fields": _all(_text),
    "steps": _all(_step),
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "a promise": ("key", "name", "owed_by", "starts_on", "stops_on", "allowed"),
    "a time": (),
    "a segment": (),
    "a condition": ("fact", "operator"),
    "a step": ("when", "to"),
}
