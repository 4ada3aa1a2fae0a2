"""PURE. Values as JSON can hold them, and read back strictly: anything else is refused."""

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


def plain(value: object) -> Any:
    """Lengths of time in whole seconds; sets sorted, so that equal values are equal text."""
    match value:
        case Fraction():
            return str(value)
        case timedelta():
            return round(value.total_seconds())
        case StrEnum():
            return value.value
        case frozenset():
            return sorted(plain(each) for each in value)
        case tuple():
            return [plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


def read(
    document: object, readers: Mapping[str, Reader], what: str, *, needed: Iterable[str] = ()
) -> Document:
    """Every field by its reader; a strange one and one that is needed but missing are refused."""
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
    for name in needed:
        if name not in found:
            raise Refused(f"{what.capitalize()} needs {name}")
    return found


def words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def share(value: object) -> Fraction:
    return Fraction(words(value))


def seconds(value: object) -> timedelta:
    return timedelta(seconds=whole(value))


def one_of(kind: type[Choice]) -> Callable[[object], Choice]:
    return lambda value: kind(words(value))


def perhaps(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def every(reader: Reader) -> Callable[[object], tuple[Any, ...]]:
    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(reader(each) for each in value)

    return read_all


def set_of(reader: Reader) -> Callable[[object], frozenset[Any]]:
    return lambda value: frozenset(every(reader)(value))
