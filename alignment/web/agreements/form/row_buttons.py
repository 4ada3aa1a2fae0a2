"""PURE. Buttons of the agreement form that add or remove a row; they save nothing.

A button's value names the action and the place: ``add targets.0.steps`` or ``remove quotas.1``."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.promises.quotas import Measure, Per
from alignment.sla.promises.segments import EVERYTHING_ELSE, Operator
from alignment.sla.promises.targets import RecipientRole
from alignment.web.agreements.form.nested_fields import FormData, is_place, rows_at

MAX_ROWS = 50
"""Rows of one kind."""
NEW_CONDITION = {"fact": "source", "operator": Operator.IN.value, "value": ""}
NEW_ROWS: Mapping[str, FormData] = {
    "steps": {"amount": "4", "unit": "hours", "to": RecipientRole.OWNERS_MANAGER.value},
    "conditions": NEW_CONDITION,
    "quotas": {
        "owed_by": Side.MARKETING.value,
        "measure": Measure.VOLUME.value,
        "per": Per.MONTH.value,
        "segment": {"name": EVERYTHING_ELSE, "conditions": []},
    },
}
"""By the last name of their place."""


def apply_row_button(sheet: FormData, wish: str) -> FormData:
    """The sheet after this press; one that asks for nothing known changes nothing."""
    act, _, place = wish.partition(" ")
    path = place.split(".")
    match act:
        case "add":
            _add(sheet, path)
        case "remove" if len(path) > 1 and is_place(path[-1]):
            rows, at = rows_at(sheet, path[:-1]), int(path[-1])
            del rows[at : at + 1]
        case "segment" if len(path) == 2 and is_place(path[1]):
            _add_segment(rows_at(sheet, path[:1]), int(path[1]))
    return sheet


def _add(sheet: FormData, path: Sequence[str]) -> None:
    rows = rows_at(sheet, path)
    if len(rows) >= MAX_ROWS:
        raise Refused(f"There are {MAX_ROWS} already.")
    if path[-1] in NEW_ROWS:
        rows.append(deepcopy(NEW_ROWS[path[-1]]))
    if path[-1] == "quotas":
        rows[-1]["key"] = _free_key({str(row.get("key")) for row in rows})


def _free_key(taken: set[str]) -> str:
    keys = ("period", *(f"period_{place}" for place in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)


def _add_segment(rows: list[FormData], at: int) -> None:
    """A copy of this promise for some leads, tried just before it, with a condition to fill in."""
    if at >= len(rows):
        return
    model = rows[at]
    alike = [row for row in rows if row.get("key") == model.get("key")]
    if len(alike) >= MAX_ROWS:
        raise Refused(f"There are {MAX_ROWS} already.")
    taken = {str(row.get("rank")) for row in alike}
    rank = str(model.get("rank"))
    before = int(rank) if is_place(rank.removeprefix("-")) else 100
    while str(before) in taken:
        before -= 1
    segment = {"name": "", "conditions": [dict(NEW_CONDITION)]}
    last = max(place for place, row in enumerate(rows) if row.get("key") == model.get("key"))
    rows.insert(last + 1, model | {"rank": str(before), "segment": segment})
