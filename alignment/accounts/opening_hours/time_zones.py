"""The time zones that a person may choose."""

import difflib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator


@cache
def zone_names() -> tuple[str, ...]:
    """One name a place, as people know it, and UTC; old names and fixed offsets are left out."""
    places = (line.split("\t")[2] for line in _lines("zone.tab") if not line.startswith("#"))
    return ("UTC", *sorted(places))


def clean_zone(text: str) -> str:
    """The zone's present name; an unknown one raises ``ValueError`` with the nearest known."""
    name = text.strip()
    if name in zone_names():
        return name
    if name in _old_names():
        return _old_names()[name]
    raise ValueError(f"This is not a time zone we know. {_nearest(name)}")


Zone = Annotated[str, AfterValidator(clean_zone)]


@cache
def _old_names() -> dict[str, str]:
    links = (line.split()[1:3] for line in _lines("tzdata.zi") if line.startswith("L "))
    return {old: new for new, old in links if "/" in old and new in zone_names()}


def _nearest(name: str) -> str:
    lower = {known.lower(): known for known in zone_names()}
    near = difflib.get_close_matches(name.lower(), lower, n=1)
    return f"Did you mean {lower[near[0]]}?" if near else "Write one like Europe/Berlin."


def _lines(table: str) -> list[str]:
    return files("tzdata.zoneinfo").joinpath(table).read_text(encoding="utf-8").splitlines()
