"""PURE. Values to JSON and back, read strictly: anything unexpected is refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from alignment.errors import Refused

Document = dict[str, Any]
Reader = Callable[[object], Any]
Choice = TypeVar("Choice", bound=StrEnum)


def to_json_value(value: object) -> Any:
    """Lengths of time in whole seconds; sets sorted, so that equal values are equal text."""
    match value:
        case Fraction():
            return str(value)
        case timedelta():
            return round(value.total_seconds())
        case StrEnum():
            return value.value
        case frozenset():
            return sorted(to_json_value(each) for each in value)
        case tuple():
            return [to_json_value(each) for each in value]
    if is_dataclass(value):
        return {each.name: to_json_value(getattr(value, each.name)) for each in fields(value)}
    return value


def read_object(
    document: object, readers: Mapping[str, Reader], what: str, *, needed: Iterable[str] = ()
) -> Document:
    """Every field by its reader; a strange one and one that is needed but missing are refused."""
    if not isinstance(document, Mapping):
        raise Refused(f"This is not {what}: {document!r}")
    for name in document:
        if name not in readers:
            raise Refused(f"{name!r} is no part of {what}")
    fields: Document = {}
    for name, value in document.items():
        try:
            fields[name] = readers[name](value)
        except (TypeError, ValueError, ZeroDivisionError):
            raise Refused(f"{name} of {what} cannot be {value!r}") from None
    for name in needed:
        if name not in fields:
            raise Refused(f"{what.capitalize()} needs {name}")
    return fields


def read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def read_integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def read_boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def read_fraction(value: object) -> Fraction:
    return Fraction(read_text(value))


def read_duration(value: object) -> timedelta:
    return timedelta(seconds=read_integer(value))


def choice_reader(kind: type[Choice]) -> Callable[[object], Choice]:
    return lambda value: kind(read_text(value))


def optional_reader(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def tuple_reader(reader: Reader) -> Callable[[object], tuple[Any, ...]]:
    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(reader(each) for each in value)

    return read_all


def set_reader(reader: Reader) -> Callable[[object], frozenset[Any]]:
    return lambda value: frozenset(tuple_reader(reader)(value))
