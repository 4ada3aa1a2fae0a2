"""PURE. Turn flat form fields named like ``targets.0.steps.1.to`` into nested data, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

FormData = dict[str, Any]
"""Texts by name; under a name may stand another sheet, a list of sheets, or a list of texts."""

LIST_SUFFIX = "[]"
"""At the end of a name that a form may post any number of times, such as chosen people."""
MAX_DEPTH, MAX_ROWS = 8, 200


def parse_fields(pairs: Iterable[tuple[str, str]]) -> FormData:
    """What a form posts, in any order; rows are counted anew, gaps between them are closed."""
    by_name: FormData = {}
    for name, text in pairs:
        *path, last = name.removesuffix(LIST_SUFFIX).split(".")[:MAX_DEPTH]
        place = by_name
        for step in path:
            inner = place.setdefault(step, {})
            place = inner if isinstance(inner, dict) else {}
        if not name.endswith(LIST_SUFFIX):
            place[last] = text
        elif isinstance(texts := place.setdefault(last, []), list):
            texts.append(text)
    sheet: FormData = _with_rows(by_name)
    return sheet


def is_place(text: str) -> bool:
    """Whether it counts a row, as far as any form goes."""
    return text.isdecimal() and len(text) < 10


def flatten(sheet: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Each text under its whole name, as the fields of a form look them up."""
    fields: dict[str, Any] = {}
    for name, value in sheet.items():
        whole = f"{prefix}{name}"
        if isinstance(value, Mapping):
            fields |= flatten(value, f"{whole}.")
        elif isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
            for place, row in enumerate(value):
                fields |= flatten(row, f"{whole}.{place}.")
        else:
            fields[f"{whole}{LIST_SUFFIX}" if isinstance(value, list) else whole] = value
    return fields


def rows_at(sheet: FormData, path: Iterable[str]) -> list[FormData]:
    """The rows under a path, begun where there are none yet; none of it where no such place is."""
    *steps, last = path
    place: Any = sheet
    for step in steps:
        if isinstance(place, list):
            place = place[int(step)] if is_place(step) and int(step) < len(place) else {}
        else:
            place = place.setdefault(step, {}) if isinstance(place, dict) else {}
    if not isinstance(place, dict):
        return []
    # A sheet without names is what a form posts of rows that are all gone.
    rows = place[last] = place.get(last) or []
    return rows if isinstance(rows, list) else []


def _with_rows(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(map(is_place, value)):
        rows = sorted(value.items(), key=lambda item: int(item[0]))[:MAX_ROWS]
        return [_with_rows(row) for _, row in rows if isinstance(row, dict)]
    return {name: _with_rows(inner) for name, inner in value.items()}
