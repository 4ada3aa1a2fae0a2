"""Handoff outcomes: the one rule, as SQL conditions, that lead lists and metrics share.

Each handoff is one cycle with sales, so a lead that was returned, fixed and accepted has two
outcomes. Accepted, returned and undecided exclude each other and add up to handed off.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from alignment.leads.models import Handoff, Lead


class HandoffOutcome(StrEnum):
    """The outcome of one handoff so far, or of a lead that was never handed off."""

    HANDED_OFF = "handed_off"
    """Every handoff, whatever became of it."""
    ENTRY = "entry"
    """The first handoff of an entry; one of a lead that was only returned and fixed is none."""
    ACCEPTED = "accepted"
    """Sales took it on in words or in deed (qualified, won or lost), and did not return it."""
    RETURNED = "returned"
    """Sales gave it back, at once or after accepting it."""
    UNDECIDED = "undecided"
    """Neither accepted nor returned so far."""
    UNTOUCHED = "untouched"
    """With sales, undecided or accepted, and nobody has tried to reach it yet."""
    WON = "won"
    LOST = "lost"
    """Lost, and not won since it was opened again."""
    OPEN = "open"
    """Still with sales: neither returned, won nor lost."""
    NOT_HANDED_OFF = "not_handed_off"
    """Still with marketing: never handed off, not won either, and no other lead by now."""
    WON_WITHOUT_HANDOFF = "won_without_handoff"


_RETURNED = col(Handoff.returned_at).is_not(None)
_WON = col(Handoff.won_at).is_not(None)
_OPEN = and_(~_RETURNED, ~_WON, col(Handoff.lost_at).is_(None))
_WORKED_ON = or_(
    col(Handoff.qualified_at).is_not(None),
    col(Handoff.won_at).is_not(None),
    col(Handoff.lost_at).is_not(None),
)
_ACCEPTED = or_(col(Handoff.accepted_at).is_not(None), _WORKED_ON)

HANDOFF_CONDITIONS: Final[dict[HandoffOutcome, ColumnElement[bool]]] = {
    HandoffOutcome.HANDED_OFF: col(Handoff.handed_off_at).is_not(None),
    HandoffOutcome.ENTRY: col(Handoff.begins_entry).is_(True),
    HandoffOutcome.ACCEPTED: and_(~_RETURNED, _ACCEPTED),
    HandoffOutcome.RETURNED: _RETURNED,
    HandoffOutcome.UNDECIDED: and_(~_RETURNED, ~_ACCEPTED),
    HandoffOutcome.UNTOUCHED: and_(col(Handoff.touched_at).is_(None), _OPEN),
    HandoffOutcome.WON: _WON,
    HandoffOutcome.LOST: and_(col(Handoff.lost_at).is_not(None), ~_WON),
    HandoffOutcome.OPEN: _OPEN,
}
"""How each fate is told from a row of ``Handoff``."""

NO_HANDOFF_CONDITIONS: Final[dict[HandoffOutcome, ColumnElement[bool]]] = {
    HandoffOutcome.NOT_HANDED_OFF: and_(
        col(Lead.handed_off_at).is_(None),
        col(Lead.won_at).is_(None),
        col(Lead.merged_into_id).is_(None),
    ),
    HandoffOutcome.WON_WITHOUT_HANDOFF: and_(
        col(Lead.handed_off_at).is_(None), col(Lead.won_at).is_not(None)
    ),
}
"""How each fate is told from a row of ``Lead`` that was never handed off."""

DATE_COLUMN_WITHOUT_HANDOFF: Final = {
    HandoffOutcome.NOT_HANDED_OFF: Lead.arrived_at,
    HandoffOutcome.WON_WITHOUT_HANDOFF: Lead.won_at,
}
"""When a lead without a handoff counts, since it has no handoff to be dated by."""
