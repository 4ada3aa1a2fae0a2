"""The strict reading of a mapping's plain values; each refusal names the wrong key."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from alignment.files.errors import BadMapping

Choice = TypeVar("Choice", bound=StrEnum)


def texts(given: Mapping[str, object], section: str, *, known: Iterable[str]) -> dict[str, str]:
    """A section of texts under known keys."""
    found: dict[str, str] = {}
    for key, value in _section(given, section, known).items():
        if not isinstance(value, str) or not value:
            raise BadMapping(f"{section}.{key} needs a text.")
        found[key] = value
    return found


def words(
    given: Mapping[str, object], section: str, *, known: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """A section of lists of texts under known keys."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in _section(given, section, known).items():
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise BadMapping(f"{section}.{key} needs a list of texts.")
        found[key] = tuple(value)
    return found


def choice(value: str | None, choices: type[Choice], *, key: str) -> Choice | None:
    """One of the choices, or None where nothing is given."""
    if value is None:
        return None
    if value not in list(choices):
        raise BadMapping(f"{key} is {value}; it may be {' or '.join(choices)}.")
    return choices(value)


def zone(value: str | None, *, key: str) -> ZoneInfo | None:
    """A time zone by its name, or None where nothing is given."""
    if value is None:
        return None
    zones = available_timezones()
    if value not in zones:
        raise BadMapping(f"{key} {value} is no time zone.{_near(value, zones)}")
    return ZoneInfo(value)


def refuse_unknown(given: Mapping[str, object], known: Iterable[str], *, what: str) -> None:
    """Name the first key that is not known, and the known one next to it."""
    known = list(known)
    for key in given:
        if key not in known:
            raise BadMapping(f"There is no {what} {key}.{_near(key, known)}")


def _section(
    given: Mapping[str, object], section: str, known: Iterable[str]
) -> Mapping[str, object]:
    inner = given.get(section, {})
    if not isinstance(inner, Mapping):
        raise BadMapping(f"{section} needs keys with values.")
    refuse_unknown(inner, known, what=f"{section} key")
    return inner


def _near(wrong: str, known: Iterable[str]) -> str:
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(wrong.casefold(), folded, n=1)
    return f" Did you mean {folded[near[0]]}?" if near else ""
