"""PURE. Buttons of the agreement form that add or remove a row; they save nothing.

A button's value names the action and the place: ``add targets.0.steps`` or ``remove quotas.1``."""

from collections.abc import Sequence

from alignment.errors import Refused
from alignment.sla.promises.segments import Operator
from alignment.sla.promises.targets import RecipientRole
from alignment.web.agreements.form import quota_fields
from alignment.web.agreements.form.nested_fields import FormData, rows_at

MAX_ROWS = 50
"""Rows of one kind."""
NEW_STEP = {
    "amount": "4",
    "unit": "hours",
    "to": RecipientRole.OWNERS_MANAGER.value,
    "person_id": "",
}
NEW_CONDITION = {"fact": "source", "operator": Operator.IN.value, "value": ""}


def apply_row_button(sheet: FormData, wish: str) -> FormData:
    """The sheet after this press; one that asks for nothing known changes nothing."""
    act, _, place = wish.partition(" ")
    path = place.split(".")
    match act:
        case "add":
            _add(sheet, path)
        case "remove" if len(path) > 1 and path[-1].isdigit():
            rows, at = rows_at(sheet, path[:-1]), int(path[-1])
            del rows[at : at + 1]
        case "segment" if len(path) == 2 and path[1].isdigit():
            _add_segment(rows_at(sheet, path[:1]), int(path[1]))
    return sheet


def _add(sheet: FormData, path: Sequence[str]) -> None:
    rows = rows_at(sheet, path)
    if len(rows) >= MAX_ROWS:
        raise Refused(f"There are {MAX_ROWS} already.")
    match path[-1]:
        case "steps":
            rows.append(dict(NEW_STEP))
        case "conditions":
            rows.append(dict(NEW_CONDITION))
        case "quotas":
            rows.append(quota_fields.new_quota({str(row.get("key")) for row in rows}))


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
    before = int(rank) if rank.lstrip("-").isdigit() and len(rank) < 10 else 100
    while str(before) in taken:
        before -= 1
    segment = {"name": "", "conditions": [dict(NEW_CONDITION)]}
    last = max(place for place, row in enumerate(rows) if row.get("key") == model.get("key"))
    rows.insert(last + 1, model | {"rank": str(before), "segment": segment})
