"""Strict validation of a column mapping's plain values; each refusal names the wrong key."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from alignment.files.errors import BadMapping

EnumType = TypeVar("EnumType", bound=StrEnum)


def text_section(
    given: Mapping[str, object], section: str, *, known: Iterable[str]
) -> dict[str, str]:
    """A section of texts under known keys."""
    section_texts: dict[str, str] = {}
    for key, value in _section(given, section, known).items():
        if not isinstance(value, str) or not value:
            raise BadMapping(f"{section}.{key} needs a text.")
        section_texts[key] = value
    return section_texts


def word_lists_section(
    given: Mapping[str, object], section: str, *, known: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """A section of lists of texts under known keys."""
    section_words: dict[str, tuple[str, ...]] = {}
    for key, value in _section(given, section, known).items():
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise BadMapping(f"{section}.{key} needs a list of texts.")
        section_words[key] = tuple(value)
    return section_words


def enum_value(value: str | None, choices: type[EnumType], *, key: str) -> EnumType | None:
    """One of the choices, or None where nothing is given."""
    if value is None:
        return None
    if value not in list(choices):
        raise BadMapping(f"{key} is {value}; it may be {' or '.join(choices)}.")
    return choices(value)


def time_zone(value: str | None, *, key: str) -> ZoneInfo | None:
    """A time zone by its name, or None where nothing is given."""
    if value is None:
        return None
    zones = available_timezones()
    if value not in zones:
        raise BadMapping(f"{key} {value} is no time zone.{_suggestion(value, zones)}")
    return ZoneInfo(value)


def refuse_unknown(given: Mapping[str, object], known: Iterable[str], *, what: str) -> None:
    """Name the first key that is not known, and the known one next to it."""
    known = list(known)
    for key in given:
        if key not in known:
            raise BadMapping(f"There is no {what} {key}.{_suggestion(key, known)}")


def _section(
    given: Mapping[str, object], section: str, known: Iterable[str]
) -> Mapping[str, object]:
    inner = given.get(section, {})
    if not isinstance(inner, Mapping):
        raise BadMapping(f"{section} needs keys with values.")
    refuse_unknown(inner, known, what=f"{section} key")
    return inner


def _suggestion(wrong: str, known: Iterable[str]) -> str:
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(wrong.casefold(), folded, n=1)
    return f" Did you mean {folded[near[0]]}?" if near else ""
