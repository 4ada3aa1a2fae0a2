"""PURE. Buttons of the guided form that add or take away a row; they save nothing.

A button's value says what to do and where: ``add targets.0.steps`` or ``remove quotas.1``.
"""

from collections.abc import Sequence

from alignment.errors import Refused
from alignment.sla.segments import Operator
from alignment.sla.targets import Listener
from alignment.web import quota_sheets
from alignment.web.nested import Sheet, rows_at

MOST = 50
"""Rows of one kind."""
STEP = {"amount": "4", "unit": "hours", "to": Listener.OWNERS_MANAGER.value, "person_id": ""}
CONDITION = {"fact": "source", "operator": Operator.IN.value, "value": ""}


def changed(sheet: Sheet, wish: str) -> Sheet:
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


def _add(sheet: Sheet, path: Sequence[str]) -> None:
    rows = rows_at(sheet, path)
    if len(rows) >= MOST:
        raise Refused(f"There are {MOST} already.")
    match path[-1]:
        case "steps":
            rows.append(dict(STEP))
        case "conditions":
            rows.append(dict(CONDITION))
        case "quotas":
            rows.append(quota_sheets.blank({str(row.get("key")) for row in rows}))


def _add_segment(rows: list[Sheet], at: int) -> None:
    """A copy of this promise for some leads, tried just before it, with a condition to fill in."""
    if at >= len(rows):
        return
    model = rows[at]
    alike = [row for row in rows if row.get("key") == model.get("key")]
    if len(alike) >= MOST:
        raise Refused(f"There are {MOST} already.")
    taken = {str(row.get("rank")) for row in alike}
    rank = str(model.get("rank"))
    before = int(rank) if rank.lstrip("-").isdigit() and len(rank) < 10 else 100
    while str(before) in taken:
        before -= 1
    segment = {"name": "", "conditions": [dict(CONDITION)]}
    last = max(place for place, row in enumerate(rows) if row.get("key") == model.get("key"))
    rows.insert(last + 1, model | {"rank": str(before), "segment": segment})
