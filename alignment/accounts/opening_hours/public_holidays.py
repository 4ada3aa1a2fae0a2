"""Public holidays of a country and region, to begin with.

They are stored and edited by hand afterwards; nothing is looked up again later."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

import holidays
from holidays.registry import COUNTRIES

from alignment.errors import Refused

ENGLISH = "en_US"


class UnknownPlace(Refused, ValueError):
    """No public holidays are known for this country or region; names the ones like it."""


def public_holidays(country: str, region: str | None, *, years: Iterable[int]) -> dict[date, str]:
    """Names by date for ISO 3166 codes, in English where the country's are known in English."""
    _check_known(country, "country", countries())
    if region:
        _check_known(region, f"region of {country}", regions(country))
    found = holidays.country_holidays(
        country, subdiv=region or None, years=list(years), language=_language(country)
    )
    return dict(sorted(found.items()))


def countries() -> dict[str, str]:
    """Names by ISO 3166 code, in order of the names."""
    supported = holidays.list_supported_countries(include_aliases=False)
    names = {code: _in_words(name) for name, code, *_ in COUNTRIES.values() if code in supported}
    return dict(sorted(names.items(), key=lambda known: known[1]))


def regions(country: str) -> dict[str, str]:
    """Names by ISO 3166-2 code within the country; a code stands for itself where unnamed."""
    _check_known(country, "country", countries())
    place = holidays.country_holidays(country)
    names = {code: code for code in place.subdivisions}
    for name, code in place.subdivisions_aliases.items():
        names[code] = max(names[code], name, key=len)
    return dict(sorted(names.items(), key=lambda known: known[1]))


def _check_known(code: str, what: str, known: Mapping[str, str]) -> None:
    if code in known:
        return
    words = {name.casefold(): each for each, name in known.items()}
    words |= {each.casefold(): each for each in known}
    near = dict.fromkeys(words[word] for word in get_close_matches(code.casefold(), words))
    hint = " or ".join(f"{each} ({known[each]})" for each in near)
    advice = f"Did you mean {hint}?" if hint else "Choose one from the list."
    raise UnknownPlace(f"“{code}” is not a {what} with known holidays. {advice}")


def _language(country: str) -> str | None:
    """The country's own English before any other; None is the country's first language."""
    known = holidays.list_localized_countries(include_aliases=False).get(country, [])
    return next((each for each in (f"en_{country}", ENGLISH) if each in known), None)


def _in_words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
